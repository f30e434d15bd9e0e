//! Goal: the index follows the state, whatever changes there and wherever it begins.

use std::fs;

use yaosu_ledger::model::*;
use yaosu_ledger::state::Subject;
use yaosu_search::{Index, Work};

use crate::market::{Market, asset_id, description, listing_id, party, text};
use crate::support::{Town, position};

fn market() -> Market {
    let mut market = Market::default();
    market.enrol("alice");
    market.enrol("bob");
    market.register(1, "alice", description("Rain gauges", &[], ""));
    market.register(2, "alice", description("风速观测", &[], ""));
    market.register(3, "bob", description("Bus rides", &[], ""));
    market.list(1, 1, "alice", ListingKind::Fixed, 500);
    market.list(2, 2, "alice", ListingKind::Fixed, 700);
    market.list(3, 3, "bob", ListingKind::Fixed, 900);
    market
}

/// Each change of the market, what is on offer after it, and how many documents it writes.
#[test]
fn what_changes_leaves_the_results_with_the_next_block() {
    type Change = fn(&mut Market);
    #[rustfmt::skip]
    let rows: [(&str, Change, &[u64], u64); 19] = [
        ("a listing is paused",    |market| market.set_listing(1, ListingStatus::Paused),                        &[2, 3],    1),
        ("and resumed",            |market| market.set_listing(1, ListingStatus::Active),                        &[1, 2, 3], 1),
        ("nothing happens",        |_| {},                                                                       &[1, 2, 3], 0),
        ("somebody joins",         |market| market.enrol("carol"),                                               &[1, 2, 3], 0),
        ("an asset is frozen",     |market| market.freeze(Subject::Asset(asset_id(2)), FreezeScope::Trade),      &[1, 3],    1),
        ("and let go",             |market| market.lift(Subject::Asset(asset_id(2))),                            &[1, 2, 3], 1),
        ("its use is frozen",      |market| market.freeze(Subject::Asset(asset_id(2)), FreezeScope::Use),        &[1, 2, 3], 0),
        ("and let go",             |market| market.lift(Subject::Asset(asset_id(2))),                            &[1, 2, 3], 0),
        ("a listing is frozen",    |market| market.freeze(Subject::Listing(listing_id(3)), FreezeScope::All),    &[1, 2],    1),
        ("and let go",             |market| market.lift(Subject::Listing(listing_id(3))),                        &[1, 2, 3], 1),
        ("a seller is frozen",     |market| market.freeze(Subject::Participant(party("alice")), FreezeScope::All), &[3],     2),
        ("and let go",             |market| market.lift(Subject::Participant(party("alice"))),                   &[1, 2, 3], 2),
        ("a seller is suspended",  |market| market.set_status("alice", ParticipantStatus::Suspended),            &[3],       2),
        ("and reinstated",         |market| market.set_status("alice", ParticipantStatus::Active),               &[1, 2, 3], 2),
        ("a right passes on",      |market| market.change_asset(1, |asset| asset.lines[2].holder = party("bob")), &[2, 3],   1),
        ("one has it alone",       |market| market.give_away(2),                                                 &[3],       1),
        ("a registration ends",    |market| market.change_asset(3, |asset| {
                                       asset.registration = Registration::Cancelled { by: party("alice"), reason: text("no") };
                                   }),                                                                           &[],        1),
        ("a new asset is listed",  |market| {
                                       market.register(4, "bob", description("Fresh", &[], ""));
                                       market.list(4, 4, "bob", ListingKind::Open, 0);
                                   },                                                                            &[4],       1),
        ("its seller is revoked",  |market| market.set_status("bob", ParticipantStatus::Revoked),                &[],        1),
    ];
    let mut town = Town::of(market());
    assert_eq!(town.offered(), [1, 2, 3]);
    for (case, change, offered, writes) in rows {
        change(&mut town.market);
        assert_eq!(town.follow(), writes, "{case}");
        assert_eq!(town.offered(), offered, "{case}");
    }
}

#[test]
fn a_new_text_replaces_the_old_one() {
    let mut town = Town::of(market());
    town.market.change_asset(1, |asset| asset.description.title = text("Snow gauges"));
    assert_eq!(town.find("rain"), [1], "not followed yet");
    let before = town.index.snapshot();
    assert_eq!(town.follow(), 1);
    assert_eq!(town.find("rain"), [0; 0]);
    assert_eq!(town.find("snow"), [1]);
    assert_eq!(before.len(), 3);
    assert_eq!(town.index.snapshot().len(), 3, "replaced, not added");
}

