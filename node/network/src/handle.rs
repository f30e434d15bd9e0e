//! What the rest of the node holds of the network.

use std::collections::BTreeMap;
use std::sync::Arc;

use libp2p::{Multiaddr, PeerId};
use tokio::sync::{mpsc, watch};
use yaosu_bft::Electorate;
use yaosu_bft::ledger::Height;

use crate::config::{ConfigError, NetworkConfig};
use crate::counters::{Counters, Counts, count};
use crate::topic::BATCH_BYTES_MAX;

/// Batches that wait to be sent.
pub(crate) const OUTGOING_BATCHES_MAX: usize = 64;

/// Batches that came and wait to be looked at.
pub(crate) const INCOMING_BATCHES_MAX: usize = 256;

/// A gossip message's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(pub(crate) libp2p::gossipsub::MessageId);

/// A batch of transactions that came from a peer. It is not forwarded before [`NetworkHandle::report`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Who delivered it.
    pub peer: PeerId,
    /// Names it in the report.
    pub message_id: MessageId,
    /// At most [`BATCH_BYTES_MAX`].
    pub bytes: Vec<u8>,
}

/// What a batch is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Good: forward it.
    Accept,
    /// Nothing new, or not for now: don't forward it.
    Ignore,
    /// No honest node forwards this: cut its peer off for a while.
    Reject,
}

/// Why a batch is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// Longer than a batch may be.
    #[error("{0} bytes are over the limit of {BATCH_BYTES_MAX}")]
    TooLong(usize),
    /// Too many batches wait. Counted; send it again later or not at all.
    #[error("too many batches wait to be sent")]
    Full,
    /// The network has stopped.
    #[error("the network has stopped")]
    Stopped,
}

pub(crate) enum Order {
    Report { message_id: MessageId, peer: PeerId, verdict: Verdict },
    Expect(Electorate),
    SetAllowed(Vec<PeerId>),
    SetPeers(Vec<(PeerId, Multiaddr)>),
}

/// The node's hold on the network. Clones are the same hold; the network runs as long as the engine's actor does.
#[derive(Clone)]
pub struct NetworkHandle {
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) batches: mpsc::Sender<Vec<u8>>,
    pub(crate) connected: watch::Receiver<Vec<PeerId>>,
    pub(crate) listening: watch::Receiver<Vec<Multiaddr>>,
    pub(crate) height_seen: watch::Receiver<Height>,
    pub(crate) claims: watch::Receiver<BTreeMap<PeerId, Height>>,
    pub(crate) proved: watch::Receiver<Height>,
    pub(crate) counters: Arc<Counters>,
}

impl NetworkHandle {
    /// Sends a batch of transactions to all neighbours, which forward it as they accept it. Never waits.
    ///
    /// # Errors
    /// [`PublishError`]: it is not sent.
    pub fn publish_transactions(&self, batch: Vec<u8>) -> Result<(), PublishError> {
        if batch.len() > BATCH_BYTES_MAX {
            return Err(PublishError::TooLong(batch.len()));
        }
        self.batches.try_send(batch).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                count(&self.counters.batches_overflowed);
                PublishError::Full
            }
            mpsc::error::TrySendError::Closed(_) => PublishError::Stopped,
        })
    }

    /// Says what a batch is worth. Needed once for each, within a few seconds: gossip forgets it then.
    pub fn report(&self, message_id: MessageId, peer: PeerId, verdict: Verdict) {
        self.order(Order::Report { message_id, peer, verdict });
    }

    /// Says who decides the height after the last decided one. The engine says it only when it begins that height; until
    /// then what its validators say early is checked against this.
    pub fn expect(&self, electorate: Electorate) {
        self.order(Order::Expect(electorate));
    }

    /// Replaces the list of those who may be connected. Who is no longer on it is disconnected at once.
    pub fn set_allowed(&self, allowed: Vec<PeerId>) {
        self.order(Order::SetAllowed(allowed));
    }

    /// Replaces the list of those who are dialled.
    ///
    /// # Errors
    /// [`ConfigError`], if an address is not one that is spoken; nothing is replaced then.
    pub fn set_peers(&self, peers: Vec<(PeerId, Multiaddr)>) -> Result<(), ConfigError> {
        NetworkConfig::check_addresses(peers.iter().map(|(_, address)| address))?;
        self.order(Order::SetPeers(peers));
        Ok(())
    }

    /// Who is connected, in ascending order.
    #[must_use]
    pub fn connected_peers(&self) -> Vec<PeerId> {
        self.connected.borrow().clone()
    }

    /// Follows who is connected.
    #[must_use]
    pub fn watch_connected_peers(&self) -> watch::Receiver<Vec<PeerId>> {
        self.connected.clone()
    }

    /// Where the node listens, with the ports that the system chose.
    #[must_use]
    pub fn listen_addresses(&self) -> Vec<Multiaddr> {
        self.listening.borrow().clone()
    }

    /// The highest height of which a validator's signed message was seen, at least the one that the engine decides.
    ///
    /// While a node waits before it begins the next height, this going above the decided height says that another has
    /// begun. Starts anew with each height that the engine begins.
    #[must_use]
    pub fn height_seen(&self) -> watch::Receiver<Height> {
        self.height_seen.clone()
    }

    /// The height that each connected peer says it has. Anyone can say anything.
    #[must_use]
    pub fn claimed_heights(&self) -> BTreeMap<PeerId, Height> {
        self.claims.borrow().clone()
    }

    /// Follows the highest height that an answer of block sync has proved: validators have signed that it is decided.
    #[must_use]
    pub fn proved_height(&self) -> watch::Receiver<Height> {
        self.proved.clone()
    }

    /// What the network has done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.look()
    }

    fn order(&self, order: Order) {
        // A network that has stopped needs no orders.
        let _ = self.orders.send(order);
    }
}
