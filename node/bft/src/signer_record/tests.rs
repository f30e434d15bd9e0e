use yaosu_ledger::signature::{Context, SigningKey};

use super::*;

const CHAIN: ChainId = ChainId(Digest([1; 32]));

fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

fn block(name: u8) -> BlockId {
    BlockId(Digest([name; 32]))
}

fn at(height: u64, round: u32, step: Step, value: impl Into<Option<BlockId>>) -> Position {
    Position { height: Height(height), round, step, value: value.into() }
}

/// The message that says exactly this position, as votes and proposals do.
fn message(position: Position) -> Vec<u8> {
    codec::encode(&position)
}

fn signature(position: Position) -> Signature {
    key().sign(Context::Vote, &CHAIN, &message(position))
}

fn sign(record: &mut SignerRecord, position: Position) -> Result<Signature, Refusal> {
    record.authorise(position, &message(position), || signature(position))
}

fn open(path: &Path, history: History) -> Result<SignerRecord, OpenError> {
    SignerRecord::open(path, CHAIN, key().public(), history)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system has a place for temporary files")
}

/// Goal: each relation to the last signature has its answer, also after the file was opened again.
/// Method: every row asks a record whose last signature is a prevote for block 1 at height 5, round 1.
#[test]
fn each_position_has_its_answer() {
    let last = at(5, 1, Step::Prevote, block(1));
    #[rustfmt::skip]
    let rows = [
        ("the same",                     at(5, 1, Step::Prevote,   block(1)), "same"),
        ("other block",                  at(5, 1, Step::Prevote,   block(2)), "conflict"),
        ("no block",                     at(5, 1, Step::Prevote,   None),     "conflict"),
        ("step before",                  at(5, 1, Step::Propose,   block(1)), "passed"),
        ("round before, later step",     at(5, 0, Step::Precommit, block(1)), "passed"),
        ("height before, later round",   at(4, 9, Step::Precommit, block(1)), "passed"),
        ("step after",                   at(5, 1, Step::Precommit, block(1)), "signed"),
        ("step after, other block",      at(5, 1, Step::Precommit, block(2)), "signed"),
        ("round after, earlier step",    at(5, 2, Step::Propose,   block(2)), "signed"),
        ("height after, earlier round",  at(6, 0, Step::Propose,   block(2)), "signed"),
    ];
    for (case, position, answer) in rows {
        for reopened in [false, true] {
            let folder = folder();
            let path = folder.path().join("record");
            let mut record = open(&path, History::Empty).expect("a new node");
            let first = sign(&mut record, last).expect("nothing was signed before");
            if reopened {
                drop(record);
                record = open(&path, History::Present).expect("a whole record");
            }
            let found = match sign(&mut record, position) {
                Ok(signature) if position == last && signature == first => "same",
                Ok(_) => "signed",
                Err(Refusal::Conflict { last: named }) if named == last => "conflict",
                Err(Refusal::Passed { last: named }) if named == last => "passed",
                Err(other) => panic!("{case}: {other}"),
            };
            assert_eq!(found, answer, "{case}, reopened: {reopened}");
        }
    }
}

/// Goal: at the last position the stored signature is given, no new one made.
#[test]
fn a_repeated_signature_is_not_made_again() {
    let folder = folder();
    let mut record = open(&folder.path().join("record"), History::Empty).expect("a new node");
    let position = at(1, 0, Step::Prevote, block(1));
    let first = sign(&mut record, position).expect("nothing was signed before");
    let again = record.authorise(position, &message(position), || panic!("made twice")).expect("the same message");
    assert_eq!(again, first);
}

/// Goal: a damaged slot never counts, and one damaged slot costs at most the last signature.
/// Method: each byte of each slot, one at a time. The older slot damaged: nothing is forgotten. The newer one: the
/// record falls back to the signature before, as after a torn write whose signature never left.
#[test]
fn each_byte_of_a_slot_is_guarded() {
    let folder = folder();
    let path = folder.path().join("record");
    let before = at(1, 0, Step::Prevote, block(1));
    let last = at(1, 0, Step::Precommit, block(1));
    let mut record = open(&path, History::Empty).expect("a new node");
    sign(&mut record, before).expect("nothing was signed before");
    sign(&mut record, last).expect("a later step");
    drop(record);
    let whole = std::fs::read(&path).expect("the record was written");
    // Two slots when made and two signatures: the last is the second slot's.
    for (slot, expected) in [(0, last), (1, before)] {
        for byte in 0..SLOT_BYTES {
            let place = usize::try_from(SLOT_OFFSETS[slot]).expect("a small offset") + byte;
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            std::fs::write(&path, &bytes).expect("the file can be written");
            let record = open(&path, History::Present).expect("one whole slot is enough");
            assert_eq!(record.last(), Some(expected), "byte {byte} of slot {slot}");
            assert_eq!(record.damaged_slots(), 1);
        }
    }
}

