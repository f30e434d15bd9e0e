//! The seller's secrets: one small file an order, for the owner alone, from before the delivery until the order's end.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use yaosu_ledger::sealed::Secret;
use zeroize::Zeroizing;

use super::{DeliveryError, io_at};
use crate::key_file;

/// Keeps a secret, synced to the disk, unless one is there. Must be done before the ledger hears of its commitment.
///
/// # Errors
/// [`DeliveryError::Exists`], [`DeliveryError::Io`].
pub fn keep_secret(path: &Path, secret: &Secret) -> Result<(), DeliveryError> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    create_synced(folder)?;
    let bytes = Zeroizing::new(secret.to_bytes());
    key_file::place(path, bytes.as_slice(), 0o600).map_err(|error| match error {
        key_file::KeyFileError::Io { path, source } => DeliveryError::Io { path, source },
        _ => DeliveryError::Exists { path: path.to_owned() },
    })
}

/// Makes a folder and those above it that are not there, and syncs the one that each stands in, whether it is new or was
/// there: a name is durable only when its folder is.
///
/// # Errors
/// [`DeliveryError::Io`].
pub fn create_synced(folder: &Path) -> Result<(), DeliveryError> {
    // As far up as something is missing; the one above the topmost of these, which is there, is synced as well.
    let missing = folder.ancestors().take_while(|folder| !folder.is_dir()).count();
    fs::create_dir_all(folder).map_err(io_at(folder))?;
    for above in folder.ancestors().skip(1).take(missing.max(1)) {
        let above = if above == Path::new("") { Path::new(".") } else { above };
        fs::File::open(above).and_then(|above| above.sync_all()).map_err(io_at(above))?;
    }
    Ok(())
}

/// The secret that is kept there, if one is.
///
/// # Errors
/// [`DeliveryError::Io`], also if the file holds anything else.
pub fn kept_secret(path: &Path) -> Result<Option<Secret>, DeliveryError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_at(path)(error)),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(Secret::BYTES + 1));
    file.take(Secret::BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io_at(path))?;
    match <&[u8; Secret::BYTES]>::try_from(bytes.as_slice()) {
        Ok(bytes) => Ok(Some(Secret::from_bytes(bytes))),
        Err(_) => Err(io_at(path)(io::Error::new(io::ErrorKind::InvalidData, "not the secret of a delivery"))),
    }
}

/// Removes a secret that nobody can ask for any more.
///
/// # Errors
/// [`DeliveryError::Io`].
pub fn forget_secret(path: &Path) -> Result<(), DeliveryError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(path)(error)),
        _ => Ok(()),
    }
}
