//! The index as it stood at one height: searched by any number of threads while the next one is written.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::str::FromStr;
use std::sync::Arc;

use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocSet as _, SegmentReader, TERMINATED, TantivyDocument, Term};
use yaosu_ledger::{AssetId, BlockId, ChainId, Digest, Height, ParticipantId};

use crate::collect::{Collect, Place};
use crate::error::SearchError;
use crate::filter::{Facet, Filters, Sort};
use crate::query;
use crate::schema::{FINGERPRINT, Fields};

/// Which state an index is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The chain.
    pub chain: ChainId,
    /// The height.
    pub height: Height,
    /// The block there.
    pub block: BlockId,
}

/// Where the next page begins: behind this place in the order of one search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    rank: u64,
    order: u64,
    /// Of what it searches for: [`Request::fingerprint`].
    search: u64,
}

impl Cursor {
    /// Whether it came of a search for the same in the same order. A place in another order means nothing.
    #[must_use]
    pub fn is_of(&self, request: &Request) -> bool {
        self.search == request.fingerprint()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}{:016x}{:016x}", self.rank, self.order, self.search)
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        let parse = |digits: &str| u64::from_str_radix(digits, 16).map_err(|_| "not a cursor");
        if text.len() != 48 || !text.bytes().all(is_hex) {
            return Err("not a cursor");
        }
        Ok(Self { rank: parse(&text[..16])?, order: parse(&text[16..32])?, search: parse(&text[32..])? })
    }
}

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Words in any language; empty for everything.
    pub text: String,
    /// What narrows it down.
    pub filters: Filters,
    /// What comes first.
    pub sort: Sort,
    /// How many at most.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl Request {
    /// Of the text, the filters and the order. The same for every node of one program: a cursor may be taken to another.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.text, &self.filters, self.sort).hash(&mut hasher);
        hasher.finish()
    }
}

/// By value, how many results it has.
pub type Counts = BTreeMap<String, u64>;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How many match.
    pub total: u64,
    /// The assets of this page, in order.
    pub items: Vec<AssetId>,
    /// By facet, how many match that have each value, whatever value of the same facet is asked for. Values that none
    /// has are left out.
    pub facets: BTreeMap<Facet, Counts>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// The index at one height. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) searcher: tantivy::Searcher,
    pub(crate) fields: Arc<Fields>,
    pub(crate) position: Option<Position>,
}

impl Snapshot {
    /// Which state it is of; `None` as long as it was never of any.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    /// How many assets it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Searches. The cost grows with the number of documents that match the text.
    ///
    /// # Errors
    /// [`SearchError`], if the files can't be read or are damaged.
    pub fn search(&self, request: &Request) -> Result<Found, SearchError> {
        let query = query::build(&self.fields, &request.text, request.filters.holder);
        let after: Option<Place> = request.after.map(|cursor| (cursor.rank, Reverse(cursor.order)));
        let filters = Arc::new(request.filters.clone());
        let collect = Collect { filters, sort: request.sort, limit: request.limit.max(1), after };
        let tally = self.searcher.search(&*query, &collect)?;
        let shown = u64::try_from(tally.first.len()).unwrap_or(u64::MAX);
        let search = request.fingerprint();
        let last = tally.first.last().filter(|_| tally.behind > shown);
        let next = last.map(|((rank, Reverse(order)), _)| Cursor { rank: *rank, order: *order, search });
        let mut facets: BTreeMap<Facet, Counts> = BTreeMap::new();
        for (facet, counts) in Facet::ALL.into_iter().zip(tally.counts) {
            let values = facet.values().into_iter().zip(counts).filter(|(_, count)| *count > 0);
            facets.insert(facet, values.map(|(value, count)| (value.to_owned(), count)).collect());
        }
        facets.insert(Facet::Sector, tally.sectors);
        let items = tally.first.iter().map(|(_, address)| self.id(*address)).collect::<Result<_, _>>()?;
        Ok(Found { total: tally.total, items, facets, next })
    }

    fn id(&self, address: DocAddress) -> Result<AssetId, SearchError> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let id = document.get_first(self.fields.id).and_then(|value| value.as_bytes());
        let id = id.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Ok(AssetId(Digest(id.ok_or(SearchError::Damaged("a document has no identifier"))?)))
    }

    /// The fingerprint of an asset's document, if there is one.
    pub(crate) fn fingerprint(&self, id: AssetId) -> Result<Option<u64>, SearchError> {
        let term = Term::from_field_bytes(self.fields.id, id.as_bytes());
        for segment in self.searcher.segment_readers() {
            if let Some(document) = alive(segment, &term)?.first() {
                return Ok(segment.fast_fields().u64(FINGERPRINT)?.first(*document));
            }
        }
        Ok(None)
    }

    /// The assets that a participant holds a right to or sells.
    pub(crate) fn assets_of(&self, party: ParticipantId) -> Result<BTreeSet<AssetId>, SearchError> {
        let mut found = BTreeSet::new();
        for field in [self.fields.holder, self.fields.seller] {
            let term = Term::from_field_bytes(field, party.as_bytes());
            for (number, segment) in (0..).zip(self.searcher.segment_readers()) {
                for document in alive(segment, &term)? {
                    found.insert(self.id(DocAddress::new(number, document))?);
                }
            }
        }
        Ok(found)
    }
}

/// The documents of a segment that have a term and were not deleted.
fn alive(segment: &SegmentReader, term: &Term) -> Result<Vec<u32>, SearchError> {
    let index = segment.inverted_index(term.field())?;
    let mut found = Vec::new();
    let Some(mut postings) =
        index.read_postings(term, IndexRecordOption::Basic).map_err(tantivy::TantivyError::from)?
    else {
        return Ok(found);
    };
    while postings.doc() != TERMINATED {
        if !segment.is_deleted(postings.doc()) {
            found.push(postings.doc());
        }
        postings.advance();
    }
    Ok(found)
}
