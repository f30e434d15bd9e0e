//! Who may be connected, by the ledger's own record of nodes, and how far they are.

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

/// What a node knows of its network without the ledger.
pub struct Acquaintances {
    /// The node's own network key.
    pub own: PublicKey,
    /// Peers of the configuration, and where they are.
    pub dialled: Vec<(PeerId, Multiaddr)>,
}

impl Acquaintances {
    /// Everyone whose connection is taken, with their keys: the nodes that the ledger has admitted.
    ///
    /// The configuration only says where to dial: whom the operators dismiss is out, whatever stands in a file. A newcomer
    /// knows better from its configuration alone, for its ledger may be too young to have admitted those it must learn
    /// from. One whose ledger has admitted the node itself is old enough.
    pub fn allowed(&self, state: &State) -> BTreeMap<PeerId, Option<PublicKey>> {
        let mut allowed = BTreeMap::new();
        if state.get::<Nodes>(&self.own).is_none() {
            allowed.extend(self.dialled.iter().map(|(peer, _)| (*peer, None)));
        }
        for (key, _) in state.scan::<Nodes>(&(), usize::MAX) {
            if let Ok(peer) = yaosu_network::peer_id(&key) {
                allowed.insert(peer, Some(key));
            }
        }
        allowed
    }
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
    acquaintances: Acquaintances,
) {
    let mut known = acquaintances.allowed(&handle.tip().state);
    let mut connected = network.watch_connected_peers();
    loop {
        let tip = handle.tip();
        let now_allowed = acquaintances.allowed(&tip.state);
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

#[cfg(test)]
mod tests {
    use yaosu_ledger::ParticipantId;
    use yaosu_ledger::model::Node;
    use yaosu_ledger::signature::SigningKey;
    use yaosu_ledger::state::Draft;

    use super::*;

    fn key(number: u8) -> PublicKey {
        SigningKey::from_seed([number; 32]).public()
    }

    fn peer(number: u8) -> PeerId {
        yaosu_network::peer_id(&key(number)).expect("a key's name")
    }

    fn admitted(numbers: &[u8]) -> State {
        let empty = State::from_records([]);
        let mut draft = Draft::new(&empty);
        for number in numbers {
            let name = yaosu_ledger::Text::new("a machine").expect("short");
            draft.put::<Nodes>(&key(*number), &Node { operator: ParticipantId::of_genesis("north"), name });
        }
        empty.with(&draft.into_changes())
    }

    /// Goal: the ledger says who may be connected; the configuration does so for a newcomer only, which the ledger that it
    /// has does not know.
    #[test]
    fn the_ledger_says_who_may_be_connected() {
        const OWN: u8 = 1;
        #[rustfmt::skip]
        let rows: [(&str, &[u8], &[u8], &[u8]); 6] = [
            // case                               the ledger's  configured  may be connected
            ("configured and admitted",            &[OWN, 2],    &[2],       &[OWN, 2]),
            ("admitted, not configured",           &[OWN, 2, 3], &[],        &[OWN, 2, 3]),
            ("configured, dismissed",              &[OWN, 3],    &[2, 3],    &[OWN, 3]),
            ("configured, never admitted",         &[OWN],       &[2],       &[OWN]),
            ("a newcomer whose peers came later",  &[2, 3],      &[4],       &[2, 3, 4]),
            ("a newcomer before any block",        &[],          &[2, 3],    &[2, 3]),
        ];
        for (case, ledger, configured, expected) in rows {
            let address: Multiaddr = "/ip4/127.0.0.1/tcp/1".parse().expect("an address");
            let dialled = configured.iter().map(|number| (peer(*number), address.clone())).collect();
            let allowed = Acquaintances { own: key(OWN), dialled }.allowed(&admitted(ledger));
            let expected: BTreeMap<PeerId, Option<PublicKey>> =
                expected.iter().map(|number| (peer(*number), ledger.contains(number).then(|| key(*number)))).collect();
            assert_eq!(allowed, expected, "{case}");
        }
    }
}
