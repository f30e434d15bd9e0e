//! The evidence that a certificate needs, from a node.

use yaosu_api::EventView;
use yaosu_ledger::event::Cause;
use yaosu_ledger::model::Licence;
use yaosu_ledger::state::{Assets, Licences, Participants, Table};
use yaosu_ledger::{LicenceId, ParticipantId, TransactionId};

use crate::evidence::Evidence;
use crate::{Client, Paging, SdkError};

impl Client {
    /// Evidence for a certificate of a licence that this participant issues, in the order of
    /// [`Claims::of`](super::Claims::of).
    ///
    /// # Errors
    /// As all calls; [`SdkError::Answer`], if the node does not tell which transaction the licence came of.
    pub async fn certificate_evidence(
        &self,
        licence: LicenceId,
        issuer: ParticipantId,
    ) -> Result<Vec<Evidence>, SdkError> {
        let record = self.licence(&licence.to_string()).await?.record;
        let mut keys = vec![
            Licences::key(&licence),
            Assets::key(&record.asset),
            Participants::key(&record.licensor),
            Participants::key(&record.licensee),
        ];
        if issuer != record.licensor {
            keys.push(Participants::key(&issuer));
        }
        let mut evidence = Vec::new();
        for key in keys {
            evidence.push(self.record_evidence(&key).await?);
        }
        let transaction = self.origin(licence, &record).await?;
        evidence.push(self.transaction_evidence(&transaction.to_string()).await?);
        Ok(evidence)
    }

    /// The transaction that a licence came of: the one that granted it; or, if a deadline did, the one that placed its order.
    async fn origin(&self, licence: LicenceId, record: &Licence) -> Result<TransactionId, SdkError> {
        let mut causes = Vec::new();
        let mut paging = Paging { limit: Some(yaosu_api::LIMIT_MAX), cursor: None };
        loop {
            let page = self.licence_history(&licence.to_string(), &paging).await?;
            causes.extend(page.items.last().map(cause));
            paging.cursor = page.cursor;
            if paging.cursor.is_none() {
                break;
            }
        }
        let mut paging = Paging { limit: Some(yaosu_api::LIMIT_MAX), cursor: None };
        while !matches!(causes.last(), Some(Some(_))) {
            let page = self.order_history(&record.order.to_string(), &paging).await?;
            causes.extend(page.items.last().filter(|_| page.cursor.is_none()).map(cause));
            paging.cursor = page.cursor;
            if paging.cursor.is_none() {
                break;
            }
        }
        causes.last().copied().flatten().ok_or_else(|| SdkError::Answer {
            url: self.node().to_owned(),
            reason: format!("the history of licence {licence} does not begin with a transaction"),
        })
    }
}

fn cause(event: &EventView) -> Option<TransactionId> {
    match event.record.cause {
        Cause::Transaction(id) => Some(id),
        Cause::Block => None,
    }
}
