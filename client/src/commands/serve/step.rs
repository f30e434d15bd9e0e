//! What is told of every step, in a line each.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use yaosu_ledger::{OrderId, Timestamp, TransactionId};

use crate::command_error::CommandError;
use crate::parse::{short, show_time};
use crate::said::{Said, said};
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
    detail: Said,
    /// How long until it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_ms: Option<u64>,
}

impl What {
    /// In words: in English its code.
    fn said(self) -> Said {
        match self {
            Self::Serving => said!("serving", "开始服务"),
            Self::Delivered => said!("delivered", "已交付"),
            Self::Revealed => said!("revealed", "已披露密钥"),
            Self::Opened => said!("opened", "已公开密钥"),
            Self::Ended => said!("ended", "已结束"),
            Self::Failed => said!("failed", "失败"),
            Self::Disconnected => said!("disconnected", "连接中断"),
            Self::Connected => said!("connected", "连接恢复"),
            Self::Stopping => said!("stopping", "正在停止"),
            Self::Stopped => said!("stopped", "已停止"),
        }
    }
}

impl Step {
    /// A step of now.
    pub fn new(what: What, detail: Said) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = Timestamp(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        Self { time, what, order: None, transaction: None, detail, retry_ms: None }
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
        let what = self.what.said();
        let order = self.order.map_or_else(Said::default, |order| said!("order {}  ", "合同 {}  ", short(order)));
        let transaction =
            self.transaction.map_or_else(Said::default, |id| said!(", transaction {}", "，交易 {}", short(id)));
        let retry = self
            .retry_ms
            .map_or_else(Said::default, |pause| said!("; again in {} s", "；{} 秒后重试", pause.div_ceil(1000)));
        let (time, detail) = (show_time(self.time), &self.detail);
        screen.line(said!(
            "{time}  {order}{what}: {detail}{transaction}{retry}",
            "{time}  {order}{what}：{detail}{transaction}{retry}"
        ));
    }
}
