//! A node's home folder.

use std::path::{Path, PathBuf};

/// A node's home folder, and where everything stands in it.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// The folder, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// The key that signs votes; absent on an observer.
    pub fn consensus_key(&self) -> PathBuf {
        self.0.join("keys").join("consensus.pem")
    }

    /// The key by which other nodes know this one.
    pub fn network_key(&self) -> PathBuf {
        self.0.join("keys").join("network.pem")
    }

    /// The founding document.
    pub fn genesis(&self) -> PathBuf {
        self.0.join("genesis.bin")
    }

    /// Blocks and state.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// What was signed last: never copied, never deleted while the node may sign.
    pub fn signer_record(&self) -> PathBuf {
        self.0.join("signer.record")
    }

    /// The engine's log of the height that is being decided.
    pub fn consensus_log(&self) -> PathBuf {
        self.0.join("consensus.wal")
    }

    /// Where the node that runs here takes commands from its owner.
    pub fn control_socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// The index of the catalogue: made again when it is not there.
    pub fn search(&self) -> PathBuf {
        self.0.join("search")
    }

    /// The process that runs here.
    pub fn process(&self) -> PathBuf {
        self.0.join("node.pid")
    }
}
