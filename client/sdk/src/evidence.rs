//! Evidence (存证): one file that proves to anyone, offline, what is in the ledger. `docs/evidence.md` has every field.

use yaosu_api::EventPosition;
pub use yaosu_api::evidence::{
    BYTES_MAX, CHECKPOINT_FORMAT, Check, DEPTH_MAX, EventProof, Evidence, FORMAT, FormError, INTEGER_MAX,
    RecordEvidence, Statement, TransactionEvidence, Verification, Verified, checkpoint, difference, exact,
    parse_strict, read_checkpoint, to_hex, utc, verify, write_checkpoint,
};
pub use yaosu_api::{EvidenceCode, EvidenceCodeError};

use crate::{Client, SdkError};

/// Evidence from a node. That it has the form of some is looked at, and no more: [`verify`] checks it like a stranger's file.
impl Client {
    /// Evidence of a transaction that is in the ledger, with everything that came of it.
    ///
    /// # Errors
    /// As all calls; [`SdkError::Answer`], if what the node gives is none.
    pub async fn transaction_evidence(&self, reference: &str) -> Result<Evidence, SdkError> {
        self.evidence(&["transactions", reference, "receipt"]).await
    }

    /// Evidence of an event.
    ///
    /// # Errors
    /// As [`Client::transaction_evidence`].
    pub async fn event_evidence(&self, position: EventPosition) -> Result<Evidence, SdkError> {
        self.evidence(&["events", &position.to_string(), "receipt"]).await
    }

    /// Evidence of the record under a key of the state (`docs/wire.md`, section 8), or that there is none, after the last
    /// block that the node has.
    ///
    /// # Errors
    /// As [`Client::transaction_evidence`].
    pub async fn record_evidence(&self, key: &[u8]) -> Result<Evidence, SdkError> {
        self.evidence(&["state", &to_hex(key), "receipt"]).await
    }

    async fn evidence(&self, path: &[&str]) -> Result<Evidence, SdkError> {
        let (url, bytes) = self.get_bytes(path, "application/json").await?;
        Evidence::parse(&bytes).map_err(|error| SdkError::Answer { url, reason: error.to_string() })
    }
}
