//! What goes in comes out: from memory at once, from sled later, and after a start.

use std::sync::Arc;

use yaosu_ledger::Height;
use yaosu_ledger::offer::{Authorship, Offer};
use yaosu_ledger::signature::Signature;
use yaosu_store::{Options, StoreError};

use crate::support::{self, Chain, OFFER, TestDisk, comes_true, eventually, open, options};
use yaosu_store::Store;

#[test]
fn a_new_store_holds_genesis() {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::new("new");
    chain.create(folder.path());
    let (store, recovered) = open(folder.path());
    chain.assert_recovered(&recovered);
    assert!(recovered.proposed.is_empty());
    chain.assert_readable(&store.reader());
}

/// Method: the same questions while sled has nothing of it, once sled has all of it, and after a start.
#[test]
fn readers_see_a_height_at_once_and_ever_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("readers");
    chain.create(folder.path());
    let disk = Arc::new(TestDisk::default());
    disk.hold_changes();
    let (store, _) = Store::open(folder.path(), options(&disk)).unwrap();
    let reader = store.reader();
    for transactions in [0, 1, 30, 4, 0, 100, 2, 2, 60] {
        let decided = chain.draft(transactions, 2);
        store.propose(&decided.block, &OFFER).unwrap();
        chain.assert_readable(&reader);
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
        chain.assert_readable(&reader);
    }
    assert_eq!(reader.statistics().unwrap().waiting_blocks, 9);
    disk.let_go();
    eventually("sled has everything", || reader.statistics().unwrap().waiting_blocks == 0);
    chain.assert_readable(&reader);
    store.close().unwrap();
    chain.assert_readable(&reader);
    assert_eq!(reader.statistics().unwrap().recorded_height, chain.height());
    drop(reader);
    let (store, recovered) = open(folder.path());
    chain.assert_recovered(&recovered);
    chain.assert_readable(&store.reader());
}

/// A history whose newer part is in memory and whose older part is in sled.
#[test]
fn histories_cross_from_memory_to_sled() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("histories");
    chain.create(folder.path());
    let disk = Arc::new(TestDisk::default());
    let (store, _) = Store::open(folder.path(), options(&disk)).unwrap();
    let reader = store.reader();
    for round in 0..3 {
        for _ in 0..3 {
            let decided = chain.draft(12, 3);
            store.decide(decided.clone()).unwrap();
            chain.push(decided);
        }
        if round == 0 {
            eventually("sled has the first part", || reader.statistics().unwrap().waiting_blocks == 0);
            disk.hold_changes();
        }
    }
    assert_eq!(reader.statistics().unwrap().waiting_blocks, 6);
    chain.assert_readable(&reader);
    disk.let_go();
}

#[test]
fn sync_ranges_keep_to_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("ranges");
    chain.create(folder.path());
    let (store, _) = open(folder.path());
    for _ in 0..5 {
        let decided = chain.draft(10, 1);
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    let reader = store.reader();
    let one = chain.blocks[1].block.encode().len();
    let two = one + chain.blocks[2].block.encode().len();
    for (bytes_max, count) in [(0, 1), (one, 1), (two - 1, 1), (two, 2), (usize::MAX, 3)] {
        let blocks = reader.blocks(Height(2), Height(4), bytes_max).unwrap();
        assert_eq!(blocks.len(), count, "{bytes_max} bytes");
        assert_eq!(blocks[0].height, Height(2));
    }
    assert!(reader.blocks(Height(6), Height(9), usize::MAX).unwrap().is_empty());
    assert!(reader.blocks(Height(4), Height(3), usize::MAX).unwrap().is_empty());
}

#[test]
fn undecided_blocks_come_back_in_order_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("undecided");
    chain.create(folder.path());
    let (store, _) = open(folder.path());
    let first = chain.draft(3, 1);
    store.propose(&chain.draft(2, 2).block, &OFFER).unwrap();
    store.propose(&first.block, &OFFER).unwrap();
    store.decide(first.clone()).unwrap();
    chain.push(first);
    let offer = |round| {
        let signature = Signature([3; 64]);
        Offer { round, authorship: Some(Authorship { round: 0, valid_round: round.checked_sub(2), signature }) }
    };
    let drafts: Vec<_> = [9, 4, 6].map(|variant| (chain.draft(5, variant).block, offer(variant.into()))).to_vec();
    for (block, offer) in &drafts {
        store.propose(block, offer).unwrap();
    }
    for (block, _) in &drafts {
        store.propose(block, &OFFER).unwrap();
    }
    drop(store);
    // Each start begins a new journal: the blocks go along.
    for _ in 0..2 {
        let (store, recovered) = open(folder.path());
        assert_eq!(recovered.proposed, drafts);
        drop(store);
    }
    let (store, _) = open(folder.path());
    let decided = chain.draft(5, 4);
    store.decide(decided.clone()).unwrap();
    chain.push(decided);
    drop(store);
    let (store, recovered) = open(folder.path());
    assert!(recovered.proposed.is_empty(), "the others of a decided height are forgotten");
    chain.assert_recovered(&recovered);
    chain.assert_readable(&store.reader());
}

