//! What ends a command of `yaosu-node`, with an exit code for each kind.

use std::path::{Path, PathBuf};

use yaosu_ledger::genesis::GenesisError;
use yaosu_store::StoreError;

/// Why a command ended.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A file or folder can't be used.
    #[error("can't {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The home folder has no node in it.
    #[error("there is no node in {home}; make one with: yaosu-node init --home {home} --genesis FILE", home = .home.display())]
    NotInitialised {
        /// The folder.
        home: PathBuf,
    },
    /// The home folder has a node in it.
    #[error("there is a node in {home} already; choose another folder with --home", home = .home.display())]
    AlreadyInitialised {
        /// The folder.
        home: PathBuf,
    },
    /// The folder's market is running.
    #[error("the market in {folder} is running already: use it, or stop it with: yaosu-node dev stop --folder {folder}", folder = .folder.display())]
    MarketRuns {
        /// The folder.
        folder: PathBuf,
    },
    /// The configuration is wrong.
    #[error("{place}: {message}")]
    Config {
        /// The file or the variable.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A founding document is wrong.
    #[error("genesis {path}: {message}", path = .path.display())]
    Genesis {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A founding document founds no chain.
    #[error("genesis: {0}")]
    GenesisRule(#[from] GenesisError),
    /// A key file is wrong.
    #[error("key file {path}: {message}", path = .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// An address is taken or not ours.
    #[error("can't listen on {address}: {source}; change {key} in config.toml, or stop what uses it")]
    Listen {
        /// The address.
        address: String,
        /// The key of the configuration.
        key: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store is damaged, locked, full or of another chain.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is not there, or not what it was: nothing of it may be used.
    #[error("{source}\nto fetch the chain from peers, run: {}yaosu-node start --home {} --rejoin",
        removal(.home, .source), .home.display())]
    StoreLost {
        /// The node's home folder.
        home: PathBuf,
        /// What is wrong.
        source: StoreError,
    },
    /// Signing would not be safe.
    #[error("{0}")]
    Signing(String),
    /// The chain in the store is not what it should be.
    #[error("height {height}: {message}")]
    Verification {
        /// The first bad height.
        height: u64,
        /// What is wrong there.
        message: String,
    },
    /// A part of the node ended.
    #[error("{0}")]
    Ended(String),
    /// The node does not do what it is told.
    #[error("{0}")]
    Refused(String),
    /// A part of the node took longer than it was given.
    #[error("{0}")]
    TimedOut(String),
    /// A market in the background did not come up, and has told why in its log.
    #[error("the market did not come up; its log says:\n{log}")]
    Background {
        /// How its process ended.
        code: u8,
        /// What it wrote.
        log: String,
    },
    /// The node does not answer.
    #[error("{0}")]
    Unreachable(String),
}

/// What must be done before the chain can be fetched again, as the beginning of a command.
fn removal(home: &Path, error: &StoreError) -> String {
    match error {
        StoreError::NotInitialised { .. } => String::new(),
        _ => format!("rm -r {} && ", home.join("data").display()),
    }
}

impl NodeError {
    /// What the system said of a path.
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    /// What opening the store of a home folder says.
    pub fn opening(home: &Path, source: StoreError) -> Self {
        match source {
            StoreError::Damaged { .. } | StoreError::NotInitialised { .. } => {
                Self::StoreLost { home: home.to_owned(), source }
            }
            _ => Self::Store(source),
        }
    }

    /// The exit code: 1 failed, 2 usage or configuration, 5 unreachable, 6 verification failed, 8 timed
    /// out, 9 unsafe to go on.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config { .. }
            | Self::Genesis { .. }
            | Self::GenesisRule(_)
            | Self::Refused(_)
            | Self::NotInitialised { .. }
            | Self::AlreadyInitialised { .. }
            | Self::MarketRuns { .. } => 2,
            Self::Unreachable(_) => 5,
            Self::Verification { .. } => 6,
            Self::TimedOut(_) => 8,
            Self::Background { code, .. } => *code,
            Self::Signing(_)
            | Self::StoreLost { .. }
            | Self::Store(
                StoreError::Damaged { .. } | StoreError::OtherChain { .. } | StoreError::UnknownFormat { .. },
            ) => 9,
            Self::Io { .. } | Self::Key { .. } | Self::Listen { .. } | Self::Store(_) | Self::Ended(_) => 1,
        }
    }
}
