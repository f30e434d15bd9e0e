//! A node's configuration: what every key means, what it is by itself, and where it is set.
//!
//! Each key is declared once, here; the reference in `docs/operating.md` and `yaosu-node config explain` are made from these
//! declarations. [`layers`] says how a key gets its value.

mod declare;
mod home;
mod layers;
mod suggestion;

use std::io::Write as _;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub use declare::Key;
use declare::section;
pub use home::Home;
pub use layers::{Overrides, Settings, Source, VARIABLES};
pub use suggestion::nearest;

use crate::error::NodeError;
use crate::http::Limits;

/// All keys, with their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Other nodes.
    pub network: NetworkConfig,
    /// The public door.
    pub api: ApiConfig,
    /// Time limits of consensus.
    pub consensus: ConsensusConfig,
    /// How much may wait.
    pub mempool: MempoolConfig,
    /// The disk.
    pub store: StoreConfig,
    /// What is written about.
    pub log: LogConfig,
}

section! {
    /// Section `network`.
    NetworkConfig, "network" {
        /// Where other nodes reach this one: a multiaddress
        listen: String = "/ip4/0.0.0.0/tcp/26600".into(),
        /// Where this node reaches others: multiaddresses that end in `/p2p/` and the peer's identity. Whether they may be
        /// connected is the ledger's to say
        peers: Vec<String> = Vec::new(),
    }
}

section! {
    /// Section `api`.
    ApiConfig, "api" {
        /// Where clients reach this node
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 26_680)),
        /// Connections at one time
        connections: usize = Limits::default().connections,
        /// Connections at one time from one address (IPv6: from one /64 network, as all limits for one address)
        connections_per_address: usize = Limits::default().connections_of_address,
        /// Event streams at one time; more get 429
        streams: usize = Limits::default().streams,
        /// Event streams at one time from one address; more get 429
        streams_per_address: usize = Limits::default().streams_of_address,
        /// Requests that wait for a commitment at one time; more are answered at once, as if they had not asked to wait
        waits: usize = Limits::default().waits,
        /// Requests that wait for a commitment at one time from one address; more get 429 before anything is taken from them
        waits_per_address: usize = Limits::default().waits_of_address,
        /// Whether the node keeps an index of the catalogue: without it `/v1/search` and the explorer's catalogue answer 503
        search: bool = true,
    }
}

section! {
    /// Section `consensus`. The same on every validator, or slow ones hold up the others.
    #[allow(clippy::struct_field_names, reason = "each key of the configuration says its unit")]
    ConsensusConfig, "consensus" {
        /// Milliseconds that a round waits for its proposal
        propose_ms: u64 = 1_000,
        /// Milliseconds that a round waits for more prevotes
        prevote_ms: u64 = 500,
        /// Milliseconds that a round waits for more precommits
        precommit_ms: u64 = 500,
        /// Milliseconds by which `propose_ms`, `prevote_ms` and `precommit_ms` grow with each round
        growth_ms: u64 = 500,
        /// Milliseconds after which a block is made though nothing waits
        heartbeat_ms: u64 = 10_000,
    }
}

section! {
    /// Section `mempool`.
    MempoolConfig, "mempool" {
        /// Transactions that wait at one time
        transactions: usize = 50_000,
        /// Megabytes (2^20 bytes) of the transactions that wait at one time
        megabytes: usize = 64,
        /// Transactions of one participant that wait at one time
        of_participant: usize = 10_000,
    }
}

section! {
    /// Section `store`.
    StoreConfig, "store" {
        /// Megabytes (2^20 bytes) of pages that the store keeps in memory; memory is a few times that
        cache_megabytes: u64 = 16,
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

section! {
    /// Section `log`.
    LogConfig, "log" {
        /// `text` or `json`
        format: LogFormat = LogFormat::Text,
        /// What is written: a level, or levels of parts, `info,network=debug`. `yaosu-node log-level` changes it while the node runs
        filter: String = "info".into(),
    }
}

/// The keys of all sections, in the order of the reference.
const SECTIONS: [&[Key]; 6] = [
    NetworkConfig::KEYS,
    ApiConfig::KEYS,
    ConsensusConfig::KEYS,
    MempoolConfig::KEYS,
    StoreConfig::KEYS,
    LogConfig::KEYS,
];

impl Config {
    /// All keys, in the order of the reference.
    pub fn keys() -> impl Iterator<Item = Key> {
        SECTIONS.into_iter().flatten().copied()
    }

    /// The value of a key, as it is written in the file.
    pub fn value(&self, key: Key) -> toml::Value {
        let table = toml::Table::try_from(self).expect("the configuration has a form in TOML");
        table[key.section][key.name].clone()
    }

    /// Reads `config.toml` of a home folder, and the environment over it.
    ///
    /// # Errors
    /// [`NodeError::Config`], with the file's line or the variable's name; [`NodeError::NotInitialised`].
    pub fn load(home: &Home, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, NodeError> {
        Ok(Settings::read(Some(home), &Overrides::default(), environment)?.config)
    }

    /// Writes `config.toml`, replacing it as a whole.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn save(&self, home: &Home) -> Result<(), NodeError> {
        let text = toml::to_string_pretty(self).expect("numbers, texts and lists of texts have a form in TOML");
        let (path, new) = (home.config(), home.config().with_extension("new"));
        let io = |error| NodeError::io("write", &new, error);
        let mut file = std::fs::File::create(&new).map_err(io)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        std::fs::rename(&new, &path).map_err(|error| NodeError::io("replace", &path, error))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::generated;

    /// Goal: every key that can be set is declared, so that it can be explained.
    #[test]
    fn every_key_is_declared() {
        let defaults = toml::Table::try_from(Config::default()).expect("the configuration has a form in TOML");
        let mut expected: Vec<String> = Vec::new();
        for (section, keys) in &defaults {
            expected
                .extend(keys.as_table().expect("a section is a table").keys().map(|key| format!("{section}.{key}")));
        }
        let mut declared: Vec<String> = Config::keys().map(|key| key.to_string()).collect();
        declared.sort();
        expected.sort();
        assert_eq!(declared, expected);
        assert!(declared.len() <= 25, "so many keys nobody can keep in mind");
    }

    /// Goal: the manual's reference is what is declared here.
    #[test]
    fn the_manual_has_every_key_with_its_default() {
        let mut table = String::from("| key | default | |\n| --- | --- | --- |\n");
        for key in Config::keys() {
            let default = match Config::default().value(key) {
                toml::Value::String(text) => format!("`{text}`"),
                toml::Value::Array(list) if list.is_empty() => "none".into(),
                other => other.to_string(),
            };
            writeln!(table, "| `{key}` | {default} | {} |", key.meaning()).expect("a text takes text");
        }
        generated::compare("configuration", &table);
    }
}
