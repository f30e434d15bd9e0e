//! Policy (使用控制): what a licence lets its holder do.
//!
//! Every field is a set or a bound, so that whether one policy is within another is decided field by field: sets
//! shrink, bounds shrink, duties are only added.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::asset::ROYALTIES_MAX;
use super::set::named_set;
use crate::primitives::{BasisPoints, Duration, ParticipantId, Text};

named_set! {
    /// What may be done with the data.
    UseAction {
        /// Look at it, compute with it.
        Read = "read",
        /// Make new data from it.
        Derive = "derive",
        /// Train a model with it.
        Train = "train",
        /// Show it to others.
        Display = "display",
        /// Hand copies on.
        Redistribute = "redistribute",
        /// Grant licences under this one.
        Sublicense = "sublicense",
        /// Run programs where the data is, without seeing it.
        Compute = "compute",
    }
    /// Actions that a policy allows.
    Actions(u16)
}

named_set! {
    /// What the data is wanted for. An industry purpose names its industry.
    Purpose {
        /// 公共治理.
        Governance = "governance",
        /// 公益.
        Welfare = "welfare",
        /// 科研.
        Research = "research",
        /// 金融.
        Finance = "industrial-finance",
        /// 交通.
        Transport = "industrial-transport",
        /// 医疗.
        Health = "industrial-health",
        /// 能源.
        Energy = "industrial-energy",
        /// 商贸.
        Retail = "industrial-retail",
        /// 农业.
        Agriculture = "industrial-agriculture",
        /// 制造.
        Manufacturing = "industrial-manufacturing",
        /// Any other industry.
        OtherIndustry = "industrial-other",
        /// 模型训练.
        ModelTraining = "model-training",
        /// 内部分析.
        InternalAnalytics = "internal-analytics",
    }
    /// Purposes that a policy allows.
    Purposes(u32)
}

named_set! {
    /// What the holder must do.
    Duty {
        /// Name the source.
        Attribution = "attribution",
        /// Destroy all copies when the licence ends.
        DeleteOnEnd = "delete-on-end",
        /// Never find out who is behind the data.
        NoReidentify = "no-reidentify",
    }
    /// Duties that a policy imposes.
    Duties(u8)
}

/// Entries of a scope.
pub const SCOPE_MAX: usize = 32;

/// Everything, or only what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope<T> {
    /// No limit.
    #[default]
    Any,
    /// Only these, at most [`SCOPE_MAX`], ascending, none twice.
    Only(Vec<T>),
}

impl<T: Ord> Scope<T> {
    /// Whether this is inside.
    pub fn contains(&self, item: &T) -> bool {
        match self {
            Self::Any => true,
            Self::Only(items) => items.binary_search(item).is_ok(),
        }
    }

    /// Whether it is in its one form.
    pub fn is_canonical(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Only(items) => items.len() <= SCOPE_MAX && items.windows(2).all(|pair| pair[0] < pair[1]),
        }
    }

    /// Whether everything inside this is inside the other. Both are in their one form.
    pub fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Any) => true,
            (Self::Any, Self::Only(_)) => false,
            (Self::Only(items), Self::Only(_)) => items.iter().all(|item| other.contains(item)),
        }
    }
}

/// What a licence allows and demands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Policy {
    /// What may be done.
    pub actions: Actions,
    /// For what.
    pub purposes: Purposes,
    /// In which sectors.
    pub sectors: Scope<Text<32>>,
    /// In which regions (ISO 3166 or GB/T 2260 codes).
    pub regions: Scope<Text<16>>,
    /// To whom it may be passed on.
    pub recipients: Scope<ParticipantId>,
    /// How often; `None` for no limit.
    pub max_uses: Option<u64>,
    /// How long from the grant; `None` for ever.
    pub duration: Option<Duration>,
    /// How many licences deep it may be sublicensed.
    pub sublicence_depth: u8,
    /// The licensor's share of what is earned with data derived under it.
    pub royalty: BasisPoints,
    /// What the holder must do.
    pub duties: Duties,
}

impl Policy {
    /// Whether it can mean something, and is in its one form.
    ///
    /// # Errors
    /// The name of the first field that is not sound: an empty set of actions or purposes, a scope that is not in its
    /// one form, no use or no time at all, a royalty above [`ROYALTIES_MAX`].
    pub fn check(&self) -> Result<(), &'static str> {
        let sound = [
            ("actions", !self.actions.is_empty()),
            ("purposes", !self.purposes.is_empty()),
            ("sectors", self.sectors.is_canonical()),
            ("regions", self.regions.is_canonical()),
            ("recipients", self.recipients.is_canonical()),
            ("max_uses", self.max_uses != Some(0)),
            ("duration", self.duration != Some(Duration(0))),
            ("royalty", self.royalty.0 <= ROYALTIES_MAX),
        ];
        first_broken(&sound)
    }

    /// Whether this allows nothing that the parent does not allow, for the same data: sets shrink, bounds shrink,
    /// duties and royalty are only added to.
    ///
    /// # Errors
    /// The name of the first field that goes beyond the parent.
    pub fn within(&self, parent: &Self) -> Result<(), &'static str> {
        first_broken(&[("actions", self.actions.is_subset(parent.actions))])?;
        self.within_for_any_data(parent)?;
        first_broken(&[
            ("max_uses", is_bound_within(self.max_uses, parent.max_uses)),
            ("duration", is_bound_within(self.duration, parent.duration)),
            ("royalty", self.royalty >= parent.royalty),
        ])
    }

    /// Whether this may be allowed for data that was derived under the parent.
    ///
    /// Actions: to read the new data and to compute with it is what it was made for; any other action must be allowed
    /// by the parent too, since else a cleaned copy would be a way around it. Purposes, sectors, regions, recipients
    /// and the depth of sublicences shrink, duties are only added. Number of uses, duration and royalty do not carry
    /// over: they bound the use of the source, not the life of what was lawfully made from it, and the royalty is
    /// fixed where the derivation is recorded.
    ///
    /// # Errors
    /// The name of the first field that goes beyond the parent.
    pub fn within_for_derived_data(&self, parent: &Self) -> Result<(), &'static str> {
        let allowed = parent.actions.with(UseAction::Read).with(UseAction::Compute);
        first_broken(&[("actions", self.actions.is_subset(allowed))])?;
        self.within_for_any_data(parent)
    }

    fn within_for_any_data(&self, parent: &Self) -> Result<(), &'static str> {
        first_broken(&[
            ("purposes", self.purposes.is_subset(parent.purposes)),
            ("sectors", self.sectors.is_subset(&parent.sectors)),
            ("regions", self.regions.is_subset(&parent.regions)),
            ("recipients", self.recipients.is_subset(&parent.recipients)),
            ("sublicence_depth", self.sublicence_depth <= parent.sublicence_depth),
            ("duties", parent.duties.is_subset(self.duties)),
        ])
    }
}

fn first_broken(fields: &[(&'static str, bool)]) -> Result<(), &'static str> {
    fields.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(field, _)| Err(field))
}

/// No limit is the widest bound.
fn is_bound_within<T: Ord>(bound: Option<T>, parent: Option<T>) -> bool {
    match (bound, parent) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(bound), Some(parent)) => bound <= parent,
    }
}
