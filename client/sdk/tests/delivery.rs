//! A sealed delivery through a depot: what an honest seller's buyer has at the end, and what a cheat's has.
//!
//! Not checked here: depots that are not folders; the rules of the order.

use std::fs;
use std::path::Path;

use yaosu_ledger::Digest;
use yaosu_ledger::sealed::{Commitment, Proof, Secret, Sink, judge};
use yaosu_sdk::content::{ContentError, Fingerprint};
use yaosu_sdk::delivery::{
    Arrived, CHUNKS, DeliveryError, Depot, Inbox, NODES, Opened, SealedDelivery, Spool, new_secret, seal, seal_file,
};
use yaosu_sdk::key_file::DeliverySecret;

fn root(bytes: &[u8]) -> Digest {
    Digest(*blake3::hash(bytes).as_bytes())
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from(place * 7 % 251).expect("it is below 256")).collect()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn bob() -> DeliverySecret {
    DeliverySecret::from_bytes(&[7; 32])
}

fn put(folder: &Path, sealed: &SealedDelivery) -> Depot {
    let address = Depot::address_of(&folder.join("depot")).expect("the path is absolute");
    let depot = Depot::open(&address, None, &[]).expect("it is a folder");
    block_on(depot.put(CHUNKS, &sealed.chunks(), &mut |_, _| {})).expect("the folder is there");
    block_on(depot.put(NODES, &sealed.nodes(), &mut |_, _| {})).expect("the folder is there");
    Depot::at(&address, &[]).expect("it is a folder")
}

fn receive(inbox: &Inbox, depot: &Depot) -> Result<Arrived, DeliveryError> {
    block_on(inbox.receive(depot, &bob(), &mut |_, _| {}))
}

fn seal_honestly(folder: &Path, bytes: &[u8], secret: &Secret) -> SealedDelivery {
    let file = folder.join("file");
    fs::write(&file, bytes).expect("the folder is there");
    let expected = Fingerprint { content_root: root(bytes), size_bytes: bytes.len() as u64 };
    seal_file(&file, expected, secret, &bob().public(), folder, &mut |_, _| {}).expect("it is the registered file")
}

/// Goal: the registered bytes come through, whatever their size; after an interruption only the rest is fetched.
#[test]
fn an_honest_delivery_comes_through() {
    for length in [0, 1, 1024, 1025, 100_000, 700_000] {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (bytes, secret) = (content(length), new_secret().expect("random numbers"));
        let sealed = seal_honestly(folder.path(), &bytes, &secret);
        let depot = put(folder.path(), &sealed);
        let inbox = Inbox::open(&folder.path().join("inbox"), length as u64).expect("the folder is ours");

        // As if it had broken off after 100 bytes.
        let lying = fs::read(folder.path().join("depot").join(CHUNKS)).expect("it was put there");
        fs::write(folder.path().join("inbox").join(CHUNKS), &lying[..100]).expect("the folder is there");
        let mut first = None;
        let mut progress = |done, _| {
            first.get_or_insert(done);
        };
        let arrived = block_on(inbox.receive(&depot, &bob(), &mut progress)).expect("it is there");
        assert!(first.is_some_and(|done| done > 100));
        let Commitment { ciphertext_root, nodes_root, .. } = sealed.commitment;
        assert_eq!(arrived, Arrived { ciphertext_root, nodes_root });
        assert_eq!(receive(&inbox, &depot).expect("it is here already"), arrived);

        let output = folder.path().join("output");
        let opened = inbox.open_with(&secret, &root(&bytes), &output, &mut |_, _| {}).expect("it can be read");
        assert_eq!(opened, Opened::Content);
        assert_eq!(fs::read(&output).expect("it was written"), bytes);
        assert!(matches!(
            inbox.open_with(&secret, &root(&bytes), &output, &mut |_, _| {}),
            Err(DeliveryError::Exists { .. })
        ));
    }
}

/// Goal: a depot holds nothing that could be read without the buyer's key, not even with the order's.
#[test]
fn a_depot_reads_nothing() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let secret = new_secret().expect("random numbers");
    let sealed = seal_honestly(folder.path(), &content(5000), &secret);
    let depot = put(folder.path(), &sealed);
    let inbox = Inbox::open(&folder.path().join("inbox"), 5000).expect("the folder is ours");
    let eve = DeliverySecret::from_bytes(&[8; 32]);
    let error = block_on(inbox.receive(&depot, &eve, &mut |_, _| {})).expect_err("it is not sealed to eve");
    assert!(matches!(error, DeliveryError::Unopened { .. }));
}

