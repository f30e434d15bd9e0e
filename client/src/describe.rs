//! Plain sentences: what will be signed, what a licence allows, what happened.

mod deal;
mod delivery;
mod division;
mod policy;
mod supervision;

use yaosu_ledger::model::{
    Demand, Enrolment, Ground, Licence, Line, Listing, ListingKind, Measure, Negotiation, Order, Origin, PlanForm,
    Role, Roles, Supply, Termination, Terms,
};
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, ParticipantId, Text, Timestamp};

use crate::parse::{short, show_duration, show_ratio, show_time};
use crate::session::{Context, Session};

pub use division::division;
pub use policy::policy;
pub use supervision::{findings, openness, subject};

/// What is known about an action beyond what it says itself.
#[derive(Debug, Default)]
pub struct Facts {
    context: Context,
    listing: Option<Listing>,
    order: Option<Order>,
    negotiation: Option<Negotiation>,
    demand: Option<Demand>,
    licence: Option<Licence>,
}

impl Facts {
    /// Only names, for where nobody can be asked.
    pub fn of_names(context: Context) -> Self {
        Self { context, ..Self::default() }
    }

    /// Asks for them. What can't be asked for now is left out.
    pub async fn gather(session: &Session, signer: ParticipantId, action: &Action) -> Self {
        let mut facts = Self::default();
        let Ok(client) = session.client() else { return facts };
        let mut participants = vec![signer];
        let mut assets = Vec::new();
        mentioned(action, &mut participants, &mut assets);
        match action {
            Action::PlaceOrder { listing, .. }
            | Action::BuyRight { listing, .. }
            | Action::OpenNegotiation { listing, .. }
            | Action::Delist { listing, .. } => {
                facts.listing = client.listing(&listing.to_string()).await.ok().map(|found| found.record);
            }
            Action::Deliver { order, .. }
            | Action::Acknowledge { order, .. }
            | Action::RejectDelivery { order, .. }
            | Action::RevealKey { order, .. }
            | Action::AcceptDelivery { order }
            | Action::ProveMisbehaviour { order, .. }
            | Action::ChallengeKey { order }
            | Action::OpenKey { order, .. }
            | Action::OpenQualityDispute { order, .. }
            | Action::RuleDispute { order, .. } => {
                facts.order = client.order(&order.to_string()).await.ok().map(|found| found.record);
            }
            Action::CounterOffer { negotiation, .. }
            | Action::AcceptOffer { negotiation, .. }
            | Action::WithdrawOffer { negotiation }
            | Action::EndRenewals { negotiation } => {
                let found = client.negotiation(&negotiation.to_string()).await;
                facts.negotiation = found.ok().map(|found| found.record);
            }
            Action::AnswerDemand { demand, .. } => {
                facts.demand = client.demand(&demand.to_string()).await.ok().map(|found| found.record);
            }
            Action::RenewSubscription { licence, .. } | Action::RequestVersion { licence, .. } => {
                facts.licence = client.licence(&licence.to_string()).await.ok().map(|found| found.record);
                if let Some(licence) = &facts.licence {
                    facts.order = client.order(&licence.order.to_string()).await.ok().map(|found| found.record);
                }
            }
            _ => {}
        }
        if let Some(listing) = &facts.listing {
            participants.push(listing.seller);
            assets.push(listing.asset);
        }
        if let Some(order) = &facts.order {
            participants.extend([order.buyer, order.seller, order.payer]);
            assets.push(order.asset);
        }
        if let Some(negotiation) = &facts.negotiation {
            participants.extend([negotiation.buyer, negotiation.seller, negotiation.payer]);
            assets.push(negotiation.asset);
        }
        participants.extend(facts.demand.as_ref().map(|demand| demand.buyer));
        facts.context = session.context(participants, assets).await;
        facts
    }
}

