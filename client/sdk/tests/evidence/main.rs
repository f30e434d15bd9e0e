//! Evidence: files that hold, every way in which one can be made to lie, and the verifiers of other languages beside ours.

mod certificates;
mod corpus;
mod market;

use std::collections::BTreeMap;

use corpus::{DAMAGED, GOOD};
use market::{Market, Numbers};
use yaosu_ledger::Height;
use yaosu_sdk::certificate;
use yaosu_sdk::evidence::{self, Evidence, Statement};

/// Goal: every good file holds, no damaged one does, and every kind of damage is there.
#[test]
fn good_files_hold_and_damaged_ones_do_not() {
    let trusted = Market::new("market").checkpoint();
    let mut failed: BTreeMap<String, usize> = BTreeMap::new();
    let files = corpus::files();
    assert_eq!(files.len(), GOOD + DAMAGED);
    for file in &files {
        let (_, verification) = evidence::verify(&file.bytes, &trusted);
        match verification.failed() {
            None => assert!(file.name.starts_with("good-"), "{} holds", file.name),
            Some(check) => {
                assert!(!file.name.starts_with("good-"), "{}: {check:?}", file.name);
                assert!(verification.verified.is_none());
                // What failed is the last that was made, and shows both values.
                assert_eq!(verification.checks.last(), Some(check));
                assert_ne!(check.expected, check.found, "{}: {}", file.name, check.name);
                let kind = check.name.split(": ").last().expect("a name").to_owned();
                *failed.entry(if check.name.starts_with("decoded") { "decoded".into() } else { kind }).or_default() +=
                    1;
            }
        }
    }
    for kind in [
        "form",
        "chain",
        "height",
        "certificate",
        "version",
        "next validators",
        "next set",
        "approvals",
        "inclusion",
        "places",
        "cause",
        "decoded",
    ] {
        assert!(failed.contains_key(kind), "no file fails at {kind}: {failed:?}");
    }
    // What no check has a name for reaches the ledger's own verifier, which then would say so.
    assert!(!failed.contains_key("ledger"), "{failed:?}");
}

/// Goal: what is written is what was read.
#[test]
fn files_are_read_as_they_were_written() {
    let market = Market::new("market");
    let mut numbers = Numbers::new(7);
    for _ in 0..50 {
        let evidence = market.evidence(&mut numbers);
        assert_eq!(Evidence::parse(evidence.to_text().as_bytes()), Ok(evidence));
    }
    let trusted = market.checkpoint();
    assert_eq!(evidence::read_checkpoint(evidence::write_checkpoint(&trusted).as_bytes()), Ok(trusted));
}

/// Goal: whoever trusts a later set needs no earlier handover, and takes evidence with and without them; nothing older.
#[test]
fn a_later_checkpoint_will_do() {
    let market = Market::new("market");
    let (first, last) = (market.checkpoint(), market.last_checkpoint());
    let mut numbers = Numbers::new(9);
    let mut seen = [0, 0];
    for _ in 0..50 {
        let evidence = market.evidence(&mut numbers);
        let holds = |evidence: &Evidence| evidence.verify(&last).verified.is_some();
        let later = evidence.height() >= last.height;
        seen[usize::from(later)] += 1;
        assert_eq!(holds(&evidence), later);
        assert_eq!(holds(&evidence.clone().from_height(last.height)), later);
        if later {
            assert!(
                evidence.clone().from_height(Height(301)).verify(&first).verified.is_none(),
                "its handovers are gone"
            );
            assert_eq!(evidence.checkpoint(&first).validators, last.validators);
        }
    }
    assert!(seen.iter().all(|count| *count > 5), "{seen:?}");
}

/// Goal: whatever a transaction's evidence shows, its events are all that the block has of it.
#[test]
fn events_are_all_there() {
    let market = Market::new("market");
    let mut numbers = Numbers::new(11);
    let mut shown = 0;
    while shown < 20 {
        let mut evidence = market.evidence(&mut numbers);
        let Statement::Transaction(transaction) = &mut evidence.statement else { continue };
        let Some(last) = (transaction.events.len() > 1).then(|| transaction.events.pop()).flatten() else { continue };
        shown += 1;
        transaction.after = Some(last);
        let failed = evidence.verify(&market.checkpoint()).failed().map(|check| check.name.clone());
        assert_eq!(failed.as_deref(), Some("events: cause"));
    }
}

/// Goal: a certificate of a licensor or an operator holds, and none that claims more than its evidence, was signed by
/// somebody else or altered since.
#[test]
fn certificates_claim_what_their_evidence_proves() {
    let trusted = Market::new("market").checkpoint();
    let mut failed = Vec::new();
    for (name, text) in certificates::files() {
        let verification = certificate::verify(text.as_bytes(), &trusted);
        assert_eq!(verification.claims.is_some(), name.starts_with("good"), "{name}: {:?}", verification.failed());
        failed.extend(verification.failed().map(|check| check.name.split(':').next().unwrap_or_default().to_owned()));
        if let Some(claims) = verification.claims {
            let code = claims.evidence_code();
            assert!(claims.transaction.to_string().starts_with(&code.prefix()));
            let other = Market::new("another market").checkpoint();
            assert!(certificate::verify(text.as_bytes(), &other).claims.is_none(), "another chain");
        }
    }
    for kind in ["form", "proof", "evidence 1", "claims"] {
        assert!(failed.iter().any(|name| name == kind), "nothing fails at {kind}: {failed:?}");
    }
}

/// Goal: who is neither the licensor nor an operator gets no certificate signed, and neither does evidence that does not
/// belong together.
#[test]
fn strangers_issue_nothing() {
    for (case, result) in certificates::refused() {
        assert!(result.is_err(), "{case}");
    }
}
