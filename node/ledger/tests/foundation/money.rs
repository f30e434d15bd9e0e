//! Money over any history: none is made or lost.

use proptest::prelude::*;
use yaosu_ledger::Amount;
use yaosu_ledger::model::MoneySupply;
use yaosu_ledger::state::{Accounts, Reader, Supplies};
use yaosu_ledger::transaction::Action;

use crate::town::*;

/// Issued minus redeemed, and the sum of all accounts.
fn audit(town: &Town) -> (u128, u128) {
    let MoneySupply { issued, redeemed } = town.get::<Supplies>(&()).expect("genesis writes it");
    let there = u128::from(issued.0) - u128::from(redeemed.0);
    let accounts = town.state.scan::<Accounts>(&(), usize::MAX);
    let sum = accounts.iter().map(|(_, account)| u128::from(account.available.0) + u128::from(account.held.0)).sum();
    (there, sum)
}

/// Few names and telling amounts, so that histories collide.
fn any_step() -> impl Strategy<Value = (u8, usize, usize, u64)> {
    let amount = prop_oneof![
        0..4_u64,
        BALANCE.0 - 1..BALANCE.0 + 2,
        Just(u64::MAX),
        Just(u64::MAX - BALANCE.0 * 8),
        any::<u64>()
    ];
    (0..3_u8, 0..4_usize, 0..4_usize, amount)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Goal: after every transaction, taken or not, what came in and did not go out is in somebody's account.
    #[test]
    fn money_is_conserved(steps in prop::collection::vec(any_step(), 0..40)) {
        let names = [ALICE, BOB, CAROL, BANK];
        let mut town = Town::new();
        for (kind, from, to, amount) in steps {
            let (from, to, amount) = (names[from], id_of(names[to]), Amount(amount));
            let before = audit(&town);
            let (signer, action) = match kind {
                0 => (BANK, Action::Issue { to, amount, bank_reference: text("1") }),
                1 => (BANK, Action::Redeem { from: to, amount, bank_reference: text("1") }),
                _ => (from, Action::Pay { to, amount, memo: text("") }),
            };
            let taken = town.act(signer, action).is_ok();
            let (there, sum) = audit(&town);
            prop_assert_eq!(there, sum);
            if !taken || kind == 2 {
                prop_assert_eq!((there, sum), before, "only the settlement agent changes how much there is");
            }
        }
    }
}
