//! What this home keeps of an order only as long as it is open: the seller's secret, the buyer's sealed bytes.
//!
//! An order ends once, and nobody can ask for either afterwards: a delivery is proved wrong, a key challenged and a
//! dispute ruled only before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use yaosu_ledger::OrderId;
use yaosu_ledger::model::OrderStatus;
use yaosu_ledger::sealed::Secret;
use yaosu_sdk::delivery;

use crate::command_error::{CommandError, Kind};
use crate::home::io_error;
use crate::said::said;
use crate::screen;
use crate::session::Session;

/// The file that is held while an order is being delivered.
pub const LOCK: &str = "lock";

/// The secrets in the folder of an order, in the order of their names.
///
/// # Errors
/// One of them can't be read.
pub fn secrets(folder: &Path) -> Result<Vec<Secret>, CommandError> {
    let mut secrets = Vec::new();
    for path in secret_files(folder)? {
        secrets.extend(delivery::kept_secret(&path)?);
    }
    Ok(secrets)
}

fn secret_files(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = entries(folder)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "secret"));
    Ok(files)
}

/// What is in a folder, in order. Nothing if there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let fault = |error: io::Error| io_error(folder, &error);
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.map_err(fault)?,
    };
    let mut paths = found.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(fault)?;
    paths.sort();
    Ok(paths)
}

/// The orders that have a folder here.
fn orders(folder: &Path) -> Result<Vec<OrderId>, CommandError> {
    let order = |path: PathBuf| path.file_name()?.to_str()?.parse::<OrderId>().ok();
    Ok(entries(folder)?.into_iter().filter_map(order).collect())
}

/// The orders of this chain that secrets are kept of.
///
/// # Errors
/// They can't be read, or the node can't be asked.
pub async fn outgoing_orders(session: &Session) -> Result<Vec<OrderId>, CommandError> {
    let mut found = Vec::new();
    for order in orders(&session.home.outgoing_path())? {
        found.extend(status(session, order).await?.map(|_| order));
    }
    Ok(found)
}

/// Removes the secrets of an order that has ended. Says whether there was one.
///
/// # Errors
/// A file can't be removed.
pub fn forget_secrets(session: &Session, order: OrderId) -> Result<bool, CommandError> {
    let folder = session.home.outgoing_of(order);
    let files = secret_files(&folder)?;
    for path in &files {
        delivery::forget_secret(path)?;
    }
    remove(&folder)?;
    Ok(!files.is_empty())
}

/// Removes a folder. Another program of this home may be at it too.
fn remove(folder: &Path) -> Result<(), CommandError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(folder, &error)),
        _ => Ok(()),
    }
}

/// The result of a command that went well, after what is kept of orders that have ended meanwhile was removed: secrets
/// of the seller, and of refunded orders the sealed bytes that the buyer has. What can't be asked for or removed now
/// stays for the next time.
pub async fn tidied(session: &Session, result: Result<(), CommandError>) -> Result<(), CommandError> {
    if result.is_ok()
        && !session.global.dry_run
        && let Err(error) = forget_ended(session).await
    {
        screen::note(said!(
            "what is kept of ended orders could not be removed: {}",
            "无法删除已结束合同的留存内容：{}",
            error.message
        ));
    }
    result
}

async fn forget_ended(session: &Session) -> Result<(), CommandError> {
    for order in orders(&session.home.outgoing_path())? {
        if status(session, order).await?.is_some_and(OrderStatus::is_end) {
            forget_secrets(session, order)?;
        }
    }
    for order in orders(&session.home.incoming_path())? {
        // Of a sale they are opened with what stands on the ledger, at any time.
        if status(session, order).await? == Some(OrderStatus::Refunded) {
            remove(&session.home.inbox_path(order))?;
        }
    }
    Ok(())
}

/// Where an order stands; `None` if this chain has none of this name: a home may be of several.
async fn status(session: &Session, order: OrderId) -> Result<Option<OrderStatus>, CommandError> {
    match session.client()?.order(&order.to_string()).await {
        Ok(found) => Ok(Some(found.record.status)),
        Err(error) => match CommandError::from(error) {
            error if error.kind == Kind::NotFound => Ok(None),
            error => Err(error),
        },
    }
}
