//! What supervision has to say on deals: freezes, the gate of the market, recalls and price ceilings, each in every step
//! of a negotiation, a demand, a sale of a right and a subscription.

use yaosu_ledger::FreezeId;
use yaosu_ledger::state::{Assets, Derivations, Reader, RulePacks, Subject};

use super::*;

/// How long a freeze or an attestation of these tests lasts.
const TERM: Duration = Duration::seconds(700);

/// Case, who acts, what, and what must not be frozen for it, in which scope.
type Hooked = (&'static str, &'static str, Action, Vec<(Subject, FreezeScope)>);

/// A town in which everything that can be dealt about is under way.
struct Fair {
    town: Town,
    map: AssetId,
    /// Negotiated.
    listing: ListingId,
    /// Bob's offer on it, which Alice answers.
    deal: NegotiationId,
    need: DemandId,
    /// Alice's answer to it, which Bob answers.
    answered: NegotiationId,
    /// Of the right to hold.
    sale: ListingId,
    /// Of subscriptions.
    plan: ListingId,
    licence: LicenceId,
    /// Placed orders: of a version under the licence, on the listing by negotiation, on another demand.
    orders: [OrderId; 3],
    /// The negotiations of the last two, and that demand.
    agreed: [NegotiationId; 2],
    met: DemandId,
}

impl Fair {
    fn new() -> Self {
        let mut market = Market::new();
        let (plan, licence) = market.subscribe();
        let deal = market.open(terms(PRICE));
        let need = market.demand();
        let Market { mut town, map, listing } = market;
        for words in ["map 2", "map 3"] {
            town.must(ALICE, new_version(map, words, Vec::new()));
        }
        let version = OrderId::created_by(town.must(BOB, request(licence, 3)));
        let answered = town.negotiate(ALICE, answer(need, map, terms(PRICE)));
        let sale = town.list(ALICE, offer_right(map, Line::Hold));
        let first = town.negotiate(BOB, open(listing, terms(PRICE)));
        let on_listing = OrderId::created_by(town.must(ALICE, accept(first, terms(PRICE))));
        let met = DemandId::created_by(town.must(BOB, demand(wanted(), town.now().after(window()))));
        let second = town.negotiate(ALICE, answer(met, map, terms(PRICE)));
        let on_demand = OrderId::created_by(town.must(BOB, accept(second, terms(PRICE))));
        let (orders, agreed) = ([version, on_listing, on_demand], [first, second]);
        Self { town, map, listing, deal, need, answered, sale, plan, licence, orders, agreed, met }
    }

    /// Whatever brings two sides together or money in, with its signer.
    fn steps(&self) -> Vec<(&'static str, &'static str, Action)> {
        let &Self { map, listing, deal, need, answered, sale, licence, .. } = self;
        vec![
            ("open", BOB, open(listing, terms(PRICE))),
            ("counter", ALICE, counter(deal, terms(Amount(1_100)))),
            ("accept", ALICE, accept(deal, terms(PRICE))),
            ("answer", ALICE, answer(need, map, terms(PRICE))),
            ("counter an answer", BOB, counter(answered, terms(Amount(900)))),
            ("accept an answer", BOB, accept(answered, terms(PRICE))),
            ("offer a right", ALICE, offer_right(map, Line::Operate)),
            ("buy a right", BOB, buy_right(sale)),
            ("renew", BOB, renew(licence, 1)),
            ("request", BOB, request(licence, 2)),
        ]
    }

    /// The asset of every version here, changed as no rule would.
    fn with_asset(&self, change: impl FnOnce(&mut Asset)) -> Town {
        let mut town = self.town.clone();
        let mut found = town.found::<Assets>(&self.map);
        change(&mut found);
        town.edit(|draft| draft.put::<Assets>(&self.map, &found));
        town
    }
}

/// A pack that demands this of the data of companies.
fn demanding(town: &mut Town, kind: AttestationKind) {
    town.edit(|draft| {
        let mut pack = draft.get::<RulePacks>(&()).expect("there is a pack");
        let (source_class, grade) = (SourceClass::Enterprise, Grade::General1);
        let kinds = AttestationKinds::NONE.with(kind);
        pack.required_attestations = vec![Requirement { source_class, grade, kinds }];
        draft.put::<RulePacks>(&(), &pack);
    });
}

fn attest(asset: AssetId, version: u32, valid_until: Timestamp) -> Action {
    let (kind, report, verdict) = (AttestationKind::Source, digest("report"), Verdict::Pass);
    Action::Attest { kind, asset, version, report, verdict, findings: Findings::None, valid_until }
}

