//! Who may be connected, by the ledger's own record of nodes, and how far they are.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;
use yaosu_api::PeerView;
use yaosu_bft::signer::RecordedSigner;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Nodes, Reader, State};
use yaosu_ledger::{Height, ParticipantId};
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

/// The address and port of a multiaddress that begins with `/ip4/.../tcp/...` or `/ip6/.../tcp/...`.
pub fn socket_of(address: &Multiaddr) -> Option<SocketAddr> {
    let text = address.to_string();
    let mut parts = text.split('/').skip(1);
    let (Some("ip4" | "ip6"), Some(host), Some("tcp"), Some(port)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    Some(SocketAddr::new(host.parse().ok()?, port.parse().ok()?))
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

/// The height that peers have, as far as their word goes.
///
/// The machines of validators count with the weight of their votes: a height is believed if more than a third of all
/// votes, one of which is honest, say that they have it. A node that is connected to fewer, like an observer behind another
/// one, goes by the second-highest word, or the only one.
fn believed(tip: &Tip, claims: &BTreeMap<PeerId, Height>) -> Height {
    let validators = tip.validators();
    // An operator may have several machines, and one vote.
    let mut of_validators: BTreeMap<ParticipantId, (Height, u64)> = BTreeMap::new();
    for (key, node) in tip.state.scan::<Nodes>(&(), usize::MAX) {
        let claim = yaosu_network::peer_id(&key).ok().and_then(|peer| claims.get(&peer));
        if let (Some(claim), Some(validator)) = (claim, validators.get(node.operator)) {
            let word = of_validators.entry(node.operator).or_insert((*claim, validator.power));
            word.0 = word.0.max(*claim);
        }
    }
    let mut words: Vec<(Height, u64)> = of_validators.into_values().collect();
    words.sort_unstable_by(|one, other| other.cmp(one));
    let mut power: u64 = 0;
    for (height, of_one) in words {
        power = power.saturating_add(of_one);
        if power.saturating_mul(3) > validators.total_power() {
            return height;
        }
    }
    let mut all: Vec<Height> = claims.values().copied().collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    all.get(1).or(all.first()).copied().unwrap_or_default()
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
        let peers_height = believed(&tip, &network.claimed_heights()).max(*network.proved_height().borrow());
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

    /// Keys by their numbers.
    type Numbers = &'static [u8];

    /// What the machine with each key says it has.
    type Claims = &'static [(u8, u64)];

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

    /// Goal: nobody with a third of the votes or less can say how far the others are.
    /// Method: four validators, 1 to 4, and an observer's machine 9.
    #[test]
    fn a_third_of_the_votes_is_not_believed() {
        use yaosu_ledger::validators::{Validator, ValidatorSet};
        use yaosu_ledger::{BlockId, ChainId, Digest, Timestamp};
        const LIE: u64 = u64::MAX;
        let operator = |number: u8| ParticipantId::of_genesis(&format!("operator-{number}"));
        let empty = State::from_records([]);
        let mut draft = Draft::new(&empty);
        for number in [1, 2, 3, 4, 9] {
            let name = yaosu_ledger::Text::new("a machine").expect("short");
            draft.put::<Nodes>(&key(number), &Node { operator: operator(number), name });
        }
        let second = yaosu_ledger::Text::new("another of the first").expect("short");
        draft.put::<Nodes>(&key(11), &Node { operator: operator(1), name: second });
        let set = [1, 2, 3, 4].map(|number| Validator { operator: operator(number), key: key(number), power: 1 });
        let set = ValidatorSet::new(set.to_vec()).expect("four validators");
        draft.put::<yaosu_ledger::state::Validators>(&(), &set);
        let state = empty.with(&draft.into_changes());
        let digest = Digest::ZERO;
        let tip = Tip { chain: ChainId(digest), height: Height(5), block: BlockId(digest), time: Timestamp(0), state };
        #[rustfmt::skip]
        let rows: [(&str, Claims, u64); 8] = [
            ("all alike",                         &[(1, 7), (2, 7), (3, 7), (4, 7)],          7),
            ("one liar",                          &[(1, LIE), (2, 7), (3, 7), (4, 6)],        7),
            ("a liar with two machines",          &[(1, LIE), (11, LIE), (2, 7), (3, 7)],     7),
            ("a liar that says less",             &[(1, 0), (2, 7), (3, 7)],                  7),
            ("an observer has no vote",           &[(9, LIE), (1, 7), (2, 7)],                7),
            ("a liar and an observer",            &[(1, LIE), (9, LIE), (2, 7), (3, 7)],      7),
            ("behind one other",                  &[(9, 7)],                                  7),
            ("nobody",                            &[],                                        0),
        ];
        for (case, claims, expected) in rows {
            let claims = claims.iter().map(|(number, height)| (peer(*number), Height(*height))).collect();
            assert_eq!(believed(&tip, &claims), Height(expected), "{case}");
        }
    }

    /// Goal: the ledger says who may be connected; the configuration does so for a newcomer only, which the ledger that it
    /// has does not know.
    #[test]
    fn the_ledger_says_who_may_be_connected() {
        const OWN: u8 = 1;
        #[rustfmt::skip]
        let rows: [(&str, Numbers, Numbers, Numbers); 6] = [
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

    /// Goal: what can be listened on and dialled is understood, the rest is not taken for it.
    #[test]
    fn addresses_are_understood() {
        for (text, expected) in [
            ("/ip4/192.0.2.1/tcp/26600", Some("192.0.2.1:26600")),
            ("/ip6/2001:db8::1/tcp/5", Some("[2001:db8::1]:5")),
            ("/ip4/192.0.2.1/udp/26600", None),
            ("/dns4/example.org/tcp/5", None),
        ] {
            let found = socket_of(&text.parse().expect("a multiaddress"));
            assert_eq!(found.map(|socket| socket.to_string()).as_deref(), expected, "{text}");
        }
    }
}
