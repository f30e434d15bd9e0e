//! ODRL 2.2: policies in the words of the W3C's rights language, in a profile that says exactly what ours say.
//!
//! What an exported policy means is decided by [`yaosu_ledger::policy`] alone. The profile is closed: whatever is read that
//! it has no word for is refused by name, so that reading what was written gives the same policy, and no other document
//! gives one that allows more than it says.

mod read;
mod value;
mod words;
mod write;

use yaosu_ledger::model::{Licence, Listing, PlanForm, Policy, Supply, VersionScope};
use yaosu_ledger::{Amount, Currency, Duration, LicenceId, ListingId, Timestamp};

use super::Names;

pub use read::read;
pub(super) use words::NAMESPACE;
pub(super) use write::rules;
pub use write::write;

/// The JSON-LD context of ODRL.
pub const CONTEXT: &str = "http://www.w3.org/ns/odrl.jsonld";

/// The profile: policies that say nothing else than ours. Its own terms begin with it and a colon.
pub const PROFILE: &str = "urn:yaosu:odrl:1";

/// Which kind of policy a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Terms of nobody to nobody.
    Set,
    /// Terms that somebody offers.
    Offer,
    /// Terms that two have agreed on.
    Agreement,
}

impl Kind {
    /// Its class in ODRL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set => "Set",
            Self::Offer => "Offer",
            Self::Agreement => "Agreement",
        }
    }
}

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// How much.
    pub amount: Amount,
    /// In which currency.
    pub currency: Currency,
    /// For how long, if it is a subscription; else once.
    pub period: Option<Duration>,
}

/// A policy as a document. Names are IRIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is called.
    pub uid: String,
    /// Which kind it is.
    pub kind: Kind,
    /// What is licensed.
    pub target: Option<String>,
    /// Who gives the licence.
    pub assigner: Option<String>,
    /// Who has it.
    pub assignee: Option<String>,
    /// What it allows and demands.
    pub policy: Policy,
    /// What it costs.
    pub price: Option<Price>,
    /// Whether nobody else gets one.
    pub exclusive: bool,
    /// In force from.
    pub from: Option<Timestamp>,
    /// In force until.
    pub until: Option<Timestamp>,
}

impl Document {
    /// What a plan of a listing offers, by its place from 0; `None` if there is no such plan.
    #[must_use]
    pub fn of_plan(names: Names, id: ListingId, listing: &Listing, plan: usize, currency: &Currency) -> Option<Self> {
        let terms = &listing.plans.get(plan)?.terms;
        let period = match terms.form {
            PlanForm::OneOff => None,
            PlanForm::Subscription { period } => Some(period),
        };
        let target = match period {
            None => names.version(listing.asset, listing.version),
            Some(_) => names.versions_from(listing.asset, listing.version),
        };
        Some(Self {
            uid: names.plan(id, plan),
            kind: Kind::Offer,
            target: Some(target),
            assigner: Some(names.participant(listing.seller)),
            assignee: None,
            policy: terms.policy.clone(),
            price: Some(Price { amount: terms.price, currency: currency.clone(), period }),
            exclusive: terms.supply == Supply::Exclusive,
            from: None,
            until: None,
        })
    }

    /// What a licence says.
    #[must_use]
    pub fn of_licence(names: Names, id: LicenceId, licence: &Licence) -> Self {
        let target = match licence.versions {
            VersionScope::Only(version) => names.version(licence.asset, version),
            VersionScope::From(version) => names.versions_from(licence.asset, version),
        };
        Self {
            uid: names.licence(id),
            kind: Kind::Agreement,
            target: Some(target),
            assigner: Some(names.participant(licence.licensor)),
            assignee: Some(names.participant(licence.licensee)),
            policy: licence.policy.clone(),
            price: None,
            exclusive: licence.exclusive,
            from: Some(licence.from),
            until: licence.until,
        }
    }
}
