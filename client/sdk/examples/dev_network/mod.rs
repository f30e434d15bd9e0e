//! Where a local network is and whose keys are at hand, as `yaosu-node dev --config-out FILE.json` writes it.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use yaosu_ledger::{ChainId, ParticipantId};
use yaosu_sdk::{Client, Signer, key_file};

/// What this program needs of the file.
#[derive(Debug, Deserialize)]
pub struct DevNetwork {
    chain: ChainId,
    nodes: Vec<String>,
    password_file: PathBuf,
    participants: Vec<SampleParticipant>,
}

#[derive(Debug, Deserialize)]
struct SampleParticipant {
    handle: String,
    id: ParticipantId,
    key_file: PathBuf,
}

impl DevNetwork {
    /// Reads the file that is named first on the command line.
    pub fn open() -> Result<Self, Box<dyn Error>> {
        let file = std::env::args().nth(1).ok_or("name the file that `yaosu-node dev --config-out FILE.json` wrote")?;
        Ok(serde_json::from_slice(&fs::read(file)?)?)
    }

    /// A client of this chain and of no other, which asks the next node where one can't be reached.
    pub fn client(&self) -> Result<Client, Box<dyn Error>> {
        Ok(Client::new(&self.nodes, Some(self.chain))?)
    }

    /// A sample participant with its key opened.
    #[allow(dead_code, reason = "not every example signs")]
    pub fn signer(&self, handle: &str) -> Result<Signer, Box<dyn Error>> {
        let found = self.participants.iter().find(|participant| participant.handle == handle);
        let participant = found.ok_or("no such sample participant")?;
        let password = fs::read_to_string(&self.password_file)?;
        let key = key_file::open(&participant.key_file, password.trim_end().as_bytes())?;
        Ok(Signer::new(participant.id, key))
    }
}
