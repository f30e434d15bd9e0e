//! Policy (使用控制): what a licence lets its holder do.
//!
//! Every field is a set or a bound, so that whether one policy is within another is decided field by field. What
//! policies mean is decided by [`policy`](crate::policy) alone.

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

impl Purpose {
    /// The branch of the tree of purposes on which it stands, if not at the root.
    #[must_use]
    pub const fn branch(self) -> Option<&'static str> {
        match self {
            Self::Finance
            | Self::Transport
            | Self::Health
            | Self::Energy
            | Self::Retail
            | Self::Agriculture
            | Self::Manufacturing
            | Self::OtherIndustry => Some(INDUSTRIAL),
            Self::Governance | Self::Welfare | Self::Research | Self::ModelTraining | Self::InternalAnalytics => None,
        }
    }
}

/// The one branch of the tree of purposes: naming it names all industries.
pub const INDUSTRIAL: &str = "industrial";

impl Purposes {
    /// The purposes of a name: one purpose, or all on a branch. A set of purposes stays a set of leaves, so that sets
    /// are compared as sets, and an industry that is added to the tree later was not meant before.
    ///
    /// # Errors
    /// Nothing is called so; what is.
    pub fn named(name: &str) -> Result<Self, String> {
        let branch: Self = Purpose::ALL.iter().copied().filter(|purpose| purpose.branch() == Some(name)).collect();
        if branch.is_empty() {
            let leaf: Result<Purpose, String> = name.parse();
            return leaf.map(|purpose| Self::NONE.with(purpose)).map_err(|error| format!("{error}, {INDUSTRIAL}"));
        }
        Ok(branch)
    }

    /// The fewest names that give this set, in order: a whole branch by its name.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for purpose in self.iter() {
            let whole = purpose.branch().filter(|branch| Self::named(branch).is_ok_and(|all| all.is_subset(self)));
            let name = whole.unwrap_or(purpose.name());
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        names
    }
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

/// Licences under one another at most: whether one is in force is asked of all above it.
pub const SUBLICENCE_DEPTH_MAX: u8 = 16;

/// Entries of a scope.
pub const SCOPE_MAX: usize = 32;

/// Everything, or only what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ScopeOf{T}"))]
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

    /// Whether nothing is inside.
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Only(items) if items.is_empty())
    }

    /// Whether everything inside this is inside the other. Both are in their one form.
    pub fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Any) => true,
            (Self::Any, Self::Only(_)) => false,
            (Self::Only(items), Self::Only(others)) => {
                // Both ascend: one walk over the two finds each item, or the place where it is missing.
                let mut others = others.iter();
                items.iter().all(|item| others.find(|other| *other >= item) == Some(item))
            }
        }
    }
}

impl<T: Ord + Clone> Scope<T> {
    /// What is inside both, in its one form. Both are in theirs.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (items, others) = match (self, other) {
            (Self::Any, scope) | (scope, Self::Any) => return scope.clone(),
            (Self::Only(items), Self::Only(others)) => (items, others),
        };
        let mut others = others.iter().peekable();
        let is_common = |item: &&T| {
            while others.next_if(|other| other < item).is_some() {}
            others.peek() == Some(item)
        };
        let mut common = Vec::with_capacity(items.len());
        common.extend(items.iter().filter(is_common).cloned());
        Self::Only(common)
    }
}

/// What a licence allows and demands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// one form, no use or no time at all, sublicences deeper than [`SUBLICENCE_DEPTH_MAX`], a royalty above
    /// [`ROYALTIES_MAX`].
    pub fn check(&self) -> Result<(), &'static str> {
        let sound = [
            ("actions", !self.actions.is_empty()),
            ("purposes", !self.purposes.is_empty()),
            ("sectors", self.sectors.is_canonical()),
            ("regions", self.regions.is_canonical()),
            ("recipients", self.recipients.is_canonical()),
            ("max_uses", self.max_uses != Some(0)),
            ("duration", self.duration != Some(Duration(0))),
            ("sublicence_depth", self.sublicence_depth <= SUBLICENCE_DEPTH_MAX),
            ("royalty", self.royalty.0 <= ROYALTIES_MAX),
        ];
        first_broken(&sound)
    }
}

fn first_broken(fields: &[(&'static str, bool)]) -> Result<(), &'static str> {
    fields.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(field, _)| Err(field))
}