/// Whatever happened to the folder, the index is usable after it was opened, and right after it was reconciled.
#[test]
fn an_index_is_made_again_from_whatever_is_left() {
    type Harm = fn(&std::path::Path);
    fn largest(folder: &std::path::Path) -> std::path::PathBuf {
        let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let ends = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "fast");
        files.filter(ends).max_by_key(|path| path.metadata().expect("a file").len()).expect("a segment")
    }
    let rows: [(&str, Harm, u64); 9] = [
        ("nothing", |_| {}, 0),
        ("deleted", |folder| fs::remove_dir_all(folder).expect("removed"), 3),
        (
            "a file instead",
            |folder| {
                fs::remove_dir_all(folder).expect("removed");
                fs::write(folder, b"garbage").expect("written");
            },
            3,
        ),
        ("no list of files", |folder| fs::remove_file(folder.join("meta.json")).expect("removed"), 3),
        ("garbage for the list", |folder| fs::write(folder.join("meta.json"), b"{\0garbage").expect("written"), 3),
        (
            "another format",
            |folder| {
                let path = folder.join("meta.json");
                let list = fs::read_to_string(&path).expect("text");
                assert!(list.contains("yaosu-search 1 "));
                fs::write(path, list.replace("yaosu-search 1 ", "yaosu-search 0 ")).expect("written");
            },
            3,
        ),
        ("a segment is gone", |folder| fs::remove_file(largest(folder)).expect("removed"), 3),
        (
            "a segment is cut off",
            |folder| {
                let path = largest(folder);
                let bytes = fs::read(&path).expect("read");
                fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
            },
            3,
        ),
        (
            "a bit has turned",
            |folder| {
                let path = largest(folder);
                let mut bytes = fs::read(&path).expect("read");
                bytes[0] ^= 1;
                fs::write(path, bytes).expect("written");
            },
            3,
        ),
    ];
    for (case, harm, writes) in rows {
        let Town { folder, index, market, .. } = Town::of(market());
        let path = index.folder().to_owned();
        drop(index);
        harm(&path);
        let mut index = Index::open(&path).unwrap_or_else(|error| panic!("{case}: {error}"));
        let known = index.snapshot().position();
        assert_eq!(known, (writes == 0).then(|| position(1)), "{case}");
        let work = index.reconcile(market.state(), position(5), || false).expect("it is written");
        assert_eq!(work, Work::Done(writes), "{case}");
        assert_eq!(index.snapshot().len(), 3, "{case}");
        assert_eq!(index.snapshot().position(), Some(position(5)), "{case}");
        drop(folder);
    }
}

/// An index that slept while the market went on writes what has changed and nothing else.
#[test]
fn an_index_that_is_behind_catches_up() {
    let Town { folder, index, mut market, .. } = Town::of(market());
    let path = index.folder().to_owned();
    drop(index);
    market.set_listing(1, ListingStatus::Paused);
    market.register(4, "bob", description("Fresh", &[], ""));
    let mut index = Index::open(&path).expect("it is there");
    assert_eq!(index.snapshot().position(), Some(position(1)));
    assert_eq!(index.snapshot().len(), 3, "searched as it was meanwhile");
    assert_eq!(index.reconcile(market.state(), position(9), || false).expect("written"), Work::Done(2));
    assert_eq!(index.snapshot().len(), 4);
    assert_eq!(index.reconcile(market.state(), position(9), || true).expect("nothing done"), Work::Stopped);
    drop(folder);
}

/// An index of another chain, or of heights that the node has lost, is not mended but made again.
#[test]
fn an_index_that_knows_too_much_is_refused() {
    let Town { folder, mut index, .. } = Town::of(market());
    let mut other = Market::default();
    other.enrol("alice");
    other.register(1, "alice", description("Rain gauges", &[], ""));
    assert!(index.reconcile(other.state(), position(1), || false).is_err());
    let path = index.folder().to_owned();
    drop(index);
    let mut index = Index::make(&path).expect("an empty one");
    assert_eq!(index.reconcile(other.state(), position(1), || false).expect("written"), Work::Done(1));
    assert_eq!(index.snapshot().len(), 1);
    drop(folder);
}
