//! The next step of one order on the seller's side.

use core::time::Duration;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use yaosu_api::Entity;
use yaosu_ledger::model::{Order, OrderStatus};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{OrderId, ParticipantId, Timestamp, TransactionId};
use yaosu_sdk::delivery::{Depot, Shelf};
use yaosu_sdk::{SdkError, Signer};

use super::super::order::exchange::{revelation, secret_of};
use super::super::order::kept;
use super::super::order::sealing::Sealing;
use super::step::{Step, What};
use crate::command_error::{CommandError, Kind};
use crate::refusal::explain;
use crate::said::{Said, because, plain, said, word};
use crate::session::Session;
use crate::write::{body_options, require_approvals, std_duration};

/// How many orders are sealed and sent at the same time. Others that are to be sealed take no place meanwhile, so that
/// however many there are, keys are revealed in time.
const SEALED_AT_ONCE: usize = 2;

/// The right to seal and send one order.
pub type Room = OwnedSemaphorePermit;

/// What the work needs.
pub struct Worker<'a> {
    session: &'a Session,
    signer: Signer,
    shelf: Arc<Mutex<Shelf>>,
    depot: Depot,
    sealing: Arc<Semaphore>,
    /// One transaction at a time takes the next number of the lane.
    lane: tokio::sync::Mutex<()>,
}

/// How a piece of work ended well.
#[derive(Debug)]
pub enum Outcome {
    /// It is not the seller's turn.
    Waiting,
    /// It is to be delivered by then, once there is room.
    Deliverable(Timestamp),
    /// This stage is finished.
    Finished(OrderStatus, Step),
    /// The order has ended.
    Ended(Step),
    /// The order is somebody else's.
    Strange,
}

impl<'a> Worker<'a> {
    /// A seller with its files and the depot that they go to.
    pub fn new(session: &'a Session, signer: Signer, shelf: Shelf, depot: Depot) -> Self {
        let (shelf, sealing) = (Arc::new(Mutex::new(shelf)), Arc::new(Semaphore::new(SEALED_AT_ONCE)));
        Self { session, signer, shelf, depot, sealing, lane: tokio::sync::Mutex::new(()) }
    }

    /// Whose orders are served.
    pub fn seller(&self) -> ParticipantId {
        self.signer.participant
    }

    /// Waits until one more order may be sealed and sent.
    pub async fn room(&self) -> Room {
        Arc::clone(&self.sealing).acquire_owned().await.expect("it is never closed")
    }

    /// Does what is the seller's to do now; nothing is sealed and sent without `room`. It can break off anywhere and be
    /// called again: nothing happens twice.
    ///
    /// # Errors
    /// Whatever stands in the way; the same call may work later.
    pub async fn advance(
        &self,
        order: OrderId,
        finished: &BTreeSet<OrderStatus>,
        room: Option<Room>,
    ) -> Result<Outcome, CommandError> {
        let order = self.session.client()?.order(&order.to_string()).await?;
        let status = order.record.status;
        if order.record.seller != self.seller() {
            return Ok(Outcome::Strange);
        }
        if status.is_end() {
            return self.end(&order);
        }
        if finished.contains(&status) {
            return Ok(Outcome::Waiting);
        }
        let (what, detail, action) = match status {
            OrderStatus::Placed => {
                let deadline = order.record.deadline.unwrap_or(Timestamp(u64::MAX));
                let Some(room) = room else { return Ok(Outcome::Deliverable(deadline)) };
                let (file, action) = self.deliver_by(deadline, &order, room).await?;
                (What::Delivered, said!("{} to {}", "{} 至 {}", file.display(), self.depot.location()), action)
            }
            OrderStatus::Acknowledged => (
                What::Revealed,
                said!("the buyer has the sealed bytes", "需方已收到密封字节"),
                revelation(self.session, &order)?,
            ),
            OrderStatus::KeyChallenged => {
                let secret = secret_of(self.session, &order)?;
                (
                    What::Opened,
                    said!("the buyer has challenged it", "需方已提出质疑"),
                    Action::OpenKey { order: order.id, secret },
                )
            }
            _ => return Ok(Outcome::Waiting),
        };
        let transaction = self.commit(action).await?;
        Ok(Outcome::Finished(status, Step::new(what, detail).of(order.id).by(transaction)))
    }

