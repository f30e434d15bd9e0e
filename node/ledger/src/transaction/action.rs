//! What a transaction asks for.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::model::{
    AssetDescription, AttestationKind, DeliveryKey, Enrolment, Findings, FreezeScope, Grade, KeySet, Line, ListingKind,
    Measure, Openness, Parent, Policy, Purpose, RecallCause, RightsClaim, SealedKey, Termination, Terms, UseAction,
    Verdict, VersionContent, Wanted,
};
use crate::primitives::{
    Amount, AssetId, AttestationId, DemandId, Digest, FreezeId, LicenceId, ListingId, NegotiationId, OrderId,
    ParticipantId, ProposalId, RecallId, Text, Timestamp,
};
use crate::sealed::{Commitment, Proof, Secret};
use crate::state::Subject;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(
    clippy::large_enum_variant,
    reason = "one stands behind the pointer of each envelope; boxes would not save any"
)]
pub enum Action {
    /// Operator: takes in a trader.
    EnrolTrader {
        /// What it says of itself.
        enrolment: Enrolment,
    },
    /// Anyone: changes its own keys. The id stays.
    RotateKeys {
        /// All keys from then on.
        keys: KeySet,
        /// Where deliveries are sealed to from then on.
        delivery_key: Option<DeliveryKey>,
    },
    /// Operator: puts a measure before the operators, and approves it.
    Propose {
        /// What it would do.
        measure: Measure,
    },
    /// Operator: approves a proposal.
    Approve {
        /// Which.
        proposal: ProposalId,
    },
    /// Settlement agent: money that came in at the bank.
    Issue {
        /// Who gets it.
        to: ParticipantId,
        /// How much, above 0.
        amount: Amount,
        /// The bank's reference. Not empty.
        bank_reference: Text<64>,
    },
    /// Settlement agent, with the holder's approval: money that goes out at the bank.
    Redeem {
        /// Whose it was.
        from: ParticipantId,
        /// How much, above 0.
        amount: Amount,
        /// The bank's reference. Not empty.
        bank_reference: Text<64>,
    },
    /// Anyone: pays available money.
    Pay {
        /// Who gets it.
        to: ParticipantId,
        /// How much, above 0.
        amount: Amount,
        /// What for.
        memo: Text<128>,
    },
    /// Trader or public authority: describes an asset with its first version, and applies for registration.
    RegisterAsset {
        /// What it is.
        description: AssetDescription,
        /// Why its maker has the three rights.
        rights: RightsClaim,
        /// The first version.
        content: VersionContent,
        /// What the first version was made from, at most [`PARENTS_MAX`](crate::model::PARENTS_MAX).
        parents: Vec<Parent>,
    },
    /// Hold holder: new content.
    AddVersion {
        /// Of which asset.
        asset: AssetId,
        /// The new version.
        content: VersionContent,
        /// What it was made from.
        parents: Vec<Parent>,
    },
    /// Hold holder: applies again after a refusal or a cancellation.
    ApplyAgain {
        /// For which asset.
        asset: AssetId,
    },
    /// Anyone: objects to a registration.
    Object {
        /// Of which asset.
        asset: AssetId,
        /// Why. Not empty.
        statement: Text<512>,
        /// The hash of the evidence; needed after the notice.
        evidence: Option<Digest>,
    },
    /// Registrar: rules an objection.
    RuleObjection {
        /// Of which asset.
        asset: AssetId,
        /// Which, from 0.
        objection: u16,
        /// Whether it was right: the registration is refused or cancelled.
        upheld: bool,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Registrar: takes an asset into the register, after the notice.
    GrantRegistration {
        /// Which.
        asset: AssetId,
        /// The certificate's number. Not empty, never given twice.
        certificate: Text<32>,
    },
    /// Registrar: refuses a registration.
    RefuseRegistration {
        /// Of which asset.
        asset: AssetId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Registrar or Hold holder: takes an asset out of the register.
    CancelRegistration {
        /// Which.
        asset: AssetId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// The line's holder, with the approval of who takes it: hands a right over.
    TransferRight {
        /// Of which asset.
        asset: AssetId,
        /// Which right.
        line: Line,
        /// To whom.
        to: ParticipantId,
        /// The hash of the evidence.
        evidence: Option<Digest>,
    },
    /// Operate holder: offers licences of a version.
    CreateListing {
        /// Of which asset.
        asset: AssetId,
        /// Which version.
        version: u32,
        /// How it trades.
        kind: ListingKind,
        /// 1 to [`PLANS_MAX`](crate::model::PLANS_MAX) plans.
        plans: Vec<Terms>,
        /// When it ends by itself.
        until: Option<Timestamp>,
    },
    /// Seller: takes no orders for now.
    PauseListing {
        /// On which listing.
        listing: ListingId,
    },
    /// Seller: takes orders again.
    ResumeListing {
        /// On which listing.
        listing: ListingId,
    },
    /// Seller: takes no orders any more.
    EndListing {
        /// On which listing.
        listing: ListingId,
    },
    /// Buyer, with the approval of payer and licensee if they are others: orders a plan and locks its price.
    PlaceOrder {
        /// On which listing.
        listing: ListingId,
        /// Which plan, from 0.
        plan: u8,
        /// The version that is meant.
        version: u32,
        /// The most that is paid.
        max_price: Amount,
        /// Whose money it is; `None` for the buyer's.
        payer: Option<ParticipantId>,
        /// Who gets the licence; `None` for the buyer.
        licensee: Option<ParticipantId>,
        /// Where the delivery is sealed to; `None` for the buyer's own.
        delivery_key: Option<DeliveryKey>,
        /// What the data is wanted for.
        purpose: Purpose,
        /// The hash of the scenario in words.
        scenario: Digest,
    },
    /// Seller: says where the sealed bytes are, and what they are bound to.
    Deliver {
        /// For which order.
        order: OrderId,
        /// A URL, or words that both sides understand. Not empty.
        location: Text<512>,
        /// The roots of what is sealed, and what the key is bound to.
        commitment: Commitment,
    },
    /// Buyer: has the sealed bytes. Nothing is known of what is in them.
    Acknowledge {
        /// Of which order.
        order: OrderId,
        /// The root of the encrypted chunks that the buyer found: must be the delivery's.
        ciphertext_root: Digest,
        /// The root of the encrypted nodes that the buyer found: must be the delivery's.
        nodes_root: Digest,
    },
    /// Buyer: what came is not what the delivery committed to. The price goes back, and nobody is at fault.
    RejectDelivery {
        /// Of which order.
        order: OrderId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Seller: reveals the key to the buyer.
    RevealKey {
        /// Of which order.
        order: OrderId,
        /// The secret, sealed to the order's delivery key. Not empty.
        sealed_key: SealedKey,
    },
    /// Buyer: what the key opens is what is registered. The price goes to the seller at once.
    AcceptDelivery {
        /// Of which order.
        order: OrderId,
    },
    /// Buyer: proves that what the seller sealed is not what is registered. The price goes back, with the seller's bond.
    ProveMisbehaviour {
        /// Of which order.
        order: OrderId,
        /// What the sealed key had in it: must be what the delivery committed to.
        secret: Secret,
        /// The first place at which it is not the registered content.
        proof: Proof,
    },
    /// Buyer: the sealed key does not open, or is not the one that was committed to. Once an order.
    ChallengeKey {
        /// Of which order.
        order: OrderId,
    },
    /// Seller: opens a challenged key to all.
    OpenKey {
        /// Of which order.
        order: OrderId,
        /// The key: must be what the delivery committed to.
        secret: Secret,
    },
    /// Buyer: what was registered is not as it was described. Takes a bond of the buyer too.
    OpenQualityDispute {
        /// Of which order.
        order: OrderId,
        /// The hash of the statement that the arbiters get. Not zero.
        statement: Digest,
    },
    /// Arbiter: rules a dispute.
    RuleDispute {
        /// On which order.
        order: OrderId,
        /// How much of the price goes back to the payer, from nothing to all of it.
        refund: Amount,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Licensee, with the approval of the new licensee: grants a licence under its own.
    Sublicense {
        /// Its own licence.
        licence: LicenceId,
        /// Who gets the new one.
        licensee: ParticipantId,
        /// What the new one allows: no more than its own, and one licence less deep.
        policy: Policy,
        /// When the new one ends, if not by its duration alone; never after its own.
        until: Option<Timestamp>,
    },
    /// Licensee, with the approval of the licensor: records a use.
    RecordUse {
        /// Under which licence.
        licence: LicenceId,
        /// Who gave it.
        licensor: ParticipantId,
        /// The record's number, from 0.
        sequence: u64,
        /// The hash of the record before; zero for the first.
        previous: Digest,
        /// What was done.
        action: UseAction,
        /// What for.
        purpose: Purpose,
        /// In which sector; needed if the licence limits sectors.
        sector: Option<Text<32>>,
        /// In which region; needed if the licence limits regions.
        region: Option<Text<16>>,
        /// To whom the data went; needed if it was passed on and the licence limits recipients.
        recipient: Option<ParticipantId>,
        /// How many uses it was, above 0.
        units: u64,
        /// The hash of what the two keep of it.
        use_hash: Digest,
    },
    /// Licensor and licensee together, the licensor for a breach, or a regulator: ends a licence.
    Terminate {
        /// Which.
        licence: LicenceId,
        /// By what right.
        cause: Termination,
        /// Why, for both sides to see. Not empty.
        statement: Text<256>,
    },
    /// Licensee: puts a later licence of the same version in the place of an earlier one.
    Supersede {
        /// The earlier one, which ends.
        licence: LicenceId,
        /// The later one, which has all duties of the earlier one.
        by: LicenceId,
    },
    /// Licensee: states that all copies are destroyed.
    StateDeletion {
        /// That it had under this licence.
        licence: LicenceId,
        /// The hash of the statement in words.
        statement: Digest,
    },
    /// Hold holder, Operate holder or regulator: recalls a version and all that was made from it.
    Recall {
        /// Of which asset.
        asset: AssetId,
        /// Which version; `None` for all there are.
        version: Option<u32>,
        /// Why.
        cause: RecallCause,
        /// The hash of the statement in words.
        statement: Digest,
    },
    /// Licensee: has stopped the use of what was recalled.
    AcknowledgeRecall {
        /// The recall.
        recall: RecallId,
        /// The licence, which ends.
        licence: LicenceId,
    },
    /// Operate holder: takes royalties that were parked while the holder could not receive them.
    ReleaseParked {
        /// Of which asset.
        asset: AssetId,
    },
    /// Assessor: says what it has found of a version.
    Attest {
        /// What was looked at.
        kind: AttestationKind,
        /// The asset.
        asset: AssetId,
        /// Which version of it.
        version: u32,
        /// The hash of the report.
        report: Digest,
        /// The conclusion.
        verdict: Verdict,
        /// What was found, as the kind has it.
        findings: Findings,
        /// When it ends by itself.
        valid_until: Timestamp,
    },
    /// Its assessor: takes an attestation back.
    WithdrawAttestation {
        /// Which.
        attestation: AttestationId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Regulator: grades an asset otherwise, up or down.
    Regrade {
        /// Which asset.
        asset: AssetId,
        /// The grade from then on.
        grade: Grade,
        /// The hash of the legal basis.
        legal_basis: Digest,
    },
    /// Hold holder: grades its asset higher; or lower, if every version was attested to be de-identified.
    DeclareGrade {
        /// Which asset.
        asset: AssetId,
        /// The grade from then on.
        grade: Grade,
    },
    /// Hold holder or the authority in charge, with the approval of who approves a closing: public data is open from
    /// then on, or on conditions, or closed.
    ChangeOpenness {
        /// Of which asset.
        asset: AssetId,
        /// From then on.
        openness: Openness,
    },
    /// Public authority, with the Hold holder's approval: takes charge of public data that somebody else operates.
    AuthoriseOperation {
        /// Which asset.
        asset: AssetId,
        /// Its Hold holder.
        holder: ParticipantId,
        /// The hash of the authorisation.
        authorisation: Digest,
    },
    /// The public authority in charge: the most that a licence may cost.
    SetPriceCeiling {
        /// Of which asset.
        asset: AssetId,
        /// The most.
        ceiling: Amount,
        /// The hash of the pricing decision.
        legal_basis: Digest,
    },
    /// Regulator: stops something, as far as the scope says, until its end.
    Freeze {
        /// What: a participant, an asset, a listing, a negotiation, a demand, an order or a licence.
        target: Subject,
        /// How far.
        scope: FreezeScope,
        /// The hash of the legal basis.
        legal_basis: Digest,
        /// When it ends by itself.
        until: Timestamp,
    },
    /// Regulator: lifts a freeze before its end.
    LiftFreeze {
        /// Which.
        freeze: FreezeId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Someone whom a freeze concerns: appeals against it, once.
    AppealFreeze {
        /// Which.
        freeze: FreezeId,
        /// Why. Not empty.
        statement: Text<512>,
        /// The hash of the evidence.
        evidence: Option<Digest>,
    },
    /// Arbiter: rules the appeal.
    RuleAppeal {
        /// Against which freeze.
        freeze: FreezeId,
        /// Whether the freeze ends.
        overturned: bool,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// The line's holder: offers the right itself, for good.
    OfferRight {
        /// To which asset.
        asset: AssetId,
        /// Which right: Hold or Operate.
        line: Line,
        /// For this much, above 0.
        price: Amount,
        /// When the listing ends by itself.
        until: Option<Timestamp>,
    },
    /// Trader or public authority, with the approval of the payer if it is another: pays for a right and takes it over,
    /// with the duties that it brings.
    BuyRight {
        /// On which listing.
        listing: ListingId,
        /// The most that is paid.
        max_price: Amount,
        /// Whose money it is; `None` for the signer's.
        payer: Option<ParticipantId>,
    },
    /// Operator: takes a listing off the market.
    Delist {
        /// Which.
        listing: ListingId,
        /// Why. Not empty.
        reason: Text<256>,
    },
    /// Buyer, with the approval of payer and licensee if they are others: makes the first offer on a listing that is
    /// negotiated.
    OpenNegotiation {
        /// On which listing.
        listing: ListingId,
        /// The version that is meant.
        version: u32,
        /// The offer.
        terms: Terms,
        /// Whose money it would be; `None` for the buyer's.
        payer: Option<ParticipantId>,
        /// Who would get the licence; `None` for the buyer.
        licensee: Option<ParticipantId>,
        /// Where the delivery would be sealed to; `None` for the buyer's own.
        delivery_key: Option<DeliveryKey>,
        /// What the data is wanted for.
        purpose: Purpose,
        /// The hash of the scenario in words.
        scenario: Digest,
    },
    /// Operate holder: answers a demand with the first offer of a negotiation.
    AnswerDemand {
        /// Which demand.
        demand: DemandId,
        /// With which asset.
        asset: AssetId,
        /// Which version of it.
        version: u32,
        /// The offer.
        terms: Terms,
    },
    /// The side that did not make the last offer: makes another one.
    CounterOffer {
        /// In which negotiation.
        negotiation: NegotiationId,
        /// The offer.
        terms: Terms,
        /// Buyer: whose money it would be, who approves; `None` for the buyer's. Seller: none.
        payer: Option<ParticipantId>,
        /// Buyer: who would get the licence, who approves; `None` for the buyer. Seller: none.
        licensee: Option<ParticipantId>,
    },
    /// The side that did not make the last offer: agrees. An order is placed, and the buyer's money locked.
    AcceptOffer {
        /// In which negotiation.
        negotiation: NegotiationId,
        /// The terms of the last offer, signed so by both.
        terms: Terms,
        /// As in a counter-offer.
        payer: Option<ParticipantId>,
        /// As in a counter-offer.
        licensee: Option<ParticipantId>,
    },
    /// Buyer or seller, or who stands behind the buyer: leaves a negotiation.
    WithdrawOffer {
        /// Which.
        negotiation: NegotiationId,
    },
    /// Trader or public authority: says what it needs.
    CreateDemand {
        /// What.
        wanted: Wanted,
        /// Where a delivery would be sealed to; `None` for the buyer's own.
        delivery_key: Option<DeliveryKey>,
        /// When the demand ends by itself.
        until: Timestamp,
    },
    /// Its buyer: takes no answers any more.
    EndDemand {
        /// To which demand.
        demand: DemandId,
    },
    /// Licensee, with the approval of the payer if it is another: pays for more periods of a subscription.
    RenewSubscription {
        /// The licence.
        licence: LicenceId,
        /// How many, 1 to [`PERIODS_MAX`](crate::model::PERIODS_MAX).
        periods: u8,
        /// Whose money it is; `None` for the licensee's.
        payer: Option<ParticipantId>,
    },
    /// Licensee: orders a version that its subscription includes.
    RequestVersion {
        /// The licence.
        licence: LicenceId,
        /// Which version.
        version: u32,
        /// Where the delivery is sealed to; `None` for the licensee's own.
        delivery_key: Option<DeliveryKey>,
    },
    /// Seller: ends the renewals of a subscription that was negotiated. What is paid for runs on.
    EndRenewals {
        /// The negotiation in which it was agreed.
        negotiation: NegotiationId,
    },
}

impl Action {
    /// Its name in texts, JSON and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EnrolTrader { .. } => "enrol-trader",
            Self::RotateKeys { .. } => "rotate-keys",
            Self::Propose { .. } => "propose",
            Self::Approve { .. } => "approve",
            Self::Issue { .. } => "issue",
            Self::Redeem { .. } => "redeem",
            Self::Pay { .. } => "pay",
            Self::RegisterAsset { .. } => "register-asset",
            Self::AddVersion { .. } => "add-version",
            Self::ApplyAgain { .. } => "apply-again",
            Self::Object { .. } => "object",
            Self::RuleObjection { .. } => "rule-objection",
            Self::GrantRegistration { .. } => "grant-registration",
            Self::RefuseRegistration { .. } => "refuse-registration",
            Self::CancelRegistration { .. } => "cancel-registration",
            Self::TransferRight { .. } => "transfer-right",
            Self::CreateListing { .. } => "create-listing",
            Self::PauseListing { .. } => "pause-listing",
            Self::ResumeListing { .. } => "resume-listing",
            Self::EndListing { .. } => "end-listing",
            Self::PlaceOrder { .. } => "place-order",
            Self::Deliver { .. } => "deliver",
            Self::Acknowledge { .. } => "acknowledge",
            Self::RejectDelivery { .. } => "reject-delivery",
            Self::RevealKey { .. } => "reveal-key",
            Self::AcceptDelivery { .. } => "accept-delivery",
            Self::ProveMisbehaviour { .. } => "prove-misbehaviour",
            Self::ChallengeKey { .. } => "challenge-key",
            Self::OpenKey { .. } => "open-key",
            Self::OpenQualityDispute { .. } => "open-quality-dispute",
            Self::RuleDispute { .. } => "rule-dispute",
            Self::Sublicense { .. } => "sublicense",
            Self::RecordUse { .. } => "record-use",
            Self::Terminate { .. } => "terminate",
            Self::Supersede { .. } => "supersede",
            Self::StateDeletion { .. } => "state-deletion",
            Self::Recall { .. } => "recall",
            Self::AcknowledgeRecall { .. } => "acknowledge-recall",
            Self::ReleaseParked { .. } => "release-parked",
            Self::Attest { .. } => "attest",
            Self::WithdrawAttestation { .. } => "withdraw-attestation",
            Self::Regrade { .. } => "regrade",
            Self::DeclareGrade { .. } => "declare-grade",
            Self::ChangeOpenness { .. } => "change-openness",
            Self::AuthoriseOperation { .. } => "authorise-operation",
            Self::SetPriceCeiling { .. } => "set-price-ceiling",
            Self::Freeze { .. } => "freeze",
            Self::LiftFreeze { .. } => "lift-freeze",
            Self::AppealFreeze { .. } => "appeal-freeze",
            Self::RuleAppeal { .. } => "rule-appeal",
            Self::OfferRight { .. } => "offer-right",
            Self::BuyRight { .. } => "buy-right",
            Self::Delist { .. } => "delist",
            Self::OpenNegotiation { .. } => "open-negotiation",
            Self::AnswerDemand { .. } => "answer-demand",
            Self::CounterOffer { .. } => "counter-offer",
            Self::AcceptOffer { .. } => "accept-offer",
            Self::WithdrawOffer { .. } => "withdraw-offer",
            Self::CreateDemand { .. } => "create-demand",
            Self::EndDemand { .. } => "end-demand",
            Self::RenewSubscription { .. } => "renew-subscription",
            Self::RequestVersion { .. } => "request-version",
            Self::EndRenewals { .. } => "end-renewals",
        }
    }

    /// Who must approve besides the signer, by what the action itself says; the signer may be among them.
    #[must_use]
    pub fn other_parties(&self) -> Vec<ParticipantId> {
        match self {
            Self::Redeem { from, .. } => vec![*from],
            Self::TransferRight { to, .. } => vec![*to],
            Self::PlaceOrder { payer, licensee, .. }
            | Self::OpenNegotiation { payer, licensee, .. }
            | Self::CounterOffer { payer, licensee, .. }
            | Self::AcceptOffer { payer, licensee, .. } => payer.iter().chain(licensee).copied().collect(),
            Self::BuyRight { payer, .. } | Self::RenewSubscription { payer, .. } => Vec::from_iter(*payer),
            Self::Sublicense { licensee, .. } => vec![*licensee],
            Self::RecordUse { licensor, .. } => vec![*licensor],
            Self::Terminate { cause: Termination::Mutual { with }, .. } => vec![*with],
            Self::Terminate { cause: Termination::Breach { arbiter, .. }, .. } => Vec::from_iter(*arbiter),
            Self::AuthoriseOperation { holder, .. } => vec![*holder],
            Self::ChangeOpenness { openness: Openness::Closed { approver, .. }, .. } => vec![*approver],
            _ => Vec::new(),
        }
    }
}