fn freeze(target: Subject, scope: FreezeScope, until: Timestamp) -> Action {
    Action::Freeze { target, scope, legal_basis: digest("law"), until }
}

fn scopes(fair: &Fair) -> Vec<Hooked> {
    use FreezeScope::{Delivery, Funds, Trade};
    let &Fair { map, listing, deal, need, answered, sale, plan, licence, met, .. } = fair;
    let &Fair { orders: [version, on_listing, on_demand], agreed: [first, second], .. } = fair;
    let [alice, bob, carol] = [ALICE, BOB, CAROL].map(|name| Subject::Participant(id_of(name)));
    let asset = Subject::Asset(map);
    let mut for_carol = open(listing, terms(PRICE));
    if let Action::OpenNegotiation { licensee, .. } = &mut for_carol {
        *licensee = Some(id_of(CAROL));
    }
    let traded = |more: &[Subject]| -> Vec<(Subject, FreezeScope)> {
        [asset, alice, bob].iter().chain(more).map(|subject| (*subject, Trade)).collect()
    };
    let paid = |more: &[Subject], who: &[Subject]| -> Vec<(Subject, FreezeScope)> {
        traded(more).into_iter().chain(who.iter().map(|subject| (*subject, Funds))).collect()
    };
    let delivered = |more: &[Subject]| -> Vec<(Subject, FreezeScope)> {
        [asset, alice, bob].iter().chain(more).map(|subject| (*subject, Delivery)).collect()
    };
    let [on_the_listing, on_the_need] = [Subject::Listing(listing), Subject::Demand(need)];
    let [talk, reply] = [deal, answered].map(Subject::Negotiation);
    let (right, offered, under) = (Subject::Listing(sale), Subject::Listing(plan), Subject::Licence(licence));
    vec![
        ("open", BOB, open(listing, terms(PRICE)), traded(&[on_the_listing])),
        ("open for Carol", BOB, for_carol, traded(&[on_the_listing, carol])),
        ("counter", ALICE, counter(deal, terms(Amount(1_100))), traded(&[on_the_listing, talk])),
        ("accept", ALICE, accept(deal, terms(PRICE)), paid(&[on_the_listing, talk], &[bob, alice])),
        ("withdraw", BOB, withdraw(deal), vec![]),
        ("demand", BOB, demand(wanted(), fair.town.now().after(Duration(TERM.0 * 2))), vec![(bob, Trade)]),
        ("answer", ALICE, answer(need, map, terms(PRICE)), traded(&[on_the_need])),
        ("counter an answer", BOB, counter(answered, terms(PRICE)), traded(&[on_the_need, reply])),
        ("accept an answer", BOB, accept(answered, terms(PRICE)), paid(&[on_the_need, reply], &[bob, alice])),
        ("end a demand", BOB, Action::EndDemand { demand: need }, vec![]),
        ("offer a right", ALICE, offer_right(map, Line::Operate), vec![(asset, Trade), (alice, Trade)]),
        ("buy a right", BOB, buy_right(sale), paid(&[right], &[bob])),
        ("renew", BOB, renew(licence, 1), paid(&[under, offered], &[bob])),
        ("request", BOB, request(licence, 2), traded(&[under])),
        ("deliver a version", ALICE, deliver(version), delivered(&[Subject::Order(version), under, offered])),
        (
            "deliver what was agreed on a listing",
            ALICE,
            deliver(on_listing),
            delivered(&[Subject::Order(on_listing), Subject::Negotiation(first), on_the_listing]),
        ),
        (
            "deliver what was agreed on a demand",
            ALICE,
            deliver(on_demand),
            delivered(&[Subject::Order(on_demand), Subject::Negotiation(second), Subject::Demand(met)]),
        ),
    ]
}

/// Goal: a freeze stops exactly what its scope says, in deals of every kind, and no longer than it lasts.
/// Method: each step against a freeze of each thing in each scope that fits it; lifted, the step goes.
#[test]
fn a_freeze_stops_exactly_its_scope() {
    let fair = Fair::new();
    let targets = [ALICE, BOB, CAROL].map(|name| Subject::Participant(id_of(name))).into_iter();
    let targets: Vec<Subject> = targets
        .chain([Subject::Asset(fair.map), Subject::Licence(fair.licence)])
        .chain([fair.listing, fair.sale, fair.plan].map(Subject::Listing))
        .chain([fair.deal, fair.answered, fair.agreed[0], fair.agreed[1]].map(Subject::Negotiation))
        .chain([fair.need, fair.met].map(Subject::Demand))
        .chain(fair.orders.map(Subject::Order))
        .collect();
    for (case, signer, action, stopped) in scopes(&fair) {
        assert!(stopped.iter().all(|(target, _)| targets.contains(target)), "{case}: each is tried");
        for target in &targets {
            for scope in FreezeScope::ALL.iter().copied() {
                let mut town = fair.town.clone();
                let until = town.now().after(TERM);
                let Ok((transaction, _)) = town.act(WATCH, freeze(*target, scope, until)) else { continue };
                let stops = stopped.iter().any(|(named, what)| named == target && scope.stops(*what));
                let answer = if stops { "FrozenNow" } else { "ok" };
                assert_eq!(town.answer(signer, action.clone()), answer, "{case}: {scope} of {target:?}");
                let freeze = FreezeId::created_by(transaction);
                town.must(WATCH, Action::LiftFreeze { freeze, reason: text("over") });
                assert_eq!(town.answer(signer, action.clone()), "ok", "{case}: {scope} of {target:?} lifted");
            }
        }
    }
}

