//! When to dial whom: configured peers are dialled until they are connected, for ever, with pauses that grow.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use libp2p::{Multiaddr, PeerId};

/// The pause after the first failure.
pub const PAUSE_MIN: Duration = Duration::from_millis(250);

/// The longest pause.
pub const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A connection that lasts as long is a good one: after it the pauses begin anew. A peer that does not admit this node takes
/// the connection and closes it.
const GOOD_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Plan {
    addresses: Vec<Multiaddr>,
    /// Since when it is connected.
    connected: Option<Instant>,
    pause: Duration,
    next: Instant,
}

/// The peers that are dialled.
#[derive(Debug, Default)]
pub struct Redial {
    plans: BTreeMap<PeerId, Plan>,
}

impl Redial {
    /// Replaces the peers. One that stays keeps its state.
    pub fn set(&mut self, peers: &[(PeerId, Multiaddr)], connected: impl Fn(&PeerId) -> bool, now: Instant) {
        let mut old = core::mem::take(&mut self.plans);
        for (peer, address) in peers {
            let plan = self.plans.entry(*peer).or_insert_with(|| {
                let kept = old.remove(peer).map(|plan| Plan { addresses: Vec::new(), ..plan });
                kept.unwrap_or_else(|| Plan {
                    addresses: Vec::new(),
                    connected: connected(peer).then_some(now),
                    pause: PAUSE_MIN,
                    next: now,
                })
            });
            plan.addresses.push(address.clone());
        }
    }

    /// A peer is connected: no more dialling.
    pub fn connected(&mut self, peer: &PeerId, now: Instant) {
        if let Some(plan) = self.plans.get_mut(peer) {
            plan.connected.get_or_insert(now);
        }
    }

    /// A peer is gone: it is dialled after the shortest pause if the connection was a good one; else the pauses go on growing.
    pub fn disconnected(&mut self, peer: &PeerId, now: Instant) {
        if let Some(plan) = self.plans.get_mut(peer) {
            let was_good =
                plan.connected.take().is_some_and(|since| now.saturating_duration_since(since) >= GOOD_AFTER);
            if was_good {
                plan.pause = PAUSE_MIN;
            }
            plan.next = now + plan.pause;
        }
    }

    /// When [`Redial::due`] has something next.
    pub fn next(&self) -> Option<Instant> {
        self.plans.values().filter(|plan| plan.connected.is_none()).map(|plan| plan.next).min()
    }

    /// Whom to dial now. Each is due again after its pause, unless it is connected by then.
    pub fn due(&mut self, now: Instant) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let mut due = Vec::new();
        for (peer, plan) in &mut self.plans {
            if plan.connected.is_none() && plan.next <= now {
                due.push((*peer, plan.addresses.clone()));
                plan.next = now + plan.pause;
                plan.pause = (plan.pause * 2).min(PAUSE_MAX);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> Multiaddr {
        format!("/ip4/127.0.0.1/tcp/{port}").parse().expect("an address")
    }

    /// Goal: pauses double from the shortest to the longest and stay there; a connection that lasts starts over.
    #[test]
    fn pauses_grow() {
        let start = Instant::now();
        let peer = PeerId::random();
        let mut redial = Redial::default();
        redial.set(&[(peer, address(1))], |_| false, start);
        let mut now = start;
        for pause_ms in [250, 500, 1000, 2000, 4000, 5000, 5000] {
            assert_eq!(redial.due(now).len(), 1, "due at once");
            assert!(redial.due(now).is_empty(), "once only");
            assert_eq!(redial.next(), Some(now + Duration::from_millis(pause_ms)));
            now += Duration::from_millis(pause_ms);
        }
        redial.connected(&peer, now);
        assert_eq!(redial.next(), None);
        assert!(redial.due(now + PAUSE_MAX).is_empty());
        now += GOOD_AFTER;
        redial.disconnected(&peer, now);
        assert_eq!(redial.next(), Some(now + PAUSE_MIN));
    }

    /// Goal: a peer that takes each connection and closes it at once is dialled with growing pauses all the same.
    #[test]
    fn a_refused_node_dials_less_and_less() {
        let start = Instant::now();
        let peer = PeerId::random();
        let mut redial = Redial::default();
        redial.set(&[(peer, address(1))], |_| false, start);
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            assert_eq!(redial.due(now).len(), 1);
            redial.connected(&peer, now);
            now += Duration::from_millis(3);
            redial.disconnected(&peer, now);
            let next = redial.next().expect("it is dialled again");
            pauses.push(next.duration_since(now).as_millis());
            now = next;
        }
        assert_eq!(pauses, [500, 1000, 2000, 4000, 5000, 5000, 5000]);
        assert_eq!(redial.due(now).len(), 1);
        redial.connected(&peer, now);
        // A second connection to the same peer is not the beginning of the first.
        redial.connected(&peer, now + GOOD_AFTER / 2);
        redial.disconnected(&peer, now + GOOD_AFTER);
        assert_eq!(redial.next(), Some(now + GOOD_AFTER + PAUSE_MIN), "it was let in");
    }

    /// Goal: replacing the peers drops those that are not named and keeps the state of the others.
    #[test]
    fn peers_can_be_replaced() {
        let start = Instant::now();
        let [stays, goes, comes] = [PeerId::random(), PeerId::random(), PeerId::random()];
        let mut redial = Redial::default();
        redial.set(&[(stays, address(1)), (goes, address(2))], |_| false, start);
        assert_eq!(redial.due(start).len(), 2);
        redial.set(&[(stays, address(3)), (stays, address(4)), (comes, address(5))], |_| false, start);
        assert_eq!(redial.due(start), vec![(comes, vec![address(5)])]);
        let later = redial.due(start + PAUSE_MAX);
        assert!(later.contains(&(stays, vec![address(3), address(4)])), "{later:?}");
    }
}
