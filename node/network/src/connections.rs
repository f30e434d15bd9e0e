//! The connections of each peer, and when a peer has forgotten one.
//!
//! A machine that loses its power, or its address, closes nothing: this node goes on holding the connection. When that peer
//! comes back, its new connection is the second one, and gossip tells a peer what it listens to on the first alone
//! (libp2p-gossipsub 0.49, `on_connection_established`): both would stay connected, and the peer silent, for good.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;

/// Peers that dial each other at the same time have two connections. The later one comes before a dial gives up, which it
/// does after ten seconds (libp2p's `SwarmBuilder`); the rest is for a busy machine.
const DIAL_MAX: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    is_dialled: bool,
    since: Instant,
}

/// The connections of each peer.
#[derive(Debug, Default)]
pub struct Connections(BTreeMap<PeerId, Vec<Connection>>);

impl Connections {
    /// A connection stands. Whether its peer has forgotten an earlier one: nobody dials a peer to whom it is connected, but
    /// for one who was dialled meanwhile.
    pub fn established(&mut self, peer: PeerId, id: ConnectionId, is_dialled: bool, now: Instant) -> bool {
        let connections = self.0.entry(peer).or_default();
        let has_forgotten = connections
            .iter()
            .any(|earlier| earlier.is_dialled == is_dialled || now.saturating_duration_since(earlier.since) > DIAL_MAX);
        connections.push(Connection { id, is_dialled, since: now });
        has_forgotten
    }

    /// A connection has ended.
    pub fn closed(&mut self, peer: PeerId, id: ConnectionId) {
        if let Some(connections) = self.0.get_mut(&peer) {
            connections.retain(|connection| connection.id != id);
            if connections.is_empty() {
                self.0.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a peer that connects again has forgotten what it had, but for the connection that crosses one from here.
    #[test]
    fn who_connects_again_has_forgotten() {
        let start = Instant::now();
        let [first, second, third] = [1, 2, 3].map(ConnectionId::new_unchecked);
        let rows = [
            ("the same way, at once", false, false, Duration::ZERO, true),
            ("dialled twice from here", true, true, Duration::ZERO, true),
            ("both dial at the same time", true, false, Duration::ZERO, false),
            ("both dial, one takes long", true, false, DIAL_MAX, false),
            ("the other way, later", true, false, DIAL_MAX + Duration::from_secs(1), true),
        ];
        for (case, earlier, later, pause, has_forgotten) in rows {
            let peer = PeerId::random();
            let mut connections = Connections::default();
            assert!(!connections.established(PeerId::random(), third, later, start), "{case}: of another peer");
            assert!(!connections.established(peer, first, earlier, start), "{case}: the first");
            assert_eq!(connections.established(peer, second, later, start + pause), has_forgotten, "{case}");
            connections.closed(peer, first);
            connections.closed(peer, second);
            assert!(!connections.established(peer, third, later, start + pause), "{case}: all were closed");
        }
    }
}
