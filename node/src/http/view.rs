//! What a read sees: the state after one decided height, and the store.

use std::sync::Arc;

use yaosu_api::{EventPosition, EventView};
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::State;
use yaosu_ledger::{Height, Timestamp};
use yaosu_store::Reader;

use super::api::Api;
use super::problem::ApiError;
use super::reply::Keep;
use crate::handle::NodeHandle;

/// What a read sees.
pub struct View {
    api: Api,
    tip: Arc<Tip>,
}

impl View {
    /// The last decided height.
    pub fn new(api: Api) -> Self {
        let tip = api.handle().tip();
        Self { api, tip }
    }

    /// What all handlers share.
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// The node.
    pub fn handle(&self) -> &NodeHandle {
        self.api.handle()
    }

    /// Blocks, transactions, events and histories.
    pub fn store(&self) -> &Reader {
        self.api.handle().store()
    }

    /// The end of the chain.
    pub fn tip(&self) -> &Tip {
        &self.tip
    }

    /// All records.
    pub fn state(&self) -> &State {
        &self.tip.state
    }

    /// The height that is seen.
    pub fn height(&self) -> Height {
        self.tip.height
    }

    /// How long an answer may be kept that depends on nothing but the state.
    pub fn keep(&self) -> Keep {
        Keep::UntilBlock(self.tip.block)
    }

    /// The time of a decided block.
    ///
    /// # Errors
    /// 500, if the store does not have it.
    pub fn time_of(&self, height: Height) -> Result<Timestamp, ApiError> {
        let (header, _) = self.store().header(height)?.ok_or_else(|| missing(height))?;
        Ok(header.time)
    }
}

/// A decided block that the store does not have.
pub fn missing(height: Height) -> ApiError {
    ApiError::internal(format!("block {height} is decided, but the store does not have it"))
}

/// An event in its place.
pub const fn event_view(height: Height, index: u32, time: Timestamp, record: EventRecord) -> EventView {
    EventView { position: EventPosition { height, index }, time, record }
}
