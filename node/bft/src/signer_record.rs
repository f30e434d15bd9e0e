//! The signer's own record: what a validator signed last, on disk before the signature leaves.
//!
//! The engine's log alone does not keep a validator from signing twice: damaged or deleted, it opens as an empty one.
//! The record does, whatever becomes of the rest of the node: nothing lower than the recorded position is ever signed,
//! and at the position itself only the very same message, which gets the very same signature.
//!
//! One file, two slots, written in turn: a slot that a power cut tore is the one whose signature never left, and the
//! other still holds the one before. Each slot carries a counter and the hash of all its bytes. Writing is one write of
//! [`SLOT_BYTES`] and one `fdatasync`, a quarter of a millisecond to a few milliseconds; the caller waits for it.
//!
//! Limits: the record knows one key on one chain in one folder. The same key running in two places is beyond it: nothing
//! here sees the other one. And a bit that rots in the newer slot takes the last position with it: the older one counts
//! then, as after a torn write.

use core::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use bincode::{Decode, Encode};
use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::signature::{PublicKey, Signature};
use yaosu_ledger::{BlockId, ChainId, Digest, Height};

/// Bytes of a slot: one sector.
pub const SLOT_BYTES: usize = 512;

/// Where the slots begin: each in a page of its own, so that no write touches both.
const SLOT_OFFSETS: [u64; 2] = [0, 4096];

const HASH_BYTES: usize = 32;
const LENGTH_BYTES: usize = 2;

/// The steps of a round in which a validator signs, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Step {
    /// Names a block.
    Propose,
    /// Votes first.
    Prevote,
    /// Votes to decide.
    Precommit,
}

/// What is signed, and where in the course of consensus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Position {
    /// The height.
    pub height: Height,
    /// The round of the height.
    pub round: u32,
    /// The step of the round.
    pub step: Step,
    /// The block; `None` is a vote for none. Not part of the order.
    pub value: Option<BlockId>,
}

impl Position {
    const fn place(&self) -> (u64, u32, u8) {
        let step = match self.step {
            Step::Propose => 0,
            Step::Prevote => 1,
            Step::Precommit => 2,
        };
        (self.height.0, self.round, step)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = match self.step {
            Step::Propose => "proposal",
            Step::Prevote => "prevote",
            Step::Precommit => "precommit",
        };
        write!(formatter, "{step} of height {} round {} for ", self.height, self.round)?;
        match self.value {
            Some(block) => write!(formatter, "block {block}"),
            None => formatter.write_str("no block"),
        }
    }
}

/// A signature that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Signed {
    position: Position,
    /// The digest of the bytes that were signed.
    message: Digest,
    signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Slot {
    version: u16,
    chain: ChainId,
    key: PublicKey,
    /// Grows by one with each slot written.
    counter: u64,
    /// `None` until something is signed.
    last: Option<Signed>,
}

const VERSION: u16 = 1;

impl Canonical for Slot {
    const BYTES_MAX: usize = SLOT_BYTES - HASH_BYTES - LENGTH_BYTES;
}

/// Whether the node's store holds blocks already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// A new node: it can't have signed anything, so a missing record is made.
    Empty,
    /// There was a life before: a missing record is a lost one.
    Present,
}

/// Why a record can't be used: the node must not sign, and may follow as an observer.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be read, made or locked.
    #[error("the signer record {path} can't be opened: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Another process signs with this record.
    #[error("the signer record {path} is in use: another process signs with this key; stop it first")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// There is none, though the node has lived before.
    #[error(
        "the signer record {path} is missing, but the store is not empty: this key may have signed heights that nobody \
         remembers here. Put the record back, or run as an observer until the chain is above every height that this key \
         can have signed and then make a new record with that height as its floor"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Neither slot is whole.
    #[error(
        "both slots of the signer record {path} are damaged: what this key signed last is not known. Run as an observer \
         until the chain is above every height that this key can have signed and then make a new record with that \
         height as its floor"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Made for another chain.
    #[error("the signer record {path} belongs to chain {found}, not to {expected}")]
    OtherChain {
        /// The file.
        path: PathBuf,
        /// The chain in the file.
        found: ChainId,
        /// The chain of this node.
        expected: ChainId,
    },
    /// Made for another key.
    #[error("the signer record {path} belongs to key {found}, not to {expected}: give each key a record of its own")]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The key in the file.
        found: PublicKey,
        /// The key of this node.
        expected: PublicKey,
    },
    /// Made by a later version.
    #[error("the signer record {path} has format {found}; this program knows {VERSION}")]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: u16,
    },
}

