//! The founding document: what founds a chain, and what does not.

use yaosu_ledger::genesis::{Founder, Genesis};
use yaosu_ledger::model::*;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Accounts, Nodes, Participants, Reader, Supplies};
use yaosu_ledger::{Amount, Digest, Duration, Height, ParticipantId};

use crate::governance::council_genesis;
use crate::town::*;

/// A change of a document that founds a chain.
type Change = fn(&mut Genesis);

/// Goal: each flaw of a document is found and named.
#[test]
fn each_flaw_is_named() {
    #[rustfmt::skip]
    let rows: &[(&str, Change, &str)] = &[
        ("as it is",                 |_| {},                                                                       ""),
        ("a handle twice",           |genesis| genesis.participants.push(genesis.participants[0].clone()),         "the handle belongs to"),
        ("a key twice",              |genesis| genesis.participants[1].enrolment.keys = genesis.participants[0].enrolment.keys.clone(), "belongs to"),
        ("a weak key",               |genesis| genesis.participants[0].enrolment.keys.keys = vec![PublicKey([0; 32])], "sound"),
        ("no legal name",            |genesis| genesis.participants[0].enrolment.legal_name = text(""),            "legal name"),
        ("no role",                  |genesis| genesis.participants[5].roles = Roles::NONE,                        "has no role"),
        ("a validator of nobody",    |genesis| genesis.validators[0].operator = "nobody".parse().expect("a handle"), "role operator"),
        ("a trader's validator",     |genesis| genesis.validators[0].operator = ALICE.parse().expect("a handle"),  "role operator"),
        ("a weak validator key",     |genesis| genesis.validators[0].key = PublicKey([0; 32]),                     "not a sound"),
        ("a weak network key",       |genesis| genesis.validators[0].network_key = PublicKey([0; 32]),             "not a sound"),
        ("a network key twice",      |genesis| genesis.validators[1].network_key = genesis.validators[0].network_key, "stands twice"),
        ("no validator",             |genesis| genesis.validators.clear(),                                         "at least one"),
        ("a validator key twice",    |genesis| genesis.validators[1].key = genesis.validators[0].key,              "once each"),
        ("an operator twice",        |genesis| genesis.validators[1].operator = genesis.validators[0].operator.clone(), "once each"),
        ("no power",                 |genesis| genesis.validators[0].power = 0,                                    "power"),
        ("too much money",           |genesis| genesis.participants[0].balance = Amount(u64::MAX),                 "balances"),
        ("a pack with number 2",     |genesis| genesis.rule_pack.number = 2,                                       "rule_pack"),
        ("a window too long",        |genesis| genesis.rule_pack.notice_window = Duration(u64::MAX),               "rule_pack"),
        ("a fee too high",           |genesis| genesis.rule_pack.fee.0 = 3_001,                                    "rule_pack"),
        ("a fee for nobody",         |genesis| genesis.rule_pack.fee_account = ParticipantId(Digest::ZERO),        "fee_account"),
    ];
    for (case, change, words) in rows {
        let mut genesis = council_genesis(&["east"]);
        change(&mut genesis);
        match genesis.tip() {
            Ok(_) => assert!(words.is_empty(), "{case}: it founds a chain"),
            Err(error) => {
                assert!(!words.is_empty() && error.to_string().contains(words), "{case}: {error}");
            }
        }
    }
}

/// Goal: everything that the document says stands in the first state.
#[test]
fn the_first_state_is_what_the_document_says() {
    let genesis = council_genesis(&["east"]);
    let tip = genesis.tip().expect("it founds a chain");
    assert_eq!(
        (tip.height, tip.block.0, tip.time, tip.chain),
        (Height::GENESIS, Digest::ZERO, genesis.time, genesis.chain())
    );
    for Founder { enrolment, roles, balance } in &genesis.participants {
        let id = ParticipantId::of_genesis(enrolment.handle.as_str());
        let found = tip.state.get::<Participants>(&id).expect("a founder is there");
        assert_eq!((&found.enrolment, found.roles, found.status), (enrolment, *roles, ParticipantStatus::Active));
        assert_eq!(tip.state.get::<Accounts>(&id).map_or(Amount::ZERO, |account| account.available), *balance);
    }
    let issued = tip.state.get::<Supplies>(&()).expect("it is counted").issued;
    let balances = genesis.participants.iter().map(|founder| founder.balance.0);
    assert_eq!(issued, Amount(balances.sum()));
    assert_eq!(tip.validators().validators().len(), 2);
    for validator in &genesis.validators {
        assert!(tip.state.contains::<Nodes>(&validator.network_key), "a validator's machine may join");
    }
}

/// Goal: every word of the document is part of the chain's name.
#[test]
fn another_document_is_another_chain() {
    let chain = genesis().chain();
    let changes: [Change; 6] = [
        |genesis| genesis.name = text("another town"),
        |genesis| genesis.currency = "EUR".parse().expect("a currency"),
        |genesis| genesis.time.0 += 1,
        |genesis| genesis.rule_pack.fee.0 += 1,
        |genesis| genesis.participants[0].balance.0 += 1,
        |genesis| genesis.validators[0].power += 1,
    ];
    for change in changes {
        let mut other = genesis();
        change(&mut other);
        assert_ne!(other.chain(), chain);
    }
}
