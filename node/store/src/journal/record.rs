//! One record of the journal as bytes.
//!
//! ```text
//! length u32 | kind u8 | sequence u64 | payload | hash 32
//! ```
//!
//! Integers are little-endian; the length is that of the payload. The hash is BLAKE3 in the domain
//! [`Domain::JournalRecord`] over the segment's salt and everything before it. The salt is random and never leaves the
//! folder, so nobody can send a transaction that holds a valid record.

use core::ops::Range;

use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::{ChainId, Digest, Height};

use crate::error::StoreError;
use crate::folder::FORMAT_VERSION;
use crate::list;

/// Bytes that make the hashes of one segment its own.
pub(crate) type Salt = [u8; 16];

/// The salt of the record that carries the salt.
const NO_SALT: Salt = [0; 16];

const HEAD_BYTES: usize = 4 + 1 + 8;
const HASH_BYTES: usize = 32;
const OPENING_PAYLOAD_BYTES: usize = 2 + 32 + 8 + 8 + 16;

/// How long the first record of a segment is.
pub(super) const OPENING_BYTES: usize = HEAD_BYTES + OPENING_PAYLOAD_BYTES + HASH_BYTES;

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first of each segment.
    Opening,
    /// A block that may be offered.
    Proposed,
    /// What was decided, with what it changes.
    Decided,
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::Opening => 1,
            Self::Proposed => 2,
            Self::Decided => 3,
        }
    }

    const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Opening),
            2 => Some(Self::Proposed),
            3 => Some(Self::Decided),
            _ => None,
        }
    }
}

/// Where a record's payload lies in its segment.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) sequence: u64,
    pub(crate) payload: Range<usize>,
    /// Where the next record begins.
    pub(super) end: usize,
}

/// Writes a record into a buffer, and gives back its bytes, which are a part of the buffer.
pub(super) fn write<'a>(
    buffer: &'a mut Vec<u8>,
    salt: &Salt,
    kind: Kind,
    sequence: u64,
    payload: impl FnOnce(&mut Vec<u8>),
) -> Result<&'a [u8], StoreError> {
    buffer.clear();
    // The salt stands in front, so that what is hashed lies in one piece; it is not part of the record.
    buffer.extend_from_slice(salt);
    buffer.extend_from_slice(&[0; 4]);
    buffer.push(kind.number());
    buffer.extend_from_slice(&sequence.to_le_bytes());
    let start = buffer.len();
    payload(buffer);
    let bytes = buffer.len() - start;
    let length = u32::try_from(bytes).map_err(|_| StoreError::TooLarge {
        what: "a record of the journal",
        bytes,
        limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
    })?;
    buffer[salt.len()..salt.len() + 4].copy_from_slice(&length.to_le_bytes());
    let hash = hash::digest(Domain::JournalRecord, buffer);
    buffer.extend_from_slice(hash.as_bytes());
    Ok(&buffer[salt.len()..])
}

/// The record that begins at this offset, if a whole and unaltered one does.
fn read(segment: &[u8], salt: &Salt, offset: usize) -> Option<Place> {
    let record = segment.get(offset..)?;
    let mut rest = record;
    let length = usize::try_from(u32::from_le_bytes(list::take_array(&mut rest)?)).ok()?;
    let kind = Kind::of(list::take_array::<1>(&mut rest)?[0])?;
    let sequence = u64::from_le_bytes(list::take_array(&mut rest)?);
    let body = record.get(..HEAD_BYTES.checked_add(length)?)?;
    let found: [u8; HASH_BYTES] = record.get(body.len()..body.len().checked_add(HASH_BYTES)?)?.try_into().ok()?;
    let mut hashed = Vec::with_capacity(salt.len() + body.len());
    hashed.extend_from_slice(salt);
    hashed.extend_from_slice(body);
    if hash::digest(Domain::JournalRecord, &hashed) != Digest(found) {
        return None;
    }
    let start = offset + HEAD_BYTES;
    let payload = start..start + length;
    Some(Place { kind, sequence, end: payload.end + HASH_BYTES, payload })
}

/// The record with this number, if it begins at this offset.
pub(super) fn read_numbered(segment: &[u8], salt: &Salt, offset: usize, sequence: u64) -> Option<Place> {
    read(segment, salt, offset).filter(|place| place.sequence == sequence && place.kind != Kind::Opening)
}

/// Whether a record of this number or a later one begins anywhere from this offset on.
pub(super) fn any_from(segment: &[u8], salt: &Salt, offset: usize, sequence: u64) -> bool {
    // Hashing is left to places that look like a record: few do, as most of a number's bytes are zero.
    let near = sequence..=sequence.saturating_add(u64::from(u32::MAX));
    (offset..segment.len()).any(|offset| {
        let number = segment.get(offset + 5..offset + HEAD_BYTES).and_then(|bytes| bytes.try_into().ok());
        number.is_some_and(|bytes| near.contains(&u64::from_le_bytes(bytes))) && read(segment, salt, offset).is_some()
    })
}

/// What the first record of a segment says.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    /// The chain whose blocks follow.
    pub(crate) chain: ChainId,
    /// The segment's number, which its name has as well.
    pub(crate) number: u64,
    /// The last height that was decided before it. What older segments held of it may be gone once sled has it.
    pub(crate) after: Height,
    /// Goes into the hashes of its other records.
    pub(crate) salt: Salt,
}

impl Opening {
    pub(super) fn write<'a>(&self, buffer: &'a mut Vec<u8>, sequence: u64) -> Result<&'a [u8], StoreError> {
        write(buffer, &NO_SALT, Kind::Opening, sequence, |payload| {
            payload.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
            payload.extend_from_slice(self.chain.as_bytes());
            payload.extend_from_slice(&self.number.to_le_bytes());
            payload.extend_from_slice(&self.after.0.to_le_bytes());
            payload.extend_from_slice(&self.salt);
        })
    }

    /// The opening of a segment and its sequence number; `None` if there is no whole one.
    pub(super) fn read(segment: &[u8]) -> Option<Result<(Self, u64), StoreError>> {
        let place = read(segment, &NO_SALT, 0).filter(|place| place.kind == Kind::Opening)?;
        let mut payload = segment.get(place.payload)?;
        let format = u16::from_le_bytes(list::take_array(&mut payload)?);
        if format != FORMAT_VERSION {
            return Some(Err(StoreError::UnknownFormat {
                what: "the journal",
                found: format.into(),
                known: FORMAT_VERSION.into(),
            }));
        }
        let chain = ChainId(Digest(list::take_array(&mut payload)?));
        let number = u64::from_le_bytes(list::take_array(&mut payload)?);
        let after = Height(u64::from_le_bytes(list::take_array(&mut payload)?));
        let salt = list::take_array(&mut payload)?;
        Some(Ok((Self { chain, number, after, salt }, place.sequence)))
    }
}
