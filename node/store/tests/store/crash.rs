//! Crashes: a copy of the folder at some moment is what a crash at that moment leaves.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaosu_store::{Store, StoreError};

use crate::support::{Chain, OFFER, TestDisk, copy, open, options, refusal};

fn journal_file(folder: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.pop().unwrap()
}

/// Method: a copy after each step, with sled held where it was at the last start; each copy is opened and lived on in.
#[test]
fn a_crash_after_any_step_keeps_every_promise() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    let mut chain = Chain::new("steps");
    chain.create(&home);
    let disk = Arc::new(TestDisk::default());
    disk.hold_changes();
    let (store, _) = Store::open(&home, options(&disk)).unwrap();
    for step in 0..6 {
        let decided = chain.draft(step * 3, 1);
        let is_proposed = step % 3 != 2;
        if is_proposed {
            store.propose(&decided.block, &OFFER).unwrap();
            let crashed = folders.path().join(format!("proposed {step}"));
            copy(&home, &crashed);
            let (_, recovered) = open(&crashed);
            chain.assert_recovered(&recovered);
            assert_eq!(recovered.proposed, [(decided.block.clone(), OFFER)]);
        }
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
        let crashed = folders.path().join(format!("decided {step}"));
        copy(&home, &crashed);
        let (again, recovered) = open(&crashed);
        chain.assert_recovered(&recovered);
        chain.assert_readable(&again.reader());
        let next = chain.draft(1, 2);
        again.propose(&next.block, &OFFER).unwrap();
        again.decide(next).unwrap();
        again.close().unwrap();
    }
    disk.let_go();
}

/// Method: the journal is cut at many lengths within its last record, the decision of the last block.
#[test]
fn a_torn_decision_leaves_the_block_proposed() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    let mut chain = Chain::new("torn");
    chain.create(&home);
    let disk = Arc::new(TestDisk::default());
    disk.hold_changes();
    let (store, _) = Store::open(&home, options(&disk)).unwrap();
    let first = chain.draft(2, 1);
    store.decide(first.clone()).unwrap();
    chain.push(first);
    let second = chain.draft(2, 1);
    store.propose(&second.block, &OFFER).unwrap();
    let acknowledged = fs::metadata(journal_file(&home)).unwrap().len();
    store.decide(second.clone()).unwrap();
    let written = fs::metadata(journal_file(&home)).unwrap().len();
    let step = usize::try_from((written - acknowledged) / 12).unwrap();
    for length in (acknowledged..written).step_by(step) {
        let crashed = folders.path().join(format!("cut at {length}"));
        copy(&home, &crashed);
        fs::OpenOptions::new().write(true).open(journal_file(&crashed)).unwrap().set_len(length).unwrap();
        let (again, recovered) = open(&crashed);
        chain.assert_recovered(&recovered);
        assert_eq!(recovered.proposed, [(second.block.clone(), OFFER)]);
        again.decide(second.clone()).unwrap();
    }
    disk.let_go();
}

#[test]
fn an_altered_journal_is_refused() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    let mut chain = Chain::new("altered");
    chain.create(&home);
    let disk = Arc::new(TestDisk::default());
    disk.hold_changes();
    let (store, _) = Store::open(&home, options(&disk)).unwrap();
    let mut before_last = 0;
    for _ in 0..2 {
        before_last = fs::metadata(journal_file(&home)).unwrap().len();
        let decided = chain.draft(1, 1);
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    let step = usize::try_from(before_last / 12).unwrap();
    for offset in (0..usize::try_from(before_last).unwrap()).step_by(step) {
        let crashed = folders.path().join(format!("altered at {offset}"));
        copy(&home, &crashed);
        let path = journal_file(&crashed);
        let mut bytes = fs::read(&path).unwrap();
        bytes[offset] ^= 0x10;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(refusal(&crashed), StoreError::Damaged { .. }), "byte {offset}");
    }
    disk.let_go();
}

/// Sled put back to an earlier time: the journal that led on from there is gone.
#[test]
fn a_sled_that_has_lost_its_end_is_refused() {
    let folders = tempfile::tempdir().unwrap();
    let home = folders.path().join("home");
    let mut chain = Chain::new("older");
    chain.create(&home);
    let old = folders.path().join("old");
    copy(&home, &old);
    let (store, _) = open(&home);
    for _ in 0..3 {
        let decided = chain.draft(1, 1);
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    store.close().unwrap();
    open(&home).0.close().unwrap();
    fs::remove_dir_all(home.join("sled")).unwrap();
    copy(&old.join("sled"), &home.join("sled"));
    assert!(matches!(refusal(&home), StoreError::Damaged { .. }));
}
