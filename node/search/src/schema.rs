//! The fields of a document.

use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use yaosu_ledger::model::ListingKind;

/// Written beside the index; another number means that it is made again. Raise it with every change of what is written:
/// fields, tokens, packing.
pub const FORMAT: u32 = 1;

/// The fields, by name of use.
#[derive(Clone)]
pub struct Fields {
    /// The asset: 32 bytes, searched and stored.
    pub id: Field,
    /// Tokens of the title.
    pub title: Field,
    /// Tokens of the keywords.
    pub keywords: Field,
    /// Tokens of everything.
    pub all: Field,
    /// Who holds a right to it: 32 bytes each.
    pub holder: Field,
    /// Who sells it, besides: 32 bytes each. A holder's or a seller's standing may change what is on offer.
    pub seller: Field,
    /// The sector, as it is.
    pub sector: Field,
    /// The facets with a fixed set of values, packed.
    pub facts: Field,
    /// When it was registered first.
    pub created: Field,
    /// The beginning of its identifier: what comes first among equals.
    pub order: Field,
    /// The hash of the whole document.
    pub fingerprint: Field,
    /// The lowest price by kind of listing, in the order of [`ListingKind::ALL`].
    pub prices: Vec<Field>,
}

/// Names of the columns that are read by name.
pub const SECTOR: &str = "sector";
/// See [`Fields::facts`].
pub const FACTS: &str = "facts";
/// See [`Fields::created`].
pub const CREATED: &str = "created";
/// See [`Fields::order`].
pub const ORDER: &str = "order";
/// See [`Fields::fingerprint`].
pub const FINGERPRINT: &str = "fingerprint";

/// The name of a column of prices.
pub fn price_name(kind: ListingKind) -> String {
    format!("price-{}", kind.name())
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let tokens = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs);
    let tokens = TextOptions::default().set_indexing_options(tokens);
    let column = NumericOptions::default().set_fast();
    let key = BytesOptions::default().set_indexed();
    let fields = Fields {
        id: schema.add_bytes_field("id", INDEXED | STORED),
        title: schema.add_text_field("title", tokens.clone()),
        keywords: schema.add_text_field("keywords", tokens.clone()),
        all: schema.add_text_field("all", tokens),
        holder: schema.add_bytes_field("holder", key.clone()),
        seller: schema.add_bytes_field("seller", key),
        sector: schema.add_text_field(SECTOR, FAST),
        facts: schema.add_u64_field(FACTS, column.clone()),
        created: schema.add_u64_field(CREATED, column.clone()),
        order: schema.add_u64_field(ORDER, column.clone()),
        fingerprint: schema.add_u64_field(FINGERPRINT, column.clone()),
        prices: ListingKind::ALL.iter().map(|kind| schema.add_u64_field(&price_name(*kind), column.clone())).collect(),
    };
    (schema.build(), fields)
}
