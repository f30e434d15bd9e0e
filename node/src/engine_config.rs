//! How the consensus engine is set up.

use std::time::Duration;

use arc_malachitebft_app_channel::NetworkMsg;
use arc_malachitebft_app_channel::app::config::{ConsensusConfig, NodeConfig, ValuePayload, ValueSyncConfig};
use tokio::sync::mpsc;
use yaosu_bft::YaosuContext;
use yaosu_network::NetworkRef;

/// Parts of proposals that wait to be handed to the network at most.
const PARTS_QUEUE: usize = 64;

/// How often a node tells its peers how far it is; catching up begins with it.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// The engine's own configuration. Most of it is about its own network, which is not used.
pub struct EngineConfig {
    consensus: ConsensusConfig,
    sync: ValueSyncConfig,
}

impl EngineConfig {
    /// Blocks travel in parts: with the proposal alone the engine would take every block as valid without asking.
    pub fn new() -> Self {
        Self {
            consensus: ConsensusConfig { value_payload: ValuePayload::ProposalAndParts, ..ConsensusConfig::default() },
            sync: ValueSyncConfig {
                status_update_interval: STATUS_EVERY,
                batch_size: 50,
                ..ValueSyncConfig::default()
            },
        }
    }
}

impl NodeConfig for EngineConfig {
    fn moniker(&self) -> &'static str {
        "yaosu"
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.sync
    }
}

/// A way for the parts of proposals to the network.
pub fn parts_to(network: NetworkRef<YaosuContext>) -> mpsc::Sender<NetworkMsg<YaosuContext>> {
    let (sender, mut parts) = mpsc::channel::<NetworkMsg<YaosuContext>>(PARTS_QUEUE);
    tokio::spawn(async move {
        while let Some(part) = parts.recv().await {
            // A dead network is a dead node: the engine ends with it.
            if network.cast(part.into()).is_err() {
                return;
            }
        }
    });
    sender
}