fn mentioned(action: &Action, participants: &mut Vec<ParticipantId>, assets: &mut Vec<AssetId>) {
    participants.extend(action.other_parties());
    match action {
        Action::Issue { to, .. } | Action::Pay { to, .. } => participants.push(*to),
        Action::Propose { measure } => participants.extend(measure_participants(measure)),
        Action::RegisterAsset { parents, .. } => assets.extend(parents.iter().map(|parent| parent.asset)),
        Action::AddVersion { asset, parents, .. } => {
            assets.push(*asset);
            assets.extend(parents.iter().map(|parent| parent.asset));
        }
        Action::ApplyAgain { asset }
        | Action::Object { asset, .. }
        | Action::RuleObjection { asset, .. }
        | Action::GrantRegistration { asset, .. }
        | Action::RefuseRegistration { asset, .. }
        | Action::CancelRegistration { asset, .. }
        | Action::TransferRight { asset, .. }
        | Action::CreateListing { asset, .. }
        | Action::Recall { asset, .. }
        | Action::ReleaseParked { asset }
        | Action::Attest { asset, .. }
        | Action::Regrade { asset, .. }
        | Action::DeclareGrade { asset, .. }
        | Action::ChangeOpenness { asset, .. }
        | Action::AuthoriseOperation { asset, .. }
        | Action::SetPriceCeiling { asset, .. }
        | Action::OfferRight { asset, .. }
        | Action::AnswerDemand { asset, .. }
        | Action::Freeze { target: Subject::Asset(asset), .. } => assets.push(*asset),
        Action::Freeze { target: Subject::Participant(participant), .. } => participants.push(*participant),
        _ => {}
    }
}

/// Everyone that a measure mentions by identifier.
pub fn measure_participants(measure: &Measure) -> Vec<ParticipantId> {
    match measure {
        Measure::SetRoles { participant, .. } | Measure::SetStatus { participant, .. } => vec![*participant],
        Measure::AdmitNode { node, .. } => vec![node.operator],
        Measure::SetRulePack { pack } => vec![pack.fee_account],
        Measure::SetValidators { validators } => validators.iter().map(|validator| validator.operator).collect(),
        Measure::Enrol { .. } | Measure::DismissNode { .. } => Vec::new(),
    }
}

/// Whether money or rights move by it, so that a person is asked before it is signed.
pub const fn moves(action: &Action) -> bool {
    match action {
        Action::RotateKeys { .. }
        | Action::Issue { .. }
        | Action::Redeem { .. }
        | Action::Pay { .. }
        | Action::CancelRegistration { .. }
        | Action::TransferRight { .. }
        | Action::CreateListing { .. }
        | Action::PlaceOrder { .. }
        | Action::RejectDelivery { .. }
        | Action::OfferRight { .. }
        | Action::BuyRight { .. }
        | Action::OpenNegotiation { .. }
        | Action::AnswerDemand { .. }
        | Action::CounterOffer { .. }
        | Action::AcceptOffer { .. }
        | Action::RenewSubscription { .. }
        | Action::RevealKey { .. }
        | Action::AcceptDelivery { .. }
        | Action::ProveMisbehaviour { .. }
        | Action::OpenKey { .. }
        | Action::OpenQualityDispute { .. }
        | Action::RuleDispute { .. }
        | Action::Sublicense { .. }
        | Action::Terminate { .. }
        | Action::Supersede { .. }
        | Action::Recall { .. }
        | Action::AcknowledgeRecall { .. }
        | Action::Regrade { .. }
        | Action::DeclareGrade { .. }
        | Action::ChangeOpenness { .. }
        | Action::AuthoriseOperation { .. }
        | Action::SetPriceCeiling { .. }
        | Action::Freeze { .. }
        | Action::LiftFreeze { .. }
        | Action::RuleAppeal { .. } => true,
        Action::EnrolTrader { .. }
        | Action::Propose { .. }
        | Action::Approve { .. }
        | Action::RegisterAsset { .. }
        | Action::AddVersion { .. }
        | Action::ApplyAgain { .. }
        | Action::Object { .. }
        | Action::RuleObjection { .. }
        | Action::GrantRegistration { .. }
        | Action::RefuseRegistration { .. }
        | Action::PauseListing { .. }
        | Action::ResumeListing { .. }
        | Action::EndListing { .. }
        | Action::Deliver { .. }
        | Action::Acknowledge { .. }
        | Action::ChallengeKey { .. }
        | Action::RecordUse { .. }
        | Action::StateDeletion { .. }
        | Action::ReleaseParked { .. }
        | Action::Attest { .. }
        | Action::WithdrawAttestation { .. }
        | Action::AppealFreeze { .. }
        | Action::Delist { .. }
        | Action::WithdrawOffer { .. }
        | Action::EndRenewals { .. }
        | Action::CreateDemand { .. }
        | Action::EndDemand { .. }
        | Action::RequestVersion { .. } => false,
    }
}

