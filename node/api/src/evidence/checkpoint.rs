//! What a verifier trusts, as a file: who decides a chain from some height on.

use serde_json::json;
use yaosu_ledger::genesis::{Genesis, GenesisError};
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::state::{Reader, Validators};
use yaosu_ledger::{ChainId, Height};

use super::json::{FormError, INTEGER_MAX, integer, members};
use super::{read, write};

/// The `format` of a checkpoint's file.
pub const CHECKPOINT_FORMAT: &str = "yaosu-checkpoint/1";

/// What a genesis document makes a verifier trust: its chain, and its validators from the first height on.
///
/// # Errors
/// [`GenesisError`] if the document founds no chain.
pub fn checkpoint(genesis: &Genesis) -> Result<Checkpoint, GenesisError> {
    let tip = genesis.tip()?;
    let validators = tip.state.get::<Validators>(&()).expect("the tip of genesis holds its validators");
    Ok(Checkpoint { chain: tip.chain, height: Height::GENESIS.next(), validators })
}

/// Reads a checkpoint's file.
///
/// # Errors
/// [`FormError`]. Whether to trust it is for the reader to know.
pub fn read_checkpoint(bytes: &[u8]) -> Result<Checkpoint, FormError> {
    let value = read::document(bytes)?;
    let [format, chain, height, validators] =
        members(&value, "the checkpoint", ["format", "chain", "height", "validators"])?;
    read::format(format, CHECKPOINT_FORMAT)?;
    let checkpoint = Checkpoint {
        chain: ChainId(read::digest(chain, "chain")?),
        height: Height(integer(height, "height", INTEGER_MAX)?),
        validators: read::validators(validators)?,
    };
    checkpoint.validators.check().map_err(|error| FormError(error.to_string()))?;
    Ok(checkpoint)
}

/// A checkpoint's file.
#[must_use]
pub fn write_checkpoint(checkpoint: &Checkpoint) -> String {
    write::text(&json!({
        "format": CHECKPOINT_FORMAT,
        "chain": checkpoint.chain,
        "height": checkpoint.height,
        "validators": write::validators(&checkpoint.validators),
    }))
}
