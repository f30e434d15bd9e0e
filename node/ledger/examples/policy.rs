//! How long one question takes that the evaluator of policies answers: `cargo run --release -p yaosu-ledger --example policy`.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measurement needs a clock and a place to write to; no rule is near"
)]

use std::hint::black_box;
use std::time::Instant;

use yaosu_ledger::model::{Actions, Duties, Policy, Purpose, Purposes, SCOPE_MAX, Scope, UseAction};
use yaosu_ledger::policy::{Request, decide, meet};
use yaosu_ledger::{BasisPoints, Digest, Duration, ParticipantId, Text};

/// How often each question is asked in a round.
const TIMES: u32 = 2_000;

/// How many rounds there are; the median is told, since other work may be going on.
const ROUNDS: usize = 51;

/// The largest policy there is: all scopes full.
fn policy(depth: u8) -> Policy {
    let text = |number: usize| format!("{number:08}");
    let participant = |number: usize| ParticipantId(Digest([u8::try_from(number).unwrap_or(0); 32]));
    Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Only((0..SCOPE_MAX).filter_map(|number| Text::new(text(number)).ok()).collect()),
        regions: Scope::Only((0..SCOPE_MAX).filter_map(|number| Text::new(text(number)).ok()).collect()),
        recipients: Scope::Only((0..SCOPE_MAX).map(participant).collect()),
        max_uses: Some(1_000),
        duration: Some(Duration::seconds(1_000)),
        sublicence_depth: depth,
        royalty: BasisPoints(500),
        duties: Duties::ALL,
    }
}

fn measure<T>(what: &str, mut ask: impl FnMut() -> T) {
    let mut round = || {
        let begin = Instant::now();
        for _ in 0..TIMES {
            black_box(ask());
        }
        begin.elapsed().as_nanos() / u128::from(TIMES)
    };
    let mut rounds: Vec<u128> = (0..ROUNDS).map(|_| round()).collect();
    rounds.sort_unstable();
    println!("{what:24} {:>6} ns", rounds[ROUNDS / 2]);
}

fn main() {
    let (parent, child) = (policy(2), policy(1));
    let request = Request {
        action: UseAction::Redistribute,
        purpose: Purpose::InternalAnalytics,
        sector: Text::new("00000031").ok(),
        region: Text::new("00000031").ok(),
        recipient: Some(ParticipantId(Digest([31; 32]))),
        uses: 1,
    };
    println!("policies with {SCOPE_MAX} sectors, regions and recipients:");
    measure("may I?", || decide(black_box(&parent), black_box(&request), 7).allowed);
    measure("within", || black_box(&child).within(black_box(&parent)).is_ok());
    measure("within for derived data", || black_box(&child).within_for_derived_data(black_box(&parent)).is_ok());
    measure("meet", || meet(black_box(&child), black_box(&parent)).is_ok());
}
