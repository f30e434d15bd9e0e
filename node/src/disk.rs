//! How much room a disk has.

use std::path::Path;

/// Bytes that the node may still write where this folder is.
///
/// # Errors
/// What the system says.
pub fn available(path: &Path) -> std::io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
