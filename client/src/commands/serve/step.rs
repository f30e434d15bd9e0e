//! What is told of every step, in a line each.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use yaosu_ledger::{OrderId, Timestamp, TransactionId};

use crate::command_error::CommandError;
use crate::parse::{short, show_time};
use crate::screen::{self, Screen, Show};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Orders are served from now on.
    Serving,
    /// The sealed bytes lie in the depot, and the ledger knows.
    Delivered,
    /// The buyer has the key.
    Revealed,
    /// The challenged key is open to all.
    Opened,
    /// The order has ended; its secret is forgotten.
    Ended,
    /// It did not work, and is tried again.
    Failed,
    /// The node is away, and is asked again.
    Disconnected,
    /// The node is back; nothing was missed.
    Connected,
    /// No new step begins.
    Stopping,
    /// All is brought to its end.
    Stopped,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// When, by this machine's clock.
    time: Timestamp,
    /// What was done.
    #[serde(rename = "step")]
    what: What,
    /// For which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    /// By which transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<TransactionId>,
    /// In words.
    detail: String,
    /// How long until it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_ms: Option<u64>,
}

impl Step {
    /// A step of now.
    pub fn new(what: What, detail: impl Into<String>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = Timestamp(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        Self { time, what, order: None, transaction: None, detail: detail.into(), retry_ms: None }
    }

    /// The same for an order.
    pub fn of(mut self, order: OrderId) -> Self {
        self.order = Some(order);
        self
    }

    /// The same by a transaction.
    pub fn by(mut self, transaction: TransactionId) -> Self {
        self.transaction = Some(transaction);
        self
    }

    /// The same, to be tried again after a pause.
    pub fn retried(mut self, pause: Duration) -> Self {
        self.retry_ms = Some(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Writes the line.
    ///
    /// # Errors
    /// Standard output can't be written.
    pub fn tell(&self, json: bool) -> Result<(), CommandError> {
        screen::print_line(self, json)
    }
}

impl Show for Step {
    fn show(&self, screen: &mut Screen) {
        let what = serde_json::to_value(self.what).ok();
        let what = what.as_ref().and_then(|what| what.as_str()).unwrap_or_default();
        let order = self.order.map_or_else(String::new, |order| format!("order {}  ", short(order)));
        let transaction = self.transaction.map_or_else(String::new, |id| format!(", transaction {}", short(id)));
        let retry = self.retry_ms.map_or_else(String::new, |pause| format!("; again in {} s", pause.div_ceil(1000)));
        screen.line(format!("{}  {order}{what}: {}{transaction}{retry}", show_time(self.time), self.detail));
    }
}
