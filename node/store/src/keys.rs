//! Where things lie in sled: one tree, the first byte of a key says what it is for.
//!
//! Numbers in keys are big-endian, so that byte order is their order.

use yaosu_ledger::state::{KeyPart, Subject};
use yaosu_ledger::{BlockId, Height, TransactionId};

/// Header and certificate of a height, as a list of two.
pub(crate) const HEADERS: u8 = b'h';
/// Transactions of a height, as a list.
pub(crate) const TRANSACTIONS: u8 = b't';
/// Events of a height, as a list.
pub(crate) const EVENTS: u8 = b'e';
/// Records of the state.
pub(crate) const STATE: u8 = b's';
/// Further parts of long records of the state.
pub(crate) const STATE_PARTS: u8 = b'p';

/// Where transactions stand, by identifier.
pub(crate) const IDENTIFIERS: u8 = b'i';
/// Heights of blocks, by identifier.
pub(crate) const BLOCK_IDENTIFIERS: u8 = b'b';

/// Places of events, by the subjects that they name.
pub(crate) const HISTORY: u8 = b'x';
/// Heights after which others decide.
pub(crate) const VALIDATOR_CHANGES: u8 = b'v';
const META: u8 = b'm';

/// The version of the format.
pub(crate) fn format() -> Vec<u8> {
    meta(0)
}

/// The chain.
pub(crate) fn chain() -> Vec<u8> {
    meta(1)
}

/// The hash of the set that decides height 1.
pub(crate) fn genesis_validators() -> Vec<u8> {
    meta(2)
}

/// The height up to which everything is here.
pub(crate) fn height() -> Vec<u8> {
    meta(3)
}

fn meta(number: u8) -> Vec<u8> {
    vec![META, number]
}

/// All keys of a height's list.
pub(crate) fn list(prefix: u8, height: Height) -> Vec<u8> {
    let mut key = Vec::with_capacity(15);
    key.push(prefix);
    key.extend_from_slice(&height.0.to_be_bytes());
    key
}

/// A value of a list: it begins with this item, or is a further part of it.
pub(crate) fn list_part(prefix: u8, height: Height, first: u32, part: u16) -> Vec<u8> {
    let mut key = list(prefix, height);
    key.extend_from_slice(&first.to_be_bytes());
    key.extend_from_slice(&part.to_be_bytes());
    key
}

/// The first item and the part of a list's key.
pub(crate) fn read_list_part(key: &[u8]) -> Option<(u32, u16)> {
    let (first, part) = key.get(9..)?.split_at_checked(4)?;
    Some((u32::from_be_bytes(first.try_into().ok()?), u16::from_be_bytes(part.try_into().ok()?)))
}

/// Where a transaction stands.
pub(crate) fn identifier(id: TransactionId) -> Vec<u8> {
    let mut key = Vec::with_capacity(33);
    key.push(IDENTIFIERS);
    key.extend_from_slice(id.as_bytes());
    key
}

/// The height of a block.
pub(crate) fn block_identifier(id: BlockId) -> Vec<u8> {
    let mut key = Vec::with_capacity(33);
    key.push(BLOCK_IDENTIFIERS);
    key.extend_from_slice(id.as_bytes());
    key
}

/// All keys of a subject's history.
pub(crate) fn subject(subject: Subject) -> Vec<u8> {
    let mut key = Vec::with_capacity(46);
    key.push(HISTORY);
    subject.write(&mut key);
    key
}

/// The places of a subject's events at a height, from this one on.
pub(crate) fn history(about: Subject, height: Height, first: u32) -> Vec<u8> {
    let mut key = subject(about);
    key.extend_from_slice(&height.0.to_be_bytes());
    key.extend_from_slice(&first.to_be_bytes());
    key
}

/// The height of a history's key.
pub(crate) fn read_history(key: &[u8]) -> Option<Height> {
    let (height, _) = key.get(34..)?.split_at_checked(8)?;
    Some(Height(u64::from_be_bytes(height.try_into().ok()?)))
}

/// A height after which others decide.
pub(crate) fn validator_change(height: Height) -> Vec<u8> {
    list(VALIDATOR_CHANGES, height)
}

/// The height of such a key.
pub(crate) fn read_validator_change(key: &[u8]) -> Option<Height> {
    let (prefix, height) = key.split_first()?;
    (*prefix == VALIDATOR_CHANGES).then_some(())?;
    Some(Height(u64::from_be_bytes(height.try_into().ok()?)))
}

/// A record of the state.
pub(crate) fn state(key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.len().saturating_add(1));
    bytes.push(STATE);
    bytes.extend_from_slice(key);
    bytes
}

/// A further part of a record of the state, from 1. Parts of other keys are apart: all end in one byte of part.
pub(crate) fn state_part(key: &[u8], part: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.len().saturating_add(2));
    bytes.push(STATE_PARTS);
    bytes.extend_from_slice(key);
    bytes.push(part);
    bytes
}
