//! Attestations, grades, public data and freezes: each rule, and each end.

mod deadlines;
mod figures;
mod rejections;
mod stories;
#[path = "../town/mod.rs"]
mod town;

use town::*;
use yaosu_ledger::model::*;
use yaosu_ledger::state::{Listings, Subject};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{
    Amount, AssetId, AttestationId, Digest, Duration, FreezeId, LicenceId, ListingId, OrderId, Timestamp,
};

const PRICE: Amount = Amount(1_000);

/// How long an attestation or a freeze of these tests lasts.
const TERM: Duration = Duration::seconds(700);

fn plan(price: Amount) -> Terms {
    let bond = price.share(genesis().rule_pack.bond);
    Terms { price, policy: free_policy(), supply: Supply::Unlimited, form: PlanForm::OneOff, bond }
}

/// A plan for industry only.
fn industrial(price: Amount) -> Terms {
    let policy = Policy { purposes: Purposes::NONE.with(Purpose::Retail).with(Purpose::Research), ..free_policy() };
    Terms { policy, ..plan(price) }
}

fn offer_version(asset: AssetId, version: u32, plans: Vec<Terms>) -> Action {
    let is_free = plans.iter().all(|plan| plan.price == Amount::ZERO);
    let kind = if is_free { ListingKind::Open } else { ListingKind::Fixed };
    Action::CreateListing { asset, version, kind, plans, until: None }
}

fn offer(asset: AssetId, plans: Vec<Terms>) -> Action {
    offer_version(asset, 1, plans)
}

fn buy(listing: ListingId) -> Action {
    Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: Amount(u64::MAX),
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}

fn pay(to: &str) -> Action {
    Action::Pay { to: id_of(to), amount: Amount(1), memo: text("") }
}

/// What a kind finds.
fn findings(kind: AttestationKind) -> Findings {
    let score = yaosu_ledger::BasisPoints(9_000);
    match kind {
        AttestationKind::Quality => Findings::Quality(QualityScores {
            conformity: score,
            completeness: score,
            accuracy: score,
            consistency: score,
            timeliness: score,
            accessibility: score,
        }),
        AttestationKind::Valuation => Findings::Worth { from: Amount(1), to: Amount(2) },
        AttestationKind::DeIdentification => Findings::Grade(Grade::General1),
        _ => Findings::None,
    }
}

fn attest(asset: AssetId, kind: AttestationKind, verdict: Verdict, valid_until: Timestamp) -> Action {
    let (version, report, findings) = (1, digest("report"), findings(kind));
    Action::Attest { kind, asset, version, report, verdict, findings, valid_until }
}

fn regrade(asset: AssetId, grade: Grade) -> Action {
    Action::Regrade { asset, grade, legal_basis: digest("law") }
}

fn freeze(target: Subject, scope: FreezeScope, until: Timestamp) -> Action {
    Action::Freeze { target, scope, legal_basis: digest("law"), until }
}

fn lift(freeze: FreezeId) -> Action {
    Action::LiftFreeze { freeze, reason: text("over") }
}

fn appeal(freeze: FreezeId) -> Action {
    Action::AppealFreeze { freeze, statement: text("it is wrong"), evidence: None }
}

fn rule(freeze: FreezeId, overturned: bool) -> Action {
    Action::RuleAppeal { freeze, overturned, reason: text("heard") }
}

/// Public data that its city opens on conditions.
fn public(words: &str) -> Action {
    let mut action = register(words, words);
    if let Action::RegisterAsset { description, .. } = &mut action {
        description.source_class = SourceClass::Public;
        description.openness = Openness::Conditional { terms: text("ask first") };
    }
    action
}

fn ceiling(asset: AssetId, ceiling: Amount) -> Action {
    Action::SetPriceCeiling { asset, ceiling, legal_basis: digest("pricing decision") }
}

/// Data made from the first version of another asset, by who may use that one.
fn derived(words: &str, from: AssetId, licence: Option<LicenceId>, grade: Grade) -> Action {
    let mut action = register(words, words);
    if let Action::RegisterAsset { description, parents, .. } = &mut action {
        description.grade = grade;
        parents.push(Parent { asset: from, version: 1, licence, activity: Activity::Clean, recipe: None });
    }
    action
}

/// Lets the rule pack demand these kinds of all data of companies.
fn demand(town: &mut Town, kinds: AttestationKinds) {
    town.edit(|draft| {
        use yaosu_ledger::state::{Reader, RulePacks};
        let mut pack = draft.get::<RulePacks>(&()).expect("there is a pack");
        let need = |grade| Requirement { source_class: SourceClass::Enterprise, grade, kinds };
        pack.required_attestations = vec![need(Grade::General1)];
        draft.put::<RulePacks>(&(), &pack);
    });
}

impl Town {
    fn attested(&mut self, asset: AssetId, kind: AttestationKind) -> AttestationId {
        let until = self.now().after(TERM);
        AttestationId::created_by(self.must(LAB, attest(asset, kind, Verdict::Pass, until)))
    }

    fn frozen(&mut self, target: Subject, scope: FreezeScope) -> FreezeId {
        let until = self.now().after(TERM);
        FreezeId::created_by(self.must(WATCH, freeze(target, scope, until)))
    }

    fn list(&mut self, seller: &str, offer: Action) -> ListingId {
        ListingId::created_by(self.must(seller, offer))
    }

    fn order(&mut self, buyer: &str, listing: ListingId) -> OrderId {
        OrderId::created_by(self.must(buyer, buy(listing)))
    }

    /// Where a listing stands, and why.
    fn stands(&self, listing: ListingId) -> (ListingStatus, Option<PauseCause>) {
        let found = self.get::<Listings>(&listing).expect("the listing is there");
        (found.status, found.pause)
    }

    /// As if the block of a deadline had too much to do to carry it out.
    fn late(&self, length: Duration) -> Self {
        let mut town = self.clone();
        town.block.time = town.block.time.after(length);
        town
    }
}
