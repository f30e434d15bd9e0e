//! The seller's side of one order: its one secret, the sealed files, and what the ledger is told of them.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use yaosu_api::Entity;
use yaosu_ledger::model::{DeliveryKey, Order};
use yaosu_ledger::sealed::Secret;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{OrderId, Text};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery::{self, CHUNKS, DeliveryError, Depot, NODES, Progress, SealedDelivery};

use super::exchange::expected;
use super::kept;
use crate::command_error::CommandError;
use crate::home::io_error;
use crate::said::{Said, said};
use crate::session::Session;

/// An order that is being sealed. No other program of this home seals it at the same time.
///
/// The secret is on the disk before anything is sealed with it, and it stays the same however often the order is
/// sealed: the sealed bytes and the commitment then are the same too, so that what lies in the depot fits whichever
/// attempt the ledger has heard of. It never seals anything but the registered file.
#[derive(Debug)]
pub struct Sealing {
    /// Which order.
    order: OrderId,
    /// What was ordered.
    pub expected: Fingerprint,
    to: DeliveryKey,
    secret: Secret,
    spool: PathBuf,
    _lock: File,
}

impl Sealing {
    /// Takes up an order: with the secret that is kept for it, or a new one that is kept from now on.
    ///
    /// # Errors
    /// The order is not one for sealed bytes, another program is at it, or the secret can't be kept.
    pub async fn prepare(session: &Session, order: &Entity<OrderId, Order>) -> Result<Self, CommandError> {
        let expected = expected(session, &order.record).await?;
        let to = order
            .record
            .delivery_key
            .ok_or_else(|| CommandError::failed(said!("the order has no delivery key", "该合同没有交付密钥")))?;
        let folder = session.home.outgoing_of(order.id);
        delivery::create_synced(&folder)?;
        let lock = lock(&folder.join(kept::LOCK), &said!("order {} is being delivered", "合同 {} 正在交付", order.id))?;
        let secret = if let Some(secret) = kept::secrets(&folder)?.into_iter().next() {
            secret
        } else {
            let secret = delivery::new_secret()?;
            delivery::keep_secret(&session.home.secret_path(order.id, secret.commitment()), &secret)?;
            secret
        };
        Ok(Self { order: order.id, expected, to, secret, spool: session.home.spool_path()?, _lock: lock })
    }

    /// Seals a file, or a folder as one archive.
    ///
    /// # Errors
    /// It is not what was registered, or can't be read.
    pub fn seal(&self, file: &Path, progress: Progress<'_>) -> Result<SealedDelivery, DeliveryError> {
        let packed = delivery::pack(file, &self.spool)?;
        delivery::seal_file(packed.path(), self.expected, &self.secret, &self.to, &self.spool, progress)
    }

    /// Puts what was sealed into the order's folder of a depot; gives what the ledger is to be told.
    ///
    /// # Errors
    /// The depot does not take it.
    pub async fn send(
        &self,
        sealed: &SealedDelivery,
        depot: &Depot,
        progress: Progress<'_>,
    ) -> Result<Action, CommandError> {
        let depot = depot.of_order(self.order);
        for (name, path) in [(CHUNKS, sealed.chunks()), (NODES, sealed.nodes())] {
            depot.put(name, &path, progress).await?;
        }
        let location = Text::new(depot.location())
            .map_err(|error| CommandError::usage(said!("the location: {error}", "位置：{error}")))?;
        Ok(Action::Deliver { order: self.order, location, commitment: sealed.commitment })
    }
}

/// Holds a file for this process alone, until it is dropped.
///
/// # Errors
/// Another process holds it, which is said in these words.
pub fn lock(path: &Path, held: &Said) -> Result<File, CommandError> {
    let fault = |error| io_error(path, &error);
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(CommandError::failed(said!("{held} by another program already", "{held}：另一程序正在进行")))
        }
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}
