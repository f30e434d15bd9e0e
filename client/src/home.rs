//! The home folder: settings, genesis documents, keys.
//!
//! ```text
//! config.toml            profiles, and which one is in use
//! genesis/<chain>.bin    the canonical bytes of a genesis document
//! keys/<name>.pem        an encrypted key; its public half is in <name>.pub
//! keys/<name>.delivery.pem, .delivery.pub   the same for the key that deliveries are sealed to
//! outgoing/<order>/      what opens a delivery that was made; for the owner alone, until the order has ended
//! incoming/<order>/      the parts of a delivery that is being received
//! spool/, depot/         sealed files on their way, and where they lie if no depot is named
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::{ChainId, Digest, OrderId, codec};

use crate::command_error::{CommandError, Kind};
use crate::said::{plain, said};

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The profile in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// By name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profiles: BTreeMap<String, Profile>,
}

/// A chain that one takes part in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Base addresses of its nodes; the first that can be reached is asked.
    pub nodes: Vec<String>,
    /// The chain: nothing is signed for another.
    pub chain: ChainId,
    /// The key that signs if none is named.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The file with the keys' password; from the home folder if it is relative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
}

/// The home folder.
#[derive(Clone, Debug)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// The folder that is given, or `yaosu` in the user's configuration folder (XDG).
    ///
    /// # Errors
    /// There is no folder of the user.
    pub fn find(given: Option<&Path>) -> Result<Self, CommandError> {
        if let Some(path) = given {
            return Ok(Self { path: path.to_owned() });
        }
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            CommandError::failed(said!("there is no home folder: {error}", "没有主文件夹：{error}"))
                .hint(said!("name one with --home", "请用 --home 指定"))
        })?;
        Ok(Self { path: strategy.config_dir().join("yaosu") })
    }

    /// A path inside; an absolute one stays as it is.
    pub fn join(&self, path: &Path) -> PathBuf {
        self.path.join(path)
    }

    /// Where the settings are.
    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The folder of the keys.
    pub fn keys_path(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// Where the key of this name is.
    pub fn key_path(&self, name: &str) -> PathBuf {
        self.keys_path().join(format!("{name}.pem"))
    }

    /// Where the key is that deliveries to this name are sealed to.
    pub fn delivery_key_path(&self, name: &str) -> PathBuf {
        self.keys_path().join(format!("{name}.delivery.pem"))
    }

    /// Where the seller's secrets of deliveries are kept: a folder for each order.
    pub fn outgoing_path(&self) -> PathBuf {
        self.path.join("outgoing")
    }

    /// The folder of one order in it.
    pub fn outgoing_of(&self, order: OrderId) -> PathBuf {
        self.outgoing_path().join(order.to_string())
    }

    /// Where the secret of a delivery is kept, by what the ledger has heard of it.
    pub fn secret_path(&self, order: OrderId, key_commitment: Digest) -> PathBuf {
        self.outgoing_of(order).join(format!("{key_commitment}.secret"))
    }

    /// Where parts of deliveries are collected: a folder for each order.
    pub fn incoming_path(&self) -> PathBuf {
        self.path.join("incoming")
    }

    /// The folder of one order in it.
    pub fn inbox_path(&self, order: OrderId) -> PathBuf {
        self.incoming_path().join(order.to_string())
    }

    /// Where sealed files are written before they go to a depot.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn spool_path(&self) -> Result<PathBuf, CommandError> {
        let path = self.path.join("spool");
        fs::create_dir_all(&path).map_err(|error| io_error(&path, &error))?;
        Ok(path)
    }

    /// The depot if none is named: a folder that only this machine has.
    pub fn depot_path(&self) -> PathBuf {
        self.path.join("depot")
    }

    /// Where a genesis document is.
    pub fn genesis_path(&self, chain: ChainId) -> PathBuf {
        self.path.join("genesis").join(format!("{chain}.bin"))
    }

    /// The settings; none if there is no file yet.
    ///
    /// # Errors
    /// The file can't be read, or something in it is not a setting.
    pub fn config(&self) -> Result<Config, CommandError> {
        let path = self.config_path();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
            Err(error) => return Err(io_error(&path, &error)),
        };
        toml::from_str(&text).map_err(|error| {
            CommandError::failed(plain(format_args!("{}: {}", path.display(), error.to_string().trim_end())))
        })
    }

    /// Writes the settings.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write_config(&self, config: &Config) -> Result<(), CommandError> {
        let text = toml::to_string(config).map_err(|error| CommandError::failed(plain(error)))?;
        write_own(&self.config_path(), text.as_bytes())
    }

    /// The genesis document of a chain, if it is kept here. Its hash was checked.
    ///
    /// # Errors
    /// The file can't be read, or it is another document.
    pub fn genesis(&self, chain: ChainId) -> Result<Option<Genesis>, CommandError> {
        let path = self.genesis_path(chain);
        if !path.exists() {
            return Ok(None);
        }
        let genesis = read_genesis(&path)?;
        if genesis.chain() == chain {
            return Ok(Some(genesis));
        }
        let message = said!(
            "{} founds chain {}, not the one in its name",
            "{} 创立的是链 {}，与文件名不符",
            path.display(),
            genesis.chain()
        );
        Err(CommandError::new(Kind::Unsafe, message))
    }

    /// Keeps a genesis document.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write_genesis(&self, genesis: &Genesis) -> Result<PathBuf, CommandError> {
        let path = self.genesis_path(genesis.chain());
        write_own(&path, &codec::encode(genesis))?;
        Ok(path)
    }

    /// The names of all keys.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn key_names(&self) -> Result<Vec<String>, CommandError> {
        let folder = self.keys_path();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error(&folder, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| io_error(&folder, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "pem") {
                let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                // A name has no dots: `acme.delivery` is the other key of `acme`.
                names.extend(stem.filter(|stem| !stem.contains('.')));
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Reads a genesis document from its canonical bytes.
///
/// # Errors
/// The file can't be read, or holds something else.
pub fn read_genesis(path: &Path) -> Result<Genesis, CommandError> {
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    codec::decode(&bytes).map_err(|error| {
        CommandError::failed(said!("{} is not a genesis document: {error}", "{} 不是创世文档：{error}", path.display()))
    })
}

/// What the system says about a file.
pub fn io_error(path: &Path, error: &io::Error) -> CommandError {
    let kind = if error.kind() == io::ErrorKind::NotFound { Kind::NotFound } else { Kind::Failed };
    CommandError::new(kind, said!("{}: {error}", "{}：{error}", path.display()))
}

/// Writes a file of the home folder whole or not at all, and makes its folder if there is none.
///
/// # Errors
/// The file can't be written.
pub fn write_own(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| io_error(path, &error))?;
    }
    write_whole(path, bytes)
}

