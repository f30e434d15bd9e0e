//! The mempool: admitted transactions that wait for a block, lanes in order, bounded in every direction.

use std::collections::BTreeMap;

use yaosu_ledger::block::BLOCK_WEIGHT_MAX;
use yaosu_ledger::execution::{Execution, NotIncluded};
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::rules::{self, BlockContext};
use yaosu_ledger::state::{Lanes, Reader, State};
use yaosu_ledger::transaction::{Authentic, Envelope};
use yaosu_ledger::{ParticipantId, TransactionId};

use crate::refusal::Refusal;

/// How much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Transactions in all.
    pub transactions: usize,
    /// Their bytes in all.
    pub bytes: usize,
    /// Transactions of one participant.
    pub of_participant: usize,
    /// How far a number may be ahead of what is committed.
    pub numbers_ahead: u64,
    /// How long a transaction waits for one before it in its lane, in milliseconds.
    pub orphan_ms: u64,
    /// Waiting transactions that are looked at again after each block.
    pub rechecked: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            transactions: 50_000,
            bytes: 64 * 1024 * 1024,
            of_participant: 10_000,
            numbers_ahead: 10_000,
            orphan_ms: 60_000,
            rechecked: 1_000,
        }
    }
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Transactions.
    pub transactions: usize,
    /// Their bytes.
    pub bytes: usize,
    /// When the oldest came, in Unix milliseconds by the node's clock.
    pub oldest_ms: Option<u64>,
}

type Lane = (ParticipantId, u32);

/// Counts arrivals: the order in which transactions are tried.
type Arrival = u64;

/// What waits of one lane.
#[derive(Default)]
struct Queue {
    numbers: BTreeMap<u64, Arrival>,
    /// The end of the run: the first number from the committed one on that does not wait. Kept, so that asking for it
    /// costs the same however long the lane is.
    next: u64,
}

impl Queue {
    /// Moves the end of the run on. `expected`: the number that is committed next.
    fn extend(&mut self, expected: u64) {
        self.next = self.next.max(expected);
        while self.numbers.contains_key(&self.next) {
            self.next = self.next.saturating_add(1);
        }
    }
}

struct Waiting {
    envelope: Authentic,
    arrived_ms: u64,
}

/// Transactions that wait for a block.
pub struct Mempool {
    limits: Limits,
    waiting: BTreeMap<Arrival, Waiting>,
    arrivals: BTreeMap<TransactionId, Arrival>,
    lanes: BTreeMap<Lane, Queue>,
    of_participant: BTreeMap<ParticipantId, usize>,
    bytes: usize,
    next_arrival: Arrival,
    /// The lane after which the next look at waiting transactions begins.
    recheck_after: Option<Lane>,
}

fn lane_of(envelope: &Envelope) -> Lane {
    (envelope.body().signer, envelope.body().lane)
}

