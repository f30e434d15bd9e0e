//! One pass over the documents that match a text: filters, counts, and the first of them in the order asked for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};
use yaosu_ledger::model::ListingKind;

use crate::document::SINGLE_FACETS;
use crate::filter::{Filters, Sort};
use crate::schema::{CREATED, FACTS, ORDER, SECTOR, price_name};

/// Values that a facet of a fixed set may have.
const VALUES_MAX: usize = 8;

/// Where the facet of listings stands among those of a fixed set.
const LISTING_KIND: usize = SINGLE_FACETS;
/// The facet of sectors.
const SECTOR_PLACE: usize = SINGLE_FACETS + 1;

/// A place in the order of results: the higher rank first, of equal ones the lower identifier.
pub type Place = (u64, Reverse<u64>);

/// What is collected.
pub struct Collect {
    /// What narrows down.
    pub filters: Arc<Filters>,
    /// What comes first.
    pub sort: Sort,
    /// How many are wanted.
    pub limit: usize,
    /// Only those that come behind.
    pub after: Option<Place>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many match everything.
    pub total: u64,
    /// How many of them come behind the place asked for.
    pub behind: u64,
    /// The first of those.
    pub first: Vec<(Place, DocAddress)>,
    /// By facet of a fixed set and value, how many match all filters but that of the facet itself.
    pub counts: [[u64; VALUES_MAX]; SINGLE_FACETS + 1],
    /// The same by sector.
    pub sectors: BTreeMap<String, u64>,
}

