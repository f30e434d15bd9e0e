//! Which orders are to be looked at, and when.
//!
//! Invariant: an order is worked on by one task at a time; each of its stages is finished once; what fails comes again
//! after a pause that grows, and holds up nothing else; of what waits for room, the nearest deadline comes first.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use yaosu_ledger::model::OrderStatus;
use yaosu_ledger::{OrderId, Timestamp};

use crate::backoff::{PAUSE_MAX, pause_after};

/// Open orders.
#[derive(Debug, Default)]
pub struct Agenda {
    orders: BTreeMap<OrderId, Entry>,
    /// Those that are to be delivered and wait for room, by their deadlines. Nobody else's orders come before one that is
    /// nearer to its end, however many there are.
    deliveries: BTreeSet<(Timestamp, OrderId)>,
}

#[derive(Debug, Default)]
struct Entry {
    /// When it is looked at next; absent while it is worked on.
    due: Option<Instant>,
    running: bool,
    /// The deadline, while it waits for room.
    waits: Option<Timestamp>,
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
        self.begin(order)
    }

    /// Whether an order waits for room.
    pub fn wants_room(&self) -> bool {
        !self.deliveries.is_empty()
    }

    /// Takes the order that has the first right to room.
    pub fn take_delivery(&mut self) -> Option<(OrderId, BTreeSet<OrderStatus>)> {
        let (_, order) = *self.deliveries.first()?;
        self.begin(order)
    }

    fn begin(&mut self, order: OrderId) -> Option<(OrderId, BTreeSet<OrderStatus>)> {
        let entry = self.orders.get_mut(&order)?;
        entry.running = true;
        entry.due = None;
        if let Some(deadline) = entry.waits.take() {
            self.deliveries.remove(&(deadline, order));
        }
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

    /// It is to be delivered by its deadline, as soon as there is room. Until then it is looked at when something happens
    /// to it.
    pub fn wait_for_room(&mut self, order: OrderId, deadline: Timestamp, now: Instant) {
        if let Some(entry) = self.orders.get_mut(&order) {
            entry.running = false;
            entry.due = core::mem::take(&mut entry.stirred).then_some(now);
            entry.waits = Some(deadline);
            self.deliveries.insert((deadline, order));
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
        if let Some(deadline) = self.orders.remove(&order).and_then(|entry| entry.waits) {
            self.deliveries.remove(&(deadline, order));
        }
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

    /// Goal: room goes to the nearest deadline, whoever came first; what waits for it is looked at when something happens to
    /// it and not else, and does not wait on when it is worked on, or has ended.
    #[test]
    fn room_goes_to_the_nearest_deadline() {
        let (mut agenda, now) = (Agenda::default(), Instant::now());
        for (byte, deadline) in [(1, 30), (2, 10), (3, 20), (4, 10)] {
            agenda.stir(order(byte), now);
            assert_eq!(taken(&mut agenda, now), Some(order(byte)));
            agenda.wait_for_room(order(byte), Timestamp(deadline), now);
        }
        assert_eq!((taken(&mut agenda, now), agenda.next_due()), (None, None));
        let delivered = |agenda: &mut Agenda| agenda.take_delivery().map(|(order, _)| order);
        assert_eq!(delivered(&mut agenda), Some(order(2)));
        assert_eq!(agenda.failed(order(2), now), Duration::from_secs(1));
        assert_eq!(delivered(&mut agenda), Some(order(4)), "the other waits for its pause");

        agenda.stir(order(3), now);
        assert_eq!(taken(&mut agenda, now), Some(order(3)), "something happened to it");
        agenda.stir(order(3), now);
        agenda.wait_for_room(order(3), Timestamp(40), now);
        assert_eq!(agenda.next_due(), Some(now), "and meanwhile again");
        assert_eq!(taken(&mut agenda, now), Some(order(3)));
        assert_eq!(delivered(&mut agenda), Some(order(1)));
        assert!(!agenda.wants_room(), "it is looked at already");
        agenda.wait_for_room(order(3), Timestamp(40), now);
        assert!(agenda.wants_room());
        agenda.remove(order(3));
        assert!(!agenda.wants_room());
    }
}