/// What will be signed, in one sentence.
pub fn action(signer: ParticipantId, action: &Action, facts: &Facts) -> String {
    let Facts { context, .. } = facts;
    format!("{} {}.", context.name(signer), predicate(action, facts))
}

#[allow(clippy::too_many_lines, reason = "an arm for each action, and nothing else")]
fn predicate(action: &Action, facts: &Facts) -> String {
    let Facts { context, .. } = facts;
    match action {
        Action::EnrolTrader { enrolment } => format!("takes in the trader {}", who(enrolment)),
        Action::RotateKeys { keys, .. } => {
            format!("replaces all its keys by {}, of which {} must sign", count(keys.keys.len(), "key"), keys.threshold)
        }
        Action::Propose { measure } => format!("proposes to {}", self::measure(measure, context)),
        Action::Approve { proposal } => format!("approves proposal {}", short(proposal)),
        Action::Issue { to, amount, bank_reference } => {
            format!("issues {} to {} (bank reference {bank_reference})", context.money(*amount), context.name(*to))
        }
        Action::Redeem { from, amount, bank_reference } => {
            format!("redeems {} of {} (bank reference {bank_reference})", context.money(*amount), context.name(*from))
        }
        Action::Pay { to, amount, memo } => {
            format!("pays {} to {}{}", context.money(*amount), context.name(*to), in_brackets(memo))
        }
        Action::RegisterAsset { description, content, parents, .. } => format!(
            "describes {:?} ({}, grade {}, {} bytes, content {}) and applies for its registration{}",
            description.title.as_str(),
            description.source_class,
            description.grade,
            content.size_bytes,
            short(content.content_root),
            made_from(parents.len())
        ),
        Action::AddVersion { asset, content, parents } => format!(
            "adds a version of {} bytes (content {}) to {}{}",
            content.size_bytes,
            short(content.content_root),
            context.title(*asset),
            made_from(parents.len())
        ),
        Action::ApplyAgain { asset } => format!("applies again for the registration of {}", context.title(*asset)),
        Action::Object { asset, statement, .. } => {
            format!("objects to the registration of {}: {statement}", context.title(*asset))
        }
        Action::RuleObjection { asset, objection, upheld, reason } => format!(
            "{} objection {objection} to {}: {reason}",
            if *upheld { "upholds" } else { "dismisses" },
            context.title(*asset)
        ),
        Action::GrantRegistration { asset, certificate } => {
            format!("takes {} into the register under number {certificate}", context.title(*asset))
        }
        Action::RefuseRegistration { asset, reason } => {
            format!("refuses the registration of {}: {reason}", context.title(*asset))
        }
        Action::CancelRegistration { asset, reason } => {
            format!("takes {} out of the register: {reason}", context.title(*asset))
        }
        Action::TransferRight { asset, line, to, .. } => {
            format!("hands the right to {} {} over to {}", line_words(*line), context.title(*asset), context.name(*to))
        }
        Action::CreateListing { asset, version, kind, plans, until } => {
            let plans: Vec<String> = plans.iter().map(|plan| terms(plan, context)).collect();
            let plans = if plans.is_empty() { String::new() } else { format!(": {}", plans.join("; or ")) };
            let how = if *kind == ListingKind::Negotiated { ", at terms to be negotiated" } else { "" };
            format!("offers version {version} of {}{how}{plans}{}", context.title(*asset), until_words(*until))
        }
        Action::PlaceOrder { .. } => order_words(action, facts),
        Action::Deliver { .. }
        | Action::Acknowledge { .. }
        | Action::RejectDelivery { .. }
        | Action::RevealKey { .. }
        | Action::AcceptDelivery { .. }
        | Action::ProveMisbehaviour { .. }
        | Action::ChallengeKey { .. }
        | Action::OpenKey { .. }
        | Action::OpenQualityDispute { .. }
        | Action::RuleDispute { .. } => delivery::predicate(action, facts),
        Action::PauseListing { .. }
        | Action::ResumeListing { .. }
        | Action::EndListing { .. }
        | Action::OfferRight { .. }
        | Action::BuyRight { .. }
        | Action::Delist { .. }
        | Action::OpenNegotiation { .. }
        | Action::AnswerDemand { .. }
        | Action::CounterOffer { .. }
        | Action::AcceptOffer { .. }
        | Action::WithdrawOffer { .. }
        | Action::EndRenewals { .. }
        | Action::CreateDemand { .. }
        | Action::EndDemand { .. }
        | Action::RenewSubscription { .. }
        | Action::RequestVersion { .. } => deal::words(action, facts),
        Action::Sublicense { .. }
        | Action::RecordUse { .. }
        | Action::Terminate { .. }
        | Action::Supersede { .. }
        | Action::StateDeletion { .. }
        | Action::Recall { .. }
        | Action::AcknowledgeRecall { .. }
        | Action::ReleaseParked { .. } => licence_words(action, context),
        Action::Attest { .. }
        | Action::WithdrawAttestation { .. }
        | Action::Regrade { .. }
        | Action::DeclareGrade { .. }
        | Action::ChangeOpenness { .. }
        | Action::AuthoriseOperation { .. }
        | Action::SetPriceCeiling { .. }
        | Action::Freeze { .. }
        | Action::LiftFreeze { .. }
        | Action::AppealFreeze { .. }
        | Action::RuleAppeal { .. } => supervision::predicate(action, context),
    }
}