/// Writes a file whole or not at all.
///
/// # Errors
/// The file can't be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let fault = |error: io::Error| io_error(path, &error);
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    file.write_all(bytes).map_err(fault)?;
    file.as_file().sync_all().map_err(fault)?;
    file.persist(path).map_err(|error| fault(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the file that others write too (`yaosu-node dev`) is read as it stands, and what is written is read again.
    #[test]
    fn settings_are_read_and_written() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let home = Home::find(Some(folder.path())).expect("it was given");
        assert_eq!(home.config().expect("none is fine"), Config::default());
        let chain = "ab".repeat(32);
        let text = format!(
            "profile = \"dev\"\n\n[profiles.dev]\nnodes = [\"http://127.0.0.1:1\"]\nchain = \"{chain}\"\nas = \
             \"acme\"\npassword_file = \"password\"\n"
        );
        fs::write(home.config_path(), &text).expect("the folder is there");
        let config = home.config().expect("it is well-formed");
        assert_eq!(config.profiles["dev"].signer.as_deref(), Some("acme"));
        home.write_config(&config).expect("the folder is there");
        assert_eq!(fs::read_to_string(home.config_path()).expect("it is there"), text);
    }

    /// Goal: a setting that does not exist is told with its place, not passed over.
    #[test]
    fn unknown_settings_are_refused() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let home = Home::find(Some(folder.path())).expect("it was given");
        fs::write(home.config_path(), "profile = \"dev\"\nprofle = \"dev\"\n").expect("the folder is there");
        let error = home.config().expect_err("it is misspelt");
        let message = error.message.as_str();
        assert!(message.contains("line 2") && message.contains("profle"), "{message}");
    }
}
