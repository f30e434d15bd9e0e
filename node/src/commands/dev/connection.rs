//! What a program needs to take part in a local network: `--config-out`.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;
use yaosu_ledger::model::Role;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{ChainId, Digest, Handle, ParticipantId};

use crate::error::NodeError;

/// Where a running local network is, and whose keys are at hand.
#[derive(Debug, Serialize)]
pub struct Connection {
    /// The folder of the network.
    pub folder: PathBuf,
    /// The home folder for `yaosu`, with a profile and the keys of all sample participants.
    pub home: PathBuf,
    /// The profile in it.
    pub profile: &'static str,
    /// The chain.
    pub chain: ChainId,
    /// Base addresses of the nodes' HTTP.
    pub nodes: Vec<String>,
    /// The file with the password of all sample keys.
    pub password_file: PathBuf,
    /// Everyone who was there from the beginning.
    pub participants: Vec<SampleParticipant>,
}

/// A founder with its keys.
#[derive(Debug, Serialize)]
pub struct SampleParticipant {
    /// Its name, and that of its key.
    pub handle: Handle,
    /// In whose name it signs.
    pub id: ParticipantId,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The public half of its key.
    pub key: PublicKey,
    /// Its key, Ed25519 in encrypted PKCS#8.
    pub key_file: PathBuf,
    /// Where deliveries are sealed to, if it buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_key: Option<Digest>,
}

impl Connection {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), NodeError> {
        let text = if path.extension().is_some_and(|extension| extension == "json") {
            serde_json::to_string_pretty(self).expect("texts and numbers have a form in JSON") + "\n"
        } else {
            self.variables()
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        fs::write(&new, text).map_err(|error| NodeError::io("write", &new, error))?;
        fs::rename(&new, path).map_err(|error| NodeError::io("write", path, error))
    }

    /// Lines for a shell to source. Another node or profile that the shell had set is forgotten.
    fn variables(&self) -> String {
        let chain = self.chain.to_string();
        let nodes = self.nodes.join(" ");
        let lines = [
            ("YAOSU_HOME", self.home.to_string_lossy()),
            ("YAOSU_PROFILE", self.profile.into()),
            ("YAOSU_DEV_FOLDER", self.folder.to_string_lossy()),
            ("YAOSU_DEV_CHAIN", chain.into()),
            ("YAOSU_DEV_NODE", self.nodes.first().map(String::as_str).unwrap_or_default().into()),
            ("YAOSU_DEV_NODES", nodes.into()),
            ("YAOSU_DEV_PASSWORD_FILE", self.password_file.to_string_lossy()),
        ];
        let mut text = String::from("unset YAOSU_NODE\n");
        for (name, value) in lines {
            writeln!(text, "export {name}={}", quoted(&value)).expect("a text takes text");
        }
        text
    }
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Takes away the file of an earlier run, so that one that is there tells of this run.
///
/// # Errors
/// [`NodeError::Io`].
pub fn remove(path: &Path) -> Result<(), NodeError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(NodeError::io("remove", path, error)),
        _ => Ok(()),
    }
}
