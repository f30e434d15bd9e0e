//! What exists in the market: the records that the state holds, one file a kind.

mod asset;
mod demand;
mod governance;
mod licence;
mod listing;
mod negotiation;
mod order;
mod participant;
mod policy;
mod rule_pack;
mod set;

pub use asset::{
    ANCESTORS_MAX, Activity, Asset, AssetDescription, AssetKind, Basis, ClosedReason, DERIVATION_DEPTH_MAX, Derivation,
    FIELDS_MAX, Field, FieldKind, Grade, KEYWORDS_MAX, Line, OPEN_OBJECTIONS_MAX, Objection, ObjectionStatus, Openness,
    PARENTS_MAX, Parent, ROYALTIES_MAX, Registration, RightsClaim, SourceClass, Structure, TitleLine, Trade,
    UpdateCycle, VERSIONS_MAX, Version, VersionContent,
};
pub use demand::{Demand, DemandStatus, Wanted};
pub use governance::{Measure, Node, Proposal, ProposalStatus};
pub use licence::{Licence, LicenceStatus, VersionScope};
pub use listing::{
    Listing, ListingKind, ListingStatus, PERIOD_MAX, PERIODS_MAX, PLANS_MAX, Plan, PlanForm, RightOffer, Supply, Terms,
};
pub use negotiation::{Ground, Negotiation, NegotiationStatus, ROUNDS_MAX, Side};
pub use order::{Delivery, Order, OrderStatus, Origin, RefundCause, Windows};
pub use participant::{
    Account, DeliveryKey, Enrolment, KEYS_MAX, KeySet, Participant, ParticipantStatus, RELATED_MAX, Role, Roles,
    Supply as MoneySupply,
};
pub use policy::{Actions, Duties, Duty, Policy, Purpose, Purposes, SCOPE_MAX, Scope, UseAction};
pub use rule_pack::RulePack;