#[test]
fn what_is_out_of_turn_is_refused_and_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("turn");
    chain.create(folder.path());
    let (store, _) = open(folder.path());
    let first = chain.draft(1, 1);
    let mut other = chain.draft(1, 2);
    other.certificate = first.certificate.clone();
    assert!(matches!(store.decide(other), Err(StoreError::OtherBlock { .. })));
    store.decide(first.clone()).unwrap();
    assert!(matches!(store.decide(first.clone()), Err(StoreError::WrongHeight { .. })));
    assert!(matches!(store.propose(&first.block, &OFFER), Err(StoreError::WrongHeight { .. })));
    chain.push(first);
    let mut large = chain.draft(1, 1);
    large.changes.push((vec![255], Some(Arc::from(vec![0; yaosu_store::STATE_VALUE_BYTES_MAX + 1]))));
    assert!(matches!(store.decide(large), Err(StoreError::TooLarge { .. })));
    let second = chain.draft(1, 1);
    store.decide(second.clone()).unwrap();
    chain.push(second);
    chain.assert_readable(&store.reader());
}

/// Method: segments of one byte, so that each record begins a new one.
#[test]
fn the_journal_lets_go_of_what_sled_has() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("segments");
    chain.create(folder.path());
    let open = || Store::open(folder.path(), Options { segment_bytes: 1, ..Options::default() }).unwrap();
    let (store, _) = open();
    for _ in 0..20 {
        let decided = chain.draft(2, 1);
        store.propose(&decided.block, &OFFER).unwrap();
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    let reader = store.reader();
    store.close().unwrap();
    let segments = std::fs::read_dir(folder.path().join("journal")).unwrap().count();
    assert_eq!((segments, reader.statistics().unwrap().sealed_segments), (1, 0));
    drop(reader);
    let (store, recovered) = open();
    chain.assert_recovered(&recovered);
    chain.assert_readable(&store.reader());
}

/// Sled puts a large page into a file of its own, which it never syncs. Ours are never that large.
///
/// Method: many transactions near the limit one after the other, and many long records side by side.
#[test]
fn sled_gets_no_large_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("large");
    chain.create(folder.path());
    let (store, _) = open(folder.path());
    for _ in 0..3 {
        let mut decided = chain.draft(0, 1);
        let large = chain.large_transactions(60);
        assert!(large.iter().all(|one| one.bytes().len() > 30_000));
        decided.block.header.transactions_root = yaosu_ledger::block::transactions_root(&large);
        decided.block.transactions = large;
        let records = (0..40).map(|number| (vec![210, number], Some(vec![number; 60_000].into())));
        decided.changes.extend(records);
        decided.block.header.state_root = chain.state.with(&decided.changes).root();
        decided.certificate.block = decided.block.id();
        store.decide(decided.clone()).unwrap();
        chain.push(decided);
    }
    store.close().unwrap();
    assert_eq!(std::fs::read_dir(folder.path().join("sled/blobs")).unwrap().count(), 0);
    let (store, recovered) = open(folder.path());
    chain.assert_recovered(&recovered);
    chain.assert_readable(&store.reader());
}

#[test]
fn decide_waits_for_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut chain = Chain::new("room");
    chain.create(folder.path());
    let disk = Arc::new(TestDisk::default());
    disk.hold_changes();
    let options = Options { queue_bytes: 1, ..support::options(&disk) };
    let (store, _) = Store::open(folder.path(), options).unwrap();
    let first = chain.draft(1, 1);
    store.decide(first.clone()).unwrap();
    chain.push(first);
    let second = chain.draft(1, 1);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.decide(second.clone()));
        let waits = comes_true(|| store.reader().statistics().unwrap().is_full);
        let height = store.reader().height();
        disk.let_go();
        assert!(waits, "the decision did not wait");
        assert_eq!(height, Height(1));
        waiting.join().unwrap().unwrap();
    });
    chain.push(second.clone());
    chain.assert_readable(&store.reader());
}
