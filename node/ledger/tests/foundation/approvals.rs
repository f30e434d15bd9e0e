//! Keys over time: rotation, thresholds, and what becomes of old keys.

use yaosu_ledger::model::*;
use yaosu_ledger::state::{Keys, Participants};
use yaosu_ledger::transaction::{Action, Envelope};
use yaosu_ledger::{Amount, ParticipantId};

use crate::rules::{FIRM, Request, answer, enrolment, id_by_handle, key_set, town_with_firm};
use crate::town::*;

fn pay() -> Action {
    Action::Pay { to: id_of(BOB), amount: Amount(1), memo: text("") }
}

/// Carries out what someone asks with these keys.
fn does(town: &mut Town, signer: ParticipantId, keys: &[&str], action: Action) -> &'static str {
    let transaction = Request::new(town, signer, keys, action).signed();
    let name = answer(town, transaction.clone());
    if name == "ok" {
        let envelope = Envelope::new(transaction);
        let outcome = yaosu_ledger::rules::apply(&town.state, town.block, &envelope).expect("it was asked");
        town.state = town.state.with(&outcome.changes);
    }
    name
}

/// Goal: an old key is refused from the next transaction on, in the same block; the new one acts at once; the
/// identifier stays (invariant 24).
#[test]
fn an_old_key_is_refused_from_the_next_transaction_on() {
    let mut town = Town::new();
    let alice = id_of(ALICE);
    let rotate = |keys| Action::RotateKeys { keys, delivery_key: Some(digest("new")) };
    assert_eq!(does(&mut town, alice, &[ALICE], pay()), "ok");
    assert_eq!(does(&mut town, alice, &[ALICE], rotate(key_set(&["alice-2"], 1))), "ok");
    assert_eq!(does(&mut town, alice, &[ALICE], pay()), "ForeignKey");
    assert_eq!(does(&mut town, alice, &["alice-2"], pay()), "ok");
    let found = town.get::<Participants>(&alice).expect("she is there");
    assert_eq!((found.enrolment.keys, found.enrolment.delivery_key), (key_set(&["alice-2"], 1), Some(digest("new"))));
    assert_eq!(town.get::<Keys>(&key_of(ALICE).public()), None);
    assert_eq!(town.get::<Keys>(&key_of("alice-2").public()), Some(alice));
}

/// Goal: a rotation needs the threshold before it, everything after it the threshold after.
#[test]
fn a_rotation_is_approved_by_the_keys_before_it() {
    let mut town = town_with_firm();
    let firm = id_by_handle(&town, FIRM);
    let rotate = || Action::RotateKeys { keys: key_set(&["firm-1", "new-1", "new-2"], 3), delivery_key: None };
    assert_eq!(does(&mut town, firm, &["firm-1", "new-1", "new-2"], rotate()), "ForeignKey");
    assert_eq!(does(&mut town, firm, &["firm-1"], rotate()), "WrongApprovals");
    assert_eq!(does(&mut town, firm, &["firm-1", "firm-2"], rotate()), "ok");
    let rotate = || Action::RotateKeys { keys: key_set(&["firm-9"], 1), delivery_key: None };
    assert_eq!(does(&mut town, firm, &["firm-1", "firm-2"], rotate()), "ForeignKey");
    assert_eq!(does(&mut town, firm, &["firm-1", "new-1"], rotate()), "WrongApprovals");
    assert_eq!(does(&mut town, firm, &["firm-1", "new-1", "new-2"], rotate()), "ok");
}

/// Goal: a key that was rotated away, or whose owner is revoked, is free for others; one of a suspended owner is not.
#[test]
fn keys_are_free_when_nobody_acts_by_them() {
    let enrols =
        |town: &Town, key: &str| town.answer(EXCHANGE, Action::EnrolTrader { enrolment: enrolment("new", &[key], 1) });
    let mut town = Town::new();
    assert_eq!(enrols(&town, ALICE), "KeyTaken");
    town.must(ALICE, Action::RotateKeys { keys: key_set(&["alice-2"], 1), delivery_key: None });
    assert_eq!(enrols(&town, ALICE), "ok");
    assert_eq!(enrols(&town, "alice-2"), "KeyTaken");

    for (status, expected) in [(ParticipantStatus::Suspended, "KeyTaken"), (ParticipantStatus::Revoked, "ok")] {
        let mut town = Town::new();
        town.must(EXCHANGE, Action::Propose { measure: Measure::SetStatus { participant: id_of(BOB), status } });
        town.pass(genesis().rule_pack.enactment_delay);
        assert_eq!(enrols(&town, BOB), expected, "{status}");
        assert_eq!(town.answer(BOB, pay()), "SignerNotActive", "{status}");
    }
}

/// Goal: who is reinstated acts again by the keys it had.
#[test]
fn suspension_can_be_undone() {
    let mut town = Town::new();
    for (status, expected) in [(ParticipantStatus::Suspended, "SignerNotActive"), (ParticipantStatus::Active, "ok")] {
        town.must(EXCHANGE, Action::Propose { measure: Measure::SetStatus { participant: id_of(ALICE), status } });
        town.pass(genesis().rule_pack.enactment_delay);
        assert_eq!(town.answer(ALICE, pay()), expected);
    }
}

/// Goal: a transaction carries at least its signer's approval, so that bodies can't be sent on behalf of anyone.
#[test]
fn the_signers_threshold_counts_even_when_it_is_a_party_too() {
    let mut town = Town::new();
    let give_bank_a_second_key = Action::RotateKeys { keys: key_set(&[BANK, "bank-2"], 2), delivery_key: None };
    let bank = id_of(BANK);
    assert_eq!(does(&mut town, bank, &[BANK], give_bank_a_second_key), "ok");
    let redeem = || Action::Redeem { from: id_of(BANK), amount: Amount(1), bank_reference: text("1") };
    assert_eq!(does(&mut town, bank, &[BANK], redeem()), "WrongApprovals");
    assert_eq!(does(&mut town, bank, &[BANK, "bank-2"], redeem()), "ok");
}