impl Collector for Collect {
    type Fruit = Tally;
    type Child = OfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<OfSegment> {
        let columns = reader.fast_fields();
        let sectors = columns.str(SECTOR)?;
        let sector = match (&self.filters.sector, &sectors) {
            (None, _) => Sector::Any,
            (Some(_), None) => Sector::Absent,
            (Some(name), Some(sectors)) => {
                sectors.dictionary().term_ord(name.as_bytes())?.map_or(Sector::Absent, Sector::Only)
            }
        };
        let sector_counts = vec![0; sectors.as_ref().map_or(0, |sectors| sectors.num_terms())];
        Ok(OfSegment {
            segment,
            filters: Arc::clone(&self.filters),
            sort: self.sort,
            limit: self.limit,
            after: self.after,
            facts: columns.u64(FACTS)?,
            created: columns.u64(CREATED)?,
            order: columns.u64(ORDER)?,
            prices: ListingKind::ALL.iter().map(|kind| columns.u64(&price_name(*kind))).collect::<Result<_, _>>()?,
            sectors,
            sector,
            sector_counts,
            first: BinaryHeap::new(),
            tally: Tally::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Tally>>) -> tantivy::Result<Tally> {
        let mut whole = Tally::default();
        for fruit in fruits {
            let part = fruit?;
            whole.total += part.total;
            whole.behind += part.behind;
            whole.first.extend(part.first);
            for (count, more) in whole.counts.iter_mut().flatten().zip(part.counts.iter().flatten()) {
                *count += more;
            }
            for (sector, count) in part.sectors {
                *whole.sectors.entry(sector).or_default() += count;
            }
        }
        whole.first.sort_unstable_by_key(|found| Reverse(*found));
        whole.first.truncate(self.limit);
        Ok(whole)
    }
}

/// Which sector is wanted, as a segment numbers them.
enum Sector {
    Any,
    Only(u64),
    /// One that no document of the segment has.
    Absent,
}

/// The part of one segment.
pub struct OfSegment {
    segment: SegmentOrdinal,
    filters: Arc<Filters>,
    sort: Sort,
    limit: usize,
    after: Option<Place>,
    facts: Column<u64>,
    created: Column<u64>,
    order: Column<u64>,
    /// By kind of listing.
    prices: Vec<Column<u64>>,
    sectors: Option<StrColumn>,
    sector: Sector,
    /// By the segment's number of the sector.
    sector_counts: Vec<u64>,
    /// The last of the first on top.
    first: BinaryHeap<Reverse<(Place, DocAddress)>>,
    tally: Tally,
}

impl OfSegment {
    /// The kinds of listings that are within the price, a bit each.
    fn affordable(&self, document: DocId, kinds: u8) -> u8 {
        let Some(price_max) = self.filters.price_max else { return kinds };
        let prices = self.prices.iter().enumerate();
        let fits =
            |(_, column): &(usize, &Column<u64>)| column.first(document).is_some_and(|price| price <= price_max.0);
        prices.filter(fits).fold(0, |fitting, (kind, _)| fitting | 1 << kind) & kinds
    }

    /// The lowest price of these kinds of listings.
    fn price(&self, document: DocId, kinds: u8) -> Option<u64> {
        let prices = self.prices.iter().enumerate().filter(|(kind, _)| kinds & 1 << kind != 0);
        prices.filter_map(|(_, column)| column.first(document)).min()
    }

    fn count(&mut self, missed: u8, facts: [u8; 8], kinds: u8, sector: Option<u64>) {
        // A facet counts what choosing another of its values would give.
        let counts = |place: usize| missed & !(1 << place) == 0;
        for (place, value) in facts.iter().take(SINGLE_FACETS).enumerate() {
            if counts(place)
                && let Some(count) = self.tally.counts[place].get_mut(usize::from(*value))
            {
                *count += 1;
            }
        }
        if counts(LISTING_KIND) {
            for (kind, count) in self.tally.counts[LISTING_KIND].iter_mut().enumerate() {
                *count += u64::from(kinds >> kind & 1);
            }
        }
        let number = sector.and_then(|sector| usize::try_from(sector).ok());
        if counts(SECTOR_PLACE)
            && let Some(count) = number.and_then(|number| self.sector_counts.get_mut(number))
        {
            *count += 1;
        }
    }

    fn keep(&mut self, document: DocId, score: Score, kinds: u8) {
        self.tally.total += 1;
        let rank = match self.sort {
            // The bits of floats above zero have the order of the floats.
            Sort::Relevance => u64::from(score.max(0.0).to_bits()),
            Sort::Newest => self.created.first(document).unwrap_or(0),
            Sort::Price => self.price(document, kinds).map_or(0, |price| u64::MAX - price),
        };
        let place = (rank, Reverse(self.order.first(document).unwrap_or(0)));
        if self.after.is_some_and(|after| place >= after) {
            return;
        }
        self.tally.behind += 1;
        let found = Reverse((place, DocAddress::new(self.segment, document)));
        if self.first.len() < self.limit {
            self.first.push(found);
        } else if let Some(mut last) = self.first.peek_mut()
            && found.0 > last.0
        {
            *last = found;
        }
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = tantivy::Result<Tally>;

    fn collect(&mut self, document: DocId, score: Score) {
        let facts = self.facts.first(document).unwrap_or(0).to_le_bytes();
        let all_kinds = facts[SINGLE_FACETS];
        let kinds = self.affordable(document, all_kinds);
        if (self.filters.offered && all_kinds == 0) || (self.filters.price_max.is_some() && kinds == 0) {
            return;
        }
        let wanted = self.filters.values;
        let mut missed = 0_u8;
        for (place, wish) in wanted.iter().take(SINGLE_FACETS).enumerate() {
            missed |= u8::from(wish.is_some_and(|wish| wish != facts[place])) << place;
        }
        let wanted_kinds = wanted[LISTING_KIND].map_or(u8::MAX, |kind| 1_u8.checked_shl(kind.into()).unwrap_or(0));
        let has_kind = wanted[LISTING_KIND].is_none() || kinds & wanted_kinds != 0;
        missed |= u8::from(!has_kind) << LISTING_KIND;
        let sector = self.sectors.as_ref().and_then(|sectors| sectors.ords().first(document));
        let has_sector = match self.sector {
            Sector::Any => true,
            Sector::Only(wish) => sector == Some(wish),
            Sector::Absent => false,
        };
        missed |= u8::from(!has_sector) << SECTOR_PLACE;
        self.count(missed, facts, kinds, sector);
        if missed == 0 {
            self.keep(document, score, kinds & wanted_kinds);
        }
    }

    fn harvest(mut self) -> tantivy::Result<Tally> {
        if let Some(sectors) = &self.sectors {
            for (number, count) in (0..).zip(&self.sector_counts).filter(|(_, count)| **count > 0) {
                let mut name = String::new();
                if !sectors.ord_to_str(number, &mut name)? {
                    return Err(TantivyError::InternalError("a sector has no name".into()));
                }
                self.tally.sectors.insert(name, *count);
            }
        }
        self.tally.first = self.first.into_iter().map(|Reverse(found)| found).collect();
        Ok(self.tally)
    }
}
