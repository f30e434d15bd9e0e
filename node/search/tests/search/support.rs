//! An index over a market.

use tempfile::TempDir;
use yaosu_ledger::state::State;
use yaosu_ledger::{AssetId, BlockId, ChainId, Digest, Height};
use yaosu_search::{Filters, Found, Index, Position, Request, Snapshot, Sort, Work};

use crate::market::{Market, asset_id};

/// Where a state with this height stands.
pub fn position(height: u64) -> Position {
    Position { chain: ChainId(Digest([7; 32])), height: Height(height), block: BlockId(Digest([8; 32])) }
}

/// An index in a folder of its own, which is gone with it.
pub struct Town {
    pub folder: TempDir,
    pub index: Index,
    pub market: Market,
    indexed: State,
    height: u64,
}

impl Town {
    /// With everything of a market in it.
    pub fn of(market: Market) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut index = Index::open(&folder.path().join("search")).expect("an empty index");
        let work = index.reconcile(market.state(), position(1), || false).expect("it is written");
        assert!(matches!(work, Work::Done(_)));
        Self { folder, index, indexed: market.state().clone(), market, height: 1 }
    }

    /// Follows the market by one block; how many documents were written.
    pub fn follow(&mut self) -> u64 {
        self.height += 1;
        let position = position(self.height);
        let written = self.index.advance(&self.indexed, self.market.state(), position).expect("it is written");
        self.indexed = self.market.state().clone();
        assert_eq!(self.index.snapshot().position(), Some(position));
        written
    }

    /// The numbers of the assets that a text finds, in order.
    pub fn find(&self, text: &str) -> Vec<u64> {
        numbers(&search(&self.index.snapshot(), &Request { text: text.into(), ..everything() }))
    }

    /// The numbers of the assets on offer, ascending.
    pub fn offered(&self) -> Vec<u64> {
        let filters = Filters { offered: true, ..Filters::default() };
        let found = search(&self.index.snapshot(), &Request { filters, ..everything() });
        let mut numbers = numbers(&found);
        numbers.sort_unstable();
        numbers
    }
}

/// All there is, the best first.
pub fn everything() -> Request {
    Request { text: String::new(), filters: Filters::default(), sort: Sort::Relevance, limit: 1_000, after: None }
}

/// Searches, which works.
pub fn search(snapshot: &Snapshot, request: &Request) -> Found {
    snapshot.search(request).expect("the index is readable")
}

/// The tests' numbers of what was found, in order.
pub fn numbers(found: &Found) -> Vec<u64> {
    let number = |id: &AssetId| (0..10_000).find(|number| asset_id(*number) == *id).expect("the tests number assets");
    found.items.iter().map(number).collect()
}
