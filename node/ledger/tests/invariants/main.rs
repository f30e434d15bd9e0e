//! All invariants of the market at once, over random histories of all kinds of transactions, against a naive model.
//!
//! A town of everyone whom the market knows lives from a seed: transactions of all kinds are drawn, signed, sometimes
//! wrongly, tried and applied, block after block, while time goes on and jumps over deadlines. After each transaction and
//! at the beginning of each block every invariant is looked at; each is a function that has its number in its name:
//!
//! | invariants | where |
//! | --- | --- |
//! | 1 to 6, money | `money` |
//! | 7 to 12, titles | `titles` |
//! | 13 to 18, policy | `policy` |
//! | 19 to 22, exchange | `exchange`, and `model` for the outcomes of deadlines |
//! | 24 to 27, powers | `powers` |
//! | 23 and 28, the same verdict everywhere | `world` |
//!
//! Beside them `tables` looks at all that the ledger keeps twice.
//!
//! Not checked here: which rule says no, which has its row elsewhere; files of more than one chunk; and signatures
//! themselves, which need no state.
//!
//! `cargo test` takes a short run. A long one, in steps:
//! `YAOSU_STEPS=1000000 cargo test --release -p yaosu-ledger --test invariants -- --nocapture`. One history again:
//! `YAOSU_SEED=17 cargo test -p yaosu-ledger --test invariants`. That each invariant fails when its rule is removed:
//! `scripts/mutations`.

mod actions;
mod dice;
mod draws;
mod exchange;
mod library;
mod model;
mod money;
mod mutations;
mod policy;
mod powers;
mod sight;
mod spoil;
mod tables;
mod tally;
mod titles;
#[path = "../town/mod.rs"]
mod town;
mod view;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tally::Tally;
use world::World;

/// Steps of one history: long enough for data made from data to be sold and recalled.
const HISTORY: usize = 1_000;
/// Steps of the run that everyone waits for.
const SHORT_RUN: usize = 20_000;

/// Steps from which on a run must have come to every refusal that it can come to.
const LONG_RUN: usize = 300_000;

/// Refusals that no run comes to: what they ask for is further than a history goes, or nobody has it in such a town. Every
/// other one is drawn. Each of these has its row where rules have theirs.
const UNREACHED: &[&str] = &[
    // Needs no state: see above.
    "BadSignature",
    // As many versions, derivations, ancestors, objections, licences, attestations, listings or freezes as there may be.
    "VersionsFull",
    "DerivationTooDeep",
    "AncestorsTooMany",
    "ObjectionsFull",
    "LicencesFull",
    "AttestationsFull",
    "ListingsFull",
    "GradeVersionsTooMany",
    "FreezesFull",
    // Blocks here carry out all that is due, so that nothing is late before it has ended.
    "ListingOver",
    "OrderLate",
];

/// Refusals that a long run may come to and need not: so many offers or rejections of one thing are seldom made, and so few
/// operators are seldom left.
const SELDOM: &[&str] = &["RoundsFull", "DeliveriesDeclined", "LastOperators"];

/// What histories must come to, or the invariants say little.
const EVENTS: &[&str] = &[
    "refunded not-delivered",
    "refunded not-acknowledged",
    "refunded rejected",
    "refunded key-not-revealed",
    "refunded key-not-opened",
    "refunded misbehaviour",
    "refunded ruling",
    "refunded frozen",
    "refunded suspended",
    "OrderSettled",
    "OrderSplit",
    "BondLost",
    "RoyaltyPaid",
    "RoyaltyParked",
    "LicenceExpired",
    "licence exhausted",
    "licence superseded",
    "licence terminated mutual",
    "licence terminated breach",
    "licence terminated regulator",
    "licence terminated recall",
    "licence terminated upstream",
    "RecallReached",
    "RecallOverdue",
    "DeletionOverdue",
    "AttestationExpired",
    "AttestationSuperseded",
    "freeze expired",
    "freeze lifted",
    "freeze overturned",
    "paused attestation",
    "paused grade",
    "paused price",
    "paused right",
    "proposal enacted",
    "proposal expired",
    "proposal failed",
    "ListingSoldOut",
    "NegotiationExpired",
    "DemandMet",
];

#[expect(clippy::disallowed_methods, reason = "the length of the run is asked for in the environment")]
fn number(name: &str) -> Option<u64> {
    let text = std::env::var_os(name)?;
    Some(text.to_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{name} must be a number")))
}

/// Goal: no history breaks an invariant.
/// Method: histories of one seed after the other, until there are as many steps as were asked for; each kind of
/// transaction must have been applied, and each kind of end reached; in a long run each rule must have said no that can.
#[test]
fn no_history_breaks_an_invariant() {
    let steps = number("YAOSU_STEPS").map_or(SHORT_RUN, |steps| usize::try_from(steps).expect("steps are countable"));
    let one = number("YAOSU_SEED");
    let mut tally = Tally::default();
    for seed in one.unwrap_or(0).. {
        let begun = tally.steps;
        let lived = catch_unwind(AssertUnwindSafe(|| World::new(seed).live(HISTORY, &mut tally)));
        let step = tally.steps - begun;
        assert!(lived.is_ok(), "seed {seed}, step {step}: see above; again with YAOSU_SEED={seed}");
        if one.is_some() || tally.steps >= steps {
            break;
        }
    }
    println!("{tally}");
    if one.is_none() {
        assert_eq!(tally.missing(), [], "kinds of transactions that were never applied");
        assert_eq!(tally.unseen(EVENTS), Vec::<&str>::new(), "what never happened");
        let silent = tally.silent();
        assert_eq!(UNREACHED.iter().find(|name| !silent.contains(name)), None, "refused after all: it is reached");
        let missing: Vec<_> = silent.into_iter().filter(|name| ![UNREACHED, SELDOM].concat().contains(name)).collect();
        assert!(tally.steps < LONG_RUN || missing.is_empty(), "never refused by {missing:?}");
    }
}
