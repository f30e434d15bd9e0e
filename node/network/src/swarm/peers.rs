//! Who may be connected, who is, and what each may still send.

use std::collections::BTreeSet;
use std::time::Instant;

use libp2p::PeerId;

use super::{Event, SwarmTask, engine_peer};
use crate::budget::{Bucket, Budget, Excess};
use crate::counters::count;
use crate::doorstep::way_in;
use crate::gate::Neighbour;

/// Statuses of one peer that are looked at a second. It has one to tell a height, and now and then.
const STATUSES: Budget = Budget { messages_per_second: 10, bytes_per_second: 64 * 1024 };

/// What a connected peer may still send.
pub(super) struct Account {
    pub(super) consensus: Bucket,
    pub(super) excess: Excess,
    pub(super) statuses: Bucket,
    pub(super) transactions: Bucket,
    pub(super) sync: Bucket,
    pub(super) neighbour: Neighbour,
}

impl SwarmTask {
    pub(super) fn set_allowed(&mut self, allowed: BTreeSet<PeerId>) {
        let list = &mut self.swarm.behaviour_mut().allowed;
        for peer in self.allowed.difference(&allowed) {
            // Closes its connections too.
            list.disallow_peer(*peer);
        }
        for peer in allowed.difference(&self.allowed) {
            if !self.banned.contains_key(peer) {
                list.allow_peer(*peer);
            }
        }
        self.allowed = allowed;
    }

    pub(super) fn cut_off(&mut self, peer: PeerId) {
        tracing::warn!(%peer, seconds = self.ban.as_secs(), "peer cut off: it sent what no honest node sends");
        if self.banned.insert(peer, Instant::now() + self.ban).is_none() {
            count(&self.counters.bans);
            self.swarm.behaviour_mut().allowed.disallow_peer(peer);
        }
    }

    /// Closes all connections of a peer: what one side takes for standing the other has lost, and what was told on one is
    /// not told again on the next. Both dial as they always do.
    pub(super) fn begin_anew(&mut self, peer: PeerId) {
        // It fails where there is none.
        let _ = self.swarm.disconnect_peer_id(peer);
    }

    pub(super) fn refused(&mut self, peer: PeerId) {
        count(&self.counters.connections_refused);
        // Of one that is cut off this was said when it was.
        if !self.allowed.contains(&peer) && self.doorstep.refused(peer, Instant::now()) {
            tracing::warn!(%peer, "peer refused: not admitted; operators admit it with `{}`", way_in(&peer));
        }
    }

    pub(super) fn connection_established(&mut self, peer: PeerId) {
        self.redial.connected(&peer, Instant::now());
        if self.accounts.contains_key(&peer) {
            return;
        }
        let now = Instant::now();
        let [consensus, transactions, sync] = self.budgets;
        let account = Account {
            consensus: Bucket::new(consensus, now),
            excess: Excess::new(now),
            statuses: Bucket::new(STATUSES, now),
            transactions: Bucket::new(transactions, now),
            sync: Bucket::new(sync, now),
            neighbour: Neighbour::new(now),
        };
        self.accounts.insert(peer, account);
        self.show_connected();
        self.emit(&Event::PeerConnected(engine_peer(&peer)));
    }

    pub(super) fn connection_closed(&mut self, peer: &PeerId) {
        let now = Instant::now();
        self.redial.disconnected(peer, now);
        let is_welcome = self.allowed.contains(peer) && !self.banned.contains_key(peer);
        if is_welcome && self.doorstep.closed(*peer, now) {
            tracing::warn!(
                %peer,
                "peer closes each connection at once: this node is not admitted, or of another chain; operators admit \
                 it with `{}`",
                way_in(self.swarm.local_peer_id())
            );
        }
        self.statuses_wanted.remove(peer);
        if self.accounts.remove(peer).is_some() {
            self.show_connected();
            self.emit(&Event::PeerDisconnected(engine_peer(peer)));
        }
    }

    pub(super) fn show_connected(&self) {
        self.connected.send_replace(self.accounts.keys().copied().collect());
        self.show_claims();
    }

    pub(super) fn show_claims(&self) {
        self.claims
            .send_replace(self.accounts.iter().map(|(peer, account)| (*peer, account.neighbour.tip())).collect());
    }
}
