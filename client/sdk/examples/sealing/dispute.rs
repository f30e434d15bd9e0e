//! A wrong delivery: one chunk of it is changed, as if its seller had delivered and committed to that.

use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::time::{Duration, Instant};

use yaosu_ledger::Digest;
use yaosu_ledger::sealed::{CHUNK_BYTES, Commitment, Proof, chunk_count, judge};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::Opened;

use crate::steps::{Work, measured};
use crate::{Outcome, fingerprint};

/// How often the judge is asked.
const TIMES: usize = 10_000;

pub fn run(work: &Work<'_>) -> Outcome {
    let Fingerprint { content_root, size_bytes } = work.expected;
    let secret = work.secret()?;
    let path = work.inbox_folder().join("chunks");
    // Behind most of the file, so that the walk is long.
    let wrong = (chunk_count(size_bytes) - 1) / 8 * 7;
    let file = File::options().read(true).write(true).open(&path)?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, wrong * CHUNK_BYTES)?;
    file.write_all_at(&[byte[0] ^ 1], wrong * CHUNK_BYTES)?;
    let root_of = |name: &str| -> Outcome<Digest> { Ok(fingerprint(&work.inbox_folder().join(name))?.content_root) };
    let commitment = Commitment {
        ciphertext_root: root_of("chunks")?,
        nodes_root: root_of("nodes")?,
        key_commitment: secret.commitment(),
    };

    let output = work.folder.join("nothing");
    let opened = measured("open a wrong delivery, and prove it", || {
        Ok(work.inbox()?.open_with(&secret, &content_root, &output, &mut |_, _| {})?)
    })?;
    let Opened::Misbehaviour(proof) = opened else { return Err("a wrong chunk was taken for the content".into()) };
    assert!(matches!(proof.as_ref(), Proof::Leaf(leaf) if leaf.chunk == wrong), "the wrong chunk is the accused one");
    println!("note The proof against the seller has {} bytes.", yaosu_ledger::codec::encode(proof.as_ref()).len());

    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            let verdict = judge(&content_root, size_bytes, black_box(&commitment), &secret, black_box(&proof));
            let time = began.elapsed();
            assert_eq!(verdict, Ok(()), "the proof convicts");
            time
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[TIMES * part / 100].as_nanos();
    println!("note Judged {TIMES} times: half of them in {} ns, 99 of 100 in {} ns.", at(50), at(99));
    Ok(())
}
