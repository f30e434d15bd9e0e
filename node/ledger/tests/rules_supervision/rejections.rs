//! R601 to R641: a row for each rule, and for what they are asked beside.

use std::collections::BTreeSet;

use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::{Assets, Reader};

use super::*;

/// Case, the town, who acts, what, and the answer.
type Row = (&'static str, Town, &'static str, Action, &'static str);

/// Case, the town, who acts, what, and which freezes stop it.
type Hooked<'a> = (&'static str, &'a Town, &'static str, Action, &'a [(Subject, FreezeScope)]);

fn attest_with(asset: AssetId, kind: AttestationKind, until: Timestamp, change: impl FnOnce(&mut Action)) -> Action {
    let mut action = attest(asset, kind, Verdict::Pass, until);
    change(&mut action);
    action
}

macro_rules! with {
    ($action:expr, $variant:ident, $field:ident = $value:expr) => {{
        let mut action = $action;
        if let Action::$variant { $field, .. } = &mut action {
            *$field = $value;
        }
        action
    }};
}

fn attestation_rows() -> Vec<Row> {
    use AttestationKind::{Compliance, DeIdentification, Quality, Source, Valuation};
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let until = town.now().after(TERM);
    let nothing = AssetId(Digest::ZERO);
    let source = || attest(map, Source, Verdict::Pass, until);
    let mut attested = town.clone();
    let attestation = attested.attested(map, Source);
    let withdraw = |attestation| Action::WithdrawAttestation { attestation, reason: text("wrong") };
    let silent = Action::WithdrawAttestation { attestation, reason: text("") };
    let mut withdrawn = attested.clone();
    withdrawn.must(LAB, withdraw(attestation));
    let mut full = town.clone();
    full.edit(|draft| {
        for number in 0..ATTESTATIONS_MAX {
            let assessor = yaosu_ledger::ParticipantId(digest(&format!("assessor {number}")));
            draft.put::<yaosu_ledger::state::IssuedAttestations>(
                &(map, 1, Compliance, assessor),
                &AttestationId(Digest::ZERO),
            );
        }
    });
    let high = Findings::Quality(match findings(Quality) {
        Findings::Quality(scores) => QualityScores { accuracy: yaosu_ledger::BasisPoints(10_001), ..scores },
        _ => unreachable!("quality has scores"),
    });
    let found = |kind, found| {
        attest_with(map, kind, until, |action| {
            if let Action::Attest { findings, .. } = action {
                *findings = found;
            }
        })
    };
    let early = Duration(TERM.0 - 1);
    #[rustfmt::skip]
    let rows = vec![
        ("an assessor attests", town.clone(), LAB, source(), "ok"),
        ("a trader attests", town.clone(), BOB, source(), "RoleMissing"),
        ("no report", town.clone(), LAB, with!(source(), Attest, report = Digest::ZERO), "ReportMissing"),
        ("quality", town.clone(), LAB, attest(map, Quality, Verdict::Pass, until), "ok"),
        ("quality above the whole", town.clone(), LAB, found(Quality, high), "FindingsUnfit"),
        ("quality without scores", town.clone(), LAB, found(Quality, Findings::None), "FindingsUnfit"),
        ("a source with scores", town.clone(), LAB, found(Source, findings(Quality)), "FindingsUnfit"),
        ("worth", town.clone(), LAB, attest(map, Valuation, Verdict::Pass, until), "ok"),
        ("worth turned around", town.clone(), LAB, found(Valuation, Findings::Worth { from: Amount(2), to: Amount(1) }), "FindingsUnfit"),
        ("a grade", town.clone(), LAB, attest(map, DeIdentification, Verdict::Pass, until), "ok"),
        ("ends now", town.clone(), LAB, attest(map, Source, Verdict::Pass, town.now()), "ValidityPast"),
        ("of nothing", town.clone(), LAB, attest(nothing, Source, Verdict::Pass, until), "UnknownAsset"),
        ("of no version", town.clone(), LAB, with!(source(), Attest, version = 2), "UnknownVersion"),
        ("of a related holder's", town.clone(), KIN, source(), "JudgeRelated"),
        ("one too many", full.clone(), LAB, attest(map, Compliance, Verdict::Pass, until), "AttestationsFull"),
        ("another kind", full, LAB, source(), "ok"),
        ("withdraw", attested.clone(), LAB, withdraw(attestation), "ok"),
        ("withdraw without reason", attested.clone(), LAB, silent, "ReasonEmpty"),
        ("withdraw nothing", attested.clone(), LAB, withdraw(AttestationId(Digest::ZERO)), "UnknownAttestation"),
        ("withdraw another's", attested.clone(), KIN, withdraw(attestation), "NotAssessor"),
        ("withdraw again", withdrawn, LAB, withdraw(attestation), "AttestationOver"),
        ("withdraw at last", attested.late(early), LAB, withdraw(attestation), "ok"),
        ("withdraw too late", attested.late(TERM), LAB, withdraw(attestation), "AttestationOver"),
    ];
    rows
}

fn gate_rows() -> Vec<Row> {
    use AttestationKind::{Compliance, Quality};
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let sell = || offer(map, vec![plan(PRICE)]);
    let mut strict = town.clone();
    demand(&mut strict, AttestationKinds::NONE.with(Compliance).with(Quality));
    let mut half = strict.clone();
    half.attested(map, Compliance);
    let mut good = half.clone();
    good.attested(map, Quality);
    let mut conditional = half.clone();
    let until = half.now().after(TERM);
    conditional.must(LAB, attest(map, Quality, Verdict::Conditional, until));
    let mut bad = half.clone();
    bad.must(LAB, attest(map, Quality, Verdict::Fail, until));
    let mut handed = good.clone();
    // The lab becomes related to who holds the right now.
    handed.edit(|draft| {
        use yaosu_ledger::state::Participants;
        let mut lab = draft.get::<Participants>(&id_of(LAB)).expect("the lab is there");
        lab.enrolment.related = vec![id_of(ALICE)];
        draft.put::<Participants>(&id_of(LAB), &lab);
    });
    let mut listed = town.clone();
    let listing = listed.list(ALICE, sell());
    let mut stricter = listed.clone();
    demand(&mut stricter, AttestationKinds::NONE.with(Compliance));
    let mut paused = stricter.clone();
    paused.must(ALICE, Action::PauseListing { listing });
    let mut full = town.clone();
    for _ in 0..LIVE_LISTINGS_EACH_MAX {
        full.list(ALICE, sell());
    }
    let mut freed = full.clone();
    freed.must(ALICE, Action::EndListing { listing: freed.all_listings()[0] });
    let mut core = listed.clone();
    core.edit(|draft| {
        let mut asset = draft.get::<Assets>(&map).expect("the map is there");
        asset.description.grade = Grade::Core;
        draft.put::<Assets>(&map, &asset);
    });
    let resume = Action::ResumeListing { listing };
    #[rustfmt::skip]
    let rows = vec![
        ("nothing is demanded", town.clone(), ALICE, sell(), "ok"),
        ("without any", strict, ALICE, sell(), "AttestationMissing"),
        ("with one of two", half, ALICE, sell(), "AttestationMissing"),
        ("with both", good.clone(), ALICE, sell(), "ok"),
        ("with a conditional one", conditional, ALICE, sell(), "ok"),
        ("with one that fails", bad, ALICE, sell(), "AttestationMissing"),
        ("at their last moment", good.late(Duration(TERM.0 - 1)), ALICE, sell(), "ok"),
        ("when they are over", good.late(TERM), ALICE, sell(), "AttestationMissing"),
        ("of an assessor who is related now", handed, ALICE, sell(), "AttestationMissing"),
        ("an order when more is demanded", stricter, BOB, buy(listing), "AttestationMissing"),
        ("resuming when more is demanded", paused, ALICE, resume, "AttestationMissing"),
        ("one listing too many", full, ALICE, sell(), "ListingsFull"),
        ("after one has ended", freed, ALICE, sell(), "ok"),
        ("core", core.clone(), ALICE, sell(), "GradeCore"),
        ("an order of core", core, BOB, buy(listing), "GradeCore"),
    ];
    rows
}

fn grade_rows() -> Vec<Row> {
    use AttestationKind::DeIdentification;
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let nothing = AssetId(Digest::ZERO);
    let declare = |asset, grade| Action::DeclareGrade { asset, grade };
    let mut high = town.clone();
    high.must(ALICE, declare(map, Grade::General3));
    let mut attested = high.clone();
    attested.attested(map, DeIdentification);
    let mut failed = high.clone();
    let until = high.now().after(TERM);
    failed.must(LAB, attest(map, DeIdentification, Verdict::Conditional, until));
    let mut many = attested.clone();
    many.edit(|draft| {
        let mut asset = draft.get::<Assets>(&map).expect("the map is there");
        asset.latest_version = 65;
        draft.put::<Assets>(&map, &asset);
    });
    let mut two = attested.clone();
    two.must(ALICE, Action::AddVersion { asset: map, content: content("map 2"), parents: Vec::new() });
    let mut chain = town.clone();
    let clean = AssetId::created_by(chain.must(ALICE, derived("clean", map, None, Grade::General1)));
    chain.grant(clean);
    let fine = AssetId::created_by(chain.must(ALICE, derived("fine", clean, None, Grade::General1)));
    chain.grant(fine);
    let mut raised = chain.clone();
    raised.must(WATCH, regrade(map, Grade::Important));
    let mut cut = raised.clone();
    cut.attested(clean, DeIdentification);
    let mut followed = raised.clone();
    followed.must(ALICE, declare(fine, Grade::Important));
    let mut gone = town.clone();
    gone.must(WATCH, regrade(map, Grade::Core));
    let again = Action::ApplyAgain { asset: map };
    #[rustfmt::skip]
    let rows = vec![
        ("regrade up", town.clone(), WATCH, regrade(map, Grade::General2), "ok"),
        ("regrade down", high.clone(), WATCH, regrade(map, Grade::General1), "ok"),
        ("a holder regrades", town.clone(), ALICE, regrade(map, Grade::General2), "RoleMissing"),
        ("regrade without basis", town.clone(), WATCH, with!(regrade(map, Grade::General2), Regrade, legal_basis = Digest::ZERO), "LegalBasisMissing"),
        ("regrade nothing", town.clone(), WATCH, regrade(nothing, Grade::General2), "UnknownAsset"),
        ("regrade a related holder's", town.clone(), WARDEN, regrade(map, Grade::General2), "JudgeRelated"),
        ("regrade to the same", town.clone(), WATCH, regrade(map, Grade::General1), "GradeUnchanged"),
        ("raise", town.clone(), ALICE, declare(map, Grade::General2), "ok"),
        ("raise nothing", town.clone(), ALICE, declare(nothing, Grade::General2), "UnknownAsset"),
        ("raise another's", town.clone(), BOB, declare(map, Grade::General2), "NotHolder"),
        ("raise to the same", town.clone(), ALICE, declare(map, Grade::General1), "GradeUnchanged"),
        ("lower", high, ALICE, declare(map, Grade::General2), "GradeUnattested"),
        ("lower what is attested", attested.clone(), ALICE, declare(map, Grade::General1), "ok"),
        ("lower what is attested on conditions", failed, ALICE, declare(map, Grade::General1), "GradeUnattested"),
        ("lower when it is over", attested.late(TERM), ALICE, declare(map, Grade::General1), "GradeUnattested"),
        ("lower with a version that is not", two, ALICE, declare(map, Grade::General1), "GradeUnattested"),
        ("lower many versions", many, ALICE, declare(map, Grade::General1), "GradeVersionsTooMany"),
        ("list what is as high as its sources", chain.clone(), ALICE, offer(fine, vec![plan(PRICE)]), "ok"),
        ("list what is below its source's source", raised.clone(), ALICE, offer(fine, vec![plan(PRICE)]), "GradeBelowSource"),
        ("list what has followed", followed, ALICE, offer(fine, vec![plan(PRICE)]), "ok"),
        ("list what was de-identified between", cut.clone(), ALICE, offer(fine, vec![plan(PRICE)]), "ok"),
        ("list what was de-identified, when it is over", cut.late(TERM), ALICE, offer(fine, vec![plan(PRICE)]), "GradeBelowSource"),
        ("derive below the source's source", raised, ALICE, derived("finer", fine, None, Grade::General1), "GradeFalls"),
        ("derive from what was de-identified", cut, ALICE, derived("finer", fine, None, Grade::General1), "ok"),
        ("core comes back", gone, ALICE, again, "GradeCore"),
    ];
    rows
}

fn public_rows() -> Vec<Row> {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let trees = AssetId::created_by(town.must(CITY, public("trees")));
    town.grant(trees);
    let roads = AssetId::created_by(town.must(ALICE, public("roads")));
    town.grant(roads);
    let later = town.now().after(TERM);
    let nothing = AssetId(Digest::ZERO);
    let open = |asset, openness| Action::ChangeOpenness { asset, openness };
    let closed = |approver, review| Openness::Closed { reason: ClosedReason::OtherLaw, approver, review };
    let authorise = |asset, holder| Action::AuthoriseOperation {
        asset,
        holder: id_of(holder),
        authorisation: digest("authorisation"),
    };
    let mut priced = town.clone();
    priced.must(CITY, ceiling(trees, PRICE));
    let mut opened = priced.clone();
    opened.must(CITY, open(trees, Openness::Open));
    let mut charged = town.clone();
    charged.must(CITY, authorise(roads, ALICE));
    let above = vec![industrial(Amount(PRICE.0 + 1))];
    let for_all = |purpose| {
        let mut plan = industrial(PRICE);
        plan.policy.purposes = plan.policy.purposes.with(purpose);
        vec![plan]
    };
    #[rustfmt::skip]
    let rows = vec![
        ("free", town.clone(), CITY, offer(trees, vec![plan(Amount::ZERO)]), "ok"),
        ("at a price without ceiling", town.clone(), CITY, offer(trees, vec![industrial(PRICE)]), "CeilingMissing"),
        ("at the ceiling", priced.clone(), CITY, offer(trees, vec![industrial(PRICE)]), "ok"),
        ("above the ceiling", priced.clone(), CITY, offer(trees, above), "PriceAboveCeiling"),
        ("at a price for governance", priced.clone(), CITY, offer(trees, for_all(Purpose::Governance)), "PublicNotFree"),
        ("at a price for welfare", priced.clone(), CITY, offer(trees, for_all(Purpose::Welfare)), "PublicNotFree"),
        ("open at a price", opened.clone(), CITY, offer(trees, vec![industrial(PRICE)]), "OpenNotFree"),
        ("open and free", opened.clone(), CITY, offer(trees, vec![plan(Amount::ZERO)]), "ok"),
        ("a company's at any price", town.clone(), ALICE, offer(map, vec![plan(Amount(u64::MAX))]), "ok"),
        ("set a ceiling", town.clone(), CITY, ceiling(trees, PRICE), "ok"),
        ("a trader sets a ceiling", town.clone(), ALICE, ceiling(roads, PRICE), "RoleMissing"),
        ("a ceiling without basis", town.clone(), CITY, with!(ceiling(trees, PRICE), SetPriceCeiling, legal_basis = Digest::ZERO), "LegalBasisMissing"),
        ("a ceiling for nothing", town.clone(), CITY, ceiling(nothing, PRICE), "UnknownAsset"),
        ("a ceiling for a company's", town.clone(), CITY, ceiling(map, PRICE), "NotPublic"),
        ("a ceiling of who is not in charge", town.clone(), CITY, ceiling(roads, PRICE), "NotAuthority"),
        ("a ceiling of who took charge", charged.clone(), CITY, ceiling(roads, PRICE), "ok"),
        ("take charge", town.clone(), CITY, authorise(roads, ALICE), "ok"),
        ("a trader takes charge", town.clone(), BOB, authorise(roads, ALICE), "RoleMissing"),
        ("take charge without authorisation", town.clone(), CITY, with!(authorise(roads, ALICE), AuthoriseOperation, authorisation = Digest::ZERO), "LegalBasisMissing"),
        ("take charge with another's approval", town.clone(), CITY, authorise(roads, BOB), "NotHolder"),
        ("take charge of a company's", town.clone(), CITY, authorise(map, ALICE), "NotPublic"),
        ("take charge again", charged.clone(), CITY, authorise(roads, ALICE), "AuthorityTaken"),
        ("open", town.clone(), CITY, open(trees, Openness::Open), "ok"),
        ("open of who took charge", charged, CITY, open(roads, Openness::Open), "ok"),
        ("open of the holder", town.clone(), ALICE, open(roads, Openness::Open), "ok"),
        ("open of a stranger", town.clone(), BOB, open(trees, Openness::Open), "NotAuthority"),
        ("open a company's", town.clone(), ALICE, open(map, Openness::Open), "NotPublic"),
        ("open again", opened, CITY, open(trees, Openness::Open), "OpennessUnchanged"),
        ("not public any more", town.clone(), CITY, open(trees, Openness::NotPublic), "OpennessUnfit"),
        ("on no conditions", town.clone(), CITY, open(trees, Openness::Conditional { terms: text("") }), "OpennessTermsEmpty"),
        ("close", town.clone(), ALICE, open(roads, closed(id_of(CITY), later)), "ok"),
        ("close with a trader's approval", town.clone(), ALICE, open(roads, closed(id_of(BOB), later)), "ClosureNotApproved"),
        ("close until now", town.clone(), CITY, open(trees, closed(id_of(CITY), town.now())), "ClosureReviewPast"),
    ];
    rows
}

fn freeze_rows() -> Vec<Row> {
    use FreezeScope::{All, Delivery, Funds, Trade, Use};
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let order = town.order(BOB, listing);
    let licence = town.license(map, 1, BOB, free_policy());
    let until = town.now().after(TERM);
    let max = genesis().rule_pack.freeze_max;
    let carol = Subject::Participant(id_of(CAROL));
    let mut frozen = town.clone();
    let id = frozen.frozen(Subject::Asset(map), Trade);
    let mut appealed = frozen.clone();
    appealed.must(ALICE, appeal(id));
    let mut ruled = appealed.clone();
    ruled.must(JUDGE, rule(id, false));
    let mut lifted = frozen.clone();
    lifted.must(WATCH, lift(id));
    let mut on_order = town.clone();
    let order_freeze = on_order.frozen(Subject::Order(order), Delivery);
    let mut on_order_appealed = on_order.clone();
    on_order_appealed.must(BOB, appeal(order_freeze));
    let mut on_licence = town.clone();
    let licence_freeze = on_licence.frozen(Subject::Licence(licence), Use);
    let mut full = town.clone();
    for _ in 0..FREEZES_MAX {
        full.frozen(carol, Trade);
    }
    let no_freeze = FreezeId(Digest::ZERO);
    let asked = |target, scope| freeze(target, scope, until);
    let proposal = Subject::Proposal(yaosu_ledger::ProposalId(Digest::ZERO));
    let silent = Action::AppealFreeze { freeze: id, statement: text(""), evidence: None };
    #[rustfmt::skip]
    let rows = vec![
        ("freeze a participant", town.clone(), WATCH, asked(carol, All), "ok"),
        ("freeze funds", town.clone(), WATCH, asked(carol, Funds), "ok"),
        ("freeze a listing", town.clone(), WATCH, asked(Subject::Listing(listing), Trade), "ok"),
        ("freeze an order", town.clone(), WATCH, asked(Subject::Order(order), Delivery), "ok"),
        ("freeze a licence", town.clone(), WATCH, asked(Subject::Licence(licence), Use), "ok"),
        ("a trader freezes", town.clone(), BOB, asked(carol, All), "RoleMissing"),
        ("freeze without basis", town.clone(), WATCH, with!(asked(carol, All), Freeze, legal_basis = Digest::ZERO), "LegalBasisMissing"),
        ("freeze a proposal", town.clone(), WATCH, asked(proposal, All), "FreezeTargetUnknown"),
        ("freeze nothing", town.clone(), WATCH, asked(Subject::Asset(AssetId(Digest::ZERO)), All), "FreezeTargetUnknown"),
        ("freeze an asset's funds", town.clone(), WATCH, asked(Subject::Asset(map), Funds), "FreezeScopeUnfit"),
        ("freeze a listing's use", town.clone(), WATCH, asked(Subject::Listing(listing), Use), "FreezeScopeUnfit"),
        ("freeze a licence's delivery", town.clone(), WATCH, asked(Subject::Licence(licence), Delivery), "FreezeScopeUnfit"),
        ("freeze an order's trade", town.clone(), WATCH, asked(Subject::Order(order), Trade), "FreezeScopeUnfit"),
        ("freeze until now", town.clone(), WATCH, freeze(carol, All, town.now()), "FreezeUntilPast"),
        ("freeze as long as can be", town.clone(), WATCH, freeze(carol, All, town.now().after(max)), "ok"),
        ("freeze longer", town.clone(), WATCH, freeze(carol, All, town.now().after(Duration(max.0 + 1))), "FreezeTooLong"),
        ("freeze who is related", town.clone(), WARDEN, asked(Subject::Participant(id_of(ALICE)), All), "JudgeRelated"),
        ("freeze what a related one holds", town.clone(), WARDEN, asked(Subject::Asset(map), All), "JudgeRelated"),
        ("freeze oneself", town.clone(), WATCH, asked(Subject::Participant(id_of(WATCH)), All), "JudgeRelated"),
        ("freeze too often", full, WATCH, asked(carol, All), "FreezesFull"),
        ("lift", frozen.clone(), WATCH, lift(id), "ok"),
        ("a trader lifts", frozen.clone(), ALICE, lift(id), "RoleMissing"),
        ("lift without reason", frozen.clone(), WATCH, with!(lift(id), LiftFreeze, reason = text("")), "ReasonEmpty"),
        ("lift nothing", frozen.clone(), WATCH, lift(no_freeze), "UnknownFreeze"),
        ("lift for who is related", frozen.clone(), WARDEN, lift(id), "JudgeRelated"),
        ("lift again", lifted.clone(), WATCH, lift(id), "FreezeOver"),
        ("lift at last", frozen.late(Duration(TERM.0 - 1)), WATCH, lift(id), "ok"),
        ("lift too late", frozen.late(TERM), WATCH, lift(id), "FreezeOver"),
        ("appeal", frozen.clone(), ALICE, appeal(id), "ok"),
        ("appeal without reason", frozen.clone(), ALICE, silent, "StatementEmpty"),
        ("appeal against nothing", frozen.clone(), ALICE, appeal(no_freeze), "UnknownFreeze"),
        ("appeal too late", lifted, ALICE, appeal(id), "FreezeOver"),
        ("a stranger appeals", frozen.clone(), BOB, appeal(id), "AppealForeign"),
        ("a buyer appeals", on_order, BOB, appeal(order_freeze), "ok"),
        ("a licensee appeals", on_licence, BOB, appeal(licence_freeze), "ok"),
        ("appeal twice", appealed.clone(), ALICE, appeal(id), "AppealedAlready"),
        ("rule", appealed.clone(), JUDGE, rule(id, true), "ok"),
        ("a regulator rules", appealed.clone(), WATCH, rule(id, true), "RoleMissing"),
        ("rule without reason", appealed.clone(), JUDGE, with!(rule(id, true), RuleAppeal, reason = text("")), "ReasonEmpty"),
        ("rule nothing", appealed.clone(), JUDGE, rule(no_freeze, true), "UnknownFreeze"),
        ("rule too late", appealed.late(TERM), JUDGE, rule(id, true), "FreezeOver"),
        ("rule what was not appealed against", frozen, JUDGE, rule(id, true), "NoAppeal"),
        ("rule again", ruled, JUDGE, rule(id, true), "NoAppeal"),
        ("rule for a related regulator", appealed, CRONY, rule(id, true), "JudgeRelated"),
        ("rule for a related appellant", on_order_appealed, CRONY, rule(order_freeze, true), "JudgeRelated"),
    ];
    rows
}

/// What each scope stops, and what it does not: for each target, who does what, and the scopes that stop it.
#[expect(clippy::too_many_lines, reason = "a row for each action that a freeze may stop")]
fn scope_rows() -> Vec<Row> {
    use FreezeScope::{Delivery, Funds, Trade, Use};
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let order = town.order(BOB, listing);
    let licence = town.license(map, 1, BOB, free_policy());
    let resting = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    town.must(ALICE, Action::PauseListing { listing: resting });
    let [alice, bob, carol] = [ALICE, BOB, CAROL].map(|name| Subject::Participant(id_of(name)));
    let asset = Subject::Asset(map);
    let hand_over = Action::TransferRight { asset: map, line: Line::Use, to: id_of(CAROL), evidence: None };
    let paid_by_carol = with!(buy(listing), PlaceOrder, payer = Some(id_of(CAROL)));
    let for_carol = with!(buy(listing), PlaceOrder, licensee = Some(id_of(CAROL)));
    let redeem = Action::Redeem { from: id_of(BOB), amount: Amount(1), bank_reference: text("out") };
    let licensed = derived("clean", map, Some(licence), Grade::General1);
    let own = derived("clean", map, None, Grade::General1);
    let acknowledge = acknowledge(order);
    let mut delivered = town.clone();
    delivered.must(ALICE, deliver(order));
    let everything: [Hooked<'_>; 13] = [
        ("hand over", &town, ALICE, hand_over, &[(asset, Trade), (alice, Trade), (carol, Trade)]),
        ("list", &town, ALICE, offer(map, vec![plan(PRICE)]), &[(asset, Trade), (alice, Trade)]),
        (
            "resume",
            &town,
            ALICE,
            Action::ResumeListing { listing: resting },
            &[(asset, Trade), (alice, Trade), (Subject::Listing(resting), Trade)],
        ),
        (
            "order",
            &town,
            BOB,
            buy(listing),
            &[
                (asset, Trade),
                (alice, Trade),
                (bob, Trade),
                (Subject::Listing(listing), Trade),
                (bob, Funds),
                // The bond.
                (alice, Funds),
            ],
        ),
        (
            "order with Carol's money",
            &town,
            BOB,
            paid_by_carol,
            &[
                (asset, Trade),
                (alice, Trade),
                (bob, Trade),
                (Subject::Listing(listing), Trade),
                (carol, Funds),
                (alice, Funds),
            ],
        ),
        (
            "order for Carol",
            &town,
            BOB,
            for_carol,
            &[
                (asset, Trade),
                (alice, Trade),
                (bob, Trade),
                (carol, Trade),
                (Subject::Listing(listing), Trade),
                (bob, Funds),
                (alice, Funds),
            ],
        ),
        (
            "deliver",
            &town,
            ALICE,
            deliver(order),
            &[
                (asset, Delivery),
                (alice, Delivery),
                (bob, Delivery),
                (Subject::Listing(listing), Delivery),
                (Subject::Order(order), Delivery),
            ],
        ),
        ("acknowledge", &delivered, BOB, acknowledge, &[]),
        ("derive", &town, BOB, licensed, &[(asset, Use), (bob, Use), (Subject::Licence(licence), Use)]),
        ("derive from one's own", &town, ALICE, own, &[(asset, Use), (alice, Use)]),
        ("pay", &town, BOB, pay(CAROL), &[(bob, Funds)]),
        ("redeem", &town, BANK, redeem, &[(bob, Funds)]),
        ("pause", &town, ALICE, Action::PauseListing { listing }, &[]),
    ];
    let targets = [
        alice,
        bob,
        carol,
        asset,
        Subject::Listing(listing),
        Subject::Listing(resting),
        Subject::Order(order),
        Subject::Licence(licence),
    ];
    let mut rows = Vec::new();
    for (case, town, signer, action, stopped) in everything {
        for target in targets {
            for scope in FreezeScope::ALL.iter().copied() {
                let mut town = town.clone();
                let until = town.now().after(TERM);
                let Ok((transaction, _)) = town.act(WATCH, freeze(target, scope, until)) else { continue };
                let stops = stopped.iter().any(|(named, what)| *named == target && scope.stops(*what));
                let answer = if stops { "FrozenNow" } else { "ok" };
                rows.push((case, town.clone(), signer, action.clone(), answer));
                // The moment at which it is over, though the block had too much else to do.
                if stops && signer != BANK && case != "deliver" {
                    rows.push((case, town.late(TERM), signer, action.clone(), "ok"));
                    rows.push((case, town.late(Duration(TERM.0 - 1)), signer, action.clone(), "FrozenNow"));
                }
                let id = FreezeId::created_by(transaction);
                town.must(WATCH, lift(id));
                rows.push((case, town, signer, action.clone(), "ok"));
            }
        }
    }
    rows
}

impl Town {
    fn all_listings(&self) -> Vec<ListingId> {
        self.state.scan::<Listings>(&(), usize::MAX).into_iter().map(|(id, _)| id).collect()
    }
}

/// Goal: each rule is named by one row at least, and an earlier rule hides a later one.
/// Method: every row asks a town of its own; only the answer's name is compared.
#[test]
fn each_rule_has_its_row() {
    let rows = [attestation_rows(), gate_rows(), grade_rows(), public_rows(), freeze_rows(), scope_rows()].concat();
    let mut seen = BTreeSet::new();
    for (case, town, signer, action, answer) in rows {
        assert_eq!(town.answer(signer, action), answer, "{case}");
        seen.insert(answer);
    }
    let rules = Rejection::ALL.iter().filter(|(number, ..)| (600..650).contains(number));
    let missing: Vec<_> = rules.filter(|(_, name, ..)| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "rules without a row: {missing:?}");
}
