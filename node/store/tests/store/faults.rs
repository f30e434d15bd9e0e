//! Disks that fail: nothing is acknowledged after the first error, and all that was acknowledged comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use yaosu_store::{Options, Store, StoreError};

use crate::support::{Chain, Fault, OFFER, TestDisk, eventually, open, options};

/// Method: each fault at each append of a short life.
#[test]
fn after_a_failed_append_nothing_is_acknowledged() {
    for fault in [Fault::ShortWrite, Fault::NoSpace, Fault::SyncFails] {
        // The first append is the opening of the journal at start.
        for good in 1..6 {
            let folder = tempfile::tempdir().unwrap();
            let mut chain = Chain::new("append");
            chain.create(folder.path());
            let disk = Arc::new(TestDisk::default());
            disk.fail_append(good, fault);
            let told = Arc::new(AtomicU32::new(0));
            let hook = Arc::clone(&told);
            let on_failure: yaosu_store::FailureHook = Box::new(move |_| {
                hook.fetch_add(1, Ordering::SeqCst);
            });
            let options = Options { on_failure: Some(on_failure), ..options(&disk) };
            let (store, _) = Store::open(folder.path(), options).unwrap();
            let mut unsure = None;
            for _ in 0..3 {
                let decided = chain.draft(2, 1);
                if let Err(error) = store.propose(&decided.block, &OFFER) {
                    assert!(error.is_fatal(), "{error}");
                    break;
                }
                if let Err(error) = store.decide(decided.clone()) {
                    assert_eq!(matches!(error, StoreError::DiskFull { .. }), fault != Fault::SyncFails, "{error}");
                    unsure = Some(decided);
                    break;
                }
                chain.push(decided);
            }
            assert!(chain.blocks.len() < 3, "the fault was met");
            assert!(store.failure().is_some());
            assert_eq!(told.load(Ordering::SeqCst), 1);
            let next = chain.draft(1, 5);
            assert!(matches!(store.propose(&next.block, &OFFER), Err(StoreError::Stopped(_))));
            assert!(matches!(store.decide(next), Err(StoreError::Stopped(_))));
            assert!(store.close().is_err());

            let (store, recovered) = open(folder.path());
            // A decision whose sync failed may be there: it was not acknowledged, but it was decided.
            if let Some(decided) = unsure
                && recovered.last.as_ref().is_some_and(|(header, _)| header.height == chain.height().next())
            {
                assert_eq!(fault, Fault::SyncFails);
                chain.push(decided);
            }
            chain.assert_recovered(&recovered);
            chain.assert_readable(&store.reader());
        }
    }
}

/// Method: the writer stops at its k-th change of sled, for many k, over a sled that has something already.
#[test]
fn a_half_written_sled_is_made_whole() {
    half_write(64 * 1024 * 1024, 32 * 1024 * 1024);
}

/// The same with a batch for each block and a journal segment for each record, so that segments are dropped on the way.
#[test]
fn a_half_written_sled_has_its_journal() {
    half_write(1, 1);
}

fn half_write(queue_bytes: usize, segment_bytes: u64) {
    for good in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 70, 85, 100] {
        let folder = tempfile::tempdir().unwrap();
        let mut chain = Chain::new("half");
        chain.create(folder.path());
        let (store, _) = open(folder.path());
        for _ in 0..2 {
            let decided = chain.draft(9, 1);
            store.decide(decided.clone()).unwrap();
            chain.push(decided);
        }
        store.close().unwrap();
        let disk = Arc::new(TestDisk::default());
        disk.fail_changes(good);
        let options = Options { queue_bytes, segment_bytes, ..options(&disk) };
        let (store, recovered) = Store::open(folder.path(), options).unwrap();
        chain.assert_recovered(&recovered);
        for _ in 0..3 {
            let decided = chain.draft(9, 1);
            if store.propose(&decided.block, &OFFER).is_err() || store.decide(decided.clone()).is_err() {
                break;
            }
            chain.push(decided);
        }
        eventually("the writer has stopped", || store.failure().is_some());
        chain.assert_readable(&store.reader());
        assert!(store.close().is_err());

        // Stopped once more while it is made whole, then not.
        let disk = Arc::new(TestDisk::default());
        disk.fail_changes(good / 4);
        let options = Options { disk, ..Options::default() };
        assert!(Store::open(folder.path(), options).is_err(), "{good}");
        let (store, recovered) = open(folder.path());
        chain.assert_recovered(&recovered);
        chain.assert_readable(&store.reader());
    }
}

#[test]
fn a_failed_sync_of_sled_stops_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("sync");
    chain.create(folder.path());
    let disk = Arc::new(TestDisk::default());
    disk.fail_database_syncs(0);
    let options = Options { segment_bytes: 1, ..options(&disk) };
    let (store, _) = Store::open(folder.path(), options).unwrap();
    let decided = chain.draft(3, 1);
    store.decide(decided.clone()).unwrap();
    chain.push(decided);
    eventually("the store has stopped", || store.failure().is_some());
    assert!(matches!(store.propose(&chain.draft(1, 1).block, &OFFER), Err(StoreError::Stopped(_))));
    drop(store);
    let (store, recovered) = open(folder.path());
    chain.assert_recovered(&recovered);
    chain.assert_readable(&store.reader());
}