/// Where an action or an event is asked about of a file that is not its own. Nothing is signed that nobody can read: the
/// test below asks for the words of each.
fn told_elsewhere(name: &str) -> ! {
    unreachable!("{name} is told in another file")
}

/// What is done with licences, royalties and recalls.
fn licence_words(action: &Action, context: &Context) -> String {
    match action {
        Action::Sublicense { licence, licensee, policy: allowed, until } => {
            let until = until.map_or_else(String::new, |until| format!(", until {}", show_time(until)));
            let allowed = policy(allowed, context);
            format!("licenses {} under licence {}: {allowed}{until}", context.name(*licensee), short(licence))
        }
        Action::RecordUse { licence, licensor, sequence, action, purpose, units, .. } => format!(
            "records {units} times to {action} for {purpose} as record {sequence} of licence {}, countersigned by {}",
            short(licence),
            context.name(*licensor)
        ),
        Action::Terminate { licence, cause, statement } => {
            let right = match cause {
                Termination::Mutual { with } => format!("together with {}", context.name(*with)),
                Termination::Breach { evidence, arbiter: None } => {
                    format!("for a breach (evidence {})", short(evidence))
                }
                Termination::Breach { evidence, arbiter: Some(arbiter) } => {
                    format!(
                        "for a breach (evidence {}), together with arbiter {}",
                        short(evidence),
                        context.name(*arbiter)
                    )
                }
                Termination::Regulator { basis } => format!("by law (basis {})", short(basis)),
            };
            format!("ends licence {} {right}: {statement}", short(licence))
        }
        Action::Supersede { licence, by } => {
            format!("gives licence {} up, and licence {} stands in its place", short(licence), short(by))
        }
        Action::StateDeletion { licence, statement } => format!(
            "states that all copies had under licence {} are destroyed (statement {})",
            short(licence),
            short(statement)
        ),
        Action::Recall { asset, version, cause, statement } => {
            let version = version.map_or_else(|| "all versions".to_owned(), |version| format!("version {version}"));
            let (title, statement) = (context.title(*asset), short(statement));
            if cause.ends_licences() {
                format!(
                    "recalls {version} of {title} and all that was made from it: {cause} (statement {statement}); whoever \
                     has a licence must stop"
                )
            } else {
                format!(
                    "withdraws {version} of {title} (statement {statement}): nothing new is sold of it, licences stay"
                )
            }
        }
        Action::AcknowledgeRecall { recall, licence } => format!(
            "has stopped all use under licence {}, which ends, as recall {} demands",
            short(licence),
            short(recall)
        ),
        Action::ReleaseParked { asset } => format!("takes the royalties that wait at {}", context.title(*asset)),
        other => told_elsewhere(other.name()),
    }
}

fn until_words(until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(", until {}", show_time(until)))
}

/// Who pays and who gets the licence, where that is somebody else.
fn behind(payer: Option<ParticipantId>, licensee: Option<ParticipantId>, context: &Context) -> Vec<String> {
    let payer = payer.map(|payer| format!("{} pays", context.name(payer)));
    payer.into_iter().chain(licensee.map(|licensee| format!("{} gets the licence", context.name(licensee)))).collect()
}

