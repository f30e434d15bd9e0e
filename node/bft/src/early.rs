//! Whole blocks that came before their height, kept until it begins.
//!
//! Who may propose at that height is not known yet, so each validator has room of its own: one that sends many takes the
//! place of its own blocks only.

use yaosu_ledger::Height;

use crate::assembly::Assembled;

/// Blocks of one height that are kept for each validator which streamed them. An honest one streams its own block and, in
/// a later round, one that a quorum has preferred; the older makes room.
pub const EARLY_PER_PROPOSER_MAX: usize = 2;

/// Blocks of heights to come, in the order of arrival.
#[derive(Default)]
pub struct Early {
    blocks: Vec<Assembled>,
}

impl Early {
    /// Nothing has come.
    #[must_use]
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Keeps a block.
    pub fn keep(&mut self, assembled: Assembled) {
        let is_same = |other: &&Assembled| {
            other.init.proposer == assembled.init.proposer && other.init.height == assembled.init.height
        };
        if self.blocks.iter().filter(is_same).count() >= EARLY_PER_PROPOSER_MAX
            && let Some(oldest) = self.blocks.iter().position(|other| is_same(&other))
        {
            self.blocks.remove(oldest);
        }
        self.blocks.push(assembled);
    }

    /// Takes the blocks of a height, in the order of arrival. Those of heights below it are dropped.
    pub fn take(&mut self, height: Height) -> Vec<Assembled> {
        self.blocks.retain(|block| block.init.height >= height);
        self.blocks.extract_if(.., |block| block.init.height == height).collect()
    }
}
