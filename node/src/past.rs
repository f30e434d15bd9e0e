//! The states after the last blocks, in memory: so that what a transaction changed can be shown as it was and as it became.
//!
//! A state shares with the next one all that the block between did not change, so that an old one costs about what that
//! block wrote. Nothing of it is on disk: after a start it begins empty.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use yaosu_ledger::Height;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::ChangeSet;

/// Heights that are kept at most: a day of heartbeats.
const HEIGHTS_MAX: usize = 8_640;

/// About how many bytes they may take.
const BYTES_MAX: usize = 64 << 20;

/// What keeping a record that was changed costs beside its bytes: the ways to it in two trees.
const WAY_BYTES: usize = 8 << 10;

/// The ends of the chain before each of the last blocks. Cheap to clone: all clones are the same.
#[derive(Clone, Default)]
pub struct Past(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// One height after the other, each with about what it takes.
    tips: VecDeque<(Arc<Tip>, usize)>,
    bytes: usize,
}

/// About what it takes to keep the state before these changes.
pub fn weight(changes: &ChangeSet) -> usize {
    let of = |(key, value): &(Vec<u8>, Option<yaosu_ledger::state::Bytes>)| {
        key.len().saturating_add(value.as_ref().map_or(0, |value| value.len())).saturating_add(WAY_BYTES)
    };
    changes.iter().map(of).fold(0, usize::saturating_add)
}

impl Past {
    /// Keeps the end of the chain that a block was decided on top of. `bytes`: about what that takes.
    pub fn keep(&self, tip: Arc<Tip>, bytes: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.tips.push_back((tip, bytes));
        kept.bytes = kept.bytes.saturating_add(bytes);
        while kept.tips.len() > HEIGHTS_MAX || kept.bytes > BYTES_MAX {
            let Some((_, bytes)) = kept.tips.pop_front() else { break };
            kept.bytes = kept.bytes.saturating_sub(bytes);
        }
    }

    /// The end of the chain before the block of this height, if it is still kept.
    pub fn before(&self, height: Height) -> Option<Arc<Tip>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.tips.front()?.0.height.next();
        let place = height.0.checked_sub(first.0).and_then(|place| usize::try_from(place).ok())?;
        kept.tips.get(place).map(|(tip, _)| Arc::clone(tip))
    }
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::state::State;
    use yaosu_ledger::{BlockId, ChainId, Digest, Timestamp};

    use super::*;

    fn tip(height: u64) -> Arc<Tip> {
        let (chain, block) = (ChainId(Digest::ZERO), BlockId(Digest::ZERO));
        Arc::new(Tip { chain, height: Height(height), block, time: Timestamp(height), state: State::default() })
    }

    /// Goal: each height's block finds the state before it, until there are too many or they take too much.
    #[test]
    fn the_last_ones_are_kept() {
        let past = Past::default();
        let found = |height: u64| past.before(Height(height)).map(|tip| tip.height.0);
        assert_eq!(found(1), None);
        for height in 5..15 {
            past.keep(tip(height), BYTES_MAX / 8);
        }
        assert_eq!((found(7), found(8), found(15), found(16)), (None, Some(7), Some(14), None));
        past.keep(tip(15), BYTES_MAX + 1);
        assert_eq!((found(15), found(16)), (None, None), "a block that takes more than all may");
        let many = u64::try_from(HEIGHTS_MAX).expect("small");
        for height in 16..16 + many + 3 {
            past.keep(tip(height), 0);
        }
        assert_eq!((found(19), found(20), found(16 + many + 3)), (None, Some(19), Some(16 + many + 2)));
    }

    /// Goal: what is kept is weighed by what changed.
    #[test]
    fn changes_have_a_weight() {
        assert_eq!(weight(&Vec::new()), 0);
        let changes = vec![(vec![1; 40], None), (vec![2; 40], Some(Arc::from([0; 100])))];
        assert_eq!(weight(&changes), 2 * (40 + WAY_BYTES) + 100);
    }
}
