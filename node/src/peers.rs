//! Who may be connected, and how far they are: from the configuration and from the ledger's own record of nodes.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;
use yaosu_api::PeerView;
use yaosu_bft::signer::RecordedSigner;
use yaosu_ledger::Height;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Nodes, Reader, State};
use yaosu_network::{Multiaddr, NetworkHandle, PeerId};

use crate::error::NodeError;
use crate::handle::NodeHandle;
use crate::status::StatusBoard;

/// How often the board is written even if nothing is heard.
const WRITE_EVERY: Duration = Duration::from_millis(250);

/// A multiaddress of the configuration.
///
/// # Errors
/// [`NodeError::Config`] with the key.
pub fn parse_address(key: &str, text: &str) -> Result<Multiaddr, NodeError> {
    text.parse().map_err(|error| NodeError::Config {
        place: key.into(),
        message: format!("{text:?} is not a multiaddress like /ip4/192.0.2.1/tcp/26600: {error}"),
    })
}

/// Peers of the configuration: multiaddresses that end in the peer's identity.
///
/// # Errors
/// [`NodeError::Config`] with the peer.
pub fn parse_peers(texts: &[String]) -> Result<Vec<(PeerId, Multiaddr)>, NodeError> {
    texts
        .iter()
        .map(|text| {
            let wrong = || NodeError::Config {
                place: "network.peers".into(),
                message: format!("{text:?} does not end in /p2p/ and the peer's identity"),
            };
            let (address, peer) = text.rsplit_once("/p2p/").ok_or_else(wrong)?;
            let peer: PeerId = peer.parse().map_err(|_| wrong())?;
            Ok((peer, parse_address("network.peers", address)?))
        })
        .collect()
}

/// Everyone whose connection is taken: nodes that the ledger has admitted, with their keys, and peers of the
/// configuration.
pub fn allowed(state: &State, dialled: &[(PeerId, Multiaddr)]) -> BTreeMap<PeerId, Option<PublicKey>> {
    let mut allowed: BTreeMap<PeerId, Option<PublicKey>> = dialled.iter().map(|(peer, _)| (*peer, None)).collect();
    for (key, _) in state.scan::<Nodes>(&(), usize::MAX) {
        if let Ok(peer) = yaosu_network::peer_id(&key) {
            allowed.insert(peer, Some(key));
        }
    }
    allowed
}

/// Whether the owner of a key votes on the next block.
fn decides(tip: &Tip, key: &PublicKey) -> bool {
    tip.validators().validators().iter().any(|validator| validator.key == *key)
}

/// Keeps the allow-list and the status board up to date, until the node ends.
pub async fn follow(
    network: NetworkHandle,
    mut heights: watch::Receiver<Height>,
    handle: NodeHandle,
    signer: Option<RecordedSigner>,
    board: StatusBoard,
    dialled: Vec<(PeerId, Multiaddr)>,
) {
    let mut known = allowed(&handle.tip().state, &dialled);
    let mut connected = network.watch_connected_peers();
    loop {
        let tip = handle.tip();
        let now_allowed = allowed(&tip.state, &dialled);
        if now_allowed != known {
            network.set_allowed(now_allowed.keys().copied().collect());
            known = now_allowed;
        }
        let now_connected = connected.borrow_and_update().clone();
        let peers_height = *network.peers_height().borrow();
        let own = board.read().peer;
        let signing = signer.as_ref().is_some_and(|signer| decides(&tip, &signer.key().public()));
        let counts = signer.as_ref().map(RecordedSigner::counts).unwrap_or_default();
        board.change(|board| {
            board.signing = signing;
            board.signer = counts;
            board.network = network.counts();
            board.peers_height = peers_height;
            board.peers = known
                .iter()
                .map(|(peer, key)| PeerView {
                    peer: peer.to_string(),
                    key: *key,
                    connected: now_connected.contains(peer),
                })
                .filter(|view| view.peer != own)
                .collect();
        });
        let wait = async {
            tokio::select! {
                Ok(()) = connected.changed() => {}
                () = tokio::time::sleep(WRITE_EVERY) => {}
            }
        };
        wait.await;
        if heights.has_changed().is_err() {
            return;
        }
        heights.mark_unchanged();
    }
}
