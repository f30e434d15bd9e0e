//! The first fields of canonical bytes, as a verifier reads them that knows no action and no event.

use yaosu_ledger::{ChainId, Digest, ParticipantId, Timestamp, TransactionId};

/// The front of a transaction's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyFront {
    /// The chain that it is meant for.
    pub chain: ChainId,
    /// Who asks.
    pub signer: ParticipantId,
    /// The lane.
    pub lane: u32,
    /// The lane's number.
    pub sequence: u64,
    /// It enters no block whose time is this or later.
    pub valid_until: Option<Timestamp>,
    /// The action's number in `docs/wire.md`.
    pub action: u32,
}

/// The front of an event with its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFront {
    /// The transaction that caused it; none if the block did by itself.
    pub cause: Option<TransactionId>,
    /// The event's number in `docs/wire.md`.
    pub event: u32,
}

impl BodyFront {
    /// Reads it; `None` if the bytes do not begin so.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let chain = ChainId(digest(&mut rest)?);
        let signer = ParticipantId(digest(&mut rest)?);
        let lane = integer_32(&mut rest)?;
        let sequence = integer(&mut rest)?;
        let valid_until = match take(&mut rest, 1)? {
            [0] => None,
            [1] => Some(Timestamp(integer(&mut rest)?)),
            _ => return None,
        };
        let action = integer_32(&mut rest)?;
        Some(Self { chain, signer, lane, sequence, valid_until, action })
    }
}

impl EventFront {
    /// Reads it; `None` if the bytes do not begin so.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let cause = match take(&mut rest, 1)? {
            [0] => None,
            [1] => Some(TransactionId(digest(&mut rest)?)),
            _ => return None,
        };
        Some(Self { cause, event: integer_32(&mut rest)? })
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(front)
}

fn digest(rest: &mut &[u8]) -> Option<Digest> {
    take(rest, 32)?.try_into().ok().map(Digest)
}

/// A variable-length integer in its shortest form.
fn integer(rest: &mut &[u8]) -> Option<u64> {
    let first = *take(rest, 1)?.first()?;
    let (length, least) = match first {
        0..=250 => return Some(u64::from(first)),
        251 => (2, 251),
        252 => (4, 1 << 16),
        253 => (8, 1 << 32),
        _ => return None,
    };
    let number = take(rest, length)?.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte));
    (number >= least).then_some(number)
}

fn integer_32(rest: &mut &[u8]) -> Option<u32> {
    integer(rest).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the integers of `docs/wire.md`, and none of their longer forms.
    #[test]
    fn integers_have_one_form() {
        #[rustfmt::skip]
        let rows: [(&[u8], Option<u64>); 11] = [
            (&[0],                                   Some(0)),
            (&[250],                                 Some(250)),
            (&[251, 251, 0],                         Some(251)),
            (&[251, 250, 0],                         None),
            (&[251, 0],                              None),
            (&[252, 0, 0, 1, 0],                     Some(1 << 16)),
            (&[252, 255, 255, 0, 0],                 None),
            (&[253, 0, 0, 0, 0, 1, 0, 0, 0],         Some(1 << 32)),
            (&[253, 255, 255, 255, 255, 0, 0, 0, 0], None),
            (&[254, 0],                              None),
            (&[],                                    None),
        ];
        for (bytes, expected) in rows {
            assert_eq!(integer(&mut &*bytes), expected, "{bytes:?}");
        }
    }
}
