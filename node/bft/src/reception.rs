//! Parts of proposed blocks as they come: gossip keeps no order, so a part may overtake the first one of its stream, and a
//! block its height.
//!
//! [`Assembly`] keeps nothing before a first part's signature was checked. Parts of streams that have not begun wait
//! here, a few of them, unchecked: they are checked like any other once their first part has come.

use std::collections::VecDeque;

use arc_malachitebft_engine::util::streaming::StreamMessage;
use arc_malachitebft_sync::PeerId;

use crate::assembly::{Assembled, Assembly, AssemblyError, Received};
use crate::early::Early;
use crate::electorate::Electorate;
use crate::part::ProposalPart;

/// Parts that wait for the first part of their stream at most: four of the largest blocks. The oldest makes room.
pub const WAITING_MAX: usize = 64;

/// An assembly, and what came too early for it.
pub struct Reception {
    assembly: Assembly,
    early: Early,
    waiting: VecDeque<(PeerId, StreamMessage<ProposalPart>)>,
}

impl Reception {
    /// Nothing waits yet.
    #[must_use]
    pub const fn new(assembly: Assembly) -> Self {
        Self { assembly, early: Early::new(), waiting: VecDeque::new() }
    }

    /// Moves to another height: see [`Assembly::advance`]. Gives the blocks of it that came before, of those whose turn it
    /// is.
    pub fn advance(&mut self, electorate: Electorate) -> Vec<Assembled> {
        let height = electorate.height();
        self.assembly.advance(electorate);
        let due = self.early.take(height).into_iter();
        due.filter_map(|assembled| {
            let maker = self.assembly.check_authority(&assembled.init, &assembled.signature).ok()?;
            Some(Assembled { maker, ..assembled })
        })
        .collect()
    }

    /// Moves to another round of the height.
    pub const fn begin_round(&mut self, round: u32) {
        self.assembly.begin_round(round);
    }

    /// Takes a part, and with a first part those that came before it. Gives the block of the height that is complete by it,
    /// if any; one of a later height is given when its height begins.
    pub fn receive(&mut self, now_ms: u64, from: PeerId, part: StreamMessage<ProposalPart>) -> Option<Assembled> {
        let mut arrived = VecDeque::from([(from, part)]);
        while let Some((from, part)) = arrived.pop_front() {
            match self.assembly.receive(now_ms, part.clone()) {
                Ok(Received::Finished(assembled)) if assembled.init.height > self.assembly.height() => {
                    self.early.keep(*assembled);
                }
                Ok(Received::Finished(assembled)) => return Some(*assembled),
                Ok(Received::Opened) => {
                    let (own, others) =
                        self.waiting.drain(..).partition(|(_, early)| early.stream_id == part.stream_id);
                    self.waiting = others;
                    arrived = own;
                }
                Ok(_) => {}
                Err(AssemblyError::UnknownStream) => {
                    if self.waiting.len() >= WAITING_MAX {
                        self.waiting.pop_front();
                    }
                    self.waiting.push_back((from, part));
                }
                // Whoever delivered it is not to blame, and anyone can have it delivered.
                Err(error) => tracing::debug!(%from, %error, "a part of a proposed block is not kept"),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use yaosu_ledger::signature::SigningKey;
    use yaosu_ledger::validators::{Validator, ValidatorSet};
    use yaosu_ledger::{BlockId, ChainId, Digest, Height, ParticipantId};

    use super::*;
    use crate::part::{PART_BYTES, split};

    const CHAIN: ChainId = ChainId(Digest([1; 32]));

    /// Nothing has come yet; the only validator is the one of [`parts_of`].
    fn reception() -> Reception {
        let operator = ParticipantId::of_genesis("operator");
        let key = SigningKey::from_seed([2; 32]).public();
        let set = ValidatorSet::new(vec![Validator { operator, key, power: 1 }]).expect("one validator");
        let electorate = Electorate::new(Height(1), set, &[operator]).expect("one turn");
        Reception::new(Assembly::new(CHAIN, electorate))
    }

    fn parts_of(bytes: &Bytes, round: u32) -> Vec<StreamMessage<ProposalPart>> {
        let key = SigningKey::from_seed([2; 32]);
        let operator = ParticipantId::of_genesis("operator");
        split((Height(1), round, None), operator, BlockId(Digest([4; 32])), bytes, &CHAIN, &key)
    }

    fn peer() -> PeerId {
        PeerId::from_bytes(&[0, 1, 5]).expect("a short identity is a peer's name")
    }

    /// Goal: gossip may deliver the parts of a block in any order and more than once; the block comes out once.
    /// Method: every order of four parts, one of them twice.
    #[test]
    fn parts_may_overtake_each_other() {
        let bytes = Bytes::from(vec![3; 2 * PART_BYTES + 1]);
        let parts = parts_of(&bytes, 0);
        assert_eq!(parts.len(), 4, "the first part and three of data");
        let peer = peer();
        for order in 0..256_usize {
            let places = [order % 4, order / 4 % 4, order / 16 % 4, order / 64];
            if (0..4).any(|place| !places.contains(&place)) {
                continue;
            }
            let mut reception = reception();
            let arrivals = places.into_iter().chain([places[0]]);
            let whole: Vec<Bytes> = arrivals
                .filter_map(|place| reception.receive(0, peer, parts[place].clone()))
                .map(|assembled| assembled.bytes)
                .collect();
            assert!(whole == [bytes.clone()], "in the order {places:?}: {} blocks", whole.len());
        }
    }

    /// Goal: parts whose first one never comes take up a bounded room.
    #[test]
    fn parts_without_a_stream_make_room_for_others() {
        let mut reception = reception();
        let peer = peer();
        for round in 0..1_000 {
            let parts = parts_of(&Bytes::from_static(b"block"), round);
            assert!(reception.receive(0, peer, parts[1].clone()).is_none());
            assert!(reception.waiting.len() <= WAITING_MAX);
        }
    }
}
