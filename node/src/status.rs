//! What the node knows of itself and its peers, written by the engine and shown by the door.

use std::sync::{Arc, Mutex, PoisonError};

use yaosu_api::{NodeStatus, PeerView};
use yaosu_bft::signer::SignerCounts;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::{Height, ParticipantId};
use yaosu_network::Counts;
use yaosu_replica::Load;

use crate::replica_thread::now_ms;

/// A node this many heights behind its peers is not ready.
const BEHIND_MAX: u64 = 2;

/// The board. Cheap to clone.
#[derive(Clone)]
pub struct StatusBoard(Arc<Mutex<Board>>);

/// What stands on it.
#[derive(Clone, Debug)]
pub struct Board {
    /// The node's own libp2p identity.
    pub peer: String,
    /// The operator whose validator it is.
    pub operator: Option<ParticipantId>,
    /// Whether it has a consensus key, and so is meant to sign.
    pub consensus_key: bool,
    /// Whether it signs votes now.
    pub signing: bool,
    /// The height that peers have, as far as it is believed.
    pub peers_height: Height,
    /// Known peers.
    pub peers: Vec<PeerView>,
    /// How many of them must be connected for the node to be of use.
    pub peers_needed: usize,
    /// What the network has done so far.
    pub network: Counts,
    /// What the signer has done so far.
    pub signer: SignerCounts,
    /// Whether consensus has started.
    pub started: bool,
}

impl StatusBoard {
    /// A board with this on it.
    #[must_use]
    pub fn new(board: Board) -> Self {
        Self(Arc::new(Mutex::new(board)))
    }

    /// Changes what stands on it.
    pub fn change(&self, change: impl FnOnce(&mut Board)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What stands on it.
    #[must_use]
    pub fn read(&self) -> Board {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The whole view.
    #[must_use]
    pub fn view(&self, tip: &Tip, load: Load) -> NodeStatus {
        let board = self.read();
        let connected = board.peers.iter().filter(|peer| peer.connected).count();
        // Who has not heard from its peers does not know how far it is behind.
        let heard = board.peers_needed == 0 || board.peers_height > Height::GENESIS;
        let near = heard && tip.height.0.saturating_add(BEHIND_MAX) >= board.peers_height.0;
        NodeStatus {
            version: env!("CARGO_PKG_VERSION").into(),
            chain: tip.chain,
            peer: board.peer,
            operator: board.operator,
            signing: board.signing,
            height: tip.height,
            time: tip.time,
            peers_height: board.peers_height.max(tip.height),
            ready: board.started && near && connected >= board.peers_needed,
            peers: board.peers,
            waiting: load.transactions,
            waiting_bytes: load.bytes,
            oldest_waiting_ms: load.oldest_ms.map_or(0, |oldest| now_ms().saturating_sub(oldest)),
        }
    }
}
