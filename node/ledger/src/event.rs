//! Events: what a block did, for histories, explorers, auditors and webhooks.

mod record;
mod subjects;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::model::{
    AttestationKind, FreezeScope, FreezeStatus, Grade, Ground, LicenceEnd, LicenceStatus, Line, Measure, Openness,
    Origin, ParticipantStatus, PauseCause, ProposalStatus, Purpose, RecallCause, RefundCause, Roles, UseAction,
    Verdict,
};
use crate::primitives::{
    Amount, AssetId, AttestationId, DemandId, Digest, FreezeId, Height, LicenceId, ListingId, NegotiationId, OrderId,
    ParticipantId, ProposalId, RecallId, Text, Timestamp,
};
use crate::state::Subject;

pub use record::{Cause, EventRecord};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    /// Someone joined.
    ParticipantEnrolled {
        /// Who.
        participant: ParticipantId,
        /// With these roles.
        roles: Roles,
    },
    /// Someone's keys changed.
    KeysRotated {
        /// Whose.
        participant: ParticipantId,
    },
    /// Someone's roles changed.
    RolesSet {
        /// Whose.
        participant: ParticipantId,
        /// To these.
        roles: Roles,
    },
    /// Someone was suspended, reinstated or revoked.
    StatusSet {
        /// Who.
        participant: ParticipantId,
        /// Stands there now.
        status: ParticipantStatus,
    },
    /// A measure was put before the operators.
    Proposed {
        /// The proposal.
        proposal: ProposalId,
        /// By whom.
        proposer: ParticipantId,
        /// What it would do.
        measure: Measure,
    },
    /// An operator approved.
    ProposalApproved {
        /// The proposal.
        proposal: ProposalId,
        /// Who.
        operator: ParticipantId,
    },
    /// A proposal got enough approvals, was carried out, expired or failed.
    ProposalMoved {
        /// The proposal.
        proposal: ProposalId,
        /// Where it stands now.
        status: ProposalStatus,
    },
    /// Other validators decide from the next height on.
    ValidatorsChanged {
        /// The hash of the new set.
        validators: Digest,
    },
    /// A validator was not the proposer of the height at which it was first.
    TurnMissed {
        /// Whose turn it was.
        operator: ParticipantId,
        /// How many in a row.
        missed: u32,
        /// Until when it is passed over.
        passed_over_until: Height,
    },
    /// Money came in.
    Issued {
        /// To whom.
        to: ParticipantId,
        /// How much.
        amount: Amount,
        /// The bank's reference.
        bank_reference: Text<64>,
    },
    /// Money went out.
    Redeemed {
        /// From whom.
        from: ParticipantId,
        /// How much.
        amount: Amount,
        /// The bank's reference.
        bank_reference: Text<64>,
    },
    /// Money moved.
    Paid {
        /// From whom.
        from: ParticipantId,
        /// To whom.
        to: ParticipantId,
        /// How much.
        amount: Amount,
        /// What for.
        memo: Text<128>,
    },
    /// An asset was described, and its registration applied for.
    AssetRegistered {
        /// The asset.
        asset: AssetId,
        /// By whom.
        declarer: ParticipantId,
        /// The content of its first version.
        content_root: Digest,
        /// When the notice closes.
        notice_closes: Timestamp,
    },
    /// An asset got new content.
    VersionAdded {
        /// The asset.
        asset: AssetId,
        /// The new version.
        version: u32,
        /// Its content.
        content_root: Digest,
    },
    /// A version was made from another.
    Derived {
        /// The asset that was made.
        child: AssetId,
        /// Its version.
        child_version: u32,
        /// The asset it was made from.
        parent: AssetId,
        /// Its version.
        parent_version: u32,
        /// Under this licence.
        licence: Option<LicenceId>,
    },
    /// A registration was applied for again.
    AppliedAgain {
        /// Of this asset.
        asset: AssetId,
        /// When the notice closes.
        notice_closes: Timestamp,
    },
    /// Someone objected.
    Objected {
        /// To the registration of this asset.
        asset: AssetId,
        /// The objection's number.
        objection: u16,
        /// Who.
        objector: ParticipantId,
    },
    /// An objection was ruled.
    ObjectionRuled {
        /// On this asset.
        asset: AssetId,
        /// The objection's number.
        objection: u16,
        /// Whether it was right.
        upheld: bool,
        /// By whom.
        registrar: ParticipantId,
    },
    /// An asset is in the register.
    RegistrationGranted {
        /// The asset.
        asset: AssetId,
        /// The certificate's number.
        certificate: Text<32>,
        /// By whom.
        registrar: ParticipantId,
    },
    /// An asset is not taken into the register.
    RegistrationRefused {
        /// The asset.
        asset: AssetId,
        /// By whom.
        registrar: ParticipantId,
        /// Why.
        reason: Text<256>,
    },
    /// An asset was taken out of the register.
    RegistrationCancelled {
        /// The asset.
        asset: AssetId,
        /// By whom.
        by: ParticipantId,
        /// Why.
        reason: Text<256>,
    },
    /// A right changed hands.
    RightTransferred {
        /// To this asset.
        asset: AssetId,
        /// Which right.
        line: Line,
        /// From whom.
        from: ParticipantId,
        /// To whom.
        to: ParticipantId,
    },
    /// An asset is offered.
    ListingCreated {
        /// The listing.
        listing: ListingId,
        /// The asset.
        asset: AssetId,
        /// Which version.
        version: u32,
        /// By whom.
        seller: ParticipantId,
    },
    /// A listing takes no orders for now.
    ListingPaused {
        /// The listing.
        listing: ListingId,
        /// Of this asset.
        asset: AssetId,
        /// Why.
        cause: PauseCause,
    },
    /// A listing takes orders again.
    ListingResumed {
        /// The listing.
        listing: ListingId,
        /// Of this asset.
        asset: AssetId,
    },
    /// A listing takes no orders any more.
    ListingEnded {
        /// The listing.
        listing: ListingId,
        /// Of this asset.
        asset: AssetId,
    },
    /// An order was placed, its price locked.
    OrderPlaced {
        /// The order.
        order: OrderId,
        /// What it comes from.
        origin: Origin,
        /// Of this asset.
        asset: AssetId,
        /// By whom.
        buyer: ParticipantId,
        /// From whom.
        seller: ParticipantId,
        /// For how much.
        price: Amount,
        /// What the seller puts at stake.
        bond: Amount,
    },
    /// The seller delivered.
    OrderDelivered {
        /// The order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
    },
    /// The buyer has the sealed bytes.
    OrderAcknowledged {
        /// The order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// Until when the seller must reveal the key.
        key_due: Timestamp,
    },
    /// The price was paid out.
    OrderSettled {
        /// The order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// The whole price.
        price: Amount,
        /// The exchange's part of it.
        fee: Amount,
        /// Who got the rest.
        payee: ParticipantId,
    },
    /// The price went back.
    OrderRefunded {
        /// The order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// Why.
        cause: RefundCause,
        /// How much.
        amount: Amount,
    },
    /// A licence came into force.
    LicenceGranted {
        /// The licence.
        licence: LicenceId,
        /// By this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// Who gave it.
        licensor: ParticipantId,
        /// Who has it.
        licensee: ParticipantId,
    },
    /// A licence's time is over.
    LicenceExpired {
        /// The licence.
        licence: LicenceId,
        /// Of this asset.
        asset: AssetId,
    },
    /// The buyer has the key.
    KeyRevealed {
        /// Of this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// When it settles.
        settles: Timestamp,
    },
    /// The buyer can't open the key.
    KeyChallenged {
        /// Of this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// Until when the seller must open it to all.
        key_due: Timestamp,
    },
    /// The seller opened the key to all.
    KeyOpened {
        /// Of this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// When it settles.
        settles: Timestamp,
    },
    /// The buyer says that what was registered is not as it was described.
    DisputeOpened {
        /// On this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// The hash of the statement.
        statement: Digest,
        /// What the buyer puts at stake.
        bond: Amount,
        /// When it settles if no arbiter rules.
        settles: Timestamp,
    },
    /// An arbiter ruled a dispute.
    DisputeRuled {
        /// On this order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// By whom.
        arbiter: ParticipantId,
        /// How much of the price goes back.
        refund: Amount,
        /// Why.
        reason: Text<256>,
    },
    /// A part of the price went back, the rest was paid out.
    OrderSplit {
        /// The order.
        order: OrderId,
        /// Of this asset.
        asset: AssetId,
        /// What went back.
        refund: Amount,
        /// What was paid.
        paid: Amount,
        /// The exchange's part of what was paid.
        fee: Amount,
        /// Who got the rest.
        payee: ParticipantId,
    },
    /// A bond went to the other side. Every other bond went back when its order ended.
    BondLost {
        /// Of this order.
        order: OrderId,
        /// Who had put it at stake.
        from: ParticipantId,
        /// Who got it.
        to: ParticipantId,
        /// How much.
        amount: Amount,
    },
    /// A part of a sale went upstream.
    RoyaltyPaid {
        /// What was sold.
        sold: AssetId,
        /// What it was made from.
        asset: AssetId,
        /// Which version of that.
        version: u32,
        /// Who may trade that, and got the money.
        holder: ParticipantId,
        /// How much.
        amount: Amount,
    },
    /// A part of a sale should have gone upstream, to somebody who can't receive it now.
    RoyaltyParked {
        /// What was sold.
        sold: AssetId,
        /// What it was made from: the money waits there.
        asset: AssetId,
        /// Which version of that.
        version: u32,
        /// Who may trade that.
        holder: ParticipantId,
        /// How much.
        amount: Amount,
    },
    /// Royalties that had waited were paid.
    ParkedReleased {
        /// Of this asset.
        asset: AssetId,
        /// To who may trade it now.
        holder: ParticipantId,
        /// How much.
        amount: Amount,
    },
    /// A licence was granted under another.
    Sublicensed {
        /// The new one.
        licence: LicenceId,
        /// The one it stands under.
        parent: LicenceId,
        /// Of this asset.
        asset: AssetId,
        /// Who gave it.
        licensor: ParticipantId,
        /// Who has it.
        licensee: ParticipantId,
    },
    /// A use was recorded.
    UseRecorded {
        /// Under this licence.
        licence: LicenceId,
        /// Of this asset.
        asset: AssetId,
        /// By whom.
        licensee: ParticipantId,
        /// The record's number.
        sequence: u64,
        /// What was done.
        action: UseAction,
        /// What for.
        purpose: Purpose,
        /// How many uses it was.
        units: u64,
        /// The hash of the record.
        head: Digest,
    },
    /// A licence ended before its time.
    LicenceEnded {
        /// The licence.
        licence: LicenceId,
        /// Of this asset.
        asset: AssetId,
        /// Who had given it.
        licensor: ParticipantId,
        /// Who had it.
        licensee: ParticipantId,
        /// Where it stands now.
        status: LicenceStatus,
        /// Why, if it was terminated.
        cause: Option<LicenceEnd>,
    },
    /// Somebody said why a licence is terminated.
    TerminationStated {
        /// The licence.
        licence: LicenceId,
        /// Who.
        by: ParticipantId,
        /// What, for both sides to see.
        statement: Text<256>,
        /// The hash of the evidence or of the legal basis.
        evidence: Option<Digest>,
    },
    /// All copies that were had under a licence must be destroyed.
    DeletionDue {
        /// The licence.
        licence: LicenceId,
        /// Who must state it.
        licensee: ParticipantId,
        /// Before this.
        deadline: Timestamp,
    },
    /// Nobody stated in time that all copies are destroyed.
    DeletionOverdue {
        /// The licence.
        licence: LicenceId,
        /// Who must state it.
        licensee: ParticipantId,
    },
    /// A licensee states that all copies are destroyed.
    DeletionStated {
        /// That it had under this licence.
        licence: LicenceId,
        /// Who.
        licensee: ParticipantId,
        /// The hash of the statement.
        statement: Digest,
        /// Whether the deadline had passed.
        late: bool,
    },
    /// A version was recalled, and with it all that was made from it.
    Recalled {
        /// The recall.
        recall: RecallId,
        /// Of this asset.
        asset: AssetId,
        /// The first version that is meant.
        first_version: u32,
        /// The last one.
        last_version: u32,
        /// Why.
        cause: RecallCause,
        /// Who recalls.
        by: ParticipantId,
    },
    /// A recall reached a licence.
    RecallReached {
        /// The recall.
        recall: RecallId,
        /// The licence.
        licence: LicenceId,
        /// Of this asset.
        asset: AssetId,
        /// Who must acknowledge it.
        licensee: ParticipantId,
        /// Before this.
        deadline: Timestamp,
    },
    /// A recall has reached everything downstream.
    RecallComplete {
        /// The recall.
        recall: RecallId,
        /// Versions reached.
        versions: u32,
        /// Licences reached.
        licences: u32,
    },
    /// A licensee has stopped the use of what was recalled.
    RecallAcknowledged {
        /// The recall.
        recall: RecallId,
        /// The licence.
        licence: LicenceId,
        /// Who.
        licensee: ParticipantId,
        /// Whether the deadline had passed.
        late: bool,
    },
    /// A licensee did not acknowledge a recall in time.
    RecallOverdue {
        /// The recall.
        recall: RecallId,
        /// The licence.
        licence: LicenceId,
        /// Who.
        licensee: ParticipantId,
    },
    /// An assessor has found something.
    Attested {
        /// The attestation.
        attestation: AttestationId,
        /// Of this asset.
        asset: AssetId,
        /// Which version.
        version: u32,
        /// What was looked at.
        kind: AttestationKind,
        /// The conclusion.
        verdict: Verdict,
        /// By whom.
        assessor: ParticipantId,
    },
    /// A newer attestation of the same kind and assessor took its place.
    AttestationSuperseded {
        /// The attestation.
        attestation: AttestationId,
        /// Of this asset.
        asset: AssetId,
        /// The newer one.
        by: AttestationId,
    },
    /// Its assessor took an attestation back.
    AttestationWithdrawn {
        /// The attestation.
        attestation: AttestationId,
        /// Of this asset.
        asset: AssetId,
        /// Why.
        reason: Text<256>,
    },
    /// An attestation's time is over.
    AttestationExpired {
        /// The attestation.
        attestation: AttestationId,
        /// Of this asset.
        asset: AssetId,
    },
    /// An asset is graded otherwise.
    Regraded {
        /// The asset.
        asset: AssetId,
        /// From.
        from: Grade,
        /// To.
        to: Grade,
        /// By whom: a regulator or the holder.
        by: ParticipantId,
        /// The hash of the legal basis, if a regulator did it.
        legal_basis: Option<Digest>,
    },
    /// Public data is open, open on conditions, or closed from now on.
    OpennessChanged {
        /// The asset.
        asset: AssetId,
        /// From now on.
        openness: Openness,
        /// By whom.
        by: ParticipantId,
    },
    /// A public authority took charge of public data.
    OperationAuthorised {
        /// The asset.
        asset: AssetId,
        /// By whom.
        authority: ParticipantId,
        /// Who holds it.
        holder: ParticipantId,
    },
    /// A public authority set the most that a licence may cost.
    PriceCeilingSet {
        /// Of this asset.
        asset: AssetId,
        /// By whom.
        authority: ParticipantId,
        /// The most.
        ceiling: Amount,
    },
    /// A regulator stopped something.
    Frozen {
        /// The freeze.
        freeze: FreezeId,
        /// What is frozen.
        target: Subject,
        /// How far.
        scope: FreezeScope,
        /// By whom.
        regulator: ParticipantId,
        /// When it ends by itself.
        until: Timestamp,
    },
    /// A freeze ended.
    FreezeEnded {
        /// The freeze.
        freeze: FreezeId,
        /// What was frozen.
        target: Subject,
        /// How it ended.
        status: FreezeStatus,
        /// Who ended it; absent if its time was over.
        by: Option<ParticipantId>,
    },
    /// Someone appealed against a freeze.
    FreezeAppealed {
        /// The freeze.
        freeze: FreezeId,
        /// Who.
        appellant: ParticipantId,
    },
    /// An arbiter ruled an appeal.
    AppealRuled {
        /// Against this freeze.
        freeze: FreezeId,
        /// Whether the freeze ends.
        overturned: bool,
        /// By whom.
        arbiter: ParticipantId,
        /// Why.
        reason: Text<256>,
    },
    /// All that a listing offered is sold for good.
    ListingSoldOut {
        /// The listing.
        listing: ListingId,
        /// Of this asset.
        asset: AssetId,
    },
    /// A listing was taken off the market.
    ListingDelisted {
        /// The listing.
        listing: ListingId,
        /// Of this asset.
        asset: AssetId,
        /// By whom.
        operator: ParticipantId,
        /// Why.
        reason: Text<256>,
    },
    /// A right is offered for good.
    RightOffered {
        /// The listing.
        listing: ListingId,
        /// To this asset.
        asset: AssetId,
        /// Which right.
        line: Line,
        /// By whom.
        seller: ParticipantId,
        /// For how much.
        price: Amount,
    },
    /// A right was paid for. That it changed hands stands beside.
    RightSold {
        /// The listing.
        listing: ListingId,
        /// To this asset.
        asset: AssetId,
        /// Which right.
        line: Line,
        /// Whose it was.
        seller: ParticipantId,
        /// Whose it is.
        buyer: ParticipantId,
        /// Who paid.
        payer: ParticipantId,
        /// The whole price.
        price: Amount,
        /// The exchange's part of it.
        fee: Amount,
    },
    /// The first offer of a negotiation was made.
    NegotiationOpened {
        /// The negotiation.
        negotiation: NegotiationId,
        /// Where the two met.
        ground: Ground,
        /// Of this asset.
        asset: AssetId,
        /// Who offered.
        from: ParticipantId,
        /// To whom.
        to: ParticipantId,
        /// For how much.
        price: Amount,
    },
    /// An offer was answered with another.
    OfferCountered {
        /// The negotiation.
        negotiation: NegotiationId,
        /// Of this asset.
        asset: AssetId,
        /// The offer's number.
        round: u8,
        /// Who offered.
        from: ParticipantId,
        /// To whom.
        to: ParticipantId,
        /// For how much.
        price: Amount,
    },
    /// Both sides have signed the same terms.
    OfferAccepted {
        /// The negotiation.
        negotiation: NegotiationId,
        /// Of this asset.
        asset: AssetId,
        /// The order that was placed with it.
        order: OrderId,
        /// Who signed last.
        by: ParticipantId,
    },
    /// One side has left a negotiation.
    OfferWithdrawn {
        /// The negotiation.
        negotiation: NegotiationId,
        /// Of this asset.
        asset: AssetId,
        /// Who left.
        by: ParticipantId,
    },
    /// An offer was not answered in time.
    NegotiationExpired {
        /// The negotiation.
        negotiation: NegotiationId,
        /// Of this asset.
        asset: AssetId,
    },
    /// A buyer says what it needs.
    DemandCreated {
        /// The demand.
        demand: DemandId,
        /// Whose.
        buyer: ParticipantId,
    },
    /// A buyer found what it needs.
    DemandMet {
        /// The demand.
        demand: DemandId,
        /// By which negotiation.
        negotiation: NegotiationId,
    },
    /// A demand takes no answers any more.
    DemandEnded {
        /// The demand.
        demand: DemandId,
    },
    /// More periods of a subscription were paid for.
    SubscriptionRenewed {
        /// The licence.
        licence: LicenceId,
        /// Of this asset.
        asset: AssetId,
        /// Who paid.
        payer: ParticipantId,
        /// How much in all.
        price: Amount,
        /// The exchange's part of it.
        fee: Amount,
        /// Who got the rest.
        payee: ParticipantId,
        /// In force until.
        until: Timestamp,
    },
    /// What was agreed on a subscription is renewed no more.
    RenewalsEnded {
        /// The negotiation in which it was agreed.
        negotiation: NegotiationId,
        /// Of this asset.
        asset: AssetId,
        /// Its seller.
        by: ParticipantId,
    },
}
