//! How much memory a delivery takes. One test alone, since memory is the process's.
//!
//! Not checked here: depots that are not folders, of which `Depot::put` says what it holds at most.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;

use yaosu_ledger::Digest;
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::{Arrived, CHUNKS, Depot, Inbox, NODES, Opened, new_secret, seal_file};
use yaosu_sdk::key_file::DeliverySecret;

const MEBIBYTE: u64 = 1024 * 1024;

/// The sealed file; its nodes are a sixteenth of it.
const FILE_BYTES: u64 = 96 * MEBIBYTE;

/// What a step may take more than there was before: less than the nodes have.
const GROWTH_BYTES_MAX: u64 = 4 * MEBIBYTE;

/// What sending may take, which holds the parts of an upload that are on their way.
const SENDING_BYTES_MAX: u64 = 40 * MEBIBYTE;

/// A figure of this process from `/proc/self/status`, in bytes.
fn memory(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
    let kibibytes: u64 = line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().expect("it is a number");
    kibibytes * 1024
}

/// Does something, and holds the peak of memory against what there was before.
fn bounded<T>(what: &str, limit: u64, work: impl FnOnce() -> T) -> T {
    // Makes the peak what there is now, see proc(5).
    fs::write("/proc/self/clear_refs", "5").expect("a process may reset its own peak");
    let before = memory("VmRSS");
    let result = work();
    let growth = memory("VmHWM").saturating_sub(before);
    assert!(growth <= limit, "{what} took {growth} bytes, {limit} are its limit");
    result
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Goal: no step of a delivery holds the file or its nodes in memory, an honest one's or a dispute's.
#[test]
fn memory_does_not_follow_the_size() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = |name: &str| folder.path().join(name);
    let mut file = File::create(path("file")).expect("the folder is there");
    let mut hasher = blake3::Hasher::new();
    for number in 0..FILE_BYTES / MEBIBYTE {
        let mut piece = vec![0; usize::try_from(MEBIBYTE).expect("it fits")];
        piece[..8].copy_from_slice(&number.to_le_bytes());
        hasher.update(&piece);
        file.write_all(&piece).expect("the disk has room");
    }
    let content_root = Digest(*hasher.finalize().as_bytes());
    let expected = Fingerprint { content_root, size_bytes: FILE_BYTES };
    let (bob, secret) = (DeliverySecret::from_bytes(&[7; 32]), new_secret().expect("random numbers"));
    let to = bob.public();

    let sealed = bounded("sealing", GROWTH_BYTES_MAX, || {
        seal_file(&path("file"), expected, &secret, &to, folder.path(), &mut |_, _| {})
    });
    let sealed = sealed.expect("it is the registered file");
    // By hand: sending comes last, since what it leaves to the allocator would hide what the others take.
    fs::create_dir(path("depot")).expect("the folder is there");
    fs::copy(sealed.chunks(), path("depot").join(CHUNKS)).expect("the disk has room");
    fs::copy(sealed.nodes(), path("depot").join(NODES)).expect("the disk has room");

    let address = Depot::address_of(&path("depot")).expect("the path is absolute");
    let depot = Depot::at(&address, &[]).expect("it is a folder");
    let inbox = Inbox::open(&path("inbox"), FILE_BYTES).expect("the folder is ours");
    let arrived = bounded("fetching", GROWTH_BYTES_MAX, || block_on(inbox.receive(&depot, &bob, &mut |_, _| {})));
    let (ciphertext_root, nodes_root) = (sealed.commitment.ciphertext_root, sealed.commitment.nodes_root);
    assert_eq!(arrived.expect("it is there"), Arrived { ciphertext_root, nodes_root });

    let open = |output: &str| inbox.open_with(&secret, &content_root, &path(output), &mut |_, _| {});
    let opened = bounded("opening", GROWTH_BYTES_MAX, || open("output"));
    assert_eq!(opened.expect("it can be read"), Opened::Content);

    let chunks = File::options().write(true).open(path("inbox").join("chunks")).expect("it has arrived");
    chunks.write_all_at(&[1; 32], FILE_BYTES - 32).expect("it is ours");
    let proved = bounded("proving", GROWTH_BYTES_MAX, || open("nothing"));
    assert!(matches!(proved.expect("it can be read"), Opened::Misbehaviour(_)));

    let address = Depot::address_of(&path("other depot")).expect("the path is absolute");
    let depot = Depot::open(&address, None, &[]).expect("it is a folder");
    let send = || block_on(depot.put(CHUNKS, &sealed.chunks(), &mut |_, _| {}));
    bounded("sending", SENDING_BYTES_MAX, send).expect("the disk has room");
}
