//! A document: what the index knows of an asset, made from the records of one state.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tantivy::TantivyDocument;
use tantivy::tokenizer::{PreTokenizedString, Token};
use yaosu_ledger::model::{Asset, Listing, ListingKind, Openness, Registration};
use yaosu_ledger::rules::on_offer;
use yaosu_ledger::state::Reader;
use yaosu_ledger::{AssetId, ParticipantId, Text};

use crate::filter::OPENNESSES;
use crate::schema::{FORMAT, Fields};
use crate::text::Analyzer;

/// Facets of one value that [`Document::facts`] has, a byte each, in the order of
/// [`Filters::values`](crate::Filters::values); the kinds of listings come behind them, a bit each.
pub const SINGLE_FACETS: usize = 5;

/// What is written of an asset.
#[derive(Debug, Hash)]
pub struct Document {
    id: AssetId,
    title: String,
    keywords: Vec<String>,
    others: Vec<String>,
    sector: String,
    facts: u64,
    created: u64,
    holders: BTreeSet<ParticipantId>,
    sellers: BTreeSet<ParticipantId>,
    /// By kind of listing.
    prices: Vec<Option<u64>>,
}

/// The name of how open public data is.
#[must_use]
pub const fn openness_name(openness: &Openness) -> &'static str {
    OPENNESSES[openness_number(openness) as usize]
}

const fn openness_number(openness: &Openness) -> u8 {
    match openness {
        Openness::NotPublic => 0,
        Openness::Open => 1,
        Openness::Conditional { .. } => 2,
        Openness::Closed { .. } => 3,
    }
}

const fn registration_number(registration: &Registration) -> u8 {
    match registration {
        Registration::PublicNotice { .. } => 0,
        Registration::Registered { .. } => 1,
        Registration::Refused { .. } => 2,
        Registration::Cancelled { .. } => 3,
    }
}

/// The lowest price of a listing; none where only a negotiation gives one.
fn price(listing: &Listing) -> Option<u64> {
    let plans = listing.plans.iter().map(|plan| plan.terms.price.0);
    plans.chain(listing.right.map(|right| right.price.0)).min()
}

impl Document {
    /// The document of an asset.
    pub fn of<R: Reader>(state: &R, id: AssetId, asset: &Asset) -> Self {
        let about = &asset.description;
        let listings = on_offer(state, id, asset);
        let of_kind =
            |kind: ListingKind| listings.iter().map(|(_, listing)| listing).filter(move |one| one.kind == kind);
        let single = [
            about.kind as u8,
            about.source_class as u8,
            about.grade as u8,
            openness_number(&about.openness),
            registration_number(&asset.registration),
        ];
        let kinds = listings.iter().fold(0_u8, |kinds, (_, listing)| kinds | 1 << listing.kind as u8);
        let mut facts = [0; 8];
        facts[..SINGLE_FACETS].copy_from_slice(&single);
        facts[SINGLE_FACETS] = kinds;
        let texts =
            [about.description.as_str(), about.sector.as_str(), about.spatial.as_str(), about.temporal.as_str()];
        Self {
            id,
            title: about.title.to_string(),
            keywords: about.keywords.iter().map(Text::to_string).collect(),
            others: texts.map(str::to_owned).to_vec(),
            sector: about.sector.to_string(),
            facts: u64::from_le_bytes(facts),
            created: asset.created.0,
            holders: asset.lines.iter().map(|line| line.holder).collect(),
            sellers: listings.iter().map(|(_, listing)| listing.seller).collect(),
            prices: ListingKind::ALL.iter().map(|kind| of_kind(*kind).filter_map(price).min()).collect(),
        }
    }

    /// A number that changes with anything in the document. Another build of the program may give another one: then the
    /// document is written again, which does no harm.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (FORMAT, self).hash(&mut hasher);
        hasher.finish()
    }

    /// As the library takes it.
    pub fn write(&self, fields: &Fields, analyzer: &mut Analyzer) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_bytes(fields.id, self.id.as_bytes());
        let title = analyzer.tokens(&self.title);
        let keywords: Vec<String> = self.keywords.iter().flat_map(|text| analyzer.tokens(text)).collect();
        let others = self.others.iter().flat_map(|text| analyzer.tokens(text));
        let all = title.iter().chain(&keywords).cloned().chain(others).collect();
        document.add_pre_tokenized_text(fields.all, tokenized(all));
        document.add_pre_tokenized_text(fields.title, tokenized(title));
        document.add_pre_tokenized_text(fields.keywords, tokenized(keywords));
        for holder in &self.holders {
            document.add_bytes(fields.holder, holder.as_bytes());
        }
        for seller in &self.sellers {
            document.add_bytes(fields.seller, seller.as_bytes());
        }
        if !self.sector.is_empty() {
            document.add_text(fields.sector, &self.sector);
        }
        document.add_u64(fields.facts, self.facts);
        document.add_u64(fields.created, self.created);
        document.add_u64(fields.order, order(self.id));
        document.add_u64(fields.fingerprint, self.fingerprint());
        for (field, price) in fields.prices.iter().zip(&self.prices) {
            if let Some(price) = price {
                document.add_u64(*field, *price);
            }
        }
        document
    }
}

/// The beginning of an identifier.
pub fn order(id: AssetId) -> u64 {
    let (first, _) = id.as_bytes().split_first_chunk::<8>().expect("an identifier has 32 bytes");
    u64::from_be_bytes(*first)
}

fn tokenized(tokens: Vec<String>) -> PreTokenizedString {
    let tokens = tokens.into_iter().enumerate();
    let tokens = tokens.map(|(position, text)| Token { position, text, ..Token::default() }).collect();
    PreTokenizedString { text: String::new(), tokens }
}
