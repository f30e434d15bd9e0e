//! Goal: the index follows the decided heights, survives what happens to its folder, and stops when it is told.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::{Assets, Draft, State};
use yaosu_ledger::{BlockId, ChainId, Digest, Height, Timestamp};
use yaosu_search::{Filters, Request, Sort};

use super::{Follower, Search, Standing, start};
use crate::http::tests::town::{ALICE, PATIENCE, asset, asset_id};

/// A height with some assets.
fn tip(height: u64, titles: &[&str]) -> Tip {
    let state = State::default();
    let mut draft = Draft::new(&state);
    for (number, title) in (1..).zip(titles) {
        draft.put::<Assets>(&asset_id(&[number; 32]), &asset(title, ALICE));
    }
    let changes = draft.into_changes();
    Tip {
        chain: ChainId(Digest([1; 32])),
        height: Height(height),
        block: BlockId(Digest([2; 32])),
        time: Timestamp(height),
        state: state.with(&changes),
    }
}

/// How many assets a text finds, and at which height; `None` without an index.
fn found(search: &Search, text: &str) -> Option<(u64, Height)> {
    let Standing::Ready(indexed) = search.standing() else { return None };
    let filters = Filters::default();
    let request = Request { text: text.into(), filters, sort: Sort::Relevance, limit: 10, after: None };
    Some((search.find(&indexed, &request).ok()?.total, indexed.tip.height))
}

#[track_caller]
fn wait_for(search: &Search, text: &str, expected: (u64, Height)) {
    let began = Instant::now();
    while found(search, text) != Some(expected) {
        assert!(began.elapsed() < PATIENCE, "{text}: {:?} instead of {expected:?}", found(search, text));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_thread_follows_the_heights_and_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search");
    let shared = Arc::new(ArcSwap::from_pointee(tip(1, &["Harbour"])));
    let (heights, watched) = watch::channel(Height(1));
    let (search, thread) = start(path.clone(), Arc::clone(&shared), watched).expect("a thread");
    wait_for(&search, "harbour", (1, Height(1)));
    shared.store(Arc::new(tip(2, &["Mountain", "Harbour again"])));
    heights.send_replace(Height(2));
    wait_for(&search, "harbour", (1, Height(2)));
    wait_for(&search, "mountain", (1, Height(2)));
    thread.stop();
    drop(heights);
    thread.join();
    assert_eq!(found(&search, "mountain"), Some((1, Height(2))), "what was published is still answered");

    // The next start finds the files and brings them to its own height.
    let (heights, watched) = watch::channel(Height(3));
    let shared = Arc::new(ArcSwap::from_pointee(tip(3, &["Mountain", "Harbour again", "Valley"])));
    let (search, thread) = start(path, shared, watched).expect("a thread");
    wait_for(&search, "", (3, Height(3)));
    // Nobody decides any more: it ends without being told.
    drop(heights);
    thread.join();
}

fn follow(follower: &mut Follower, tip: &Tip) -> bool {
    follower.follow(tip, &|| false)
}

#[test]
fn a_folder_that_disappears_is_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search");
    let mut follower = Follower::new(path.clone());
    let search = follower.search();
    assert_eq!(found(&search, "rain"), None);
    assert!(follow(&mut follower, &tip(1, &["Rain"])));
    fs::remove_dir_all(&path).expect("removed");
    assert_eq!(found(&search, "rain"), Some((1, Height(1))), "open files stay readable");
    assert!(follow(&mut follower, &tip(2, &["Rain", "More rain"])));
    assert_eq!(found(&search, "rain"), Some((2, Height(2))));
    drop(follower);
    fs::remove_dir_all(&path).expect("removed");
    fs::write(&path, b"garbage").expect("written");
    let mut follower = Follower::new(path);
    assert!(follow(&mut follower, &tip(2, &["Rain", "More rain"])));
    assert_eq!(found(&follower.search(), "rain"), Some((2, Height(2))));
}

#[test]
fn without_a_folder_there_is_no_search_and_nothing_else_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, b"").expect("written");
    let mut follower = Follower::new(file.join("search"));
    assert!(!follow(&mut follower, &tip(1, &["Rain"])));
    assert!(matches!(follower.search().standing(), Standing::Failed));
    assert!(!Path::new(&file.join("search")).exists());
}

/// A start that is given up leaves nothing half done: the next one begins again.
#[test]
fn a_stop_in_the_middle_does_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut follower = Follower::new(folder.path().join("search"));
    assert!(!follower.follow(&tip(1, &["Rain"]), &|| true));
    assert!(matches!(follower.search().standing(), Standing::Preparing));
    assert!(follow(&mut follower, &tip(1, &["Rain"])));
    assert_eq!(found(&follower.search(), "rain"), Some((1, Height(1))));
}
