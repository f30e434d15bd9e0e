//! What is not a store, not ours, not free or not whole is refused, and the message says what to do.

use std::fs;
use std::path::Path;

use yaosu_store::{Options, Store, StoreError};

use crate::support::{Chain, genesis, open, refusal};

/// A store with two blocks, closed.
fn filled(folder: &Path) -> Chain {
    let mut chain = Chain::new("refusals");
    chain.create(folder);
    let (store, _) = open(folder);
    for _ in 0..2 {
        let decided = chain.draft(5, 1);
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    store.close().unwrap();
    chain
}

#[track_caller]
fn assert_damaged(folder: &Path) {
    let error = refusal(folder);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("join again from peers"), "{error}");
}

#[test]
fn an_empty_or_missing_folder_is_not_a_store() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(refusal(folder.path()), StoreError::NotInitialised { .. }));
    assert!(matches!(refusal(&folder.path().join("missing")), StoreError::NotInitialised { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves no trace");
}

#[test]
fn a_store_is_created_once_and_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let again = Store::create(folder.path(), &genesis("refusals"), []);
    assert!(matches!(again, Err(StoreError::AlreadyInitialised { .. })));
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("something"), "else").unwrap();
    assert!(matches!(Store::create(other.path(), &genesis("other"), []), Err(StoreError::NotEmpty { .. })));
}

#[test]
fn one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let (store, _) = open(folder.path());
    assert!(matches!(refusal(folder.path()), StoreError::Locked { .. }));
    // A reader that is left can still read, so the files are still in use.
    let reader = store.reader();
    store.close().unwrap();
    assert!(matches!(refusal(folder.path()), StoreError::Locked { .. }));
    drop(reader);
    open(folder.path());
}

#[test]
fn another_chain_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let chain = filled(folder.path());
    let other = genesis("other").chain();
    let opened = Store::open(folder.path(), Options { chain: Some(other), ..Options::default() });
    assert!(matches!(opened, Err(StoreError::OtherChain { expected, .. }) if expected == other));
    let options = Options { chain: Some(chain.id), ..Options::default() };
    Store::open(folder.path(), options).unwrap().0.close().unwrap();
    let marker = folder.path().join("store");
    let text = fs::read_to_string(&marker).unwrap();
    fs::write(&marker, text.replace(&chain.id.to_string(), &other.to_string())).unwrap();
    assert_damaged(folder.path());
}

/// A journal or a database of another chain under this chain's marker.
#[test]
fn parts_of_another_chain_are_refused() {
    for part in ["journal", "sled"] {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path());
        let other = tempfile::tempdir().unwrap();
        Chain::new("other").create(other.path());
        fs::remove_dir_all(folder.path().join(part)).unwrap();
        crate::support::copy(&other.path().join(part), &folder.path().join(part));
        let error = refusal(folder.path());
        assert!(matches!(error, StoreError::OtherChain { .. }), "{part}: {error}");
    }
}

/// Goal: a folder of another version, older or newer, is refused by name, and nothing in it is changed.
#[test]
fn an_unknown_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let marker = folder.path().join("store");
    let good = fs::read_to_string(&marker).unwrap();
    let known = format!("format {}", yaosu_store::FORMAT_VERSION);
    assert!(good.contains(&known));
    for other in [1, yaosu_store::FORMAT_VERSION + 1] {
        let text = good.replace(&known, &format!("format {other}"));
        fs::write(&marker, &text).unwrap();
        let error = refusal(folder.path());
        assert!(matches!(error, StoreError::UnknownFormat { found, .. } if found == u64::from(other)));
        let said = format!("the store has format {other}, this program knows {}", yaosu_store::FORMAT_VERSION);
        assert!(error.to_string().starts_with(&said), "{error}");
        assert_eq!(fs::read_to_string(&marker).unwrap(), text);
    }
}

/// Method: each part is removed, and each file emptied, in a copy of its own.
#[test]
fn a_missing_part_is_damage() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    filled(&home);
    for (index, part) in ["store", "genesis.bin", "journal", "sled", "sled/db", "sled/conf"].into_iter().enumerate() {
        let copy = folders.path().join(index.to_string());
        crate::support::copy(&home, &copy);
        let path = copy.join(part);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        assert_damaged(&copy);
        assert_damaged(&copy);
    }
    for (index, part) in ["store", "genesis.bin", "sled/db"].into_iter().enumerate() {
        let copy = folders.path().join(format!("emptied {index}"));
        crate::support::copy(&home, &copy);
        fs::write(copy.join(part), b"").unwrap();
        assert_damaged(&copy);
    }
}

/// Method: sled's file is cut in many places. Whatever sled makes of it, even a panic, nothing wrong comes out.
#[test]
fn a_cut_database_gives_an_error_or_everything() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    let chain = filled(&home);
    let length = fs::metadata(home.join("sled/db")).unwrap().len();
    for cut in 1..12_u64 {
        let copy = folders.path().join(cut.to_string());
        crate::support::copy(&home, &copy);
        let file = fs::OpenOptions::new().write(true).open(copy.join("sled/db")).unwrap();
        file.set_len(length * cut / 12).unwrap();
        drop(file);
        if let Ok((store, recovered)) = Store::open(&copy, Options::default()) {
            chain.assert_recovered(&recovered);
            chain.assert_readable(&store.reader());
        }
    }
}