/// Goal: what can be frozen can be frozen only as far as it is dealt with, by who is not concerned; who is may appeal.
#[test]
fn negotiations_and_demands_can_be_frozen() {
    use FreezeScope::{All, Delivery, Funds, Trade, Use};
    let fair = Fair::new();
    let until = fair.town.now().after(TERM);
    let [talk, need] = [Subject::Negotiation(fair.deal), Subject::Demand(fair.need)];
    let nowhere = [Subject::Negotiation(NegotiationId(Digest::ZERO)), Subject::Demand(DemandId(Digest::ZERO))];
    for target in [talk, need] {
        for (scope, answer) in
            [(All, "ok"), (Trade, "ok"), (Delivery, "ok"), (Funds, "FreezeScopeUnfit"), (Use, "FreezeScopeUnfit")]
        {
            assert_eq!(fair.town.answer(WATCH, freeze(target, scope, until)), answer, "{scope} of {target:?}");
        }
    }
    for target in nowhere {
        assert_eq!(fair.town.answer(WATCH, freeze(target, Trade, until)), "FreezeTargetUnknown");
    }
    assert_eq!(fair.town.answer(WARDEN, freeze(talk, Trade, until)), "JudgeRelated", "Alice is its relative");
    assert_eq!(fair.town.answer(WARDEN, freeze(need, Trade, until)), "ok");
    for (target, concerned, stranger) in [(talk, ALICE, CAROL), (need, BOB, ALICE)] {
        let mut town = fair.town.clone();
        let freeze = FreezeId::created_by(town.must(WATCH, freeze(target, Trade, until)));
        let appeal = Action::AppealFreeze { freeze, statement: text("it is wrong"), evidence: None };
        assert_eq!(town.answer(stranger, appeal.clone()), "AppealForeign");
        assert_eq!(town.answer(concerned, appeal), "ok");
    }
}

/// Goal: no step of a deal goes by the gate of the market, nor by a recall.
/// Method: all steps are possible; then one thing at a time is wrong with the asset.
#[test]
fn no_step_goes_by_the_gate() {
    let fair = Fair::new();
    let mut below_source = fair.town.clone();
    let source = below_source.registered(CAROL, "source");
    let edge =
        Derivation { licence: None, activity: Activity::Clean, recipe: None, royalty: yaosu_ledger::BasisPoints(0) };
    below_source.edit(|draft| {
        for version in 1..=3 {
            draft.put::<Derivations>(&(fair.map, version, source, 1), &edge);
        }
    });
    let grade = Grade::General3;
    below_source.must(WATCH, Action::Regrade { asset: source, grade, legal_basis: digest("law") });
    let mut unattested = fair.town.clone();
    demanding(&mut unattested, AttestationKind::Source);
    let mut recalled = fair.town.clone();
    let (cause, statement) = (RecallCause::Contamination, digest("statement"));
    recalled.must(WATCH, Action::Recall { asset: fair.map, version: None, cause, statement });
    let rows = [
        (fair.town.clone(), "ok"),
        (fair.with_asset(|asset| asset.description.grade = Grade::Core), "GradeCore"),
        (below_source, "GradeBelowSource"),
        (unattested, "AttestationMissing"),
        (recalled, "VersionRecalled"),
    ];
    for (town, answer) in rows {
        for (case, signer, action) in fair.steps() {
            assert_eq!(town.answer(signer, action), answer, "{case}");
        }
    }
    // What its holder withdraws is sold no more, but what was paid for is still delivered.
    let mut withdrawn = fair.town.clone();
    withdrawn.must(ALICE, Action::Recall { asset: fair.map, version: None, cause: RecallCause::Withdrawn, statement });
    for (case, signer, action) in fair.steps() {
        let answer = if case == "request" { "ok" } else { "VersionRecalled" };
        assert_eq!(withdrawn.answer(signer, action), answer, "{case}");
    }
}

