//! Verified samples: slices of a registered file that prove where they come from, and which ones a seller must show.
//!
//! A slice proves that these bytes stand at this place of the file with this root. It says nothing of the rest, which is
//! why the ledger can choose the places: they follow from a block that did not exist when the file was registered.

use bincode::de::Decoder;
use bincode::de::read::Reader as _;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};

use crate::codec::Canonical;
use crate::hash::{Domain, digest};
use crate::primitives::{BlockId, Digest};
use crate::proof::decode_siblings;
use crate::sealed::{Opening, chunk_count, root_of};

/// How many chunks the ledger chooses.
pub const CHOSEN_MAX: usize = 8;

/// A slice of a file in whole chunks, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Sample {
    /// The BLAKE3 hash of the file.
    pub content_root: Digest,
    /// The size of the file.
    pub size_bytes: u64,
    /// The first chunk that is shown, from 0.
    pub first_chunk: u64,
    /// The bytes, and what stands beside the way to them.
    pub opening: Opening,
}

/// A sample does not lead to the root of the file that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the slice is not a part of the file with this root and size")]
pub struct OtherFile;

impl Sample {
    /// The longest slice, in bytes.
    pub const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;

    /// A slice has at most as many siblings as there are levels on either side of it.
    const SIBLINGS_MAX: usize = 2 * 54;

    /// Checks that the slice is a part of the file with this root, at this place.
    ///
    /// Whether root and size are registered ones is for the caller to ask: a slice without the last chunk proves its place
    /// in the file, but not where the file ends.
    ///
    /// # Errors
    /// [`OtherFile`].
    pub fn verify(&self) -> Result<(), OtherFile> {
        let Self { content_root, size_bytes, first_chunk, opening } = self;
        match root_of(*size_bytes, *first_chunk, &opening.bytes, &opening.siblings) {
            Some(root) if root == *content_root => Ok(()),
            _ => Err(OtherFile),
        }
    }
}

impl Canonical for Sample {
    /// Root, two numbers, the slice, the siblings.
    const BYTES_MAX: usize = 32 + 9 + 9 + 5 + Self::SLICE_BYTES_MAX + 1 + Self::SIBLINGS_MAX * 32;
}

impl<Context> Decode<Context> for Sample {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (content_root, size_bytes, first_chunk) =
            (Decode::decode(decoder)?, Decode::decode(decoder)?, Decode::decode(decoder)?);
        let count = usize::decode(decoder)?;
        if count > Self::SLICE_BYTES_MAX {
            return Err(DecodeError::OtherString(format!("a slice of {count} bytes is over the limit")));
        }
        decoder.claim_bytes_read(count)?;
        let mut bytes = vec![0; count];
        decoder.reader().read(&mut bytes)?;
        let siblings = decode_siblings::<{ Self::SIBLINGS_MAX }, _>(decoder)?;
        Ok(Self { content_root, size_bytes, first_chunk, opening: Opening { bytes, siblings } })
    }
}

bincode::impl_borrow_decode!(Sample);

/// The chunks that the ledger chooses of a file: at most `count`, at most [`CHOSEN_MAX`], each once, ascending.
///
/// `block` is the block after the one that registered the file: nobody could know its identifier when the file was made.
/// Whoever proposes that block can try some orders of its transactions, and so influences the choice a little.
#[must_use]
pub fn chosen(block: &BlockId, content_root: &Digest, size_bytes: u64, count: usize) -> Vec<u64> {
    let chunks = chunk_count(size_bytes);
    let wanted = usize::try_from(chunks).unwrap_or(usize::MAX).min(count).min(CHOSEN_MAX);
    let mut chosen = Vec::with_capacity(wanted);
    let mut draws = 0_u64..;
    while chosen.len() < wanted
        && let Some(draw) = draws.next()
    {
        let input = [block.as_bytes().as_slice(), content_root.as_bytes(), &draw.to_le_bytes()].concat();
        let chunk = place(&digest(Domain::SampleChoice, &input), chunks);
        if !chosen.contains(&chunk) {
            chosen.push(chunk);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// One of the chunks, each as probable as the others to within 2^-74.
fn place(draw: &Digest, chunks: u64) -> u64 {
    let (low, _) = draw.0.split_first_chunk::<16>().expect("a digest has 32 bytes");
    let rest = u128::from_le_bytes(*low).checked_rem(u128::from(chunks)).expect("a file has a chunk");
    u64::try_from(rest).expect("the rest is below the number of chunks")
}