    fn end(&self, order: &Entity<OrderId, Order>) -> Result<Outcome, CommandError> {
        let forgotten = kept::forget_secrets(self.session, order.id)?;
        let forgotten =
            if forgotten { said!("; its secret is forgotten", "；其交付密钥已删除") } else { Said::default() };
        let status = because(word(&order.record.status), order.record.refund_cause.map(|cause| word(&cause)));
        Ok(Outcome::Ended(Step::new(What::Ended, plain(format_args!("{status}{forgotten}"))).of(order.id)))
    }

    /// Delivers, if that is done by the deadline: after it the room is of more use to others.
    async fn deliver_by(
        &self,
        deadline: Timestamp,
        order: &Entity<OrderId, Order>,
        room: Room,
    ) -> Result<(PathBuf, Action), CommandError> {
        // The chain's time is what counts, whatever this machine's clock says.
        let time = self.session.client()?.head().await?.time;
        let left = Duration::from_millis(deadline.0.saturating_sub(time.0));
        tokio::time::timeout(left, self.deliver(order, room)).await.map_err(|_| {
            CommandError::failed(said!(
                "the order's deadline came before all was in the depot",
                "内容尚未全部存放，合同期限已到"
            ))
        })?
    }

    /// Seals what was ordered and puts it into the depot.
    async fn deliver(&self, order: &Entity<OrderId, Order>, room: Room) -> Result<(PathBuf, Action), CommandError> {
        let sealing = Sealing::prepare(self.session, order).await?;
        let (asset, version, wanted) = (order.record.asset, order.record.version, sealing.expected);
        let files = Arc::clone(&self.shelf);
        // Hashing and sealing take as long as the file is large: others are served meanwhile. It goes on when nobody waits
        // for it any more, and has the room as long.
        let (file, sealed, sealing, _room) = blocking(move || {
            let found = files.lock().unwrap_or_else(PoisonError::into_inner).find(asset, version, wanted)?;
            let file = found.ok_or_else(|| {
                let message = said!(
                    "there is no file for version {version} of asset {asset}: {wanted}",
                    "没有数据资产 {asset} 第 {version} 版的文件：{wanted}"
                );
                CommandError::new(Kind::NotFound, message)
            })?;
            let sealed = sealing.seal(&file, &mut |_, _| {})?;
            Ok((file, sealed, sealing, room))
        })
        .await?;
        let action = sealing.send(&sealed, &self.depot, &mut |_, _| {}).await?;
        Ok((file, action))
    }

    /// Signs, sends and waits.
    async fn commit(&self, action: Action) -> Result<TransactionId, CommandError> {
        let client = self.session.client()?;
        let sent = {
            let _turn = self.lane.lock().await;
            let body = client.prepare(self.signer.participant, action, &body_options(self.session)).await?;
            let transaction = self.signer.sign(body);
            require_approvals(&client.missing_approvals(&transaction).await?)?;
            client.submit(&transaction).await.map(|submission| submission.id)
        };
        let waited = match sent {
            Ok(id) => client.wait(id, std_duration(self.session.global.wait_timeout)).await.map(|_| id),
            Err(error) => Err(error),
        };
        match waited {
            Ok(id) => Ok(id),
            Err(error @ SdkError::Problem(_)) => {
                Err(explain(self.session, error.into(), self.signer.participant).await)
            }
            Err(error) => Err(error.into()),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(CommandError::failed(said!("the work broke off: {error}", "工作中断：{error}"))),
    }
}
