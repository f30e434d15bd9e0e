//! Slices of a stream under its hash.

use proptest::prelude::*;
use yaosu_ledger::sample::Sample;
use yaosu_ledger::sealed::{SliceEnd, chunk_count, open};

use crate::support::{cases, file, lengths, plain};

proptest! {
    #![proptest_config(cases(500))]

    /// For any slice of any file: it is proved, and nothing else is by the same evidence.
    #[test]
    fn a_slice_is_proved_at_its_place(length in lengths(), seed: u64, first: u64, count: u64, place: usize) {
        let bytes = file(seed, length);
        let length = length as u64;
        let first = first % chunk_count(length);
        let count = count % (chunk_count(length) - first) + 1;
        let opening = open(&mut bytes.as_slice(), length, first, count).expect("it is in memory");
        let sample = Sample { content_root: plain(&bytes), size_bytes: length, first_chunk: first, opening };
        prop_assert_eq!(sample.verify(), Ok(()));
        let start = usize::try_from(first * 1024).expect("it is in memory");
        prop_assert_eq!(&sample.opening.bytes, &bytes[start..][..sample.opening.bytes.len()]);

        let mut other = sample.clone();
        if !other.opening.bytes.is_empty() {
            let place = place % other.opening.bytes.len();
            other.opening.bytes[place] ^= 1;
            prop_assert!(other.verify().is_err());
        }
        for shift in [1, u64::MAX] {
            let moved = Sample { first_chunk: first.wrapping_add(shift), ..sample.clone() };
            prop_assert!(moved.verify().is_err());
        }
        let mut more = sample.clone();
        more.opening.siblings.push(yaosu_ledger::Digest::ZERO);
        prop_assert!(more.verify().is_err());
    }
}

/// Goal: a slice with the last chunk proves the size as well; others take the size on trust, as `Sample` says.
#[test]
fn the_last_chunk_proves_the_size() {
    let bytes = file(3, 7 * 1024);
    let sample = |first_chunk| {
        let opening = open(&mut bytes.as_slice(), 7 * 1024, first_chunk, 1).expect("it is in memory");
        Sample { content_root: plain(&bytes), size_bytes: 8 * 1024, first_chunk, opening }
    };
    assert_eq!(sample(0).verify(), Ok(()));
    assert!(sample(6).verify().is_err());
}

/// Goal: a stream that is shorter than it should be is told, and not filled up.
#[test]
fn a_short_stream_is_told() {
    assert_eq!(open(&mut [0; 2000].as_slice(), 3000, 0, 1), Err(SliceEnd));
}
