//! A block's canonical encoding put together from parts that are encoded already.
//!
//! The same bytes as [`Block::encode`](yaosu_ledger::block::Block::encode) gives (a test compares them), without
//! decoding what lies on disk and without copying each transaction twice.

use yaosu_ledger::codec;

/// Appends the encoding of the block with this encoded header and these encoded transactions.
pub(crate) fn push_block<'a>(
    bytes: &mut Vec<u8>,
    header: &[u8],
    transactions: impl ExactSizeIterator<Item = &'a [u8]>,
) {
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(&length(transactions.len()));
    for transaction in transactions {
        bytes.extend_from_slice(&length(transaction.len()));
        bytes.extend_from_slice(transaction);
    }
}

/// The codec writes the length of a sequence as it writes a `u64`.
fn length(length: usize) -> Vec<u8> {
    codec::encode(&u64::try_from(length).expect("a length in memory fits in 64 bits"))
}
