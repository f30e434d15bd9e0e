//! What exists in the market: the records that the state holds, one file a kind.

mod asset;
mod attestation;
mod demand;
mod freeze;
mod governance;
mod licence;
mod listing;
mod negotiation;
mod order;
mod participant;
mod policy;
mod public_data;
mod recall;
mod rule_pack;
mod set;
mod span;

pub use asset::{
    ANCESTORS_MAX, Activity, Asset, AssetDescription, AssetKind, Basis, ClosedReason, DERIVATION_DEPTH_MAX, Derivation,
    FIELDS_MAX, Field, FieldKind, Grade, KEYWORDS_MAX, Line, OPEN_OBJECTIONS_MAX, Objection, ObjectionStatus, Openness,
    PARENTS_MAX, Parent, ROYALTIES_MAX, Registration, RightsClaim, SourceClass, Structure, TitleLine, Trade,
    UpdateCycle, VERSIONS_MAX, Version, VersionContent,
};
pub use attestation::{
    ATTESTATIONS_MAX, Attestation, AttestationKind, AttestationKinds, AttestationStatus, Findings, QualityScores,
    REQUIREMENTS_MAX, Requirement, Verdict,
};
pub use demand::{Demand, DemandStatus, Wanted};
pub use freeze::{ActiveFreeze, Appeal, FREEZES_MAX, Freeze, FreezeScope, FreezeStatus};
pub use governance::{Measure, Node, Proposal, ProposalStatus};
pub use licence::{
    DECLINED_MAX, Deletion, Licence, LicenceEnd, LicenceStatus, Termination, UseRecord, VersionRequest, VersionScope,
};
pub use listing::{
    LIVE_LISTINGS_EACH_MAX, LIVE_LISTINGS_MAX, Listing, ListingKind, ListingStatus, PERIOD_MAX, PERIODS_MAX, PLANS_MAX,
    PauseCause, Plan, PlanForm, RightOffer, Supply, Terms,
};
pub use negotiation::{Ground, Negotiation, NegotiationStatus, ROUNDS_MAX, Side};
pub use order::{Bonds, Delivery, Dispute, Order, OrderStatus, Origin, RefundCause, Ruling, SealedKey, Windows};
pub use participant::{
    Account, DeliveryKey, Enrolment, KEYS_MAX, KeySet, Participant, ParticipantStatus, RELATED_MAX, Role, Roles,
    Supply as MoneySupply,
};
pub use policy::{
    Actions, Duties, Duty, INDUSTRIAL, Policy, Purpose, Purposes, SCOPE_MAX, SUBLICENCE_DEPTH_MAX, Scope, UseAction,
};
pub use public_data::{CEILING_PERIOD, PriceCeiling, PublicCharge};
pub use recall::{Recall, RecallCause, RecallDuty, RecallDutyStatus, RecallSpread, RecallWork};
pub use rule_pack::RulePack;
pub(crate) use set::named;
pub use span::{SPANS_MAX, Span, Spans, Suspensions, covered};
