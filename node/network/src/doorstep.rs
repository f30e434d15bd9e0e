//! Who stays outside, and when a person is told: on this side of the door and on the other.
//!
//! A refused peer dials on and on, and anyone can make new names: what is said here has a limit; the counters have all.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;

use crate::identity::network_key;

/// A peer is spoken of once in this time.
const SILENCE: Duration = Duration::from_mins(10);

/// So many peers are spoken of in that time.
const PEERS_MAX: usize = 16;

/// A connection that is shorter was closed at once.
const AT_ONCE: Duration = Duration::from_secs(5);

/// So many such connections in a row are no accident.
const CLOSED_AT_ONCE_MAX: u32 = 3;

/// Of whom was spoken, and when.
#[derive(Debug, Default)]
struct Told(BTreeMap<PeerId, Instant>);

impl Told {
    /// Whether to speak of a peer now.
    fn is_due(&mut self, peer: PeerId, now: Instant) -> bool {
        self.0.retain(|_, told| now.saturating_duration_since(*told) < SILENCE);
        if self.0.contains_key(&peer) || self.0.len() >= PEERS_MAX {
            return false;
        }
        self.0.insert(peer, now);
        true
    }
}

/// A peer that this node dials.
#[derive(Debug)]
struct Dialled {
    connected: Instant,
    closed_at_once: u32,
}

/// Who stands on either side of the door.
#[derive(Debug, Default)]
pub struct Doorstep {
    refused: Told,
    dialled: BTreeMap<PeerId, Dialled>,
    refusing: Told,
    asking: Told,
}

impl Doorstep {
    /// A peer that is not admitted was refused. Whether to say so.
    pub fn refused(&mut self, peer: PeerId, now: Instant) -> bool {
        self.refused.is_due(peer, now)
    }

    /// A peer asks for more blocks than its budget. Whether to say so.
    pub fn asks_too_much(&mut self, peer: PeerId, now: Instant) -> bool {
        self.asking.is_due(peer, now)
    }

    /// A peer is connected. If it is refused later, that is news.
    pub fn connected(&mut self, peer: PeerId, is_dialled: bool, now: Instant) {
        self.refused.0.remove(&peer);
        if is_dialled {
            let dialled = self.dialled.entry(peer).or_insert(Dialled { connected: now, closed_at_once: 0 });
            dialled.connected = now;
        }
    }

    /// A peer closed its last connection. Whether to say that it closes each at once.
    pub fn closed(&mut self, peer: PeerId, now: Instant) -> bool {
        let Some(dialled) = self.dialled.get_mut(&peer) else { return false };
        if now.saturating_duration_since(dialled.connected) >= AT_ONCE {
            self.dialled.remove(&peer);
            return false;
        }
        dialled.closed_at_once = dialled.closed_at_once.saturating_add(1);
        dialled.closed_at_once >= CLOSED_AT_ONCE_MAX && self.refusing.is_due(peer, now)
    }
}

/// What operators run to let a peer in.
pub fn way_in(peer: &PeerId) -> String {
    let key = network_key(peer).map_or_else(|| "KEY".to_owned(), |key| key.to_string());
    format!("yaosu proposal create node-admit {key} --operator WHO --name TEXT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    /// Goal: a peer is spoken of once in a while, many peers no more than the limit, and one that was let in anew.
    #[test]
    fn refusals_are_told_now_and_then() {
        let start = Instant::now();
        let mut doorstep = Doorstep::default();
        let peer = PeerId::random();
        assert!(doorstep.refused(peer, start));
        assert!(!doorstep.refused(peer, start + SILENCE / 2));
        assert!(doorstep.refused(peer, start + SILENCE));
        doorstep.connected(peer, false, start + SILENCE);
        assert!(doorstep.refused(peer, start + SILENCE), "it was let in meanwhile");
        let told = (0..100).filter(|_| doorstep.refused(PeerId::random(), start + SILENCE)).count();
        assert_eq!(told, PEERS_MAX - 1);
        assert!(doorstep.refused(PeerId::random(), start + SILENCE * 2), "not silent for ever");
    }

    /// Goal: three connections in a row that a dialled peer closes at once are told, once in a while; one that lasts
    /// starts over; whoever dialled this node is not meant.
    #[test]
    fn a_peer_that_closes_at_once_is_told() {
        let start = Instant::now();
        let mut doorstep = Doorstep::default();
        let [peer, guest] = [PeerId::random(), PeerId::random()];
        let mut visit = |lasts: Duration, is_dialled: bool| {
            let who = if is_dialled { peer } else { guest };
            doorstep.connected(who, is_dialled, start);
            doorstep.closed(who, start + lasts)
        };
        let short = AT_ONCE / 2;
        assert_eq!([short, short, AT_ONCE].map(|lasts| visit(lasts, true)), [false; 3]);
        assert_eq!([short; 5].map(|lasts| visit(lasts, true)), [false, false, true, false, false]);
        assert_eq!([short; 5].map(|lasts| visit(lasts, false)), [false; 5]);
    }

    /// Goal: the command names the network key of the peer, which is the one that the ledger records.
    #[test]
    fn the_way_in_names_the_key() {
        let identity = Identity::from_seed([7; 32]);
        let command = way_in(&identity.peer_id());
        let key = command.split(' ').nth(4).expect("a key").parse().expect("64 digits");
        assert_eq!(crate::peer_id(&key), Ok(identity.peer_id()));
        assert!(way_in(&PeerId::random()).contains(" KEY "), "a name of another kind has no key");
    }
}
