//! Keys of records: a table's number and the parts of its key, so that byte order is the order of the parts.

use crate::model::{AttestationKind, Line};
use crate::primitives::{
    AssetId, AttestationId, DemandId, Digest, FreezeId, Handle, LicenceId, ListingId, NegotiationId, OrderId,
    ParticipantId, ProposalId, RecallId, Text, Timestamp,
};
use crate::signature::PublicKey;

/// Something a key is made of. Written so that byte order equals value order, and read back from the front.
pub trait KeyPart: Sized {
    /// Appends the part.
    fn write(&self, key: &mut Vec<u8>);

    /// Takes the part from the front; `None` if the bytes are not such a part.
    fn read(key: &mut &[u8]) -> Option<Self>;
}

/// The whole key of a record within its table.
pub trait StateKey: KeyPart {}
impl<T: KeyPart> StateKey for T {}

fn take<'a>(key: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, rest) = key.split_at_checked(length)?;
    *key = rest;
    Some(front)
}

macro_rules! integer_part {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            fn write(&self, key: &mut Vec<u8>) {
                key.extend_from_slice(&self.to_be_bytes());
            }

            fn read(key: &mut &[u8]) -> Option<Self> {
                take(key, size_of::<Self>())?.try_into().ok().map(Self::from_be_bytes)
            }
        }
    )*};
}

integer_part!(u8, u16, u32, u64);

impl KeyPart for Digest {
    fn write(&self, key: &mut Vec<u8>) {
        key.extend_from_slice(&self.0);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        take(key, 32)?.try_into().ok().map(Self)
    }
}

impl KeyPart for PublicKey {
    fn write(&self, key: &mut Vec<u8>) {
        key.extend_from_slice(&self.0);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        take(key, 32)?.try_into().ok().map(Self)
    }
}

macro_rules! wrapped_part {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            fn write(&self, key: &mut Vec<u8>) {
                self.0.write(key);
            }

            fn read(key: &mut &[u8]) -> Option<Self> {
                KeyPart::read(key).map(Self)
            }
        }
    )*};
}

wrapped_part!(
    AssetId,
    AttestationId,
    DemandId,
    FreezeId,
    LicenceId,
    ListingId,
    NegotiationId,
    OrderId,
    ParticipantId,
    ProposalId,
    RecallId,
    Timestamp
);

impl KeyPart for Line {
    fn write(&self, key: &mut Vec<u8>) {
        key.push(*self as u8);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(u8::read(key)?)).copied()
    }
}

impl KeyPart for AttestationKind {
    fn write(&self, key: &mut Vec<u8>) {
        key.push(*self as u8);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(u8::read(key)?)).copied()
    }
}

/// Text stands last in a key, so that it needs no length.
impl KeyPart for Handle {
    fn write(&self, key: &mut Vec<u8>) {
        key.extend_from_slice(self.as_str().as_bytes());
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(take(key, key.len())?).ok()?;
        Self::new(text).ok()
    }
}

impl<const MAX: usize> KeyPart for Text<MAX> {
    fn write(&self, key: &mut Vec<u8>) {
        key.extend_from_slice(self.as_str().as_bytes());
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(take(key, key.len())?).ok()?;
        Self::new(text).ok()
    }
}

impl KeyPart for () {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl<A: KeyPart, B: KeyPart> KeyPart for (A, B) {
    fn write(&self, key: &mut Vec<u8>) {
        self.0.write(key);
        self.1.write(key);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        Some((A::read(key)?, B::read(key)?))
    }
}

impl<A: KeyPart, B: KeyPart, C: KeyPart> KeyPart for (A, B, C) {
    fn write(&self, key: &mut Vec<u8>) {
        self.0.write(key);
        self.1.write(key);
        self.2.write(key);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        Some((A::read(key)?, B::read(key)?, C::read(key)?))
    }
}

impl<A: KeyPart, B: KeyPart, C: KeyPart, D: KeyPart> KeyPart for (A, B, C, D) {
    fn write(&self, key: &mut Vec<u8>) {
        self.0.write(key);
        self.1.write(key);
        self.2.write(key);
        self.3.write(key);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        Some((A::read(key)?, B::read(key)?, C::read(key)?, D::read(key)?))
    }
}