impl Mempool {
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            waiting: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            lanes: BTreeMap::new(),
            of_participant: BTreeMap::new(),
            bytes: 0,
            next_arrival: 0,
            recheck_after: None,
        }
    }

    pub fn get(&self, id: TransactionId) -> Option<&Envelope> {
        self.waiting.get(self.arrivals.get(&id)?).map(|waiting| waiting.envelope.envelope())
    }

    pub fn load(&self) -> Load {
        Load {
            transactions: self.waiting.len(),
            bytes: self.bytes,
            oldest_ms: self.waiting.values().next().map(|waiting| waiting.arrived_ms),
        }
    }

    /// The next number of a lane that is neither committed nor waiting.
    pub fn next_number(&self, state: &State, participant: ParticipantId, lane: u32) -> u64 {
        let expected = state.get::<Lanes>(&(participant, lane)).unwrap_or(0);
        self.lanes.get(&(participant, lane)).map_or(expected, |queue| queue.next.max(expected))
    }

    /// Whether something waits that a block could hold.
    pub fn is_ready(&self, state: &State) -> bool {
        self.lanes.iter().any(|(lane, queue)| {
            queue.numbers.keys().next().is_some_and(|first| *first <= state.get::<Lanes>(lane).unwrap_or(0))
        })
    }

    /// Takes a transaction, or says why not. `gap_allowed`: whether transactions before it in its lane may still be on
    /// their way (gossip does not keep order; a client must).
    ///
    /// One that is next in its lane is judged by the rules against the current state. One behind others that wait is
    /// judged by the rules when its turn comes: what they do is not known yet.
    pub fn admit(
        &mut self,
        state: &State,
        context: BlockContext,
        authentic: Authentic,
        now_ms: u64,
        gap_allowed: bool,
    ) -> Result<(), Refusal> {
        let envelope = authentic.envelope();
        if self.arrivals.contains_key(&envelope.id()) {
            return Ok(());
        }
        let body = envelope.body();
        let lane = lane_of(envelope);
        let number = body.sequence;
        match rules::apply(state, context, envelope) {
            Ok(_) => {}
            Err(Rejection::SequenceAhead { expected, found }) => {
                let next = self.next_number(state, body.signer, body.lane);
                let too_far = found > expected.saturating_add(self.limits.numbers_ahead);
                if too_far || (number > next && !gap_allowed) {
                    return Err(Rejection::SequenceAhead { expected: next, found }.into());
                }
            }
            Err(rejection) => return Err(rejection.into()),
        }
        if let Some(waiting) = self.lanes.get(&lane).and_then(|queue| queue.numbers.get(&number)) {
            let waiting = self.waiting.get(waiting).expect("lanes lead to what waits").envelope.envelope().id();
            return Err(Refusal::NumberWaiting { waiting });
        }
        let count = self.of_participant.get(&body.signer).copied().unwrap_or(0);
        if count >= self.limits.of_participant {
            return Err(Refusal::ParticipantFull { count });
        }
        let length = envelope.bytes().len();
        if self.waiting.len() >= self.limits.transactions || self.bytes.saturating_add(length) > self.limits.bytes {
            return Err(Refusal::Full { count: self.waiting.len(), bytes: self.bytes });
        }

        let arrival = self.next_arrival;
        self.next_arrival = self.next_arrival.saturating_add(1);
        self.bytes = self.bytes.saturating_add(length);
        self.arrivals.insert(envelope.id(), arrival);
        let queue = self.lanes.entry(lane).or_default();
        queue.numbers.insert(number, arrival);
        queue.extend(state.get::<Lanes>(&lane).unwrap_or(0));
        self.of_participant.insert(body.signer, count.saturating_add(1));
        self.waiting.insert(arrival, Waiting { envelope: authentic, arrived_ms: now_ms });
        Ok(())
    }

    /// Fills a block with what waits, in the order of arrival and of lanes. Gives what was dropped for it, with the reasons:
    /// what the rules refuse on the decided state already, and what waits behind that.
    ///
    /// What is refused is paid for like what is taken: attempts in vain have the weight of one block together.
    pub fn fill(
        &mut self,
        state: &State,
        context: BlockContext,
        execution: &mut Execution<'_>,
    ) -> Vec<(TransactionId, Refusal)> {
        let mut impossible = Vec::new();
        let mut in_vain: u32 = 0;
        let mut expected: BTreeMap<Lane, u64> = BTreeMap::new();
        // A number that came before the one in front of it is tried right after that one.
        let mut deferred: BTreeMap<(Lane, u64), &Envelope> = BTreeMap::new();
        'waiting: for waiting in self.waiting.values() {
            let mut candidate = Some(waiting.envelope.envelope());
            while let Some(envelope) = candidate.take() {
                let lane = lane_of(envelope);
                let number = envelope.body().sequence;
                let turn = expected.entry(lane).or_insert_with(|| state.get::<Lanes>(&lane).unwrap_or(0));
                if number > *turn {
                    deferred.insert((lane, number), envelope);
                    continue;
                }
                match execution.include(envelope) {
                    Ok(()) => {
                        *turn = number.saturating_add(1);
                        candidate = deferred.remove(&(lane, *turn));
                    }
                    Err(NotIncluded::Full) => break 'waiting,
                    Err(NotIncluded::Rejected(_)) => {
                        // Something in this very block may stand in its way, and the block may not be decided.
                        match rules::apply(state, context, envelope) {
                            Ok(_) | Err(Rejection::SequenceAhead { .. }) => {}
                            Err(rejection) => impossible.push((lane, number, rejection)),
                        }
                        in_vain = in_vain.saturating_add(envelope.body().action.weight().saturating_mul(2));
                        if in_vain >= BLOCK_WEIGHT_MAX {
                            break 'waiting;
                        }
                    }
                }
            }
        }
        let mut dropped = Vec::new();
        for (lane, number, rejection) in impossible {
            self.drop_from(lane, number, rejection.into(), &mut dropped);
        }
        dropped
    }

    /// Takes out what a block has brought, then what a block can't bring any more: the latter with the reasons.
    pub fn settle(
        &mut self,
        state: &State,
        context: BlockContext,
        committed: &[Envelope],
        now_ms: u64,
    ) -> Vec<(TransactionId, Refusal)> {
        for envelope in committed {
            self.remove(envelope.id());
        }
        let mut dropped = Vec::new();
        // The numbers that a block used, whoever's transaction waited under them.
        for envelope in committed {
            self.drop_used(state, lane_of(envelope), &mut dropped);
        }
        for lane in self.lanes_to_recheck() {
            self.recheck(state, context, lane, now_ms, &mut dropped);
        }
        dropped
    }

    fn drop_used(&mut self, state: &State, lane: Lane, dropped: &mut Vec<(TransactionId, Refusal)>) {
        let expected = state.get::<Lanes>(&lane).unwrap_or(0);
        loop {
            let Some(queue) = self.lanes.get_mut(&lane) else { return };
            let Some((&number, &arrival)) = queue.numbers.first_key_value() else { return };
            if number >= expected {
                queue.extend(expected);
                return;
            }
            let id = self.waiting.get(&arrival).expect("lanes lead to what waits").envelope.envelope().id();
            self.remove(id);
            dropped.push((id, Rejection::SequenceUsed { expected, found: number }.into()));
        }
    }

    /// The next lanes in turn, so that all are looked at over time however many there are.
    fn lanes_to_recheck(&mut self) -> Vec<Lane> {
        use std::ops::Bound::{Excluded, Unbounded};
        let limit = self.limits.rechecked;
        let after = self.recheck_after.map_or(Unbounded, Excluded);
        let mut lanes: Vec<Lane> = self.lanes.range((after, Unbounded)).map(|(lane, _)| *lane).take(limit).collect();
        if lanes.len() < limit {
            let rest = limit.saturating_sub(lanes.len()).min(self.lanes.len().saturating_sub(lanes.len()));
            lanes.extend(self.lanes.keys().copied().take(rest));
        }
        self.recheck_after = lanes.last().copied();
        lanes
    }

    /// Judges the first of a lane again. If it has become impossible, those behind it go too: their turn can't come.
    fn recheck(
        &mut self,
        state: &State,
        context: BlockContext,
        lane: Lane,
        now_ms: u64,
        dropped: &mut Vec<(TransactionId, Refusal)>,
    ) {
        self.drop_used(state, lane, dropped);
        let Some((number, arrival)) = self.lanes.get(&lane).and_then(|queue| queue.numbers.first_key_value()) else {
            return;
        };
        let first = self.waiting.get(arrival).expect("lanes lead to what waits");
        let reason = match rules::apply(state, context, first.envelope.envelope()) {
            Ok(_) => return,
            Err(Rejection::SequenceAhead { .. }) if now_ms < first.arrived_ms.saturating_add(self.limits.orphan_ms) => {
                return;
            }
            Err(Rejection::SequenceAhead { .. }) => Refusal::Orphaned,
            Err(rejection) => rejection.into(),
        };
        self.drop_from(lane, *number, reason, dropped);
    }

    /// Drops a number of a lane with its reason, and those behind it: their turn can't come.
    fn drop_from(&mut self, lane: Lane, number: u64, reason: Refusal, dropped: &mut Vec<(TransactionId, Refusal)>) {
        let mut reason = Some(reason);
        let behind: Vec<Arrival> = self
            .lanes
            .get(&lane)
            .map(|queue| queue.numbers.range(number..).map(|(_, arrival)| *arrival).collect())
            .unwrap_or_default();
        for arrival in behind {
            let id = self.waiting.get(&arrival).expect("lanes lead to what waits").envelope.envelope().id();
            self.remove(id);
            dropped.push((id, reason.take().unwrap_or(Refusal::Orphaned)));
        }
        if let Some(queue) = self.lanes.get_mut(&lane) {
            queue.next = queue.next.min(number);
        }
    }

    fn remove(&mut self, id: TransactionId) {
        let Some(arrival) = self.arrivals.remove(&id) else { return };
        let waiting = self.waiting.remove(&arrival).expect("what has an arrival waits");
        let envelope = waiting.envelope.envelope();
        self.bytes = self.bytes.saturating_sub(envelope.bytes().len());
        let lane = lane_of(envelope);
        if let Some(queue) = self.lanes.get_mut(&lane) {
            queue.numbers.remove(&envelope.body().sequence);
            if queue.numbers.is_empty() {
                self.lanes.remove(&lane);
            }
        }
        if let Some(count) = self.of_participant.get_mut(&lane.0) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.of_participant.remove(&lane.0);
            }
        }
    }
}
