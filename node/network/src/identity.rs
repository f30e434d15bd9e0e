//! Who a node is on the network.

use libp2p::PeerId;
use libp2p::identity::Keypair;
use yaosu_bft::ledger::signature::PublicKey;

/// A node's network key. Apart from the consensus key: it signs no vote, and a node without a vote has one too.
#[derive(Clone)]
pub struct Identity(Keypair);

impl Identity {
    /// The identity of a seed: 32 secret bytes, drawn uniformly at random. The copy that is passed is wiped.
    ///
    /// # Panics
    /// Never: any 32 bytes are the seed of a key.
    #[must_use]
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        Self(Keypair::ed25519_from_bytes(&mut seed).expect("any 32 bytes are the seed of a key"))
    }

    /// The name that others know it by.
    #[must_use]
    pub fn peer_id(&self) -> PeerId {
        self.0.public().to_peer_id()
    }

    pub(crate) const fn keypair(&self) -> &Keypair {
        &self.0
    }
}

impl core::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Identity(secret of {})", self.peer_id())
    }
}

/// Why bytes are not a network key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ed25519 public key")]
pub struct NetworkKeyError;

/// The name that a network key is known by.
///
/// # Errors
/// [`NetworkKeyError`], if the bytes are no point of the curve.
pub fn peer_id(key: &PublicKey) -> Result<PeerId, NetworkKeyError> {
    let key = libp2p::identity::ed25519::PublicKey::try_from_bytes(key.as_bytes()).map_err(|_| NetworkKeyError)?;
    Ok(libp2p::identity::PublicKey::from(key).to_peer_id())
}

/// The network key of a name; `None` if the name is not that of an ed25519 key.
pub fn network_key(peer: &PeerId) -> Option<PublicKey> {
    // A short key is its own name, in libp2p's form.
    let key = libp2p::identity::PublicKey::try_decode_protobuf(peer.as_ref().digest()).ok()?;
    let key = PublicKey(key.try_into_ed25519().ok()?.to_bytes());
    (peer_id(&key) == Ok(*peer)).then_some(key)
}
