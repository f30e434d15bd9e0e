//! A node's own keys: PKCS#8 in PEM, not encrypted, since nobody is there to type a password when a node starts.
//! What protects them is the mode of the file: a key that others may read is refused.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use yaosu_ledger::signature::{PublicKey, SigningKey};

use crate::error::NodeError;

/// The secret of a key.
pub struct Seed([u8; 32]);

impl Seed {
    /// A new one, from the operating system's randomness.
    ///
    /// # Errors
    /// If the system gives none.
    pub fn generate() -> Result<Self, NodeError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| NodeError::Ended(format!("no randomness: {error}")))?;
        Ok(Self(seed))
    }

    /// The secret itself.
    pub const fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// As a key of the ledger.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(self.0)
    }

    /// What others know of it.
    pub fn public(&self) -> PublicKey {
        self.signing_key().public()
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`NodeError::Key`] if it is no key or others may read it.
    pub fn read(path: &Path) -> Result<Self, NodeError> {
        let wrong = |message: String| NodeError::Key { path: path.to_owned(), message };
        let metadata = fs::metadata(path).map_err(|error| NodeError::io("read", path, error))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(wrong(format!("others may read it (mode {mode:o}); run: chmod 600 {}", path.display())));
        }
        let pem = fs::read_to_string(path).map_err(|error| NodeError::io("read", path, error))?;
        let key = KeypairBytes::from_pkcs8_pem(&pem)
            .map_err(|error| wrong(format!("not an unencrypted ed25519 key in PKCS#8: {error}")))?;
        Ok(Self(key.secret_key))
    }

    /// Writes a key file that only its owner may read, and never over another.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), NodeError> {
        let failed = |error| NodeError::io("write", path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| NodeError::io("make", folder, error))?;
        }
        // Without the public key inside: version 1, which every OpenSSL reads.
        let key = KeypairBytes { secret_key: self.0, public_key: None };
        let pem = key.to_pkcs8_pem(LineEnding::LF).expect("32 bytes have a form in PKCS#8");
        // Under its name it is there whole or not at all, and takes nobody's place.
        let new = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new).map_err(failed)?;
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::hard_link(&new, path).map_err(failed)?;
        fs::remove_file(&new).map_err(failed)
    }
}
