//! Evidence from a node. Nothing is believed: what is put together here is checked like a stranger's file.

use yaosu_api::EventPosition;
use yaosu_ledger::receipt::Receipt;

use super::{ComposeError, Evidence, to_hex};
use crate::{Client, SdkError};

impl Client {
    /// Evidence of a transaction that is in the ledger, with everything that came of it.
    ///
    /// # Errors
    /// As all calls; [`SdkError::Answer`], if the node's receipts do not belong together.
    pub async fn transaction_evidence(&self, reference: &str) -> Result<Evidence, SdkError> {
        // The receipt first: it says which transaction is meant, or that it is not committed.
        let receipt = self.transaction_receipt(reference).await?;
        let view = self.transaction(reference).await?;
        let positions: Vec<EventPosition> = view.events.iter().map(|event| event.position).collect();
        let mut events = Vec::new();
        if let (Some(first), Some(last)) = (positions.first(), positions.last()) {
            if let Some(index) = first.index.checked_sub(1) {
                events.push(self.event_receipt(EventPosition { index, ..*first }).await?);
            }
            for position in &positions {
                events.push(self.event_receipt(*position).await?);
            }
            let count = events.last().and_then(event_count);
            if let Some(index) = last.index.checked_add(1).filter(|index| count.is_some_and(|count| *index < count)) {
                events.push(self.event_receipt(EventPosition { index, ..*last }).await?);
            }
        }
        Evidence::of_transaction(receipt, events).map_err(|error| self.unusable(&error))
    }

    /// Evidence of an event.
    ///
    /// # Errors
    /// As [`Client::transaction_evidence`].
    pub async fn event_evidence(&self, position: EventPosition) -> Result<Evidence, SdkError> {
        let receipt = self.event_receipt(position).await?;
        Evidence::of_receipt(receipt).map_err(|error| self.unusable(&error))
    }

    /// Evidence of the record under a key of the state (`docs/wire.md`, section 8), or that there is none, after the last
    /// block that the node has.
    ///
    /// # Errors
    /// As [`Client::transaction_evidence`].
    pub async fn record_evidence(&self, key: &[u8]) -> Result<Evidence, SdkError> {
        let receipt: Receipt = self.get_canonical(&["state", &to_hex(key), "receipt"]).await?;
        Evidence::of_receipt(receipt).map_err(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &ComposeError) -> SdkError {
        SdkError::Answer { url: self.node().to_owned(), reason: error.to_string() }
    }
}

/// How many events the block has that an event's receipt is of.
fn event_count(receipt: &Receipt) -> Option<u32> {
    match &receipt.statement {
        yaosu_ledger::receipt::Statement::Event { path, .. } => Some(path.count),
        _ => None,
    }
}
