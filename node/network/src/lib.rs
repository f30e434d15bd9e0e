//! The one swarm of a node: consensus, proposed blocks, block sync and transactions, on one connection a pair of nodes.
//!
//! Knows libp2p and the engine's network messages; no rules, no store. Who may connect is decided when a connection is
//! established, by an allow-list that can change while the node runs; nobody else is sent or heard anything. Only TCP
//! (Noise, yamux) is listened on and dialled.
//!
//! Messages of consensus and transactions have queues and budgets of their own: when transactions flood they are
//! dropped and counted, and consensus waits for none of them.

mod actor;
mod behaviour;
mod budget;
mod closing;
mod config;
mod connections;
mod counters;
mod doorstep;
mod gate;
#[cfg(test)]
#[path = "../../tests/support/golden.rs"]
mod golden;
mod handle;
mod identity;
mod redial;
mod streams;
mod swarm;
mod topic;

/// Where a peer listens.
pub use libp2p::Multiaddr;
/// A peer's name: the hash of its network key.
pub use libp2p::PeerId;

pub use actor::{Network, start};
/// The way of the engine to the network.
pub use arc_malachitebft_engine::network::NetworkRef;
pub use budget::{Bucket, Budget};
pub use config::{ConfigError, NetworkConfig, StartError};
pub use counters::Counts;
pub use handle::{Batch, MessageId, NetworkHandle, PublishError, Verdict};
pub use identity::{Identity, NetworkKeyError, peer_id};
pub use topic::BATCH_BYTES_MAX;