/// Goal: without a whole slot nothing is signed, and the text says what to do.
#[test]
fn a_record_without_a_whole_slot_is_refused() {
    let folder = folder();
    let path = folder.path().join("record");
    let mut record = open(&path, History::Empty).expect("a new node");
    sign(&mut record, at(1, 0, Step::Prevote, block(1))).expect("nothing was signed before");
    drop(record);
    let whole = std::fs::read(&path).expect("the record was written");
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    flipped[4096 + 40] ^= 1;
    for bytes in [Vec::new(), flipped, vec![0; whole.len()], whole[..100].to_vec()] {
        std::fs::write(&path, &bytes).expect("the file can be written");
        for history in [History::Empty, History::Present] {
            let error = open(&path, history).expect_err("no whole slot");
            assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
            assert!(error.to_string().contains("observer"), "{error}");
        }
    }
}

/// Goal: a lost record is not taken for a new node's.
#[test]
fn a_missing_record_is_made_for_a_new_node_only() {
    let folder = folder();
    let path = folder.path().join("record");
    let error = open(&path, History::Present).expect_err("lost");
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(!path.exists(), "nothing was made");
    drop(open(&path, History::Empty).expect("a new node"));
    drop(open(&path, History::Present).expect("made before"));
}

/// Goal: a record of another chain or key is refused, and so is a second process.
#[test]
fn a_record_of_somebody_else_is_refused() {
    let folder = folder();
    let path = folder.path().join("record");
    let record = open(&path, History::Empty).expect("a new node");
    assert!(matches!(open(&path, History::Present), Err(OpenError::InUse { .. })));
    drop(record);
    let other_chain = SignerRecord::open(&path, ChainId(Digest([2; 32])), key().public(), History::Present);
    assert!(matches!(other_chain, Err(OpenError::OtherChain { .. })));
    let other_key = SigningKey::from_seed([8; 32]).public();
    let other_key = SignerRecord::open(&path, CHAIN, other_key, History::Present);
    assert!(matches!(other_key, Err(OpenError::OtherKey { .. })));
}

/// Goal: whatever part of the write a crash left, no signature that left is forgotten.
/// Method: the file after each prefix of the write of a signature. Before the answer, either state is good; after it
/// (the whole write) only the new one.
#[test]
fn a_crash_between_write_and_answer_forgets_nothing() {
    let folder = folder();
    let path = folder.path().join("record");
    let before = at(1, 0, Step::Prevote, block(1));
    let last = at(1, 0, Step::Precommit, block(1));
    let mut record = open(&path, History::Empty).expect("a new node");
    sign(&mut record, before).expect("nothing was signed before");
    let old = std::fs::read(&path).expect("the record was written");
    sign(&mut record, last).expect("a later step");
    drop(record);
    let new = std::fs::read(&path).expect("the record was written");
    let place = usize::try_from(SLOT_OFFSETS[1]).expect("a small offset");
    for written in 0..=SLOT_BYTES {
        let mut bytes = old.clone();
        bytes[place..place + written].copy_from_slice(&new[place..place + written]);
        std::fs::write(&path, &bytes).expect("the file can be written");
        let record = open(&path, History::Present).expect("the other slot is whole");
        let expected = if bytes == new { last } else { before };
        assert_eq!(record.last(), Some(expected), "{written} bytes written");
    }
}

/// Goal: a record made after a loss refuses everything up to its floor.
#[test]
fn a_floor_is_kept() {
    let folder = folder();
    let path = folder.path().join("record");
    drop(SignerRecord::make_above(&path, CHAIN, key().public(), Height(9)).expect("a new file"));
    assert!(SignerRecord::make_above(&path, CHAIN, key().public(), Height(1)).is_err(), "never replaced");
    let mut record = open(&path, History::Present).expect("whole");
    assert!(matches!(sign(&mut record, at(9, 7, Step::Precommit, None)), Err(Refusal::Passed { .. })));
    sign(&mut record, at(10, 0, Step::Prevote, None)).expect("above the floor");
}

/// Goal: after a failed write nothing is signed, even if the next write would succeed.
/// Method: the file is opened for reading only, which no caller of the public interface can do.
#[test]
fn a_failed_write_ends_signing() {
    let folder = folder();
    let path = folder.path().join("record");
    let mut record = open(&path, History::Empty).expect("a new node");
    let writable = core::mem::replace(&mut record.file, File::open(&path).expect("the file is there"));
    let refused = sign(&mut record, at(1, 0, Step::Prevote, None));
    assert!(matches!(refused, Err(Refusal::Unwritable { .. })), "{refused:?}");
    record.file = writable;
    let refused = sign(&mut record, at(1, 0, Step::Precommit, None));
    assert!(matches!(refused, Err(Refusal::Unwritable { .. })), "{refused:?}");
}
