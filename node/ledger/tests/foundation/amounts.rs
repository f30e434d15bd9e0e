//! Amounts, shares and moments at their ends.

use proptest::prelude::*;
use yaosu_ledger::{Amount, BasisPoints, Duration, Height, Timestamp};

/// Goal: shares are rounded down, never overflow and never exceed the whole.
#[test]
fn shares_are_rounded_down() {
    #[rustfmt::skip]
    let rows = [
        // amount   ratio   share
        (0,         10_000, 0),
        (1,         9_999,  0),
        (1,         10_000, 1),
        (9_999,     1,      0),
        (10_000,    1,      1),
        (19_999,    1,      1),
        (333,       3_333,  110),
        (1_000,     250,    25),
        (u64::MAX,  0,      0),
        (u64::MAX,  1,      1_844_674_407_370_955),
        (u64::MAX,  5_000,  9_223_372_036_854_775_807),
        (u64::MAX,  9_999,  18_444_899_399_302_180_659),
        (u64::MAX,  10_000, u64::MAX),
    ];
    for (amount, ratio, share) in rows {
        assert_eq!(Amount(amount).share(BasisPoints(ratio)), Amount(share), "{ratio} of {amount}");
    }
    assert_eq!(BasisPoints::WHOLE, BasisPoints(10_000));
}

proptest! {
    /// Goal: two shares that make a whole never give more than the whole, and lose less than one each.
    #[test]
    fn shares_of_a_whole_do_not_exceed_it(amount: u64, ratio in 0..=10_000_u16) {
        let sum = Amount(amount).share(BasisPoints(ratio)).checked_add(Amount(amount).share(BasisPoints(10_000 - ratio)));
        let sum = sum.expect("not more than the whole").0;
        prop_assert!(sum <= amount && amount - sum <= 1);
    }
}

#[test]
fn sums_and_differences_say_when_they_do_not_fit() {
    let most = Amount(u64::MAX);
    assert_eq!(most.checked_add(Amount(1)), None);
    assert_eq!(most.checked_add(Amount::ZERO), Some(most));
    assert_eq!(Amount(1).checked_sub(Amount(2)), None);
    assert_eq!(Amount(2).checked_sub(Amount(2)), Some(Amount::ZERO));
}

#[test]
fn time_and_height_stop_at_their_ends() {
    assert_eq!(Timestamp(u64::MAX).after(Duration(1)), Timestamp(u64::MAX));
    assert_eq!(Duration::seconds(u32::MAX), Duration(4_294_967_295_000));
    assert_eq!(Height(u64::MAX).next(), Height(u64::MAX));
    assert_eq!(Height::GENESIS.previous(), Height::GENESIS);
    assert_eq!(Height(1).previous().next(), Height(1));
}