/// Why a signature is withheld.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something later was signed already.
    #[error("something later was signed already: {last}")]
    Passed {
        /// What.
        last: Position,
    },
    /// Something else was signed in this step already: the second signature would be proof of double-signing.
    #[error("something else was signed in this step already: {last}")]
    Conflict {
        /// What.
        last: Position,
    },
    /// The record could not be written; it will not be tried again before a restart.
    #[error("the signer record can't be written: {error}")]
    Unwritable {
        /// What the system said.
        error: String,
    },
}

/// What a validator signed last, for as long as the file is open. The file is locked meanwhile.
#[derive(Debug)]
pub struct SignerRecord {
    file: File,
    chain: ChainId,
    key: PublicKey,
    /// The counter of the newest slot.
    counter: u64,
    last: Option<Signed>,
    damaged_slots: u8,
    /// Set by the first failed write. After one nobody knows what the disk holds.
    broken: Option<String>,
}

impl SignerRecord {
    /// Opens the record of a key on a chain, or makes an empty one for a node without history.
    ///
    /// # Errors
    /// [`OpenError`]: don't sign.
    pub fn open(path: &Path, chain: ChainId, key: PublicKey, history: History) -> Result<Self, OpenError> {
        let io = |error| OpenError::Io { path: path.to_owned(), error };
        match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => Self::read(file, path, chain, key),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match history {
                History::Empty => Self::make(path, chain, key, None),
                History::Present => Err(OpenError::Missing { path: path.to_owned() }),
            },
            Err(error) => Err(io(error)),
        }
    }

    /// Makes a new record that refuses everything up to and including a height: the way back for a validator whose
    /// record was lost. The height must be above everything that the key can have signed.
    ///
    /// # Errors
    /// [`OpenError`]; an existing file is never replaced.
    pub fn make_above(path: &Path, chain: ChainId, key: PublicKey, floor: Height) -> Result<Self, OpenError> {
        let position = Position { height: floor, round: u32::MAX, step: Step::Precommit, value: None };
        let floor = Signed { position, message: Digest::ZERO, signature: crate::signer::WITHHELD };
        Self::make(path, chain, key, Some(floor))
    }

    fn make(path: &Path, chain: ChainId, key: PublicKey, last: Option<Signed>) -> Result<Self, OpenError> {
        let io = |error| OpenError::Io { path: path.to_owned(), error };
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        lock(&file, path)?;
        let mut record = Self { file, chain, key, counter: 0, last, damaged_slots: 0, broken: None };
        // Both slots, so that a record with one whole slot always means one damaged one.
        for _ in SLOT_OFFSETS {
            record.write(last).map_err(io)?;
        }
        record.file.sync_all().map_err(io)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        Ok(record)
    }

    fn read(file: File, path: &Path, chain: ChainId, key: PublicKey) -> Result<Self, OpenError> {
        lock(&file, path)?;
        let mut slots = Vec::with_capacity(SLOT_OFFSETS.len());
        for offset in SLOT_OFFSETS {
            let mut bytes = [0; SLOT_BYTES];
            match file.read_exact_at(&mut bytes, offset) {
                Ok(()) => slots.extend(decode_slot(&bytes)),
                // Cut off: as damaged as any other.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
                Err(error) => return Err(OpenError::Io { path: path.to_owned(), error }),
            }
        }
        let damaged_slots = match slots.len() {
            0 => return Err(OpenError::Damaged { path: path.to_owned() }),
            1 => 1,
            _ => 0,
        };
        for slot in &slots {
            let path = path.to_owned();
            if slot.version != VERSION {
                return Err(OpenError::OtherVersion { path, found: slot.version });
            }
            if slot.chain != chain {
                return Err(OpenError::OtherChain { path, found: slot.chain, expected: chain });
            }
            if slot.key != key {
                return Err(OpenError::OtherKey { path, found: slot.key, expected: key });
            }
        }
        let newest = slots.into_iter().max_by_key(|slot| slot.counter).expect("an empty list was refused above");
        Ok(Self { file, chain, key, counter: newest.counter, last: newest.last, damaged_slots, broken: None })
    }

    /// What was signed last; for a record made above a floor, that floor.
    #[must_use]
    pub fn last(&self) -> Option<Position> {
        self.last.map(|last| last.position)
    }

    /// Slots that were found damaged when the record was opened: one after a power cut, else an operator should know.
    #[must_use]
    pub const fn damaged_slots(&self) -> u8 {
        self.damaged_slots
    }

    /// Records a signature and then gives it.
    ///
    /// `message` is all that is signed; `sign` makes the signature over it. A message that was signed last gets the
    /// signature it got before.
    ///
    /// # Errors
    /// [`Refusal`]: the signature must not be made.
    pub fn authorise(
        &mut self,
        position: Position,
        message: &[u8],
        sign: impl FnOnce() -> Signature,
    ) -> Result<Signature, Refusal> {
        if let Some(error) = &self.broken {
            return Err(Refusal::Unwritable { error: error.clone() });
        }
        let message = hash::digest(Domain::SignerRecord, message);
        if let Some(last) = &self.last {
            match position.place().cmp(&last.position.place()) {
                core::cmp::Ordering::Less => return Err(Refusal::Passed { last: last.position }),
                core::cmp::Ordering::Equal if message == last.message => return Ok(last.signature),
                core::cmp::Ordering::Equal => return Err(Refusal::Conflict { last: last.position }),
                core::cmp::Ordering::Greater => {}
            }
        }
        let signed = Signed { position, message, signature: sign() };
        if let Err(error) = self.write(Some(signed)) {
            let error = error.to_string();
            self.broken = Some(error.clone());
            return Err(Refusal::Unwritable { error });
        }
        Ok(signed.signature)
    }

    /// Writes the older slot, waits until the disk has it, and only then takes it for the last.
    fn write(&mut self, last: Option<Signed>) -> io::Result<()> {
        let counter = self.counter.saturating_add(1);
        let slot = Slot { version: VERSION, chain: self.chain, key: self.key, counter, last };
        let offset = SLOT_OFFSETS[usize::from(counter.is_multiple_of(2))];
        self.file.write_all_at(&encode_slot(&slot), offset)?;
        self.file.sync_data()?;
        self.counter = counter;
        self.last = last;
        Ok(())
    }
}

fn lock(file: &File, path: &Path) -> Result<(), OpenError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::InUse { path: path.to_owned() },
        TryLockError::Error(error) => OpenError::Io { path: path.to_owned(), error },
    })
}

/// Hash, length, body, zeros. The hash covers all that follows it.
fn encode_slot(slot: &Slot) -> [u8; SLOT_BYTES] {
    let body = codec::encode(slot);
    let length = u16::try_from(body.len()).expect("a slot's body is shorter than a slot");
    let mut bytes = [0; SLOT_BYTES];
    let (digest, rest) = bytes.split_at_mut(HASH_BYTES);
    rest[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    rest[LENGTH_BYTES..][..body.len()].copy_from_slice(&body);
    digest.copy_from_slice(hash::digest(Domain::SignerRecord, rest).as_bytes());
    bytes
}

fn decode_slot(bytes: &[u8; SLOT_BYTES]) -> Option<Slot> {
    let (digest, rest) = bytes.split_at(HASH_BYTES);
    if hash::digest(Domain::SignerRecord, rest).as_bytes() != digest {
        return None;
    }
    let (length, body) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let body = body.get(..usize::from(u16::from_le_bytes(*length)))?;
    codec::decode(body).ok()
}

#[cfg(test)]
mod tests;