/// What an order comes from.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Plan { listing, plan } => format!("listing {listing}, plan {plan}"),
        Origin::Negotiation(negotiation) => format!("negotiation {negotiation}"),
        Origin::Licence(licence) => format!("subscription {licence}"),
    }
}

/// Where a negotiation takes place.
fn ground(ground: Ground) -> String {
    match ground {
        Ground::Listing(listing) => format!("listing {}", short(listing)),
        Ground::Demand(demand) => format!("demand {}", short(demand)),
    }
}

fn order_words(action: &Action, Facts { context, listing, .. }: &Facts) -> String {
    let Action::PlaceOrder { listing: id, plan, version, max_price, payer, licensee, purpose, .. } = action else {
        told_elsewhere(action.name());
    };
    let mut parts = vec![match listing {
        Some(listing) => {
            let what = format!("orders version {version} of {}", context.title(listing.asset));
            match listing.plans.get(usize::from(*plan)) {
                Some(plan) => {
                    format!("{what} from {}: {}", context.name(listing.seller), terms(&plan.terms, context))
                }
                None => format!("{what} from {}", context.name(listing.seller)),
            }
        }
        None => format!("orders version {version} on listing {}", short(id)),
    }];
    parts.push(format!("wanted for {purpose}"));
    if *max_price > Amount::ZERO {
        parts.push(format!("at most {} is locked now and paid on settlement", context.money(*max_price)));
    }
    parts.extend(behind(*payer, *licensee, context));
    parts.join("; ")
}

/// What a measure would do: `suspend ...`.
pub fn measure(measure: &Measure, context: &Context) -> String {
    match measure {
        Measure::Enrol { enrolment, roles } => format!("take in {} as {}", who(enrolment), roles_words(*roles)),
        Measure::SetRoles { participant, roles } => {
            format!("let {} be {} and nothing else", context.name(*participant), roles_words(*roles))
        }
        Measure::SetStatus { participant, status } => format!("set {} to {status}", context.name(*participant)),
        Measure::SetValidators { validators } => format!("let {} decide", count(validators.len(), "validator")),
        Measure::AdmitNode { key, node } => {
            format!("admit the node {} ({}) of {}", node.name, short(key), context.name(node.operator))
        }
        Measure::DismissNode { key } => format!("dismiss the node {}", short(key)),
        Measure::SetRulePack { pack } => {
            format!("put rule pack {} in force (fee {})", pack.number, show_ratio(pack.fee))
        }
    }
}

/// A plan in words: the price, the policy, the supply.
pub fn terms(terms: &Terms, context: &Context) -> String {
    let price = if terms.price == Amount::ZERO { "free".to_owned() } else { context.money(terms.price) };
    let price = match terms.form {
        PlanForm::OneOff => price,
        PlanForm::Subscription { period } => {
            format!("{price} for each {}, later versions included", show_duration(period))
        }
    };
    let bond = if terms.bond == Amount::ZERO {
        String::new()
    } else {
        format!(", with a bond of {} from the seller", context.money(terms.bond))
    };
    format!("{price}{bond}, {}, {}", policy(&terms.policy, context), supply(terms.supply))
}

/// How many licences there are.
pub fn supply(supply: Supply) -> String {
    match supply {
        Supply::Unlimited => "for any number of buyers".to_owned(),
        Supply::Limited(number) => format!("{number} licences in all"),
        Supply::Exclusive => "exclusive".to_owned(),
    }
}

/// Roles as a list.
pub fn roles_words(roles: Roles) -> String {
    roles.iter().map(Role::name).collect::<Vec<_>>().join(", ")
}

fn who(enrolment: &Enrolment) -> String {
    let Enrolment { handle, legal_name, legal_id, keys, .. } = enrolment;
    let keys = format!("{}, of which {} must sign", count(keys.keys.len(), "key"), keys.threshold);
    format!("{handle} ({legal_name}, {legal_id}; {keys})")
}

/// What a right lets its holder do.
pub fn line_words(line: Line) -> &'static str {
    match line {
        Line::Hold => "hold",
        Line::Use => "use",
        Line::Operate => "operate (trade)",
    }
}

fn made_from(parents: usize) -> String {
    if parents == 0 { String::new() } else { format!(", made from {}", count(parents, "version")) }
}

