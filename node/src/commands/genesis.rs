//! `yaosu-node genesis`: from the document that people agree on to the bytes that name the chain.

use std::path::PathBuf;

use serde::Serialize;
use yaosu_ledger::{ChainId, Digest, codec};

use crate::error::NodeError;
use crate::genesis_document::GenesisDocument;
use crate::output;

/// Turn a founding document (TOML) into its canonical bytes, check it, and print the name of the chain.
///
/// Every operator runs this on the same document and compares the chain before starting.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document.
    pub document: PathBuf,
    /// Where the canonical bytes go.
    #[arg(long, short)]
    pub output: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Founded {
    chain: ChainId,
    state_root: Digest,
    participants: usize,
    validators: usize,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Genesis`] with the line, [`NodeError::GenesisRule`].
pub fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let path = &arguments.document;
    let text = std::fs::read_to_string(path).map_err(|error| NodeError::io("read", path, error))?;
    let document: GenesisDocument =
        toml::from_str(&text).map_err(|error| NodeError::Genesis { path: path.clone(), message: error.to_string() })?;
    let genesis = document.genesis();
    let tip = genesis.tip()?;
    let founded = Founded {
        chain: tip.chain,
        state_root: tip.state.root(),
        participants: genesis.participants.len(),
        validators: genesis.validators.len(),
    };
    std::fs::write(&arguments.output, codec::encode(&genesis))
        .map_err(|error| NodeError::io("write", &arguments.output, error))?;
    output::print(arguments.json, &founded, |founded| {
        format!(
            "chain {}\nstate {}\n{} participants, {} validators",
            founded.chain, founded.state_root, founded.participants, founded.validators
        )
    })
}