/// Goal: a subscription is renewed while its asset may be traded, whatever became of the listing's taking of orders.
/// Method: an attestation lapses and comes back, for the latest version; the seller pauses; a freeze comes and goes; a
/// recall of the first version alone.
#[test]
fn a_renewal_needs_an_asset_that_may_be_traded() {
    let mut market = Market::new();
    let (plan, licence) = market.subscribe();
    let Market { mut town, map, .. } = market;
    demanding(&mut town, AttestationKind::Source);
    assert_eq!(town.answer(BOB, renew(licence, 1)), "AttestationMissing");
    let until = town.now().after(TERM);
    town.must(LAB, attest(map, 1, until));
    assert_eq!(town.answer(BOB, renew(licence, 1)), "ok");
    town.pass(TERM);
    assert_eq!(town.found::<Listings>(&plan).pause, Some(PauseCause::Attestation));
    assert_eq!(town.answer(BOB, renew(licence, 1)), "AttestationMissing", "it has lapsed");
    let until = town.now().after(TERM);
    town.must(LAB, attest(map, 1, until));
    assert_eq!(town.answer(CAROL, buy(plan)), "WrongListingStatus", "only its seller resumes it");
    assert_eq!(town.answer(BOB, renew(licence, 1)), "ok", "who has the licence need not wait for that");
    town.must(ALICE, new_version(map, "map 2", Vec::new()));
    assert_eq!(town.answer(BOB, renew(licence, 1)), "AttestationMissing", "what is paid for includes the new one");
    town.must(LAB, attest(map, 2, until));

    let frozen = town.now().after(Duration(5));
    town.must(WATCH, freeze(Subject::Listing(plan), FreezeScope::Trade, frozen));
    assert_eq!(town.late_by(Duration(4)).answer(BOB, renew(licence, 1)), "FrozenNow");
    assert_eq!(town.late_by(Duration(5)).answer(BOB, renew(licence, 1)), "ok");
    town.pass(Duration(5));

    let (cause, statement) = (RecallCause::Contamination, digest("statement"));
    town.must(WATCH, Action::Recall { asset: map, version: Some(1), cause, statement });
    assert_eq!(town.found::<Licences>(&licence).status, LicenceStatus::Active, "until the window is over");
    assert_eq!(town.answer(BOB, renew(licence, 1)), "VersionRecalled", "nobody pays for more of what ends");
}

/// The city's data of trees, on which it negotiates and sells a subscription at the ceiling.
fn public_market() -> (Market, ListingId, LicenceId) {
    let mut town = Town::new();
    let mut action = register("trees", "trees");
    if let Action::RegisterAsset { description, .. } = &mut action {
        description.source_class = SourceClass::Public;
        description.openness = Openness::Conditional { terms: text("ask first") };
    }
    let map = AssetId::created_by(town.must(CITY, action));
    town.grant(map);
    town.must(CITY, ceiling(map, PRICE));
    let listing = town.list(CITY, offer(map, ListingKind::Negotiated, Vec::new()));
    let plan = town.list(CITY, offer(map, ListingKind::Fixed, vec![industrial(yearly(PRICE))]));
    let order = OrderId::created_by(town.must(BOB, buy(plan)));
    town.fulfil(order);
    (Market { town, map, listing }, plan, LicenceId::created_by(order))
}

/// As long as a ceiling is for.
fn yearly(price: Amount) -> Terms {
    Terms { form: PlanForm::Subscription { period: CEILING_PERIOD }, ..terms(price) }
}

fn ceiling(asset: AssetId, ceiling: Amount) -> Action {
    Action::SetPriceCeiling { asset, ceiling, legal_basis: digest("pricing decision") }
}

/// For industry and research, which pay.
fn industrial(mut terms: Terms) -> Terms {
    terms.policy.purposes = Purposes::NONE.with(Purpose::Retail).with(Purpose::Research);
    terms
}