fn in_brackets<const MAX: usize>(text: &Text<MAX>) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// A number of things: `1 key`, `2 keys`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::model::{
        Actions, Duties, Duty, ListingKind, ListingStatus, Plan, Policy, Purpose, Purposes, Scope, UseAction,
    };
    use yaosu_ledger::{BasisPoints, Currency, Digest, Duration, Handle, ListingId, Timestamp};

    /// Goal: whoever signs an order has read whom it goes to, what it costs, what may be done, and where that ends.
    #[test]
    fn an_order_is_told_with_its_price_and_limits() {
        let (buyer, seller) = (ParticipantId::of_genesis("buyer"), ParticipantId::of_genesis("acme"));
        let asset = AssetId(Digest([1; 32]));
        let policy = Policy {
            actions: Actions::NONE.with(UseAction::Read).with(UseAction::Derive),
            purposes: Purposes::NONE.with(Purpose::Research),
            sectors: Scope::Any,
            regions: Scope::Any,
            recipients: Scope::Any,
            max_uses: None,
            duration: Some(Duration(31_536_000_000)),
            sublicence_depth: 0,
            royalty: BasisPoints(500),
            duties: Duties::NONE.with(Duty::Attribution),
        };
        let terms = Terms {
            price: Amount(120_000),
            policy,
            supply: Supply::Unlimited,
            form: PlanForm::OneOff,
            bond: Amount(12_000),
        };
        let listing = Listing {
            asset,
            version: 1,
            seller,
            kind: ListingKind::Fixed,
            plans: vec![Plan { terms, reserved: 0, sold: 0 }],
            status: ListingStatus::Active,
            until: None,
            created: Timestamp(0),
            right: None,
            pause: None,
        };
        let mut facts = Facts { listing: Some(listing), ..Facts::default() };
        facts.context.currency = Some(Currency::new("CNY").expect("three letters"));
        facts.context.names.insert(buyer, Handle::new("buyer").expect("a handle"));
        facts.context.names.insert(seller, Handle::new("acme").expect("a handle"));
        facts.context.titles.insert(asset, Text::new("Weather").expect("a title"));
        let order = Action::PlaceOrder {
            listing: ListingId(Digest([2; 32])),
            plan: 0,
            version: 1,
            max_price: Amount(120_000),
            payer: None,
            licensee: None,
            delivery_key: None,
            purpose: Purpose::Research,
            scenario: Digest([3; 32]),
        };
        assert_eq!(
            action(buyer, &order, &facts),
            "buyer orders version 1 of Weather (0101010101) from acme: 1,200.00 CNY, with a bond of 120.00 CNY from the seller, to read, derive for research, for \
             1y, with a royalty of 5 %, under the duties attribution, for any number of buyers; wanted for research; at \
             most 1,200.00 CNY is locked now and paid on settlement."
        );
        assert!(moves(&order));
    }

    /// One value of each kind, by its name, as the ledger's tests have frozen them: no kind is missing there.
    fn samples<T: yaosu_ledger::codec::Canonical>(file: &str) -> Vec<(String, T)> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../node/ledger/tests/golden").join(file);
        let text = std::fs::read_to_string(path).expect("the golden files are in the tree");
        let byte = |at: usize, digits: &str| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
        text.lines()
            .map(|line| {
                let (name, digits) = line.split_once(' ').expect("a name and its bytes");
                let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(|at| byte(at, digits)).collect();
                (name.to_owned(), yaosu_ledger::codec::decode(&bytes).expect("the bytes are a value"))
            })
            .collect()
    }

    /// Goal: nothing is signed or shown without words of its own.
    /// Method: every kind of action and of event there is, with no facts at hand.
    #[test]
    fn everything_has_its_words() {
        let facts = Facts::default();
        let transactions: Vec<(String, yaosu_ledger::transaction::Transaction)> = samples("transactions.txt");
        assert!(transactions.len() >= 62);
        let told = transactions.iter().map(|(name, transaction)| (name, predicate(&transaction.body.action, &facts)));
        let events: Vec<(String, yaosu_ledger::event::EventRecord)> = samples("events.txt");
        assert!(events.len() >= 80);
        let happened =
            events.iter().map(|(name, record)| (name, yaosu_api::words::event(&record.event).text(&facts.context)));
        for (name, words) in told.chain(happened) {
            assert!(words.contains(' ') && !words.contains('{'), "{name}: {words:?}");
        }
    }
}