/// Goal: bytes that were changed, cut or made longer in the depot are told, and are not taken for a delivery.
#[test]
fn damage_in_the_depot_is_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let secret = new_secret().expect("random numbers");
    let sealed = seal_honestly(folder.path(), &content(200_000), &secret);
    let depot = put(folder.path(), &sealed);
    let path = folder.path().join("depot").join(CHUNKS);
    let good = fs::read(&path).expect("it was put there");
    let mut bad = good.clone();
    bad[150_000] ^= 1;
    let longer = [good.clone(), vec![0; 100_000]].concat();
    for bytes in [&bad, &good[..150_000].to_vec(), &longer, &Vec::new()] {
        fs::write(&path, bytes).expect("it is ours");
        let inbox = Inbox::open(&folder.path().join("inbox"), 200_000).expect("the folder is ours");
        assert!(receive(&inbox, &depot).is_err());
        inbox.discard().expect("it is ours");
    }
    let inbox = Inbox::open(&folder.path().join("inbox"), 200_000).expect("the folder is ours");
    fs::write(&path, &good).expect("it is ours");
    receive(&inbox, &depot).expect("it is whole again");
}

/// Goal: a seller's own client refuses to seal anything but the registered file.
#[test]
fn another_file_is_not_sealed() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("file");
    let expected = Fingerprint { content_root: root(b"good"), size_bytes: 4 };
    for bytes in [&b"evil"[..], b"longer", b""] {
        fs::write(&file, bytes).expect("the folder is there");
        let secret = new_secret().expect("random numbers");
        let error = seal_file(&file, expected, &secret, &bob().public(), folder.path(), &mut |_, _| {});
        assert!(matches!(error, Err(DeliveryError::Content(ContentError::Differs { .. }))));
    }
}

/// A spool that changes one byte of a sealed chunk on its way, as a cheating seller would.
struct Corrupting {
    spool: Spool,
    place: usize,
    done: usize,
    hasher: blake3::Hasher,
}

impl Sink for Corrupting {
    type Error = DeliveryError;

    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), DeliveryError> {
        let mut bytes = bytes.to_vec();
        if let Some(byte) = self.place.checked_sub(self.done).and_then(|place| bytes.get_mut(place)) {
            *byte ^= 1;
        }
        self.done += bytes.len();
        self.hasher.update(&bytes);
        self.spool.ciphertext(&bytes)
    }

    fn nodes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), DeliveryError> {
        self.spool.nodes(offset, bytes)
    }
}

/// Goal: a seller who changes one byte of one chunk is convicted by a few kilobytes, and the buyer gets no wrong file.
#[test]
fn one_wrong_chunk_is_proved() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let (bytes, secret) = (content(700_000), new_secret().expect("random numbers"));
    let spool = Spool::new(folder.path(), &bob().public()).expect("it is a key");
    let mut cheat = Corrupting { spool, place: 345_678, done: 0, hasher: blake3::Hasher::new() };
    seal(&mut bytes.as_slice(), Path::new("file"), 700_000, &secret, &mut cheat, &mut |_, _| {}).expect("in memory");
    let ciphertext_root = Digest(*cheat.hasher.finalize().as_bytes());
    let sealed = cheat.spool.finish(ciphertext_root, 700_000, &secret).expect("the folder is ours");
    let depot = put(folder.path(), &sealed);
    let inbox = Inbox::open(&folder.path().join("inbox"), 700_000).expect("the folder is ours");
    let arrived = receive(&inbox, &depot).expect("it is there");
    assert_eq!(arrived.ciphertext_root, sealed.commitment.ciphertext_root);

    let output = folder.path().join("output");
    let opened = inbox.open_with(&secret, &root(&bytes), &output, &mut |_, _| {}).expect("it can be read");
    let Opened::Misbehaviour(proof) = opened else { panic!("a byte is wrong") };
    assert!(matches!(proof.as_ref(), Proof::Leaf(leaf) if leaf.chunk == 345_678 / 1024));
    assert_eq!(judge(&root(&bytes), 700_000, &sealed.commitment, &secret, &proof), Ok(()));
    assert!(yaosu_ledger::codec::encode(proof.as_ref()).len() < 4096);
    assert!(!output.exists());
}
