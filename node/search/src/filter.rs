//! What narrows a search down, and what is counted.

use yaosu_ledger::model::{AssetKind, Grade, ListingKind, SourceClass};
use yaosu_ledger::{Amount, ParticipantId};

/// The names of how open public data is, in the order of [`Openness`](yaosu_ledger::model::Openness).
pub const OPENNESSES: [&str; 4] = ["not-public", "open", "conditional", "closed"];

/// The names that [`Registration::name`](yaosu_ledger::model::Registration::name) gives, in its order.
pub const REGISTRATIONS: [&str; 4] = ["public-notice", "registered", "refused", "cancelled"];

/// A property by which results are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// What sort of thing.
    Kind,
    /// Whose at the source.
    SourceClass,
    /// How much harm misuse would do.
    Grade,
    /// Whether public data is open.
    Openness,
    /// Where the registration stands.
    Registration,
    /// How it is on offer; an asset may be so in several ways.
    ListingKind,
    /// The field of life.
    Sector,
}

impl Facet {
    /// Every one, in order. Those with a fixed set of values come first.
    pub const ALL: [Self; 7] = [
        Self::Kind,
        Self::SourceClass,
        Self::Grade,
        Self::Openness,
        Self::Registration,
        Self::ListingKind,
        Self::Sector,
    ];

    /// Its name in addresses and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::SourceClass => "source_class",
            Self::Grade => "grade",
            Self::Openness => "openness",
            Self::Registration => "registration",
            Self::ListingKind => "listing_kind",
            Self::Sector => "sector",
        }
    }

    /// The names of its values, by their numbers in the index; none for a facet of any text.
    #[must_use]
    pub fn values(self) -> Vec<&'static str> {
        match self {
            Self::Kind => AssetKind::ALL.iter().map(|item| item.name()).collect(),
            Self::SourceClass => SourceClass::ALL.iter().map(|item| item.name()).collect(),
            Self::Grade => Grade::ALL.iter().map(|item| item.name()).collect(),
            Self::Openness => OPENNESSES.to_vec(),
            Self::Registration => REGISTRATIONS.to_vec(),
            Self::ListingKind => ListingKind::ALL.iter().map(|item| item.name()).collect(),
            Self::Sector => Vec::new(),
        }
    }

    /// The number of a value, if there is such a value.
    #[must_use]
    pub fn number(self, value: &str) -> Option<u8> {
        self.values().iter().position(|name| *name == value).and_then(|place| u8::try_from(place).ok())
    }
}

/// What narrows a search down. `None` and `false` narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filters {
    /// The value of [`Facet::Kind`], [`Facet::SourceClass`], [`Facet::Grade`], [`Facet::Openness`],
    /// [`Facet::Registration`] and [`Facet::ListingKind`], in this order, by [`Facet::number`].
    pub values: [Option<u8>; 6],
    /// The value of [`Facet::Sector`].
    pub sector: Option<String>,
    /// Assets of which this participant holds a right.
    pub holder: Option<ParticipantId>,
    /// Only what is on offer.
    pub offered: bool,
    /// Only what is on offer for this much at most.
    pub price_max: Option<Amount>,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// What fits the text best.
    Relevance,
    /// The newest asset.
    Newest,
    /// The lowest price of what is on offer; without a price, last.
    Price,
}

impl Sort {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Relevance, Self::Newest, Self::Price];

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Price => "price",
        }
    }
}

impl core::str::FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|item| item.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|item| item.name()).collect();
            format!("{text:?} is none of {}", names.join(", "))
        })
    }
}
