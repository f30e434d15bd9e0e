//! Which orders are to be looked at, and when.
//!
//! Invariant: an order is worked on by one task at a time; each of its stages is finished once; what fails comes again
//! after a pause that grows, and holds up nothing else.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use yaosu_ledger::OrderId;
use yaosu_ledger::model::OrderStatus;

use crate::backoff::{PAUSE_MAX, PAUSE_MIN, pause_after};

/// Open orders.
#[derive(Debug, Default)]
pub struct Agenda {
    orders: BTreeMap<OrderId, Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    /// When it is looked at next; absent while it is worked on.
    due: Option<Instant>,
    running: bool,
    /// Something happened while it was worked on.
    stirred: bool,
    failures: u32,
    /// The stages that the seller has done its part of: a node that lags behind may still show one.
    finished: BTreeSet<OrderStatus>,
}

impl Agenda {
    /// Something happened to an order, or it was found: it is looked at as soon as may be.
    pub fn stir(&mut self, order: OrderId, now: Instant) {
        let entry = self.orders.entry(order).or_default();
        if entry.running {
            entry.stirred = true;
        } else {
            entry.due = Some(now);
        }
    }

    /// Whether the order is known.
    pub fn knows(&self, order: OrderId) -> bool {
        self.orders.contains_key(&order)
    }

    /// How many orders are open.
    pub fn count(&self) -> usize {
        self.orders.len()
    }

    /// Takes an order that is due, to be worked on; gives the stages that are finished too.
    pub fn take(&mut self, now: Instant) -> Option<(OrderId, BTreeSet<OrderStatus>)> {
        let due = |entry: &Entry| entry.due.filter(|due| !entry.running && *due <= now);
        let order = self.orders.iter().filter_map(|(order, entry)| Some((due(entry)?, *order))).min()?.1;
        let entry = self.orders.get_mut(&order)?;
        entry.running = true;
        entry.due = None;
        Some((order, entry.finished.clone()))
    }

    /// When the next order is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.orders.values().filter(|entry| !entry.running).filter_map(|entry| entry.due).min()
    }

    /// The work is done: there was nothing to do at this stage, or this stage is finished. It is looked at again when
    /// something happens to it, and after the longest pause at the latest: the node that answered may have been behind the
    /// one that told of the event.
    pub fn done(&mut self, order: OrderId, finished: Option<OrderStatus>, now: Instant) {
        if let Some(entry) = self.orders.get_mut(&order) {
            entry.finished.extend(finished);
            entry.failures = 0;
            entry.running = false;
            entry.due = Some(if core::mem::take(&mut entry.stirred) { now } else { now + PAUSE_MAX });
        }
    }

    /// There was no room for the work: it is looked at again soon, and this counts as no failure.
    pub fn no_room(&mut self, order: OrderId, now: Instant) {
        if let Some(entry) = self.orders.get_mut(&order) {
            entry.running = false;
            entry.stirred = false;
            entry.due = Some(now + PAUSE_MIN);
        }
    }

    /// The work failed. Gives the pause until it is tried again.
    pub fn failed(&mut self, order: OrderId, now: Instant) -> Duration {
        let entry = self.orders.entry(order).or_default();
        let pause = pause_after(entry.failures);
        entry.failures = entry.failures.saturating_add(1);
        entry.running = false;
        // What stirred it may be what it lacked, but a failure that stirs itself must not go round and round.
        entry.stirred = false;
        entry.due = Some(now + pause);
        pause
    }

    /// The order has ended.
    pub fn remove(&mut self, order: OrderId) {
        self.orders.remove(&order);
    }
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::Digest;

    use super::*;

    fn order(byte: u8) -> OrderId {
        OrderId(Digest([byte; 32]))
    }

    fn taken(agenda: &mut Agenda, now: Instant) -> Option<OrderId> {
        agenda.take(now).map(|(order, _)| order)
    }

    /// Goal: one order that fails again and again comes at growing pauses, and the others at once.
    #[test]
    fn failures_hold_up_nobody_else() {
        let (mut agenda, start) = (Agenda::default(), Instant::now());
        let mut now = start;
        agenda.stir(order(1), now);
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(taken(&mut agenda, now), Some(order(1)));
            assert_eq!(agenda.failed(order(1), now), Duration::from_secs(seconds));
            agenda.stir(order(2), now);
            assert_eq!(taken(&mut agenda, now), Some(order(2)));
            agenda.done(order(2), None, now);
            assert_eq!(taken(&mut agenda, now + Duration::from_millis(seconds * 1000 - 1)), None);
            now += Duration::from_secs(seconds);
            assert_eq!(agenda.next_due(), Some(now));
        }
        agenda.stir(order(1), start);
        assert_eq!(taken(&mut agenda, start), Some(order(1)), "news of it ends the pause");
        agenda.done(order(1), None, now);
        agenda.stir(order(1), now);
        assert_eq!(taken(&mut agenda, now), Some(order(1)));
        assert_eq!(agenda.failed(order(1), now), Duration::from_secs(1), "success ends the row of failures");
    }

    /// Goal: an order is never worked on twice at the same time, and news that come meanwhile are not lost.
    #[test]
    fn an_order_is_worked_on_once_at_a_time() {
        let (mut agenda, now) = (Agenda::default(), Instant::now());
        agenda.stir(order(1), now);
        assert_eq!(taken(&mut agenda, now), Some(order(1)));
        agenda.stir(order(1), now);
        assert_eq!((taken(&mut agenda, now), agenda.next_due()), (None, None));
        agenda.done(order(1), Some(OrderStatus::Placed), now);
        assert_eq!(agenda.take(now), Some((order(1), [OrderStatus::Placed].into())));
        agenda.done(order(1), None, now);
        assert_eq!(taken(&mut agenda, now), None);
        assert_eq!(agenda.next_due(), Some(now + PAUSE_MAX), "what was missed is found");
        agenda.remove(order(1));
        assert!(!agenda.knows(order(1)));
    }

    /// Goal: what finds no room comes again soon, at no growing pause, and behind what has come meanwhile.
    #[test]
    fn what_finds_no_room_waits_behind_the_others() {
        let (mut agenda, now) = (Agenda::default(), Instant::now());
        agenda.stir(order(1), now);
        for round in 0..3 {
            let now = now + PAUSE_MIN * round;
            assert_eq!(taken(&mut agenda, now), Some(order(1)));
            agenda.no_room(order(1), now);
            agenda.stir(order(2), now);
            assert_eq!(taken(&mut agenda, now), Some(order(2)));
            agenda.done(order(2), None, now);
            assert_eq!((taken(&mut agenda, now), agenda.next_due()), (None, Some(now + PAUSE_MIN)));
        }
        assert_eq!(taken(&mut agenda, now + PAUSE_MIN * 3), Some(order(1)));
        assert_eq!(agenda.failed(order(1), now), PAUSE_MIN, "that was the first failure");
    }
}