/// Goal: public data costs at most its ceiling in deals of every kind, a subscription a period, what lasts for less than a
/// year its part, and nothing for governance and welfare.
/// Method: each step at the ceiling and one above; each again after the ceiling came down, and after the data was opened.
#[test]
fn public_data_keeps_its_ceiling_in_every_deal() {
    let (mut market, plan, licence) = public_market();
    let (at, above) = (industrial(terms(PRICE)), industrial(terms(Amount(PRICE.0 + 1))));
    let deal = market.open(at.clone());
    let need = market.demand();
    let Market { mut town, map, listing } = market;
    let answered = town.negotiate(CITY, answer(need, map, at.clone()));
    town.must(CITY, new_version(map, "trees 2", Vec::new()));
    let list = |kind, terms: Terms| offer(map, kind, vec![terms]);
    let per_period = |price| industrial(yearly(Amount(price)));
    // The thousandth part of a year may cost 1, and a moment less nothing.
    let part = Duration(CEILING_PERIOD.0 / PRICE.0);
    let for_part = |price, length| {
        let mut plan = industrial(terms(Amount(price)));
        plan.policy.duration = Some(length);
        plan
    };
    let per_part = |price| Terms { form: PlanForm::Subscription { period: part }, ..industrial(terms(Amount(price))) };
    let mut for_welfare = at.clone();
    for_welfare.policy.purposes = for_welfare.policy.purposes.with(Purpose::Welfare);
    let mut for_governance = at.clone();
    for_governance.policy.purposes = for_governance.policy.purposes.with(Purpose::Governance);
    let (negotiated, fixed) = (ListingKind::Negotiated, ListingKind::Fixed);
    #[rustfmt::skip]
    let rows = [
        ("show at the ceiling", CITY, list(negotiated, at.clone()), "ok"),
        ("show above", CITY, list(negotiated, above.clone()), "PriceAboveCeiling"),
        ("a period at the ceiling", CITY, list(fixed, per_period(PRICE.0)), "ok"),
        ("a period above", CITY, list(fixed, per_period(PRICE.0 + 1)), "PriceAboveCeiling"),
        ("a part at its part", CITY, list(fixed, for_part(1, part)), "ok"),
        ("a part above", CITY, list(fixed, for_part(2, part)), "PriceAboveCeiling"),
        ("a moment less", CITY, list(fixed, for_part(1, Duration(part.0 - 1))), "PriceAboveCeiling"),
        ("many years at the ceiling", CITY, list(fixed, for_part(PRICE.0, PERIOD_MAX)), "ok"),
        ("many years above", CITY, list(fixed, for_part(PRICE.0 + 1, PERIOD_MAX)), "PriceAboveCeiling"),
        ("a short period at its part", CITY, list(fixed, per_part(1)), "ok"),
        ("a short period above", CITY, list(fixed, per_part(2)), "PriceAboveCeiling"),
        ("open at the ceiling", BOB, open(listing, at.clone()), "ok"),
        ("open above", BOB, open(listing, above.clone()), "PriceAboveCeiling"),
        ("open a period above", BOB, open(listing, per_period(PRICE.0 + 1)), "PriceAboveCeiling"),
        ("open for welfare", BOB, open(listing, for_welfare.clone()), "PublicNotFree"),
        ("open for governance", BOB, open(listing, for_governance), "PublicNotFree"),
        ("counter at the ceiling", CITY, counter(deal, at.clone()), "ok"),
        ("counter above", CITY, counter(deal, above.clone()), "PriceAboveCeiling"),
        ("counter for welfare", CITY, counter(deal, for_welfare), "PublicNotFree"),
        ("accept", CITY, accept(deal, at.clone()), "ok"),
        ("answer at the ceiling", CITY, answer(need, map, at.clone()), "ok"),
        ("answer above", CITY, answer(need, map, above), "PriceAboveCeiling"),
        ("accept an answer", BOB, accept(answered, at.clone()), "ok"),
        ("many periods at the ceiling each", BOB, renew(licence, 3), "ok"),
        ("a right for more", CITY, Action::OfferRight { asset: map, line: Line::Operate, price: Amount(PRICE.0 * 9), until: None }, "ok"),
    ];
    for (case, signer, action, answer) in rows {
        assert_eq!(town.answer(signer, action), answer, "{case}");
    }

    let paid = [
        ("accept", CITY, accept(deal, at.clone())),
        ("accept an answer", BOB, accept(answered, at)),
        ("renew", BOB, renew(licence, 1)),
    ];
    let mut lower = town.clone();
    lower.must(CITY, ceiling(map, Amount(PRICE.0 - 1)));
    let mut next = lower.clone();
    next.pass(Duration(1));
    assert_eq!(next.found::<Listings>(&plan).pause, Some(PauseCause::Price));
    let mut opened = town;
    opened.must(CITY, Action::ChangeOpenness { asset: map, openness: Openness::Open });
    for (town, answer) in [(lower, "PriceAboveCeiling"), (opened, "OpenNotFree")] {
        for (case, signer, action) in &paid {
            assert_eq!(town.answer(signer, action.clone()), answer, "{case}");
        }
        assert_eq!(town.answer(BOB, request(licence, 2)), "ok", "nothing is paid for it");
    }
}
