//! How a node takes part in the network.

use std::time::Duration;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use yaosu_bft::ledger::ChainId;

use crate::budget::Budget;
use crate::identity::Identity;

/// How a node takes part in the network.
#[derive(Clone, Debug)]
pub struct NetworkConfig {
    /// The chain. Nodes of different chains do not understand each other.
    pub chain: ChainId,
    /// Who the node is.
    pub identity: Identity,
    /// Where it listens: `/ip4/…/tcp/…` or `/ip6/…/tcp/…`; port 0 lets the system choose.
    pub listen: Vec<Multiaddr>,
    /// Whom it dials until they are connected, and where. Each must be allowed too.
    pub peers: Vec<(PeerId, Multiaddr)>,
    /// Who may be connected.
    pub allowed: Vec<PeerId>,
    /// What a peer may send of transactions.
    pub transactions_budget: Budget,
    /// What a peer may send of consensus, in all its topics together. Wide: it only stops a flood.
    pub consensus_budget: Budget,
    /// What a peer may ask of block sync: questions, and bytes of answers. Each question is paid for as if its answer were the
    /// longest; what it is shorter is given back.
    pub sync_budget: Budget,
    /// How long a peer that sent garbage is cut off.
    pub ban: Duration,
    /// How long a peer may answer nothing before its connections are closed, about: it is asked four times meanwhile.
    pub silence: Duration,
    /// How long an answer of block sync may take.
    pub sync_timeout: Duration,
    /// Questions of block sync that are asked of others at a time.
    pub sync_parallel_requests: usize,
}

impl NetworkConfig {
    /// A configuration with the usual budgets and times, which listens nowhere and allows nobody.
    #[must_use]
    pub fn new(chain: ChainId, identity: Identity) -> Self {
        Self {
            chain,
            identity,
            listen: Vec::new(),
            peers: Vec::new(),
            allowed: Vec::new(),
            transactions_budget: Budget { messages_per_second: 1000, bytes_per_second: 16 * 1024 * 1024 },
            consensus_budget: Budget { messages_per_second: 20_000, bytes_per_second: 256 * 1024 * 1024 },
            sync_budget: Budget { messages_per_second: 200, bytes_per_second: 48 * 1024 * 1024 },
            ban: Duration::from_mins(1),
            silence: Duration::from_secs(20),
            sync_timeout: Duration::from_secs(10),
            sync_parallel_requests: 5,
        }
    }

    /// Checks what [`crate::start`] would refuse.
    ///
    /// # Errors
    /// [`ConfigError`], the first thing that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        Self::check_addresses(self.listen.iter().chain(self.peers.iter().map(|(_, address)| address)))
    }

    pub(crate) fn check_addresses<'a>(mut addresses: impl Iterator<Item = &'a Multiaddr>) -> Result<(), ConfigError> {
        match addresses.find(|address| !is_plain_tcp(address)) {
            Some(address) => Err(ConfigError::Address(address.clone())),
            None => Ok(()),
        }
    }
}

/// Why a configuration can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an address of the two kinds that are spoken.
    #[error("{0} is not an address like /ip4/192.0.2.1/tcp/26600 or /ip6/2001:db8::1/tcp/26600")]
    Address(Multiaddr),
}

/// Why the network did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {reason}")]
    Listen {
        /// Where.
        address: Multiaddr,
        /// What the system said.
        reason: String,
    },
    /// A part of the swarm could not be made.
    #[error("the network can't be set up: {0}")]
    Setup(String),
}

/// Whether an address is one of TCP on a plain IP address: no names to look up, no other transport.
fn is_plain_tcp(address: &Multiaddr) -> bool {
    let mut parts = address.iter();
    let host = matches!(parts.next(), Some(Protocol::Ip4(_) | Protocol::Ip6(_)));
    let port = matches!(parts.next(), Some(Protocol::Tcp(_)));
    let rest = matches!((parts.next(), parts.next()), (None, _) | (Some(Protocol::P2p(_)), None));
    host && port && rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: only TCP on plain IP addresses is taken.
    #[test]
    fn only_plain_tcp_is_taken() {
        let rows = [
            ("/ip4/127.0.0.1/tcp/0", true),
            ("/ip6/::1/tcp/26600", true),
            ("/ip4/127.0.0.1/udp/26600/quic-v1", false),
            ("/ip4/127.0.0.1/tcp/80/ws", false),
            ("/dns4/example.org/tcp/26600", false),
            ("/ip4/127.0.0.1", false),
            ("/memory/1", false),
        ];
        for (text, answer) in rows {
            let address: Multiaddr = text.parse().expect("an address of some kind");
            assert_eq!(is_plain_tcp(&address), answer, "{text}");
        }
    }
}
