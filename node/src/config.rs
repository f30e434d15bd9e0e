//! A node's configuration: `config.toml` in its home folder, each key overridden by a variable of the environment.
//!
//! `YAOSU_NODE__API__LISTEN` overrides `api.listen`: two underscores stand between section and key.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::NodeError;
use crate::http::Limits;

/// Begins the names of the variables.
const VARIABLES: &str = "YAOSU_NODE__";

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

/// Section `network`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Where other nodes reach this one: a multiaddress, `/ip4/.../tcp/...`.
    pub listen: String,
    /// Where this node reaches others: multiaddresses that end in `/p2p/` and the peer's identity.
    pub peers: Vec<String>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self { listen: "/ip4/0.0.0.0/tcp/26600".into(), peers: Vec::new() }
    }
}

/// Section `api`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiConfig {
    /// Where clients reach this node.
    pub listen: SocketAddr,
    /// Connections at one time.
    pub connections: usize,
    /// Connections at one time from one address (IPv6: from one /64 network, as all limits for one address).
    pub connections_per_address: usize,
    /// Event streams at one time.
    pub streams: usize,
    /// Event streams at one time from one address.
    pub streams_per_address: usize,
    /// Requests that wait for a commitment at one time.
    pub waits: usize,
    /// Requests that wait for a commitment at one time from one address.
    pub waits_per_address: usize,
    /// Whether the node keeps an index of the catalogue and answers searches.
    pub search: bool,
}

impl Default for ApiConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 26_680)),
            connections: limits.connections,
            connections_per_address: limits.connections_of_address,
            streams: limits.streams,
            streams_per_address: limits.streams_of_address,
            waits: limits.waits,
            waits_per_address: limits.waits_of_address,
            search: true,
        }
    }
}

/// Section `consensus`. The same on every validator, or slow ones hold up the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "each key of the configuration says its unit")]
pub struct ConsensusConfig {
    /// Milliseconds that a round waits for its proposal.
    pub propose_ms: u64,
    /// Milliseconds that a round waits for more prevotes.
    pub prevote_ms: u64,
    /// Milliseconds that a round waits for more precommits.
    pub precommit_ms: u64,
    /// Milliseconds by which each of the three grows with each round.
    pub growth_ms: u64,
    /// Milliseconds after which a block is made even if nothing waits.
    pub heartbeat_ms: u64,
}

impl Default for ConsensusConfig {
    fn default() -> Self {
        Self { propose_ms: 1_000, prevote_ms: 500, precommit_ms: 500, growth_ms: 500, heartbeat_ms: 10_000 }
    }
}

/// Section `mempool`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MempoolConfig {
    /// Transactions that wait at one time.
    pub transactions: usize,
    /// Their megabytes (2^20 bytes).
    pub megabytes: usize,
    /// Transactions of one participant that wait at one time.
    pub of_participant: usize,
}

impl Default for MempoolConfig {
    fn default() -> Self {
        Self { transactions: 50_000, megabytes: 64, of_participant: 10_000 }
    }
}

/// Section `store`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// Megabytes (2^20 bytes) of pages that the store keeps in memory; memory is a few times that.
    pub cache_megabytes: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { cache_megabytes: 16 }
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

/// Section `log`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `text` or `json`.
    pub format: LogFormat,
    /// A filter as `tracing` knows it, e.g. `info` or `info,yaosu_network=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

impl Config {
    /// Reads `config.toml` of a home folder, and the environment over it.
    ///
    /// # Errors
    /// [`NodeError::Config`], with the file's line or the variable's name.
    pub fn load(home: &Home, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, NodeError> {
        let path = home.config();
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => NodeError::NotInitialised { home: home.path().to_owned() },
            _ => NodeError::io("read", &path, error),
        })?;
        let config = |message: String| NodeError::Config { place: path.display().to_string(), message };
        // As it stands, so that an error names its line.
        let mut loaded: Self = toml::from_str(&text).map_err(|error| config(error.to_string()))?;
        let mut table: toml::Table = toml::from_str(&text).map_err(|error| config(error.to_string()))?;
        for (name, value) in environment {
            if let Some(key) = name.strip_prefix(VARIABLES) {
                set(&mut table, &name, key, &value)?;
                let wrong = |error: toml::de::Error| NodeError::Config {
                    place: format!("variable {name}"),
                    message: error.message().to_owned(),
                };
                loaded = toml::Value::Table(table.clone()).try_into().map_err(wrong)?;
            }
        }
        Ok(loaded)
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

/// Puts a variable's value in its place: a number or a list where it reads as one, else a text.
fn set(table: &mut toml::Table, name: &str, key: &str, value: &str) -> Result<(), NodeError> {
    let wrong = |message: &str| NodeError::Config { place: format!("variable {name}"), message: message.into() };
    let (section, key) = key
        .split_once("__")
        .map(|(section, key)| (section.to_lowercase(), key.to_lowercase()))
        .ok_or_else(|| wrong("expected YAOSU_NODE__SECTION__KEY"))?;
    let value = format!("value = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut parsed| parsed.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.into()));
    let section = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    let section = section.as_table_mut().ok_or_else(|| wrong("the section is not a table"))?;
    section.insert(key, value);
    Ok(())
}

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

    /// The index of the catalogue: made again when it is not there.
    pub fn search(&self) -> PathBuf {
        self.0.join("search")
    }

    /// The process that runs here.
    pub fn process(&self) -> PathBuf {
        self.0.join("node.pid")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Goal: the manual names every key, with the default that it has here.
    #[test]
    fn the_manual_has_every_key_with_its_default() {
        let defaults = toml::Table::try_from(Config::default()).expect("the configuration has a form in TOML");
        let mut expected = BTreeMap::new();
        for (section, keys) in &defaults {
            for (key, value) in keys.as_table().expect("a section is a table") {
                let shown = match value {
                    toml::Value::String(text) => format!("`{text}`"),
                    toml::Value::Array(list) if list.is_empty() => "none".into(),
                    other => other.to_string(),
                };
                expected.insert(format!("`{section}.{key}`"), shown);
            }
        }
        let manual = include_str!("../../docs/operating.md");
        let rows = manual.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
        });
        let documented: BTreeMap<String, String> = rows.filter(|(key, _)| expected.contains_key(key)).collect();
        assert_eq!(documented, expected);
    }
}
