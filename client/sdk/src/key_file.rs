//! Private keys in files: encrypted PKCS#8, which OpenSSL reads and writes too.
//!
//! Two kinds: ed25519 keys, which sign, and X25519 keys, which deliveries are sealed to. A file of one kind does not open
//! as the other.
//!
//! Next to `NAME.pem` stands `NAME.pub`, one line with the public key in hex, so that a key can be shown without its
//! password. It guards as well: the encryption has no checksum, so a damaged file may open to another key, and only
//! the public half tells.

mod pem;

use core::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use curve25519_dalek::MontgomeryPoint;
use pkcs8::ObjectIdentifier;
use yaosu_ledger::Digest;
use yaosu_ledger::model::DeliveryKey;
use yaosu_ledger::signature::{PublicKey, SigningKey};
use zeroize::Zeroizing;

use pem::{Algorithm, Fault};

/// The 32 bytes of a private key.
type Secret = Zeroizing<[u8; 32]>;

const ED25519: Algorithm = Algorithm {
    name: "ed25519",
    identifier: ObjectIdentifier::new_unwrap("1.3.101.112"),
    public_half: |seed| *SigningKey::from_seed(**seed).public().as_bytes(),
};

const X25519: Algorithm = Algorithm {
    name: "X25519",
    identifier: ObjectIdentifier::new_unwrap("1.3.101.110"),
    public_half: |secret| MontgomeryPoint::mul_base_clamped(**secret).to_bytes(),
};

/// A larger file is no key. An encrypted ed25519 key has about 400 bytes.
pub const KEY_FILE_BYTES_MAX: u64 = 16 * 1024;

/// The mode bits that let somebody else than the owner at a file.
const OTHERS: u32 = 0o077;

/// The 32 secret bytes that an ed25519 key grows from. Wiped from memory when dropped; never printed.
///
/// A [`SigningKey`] does not give its seed away, so whoever wants to store a key keeps the seed until it is stored.
///
/// ```
/// use yaosu_sdk::key_file::{self, KeyFileError, Seed};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("alice.pem");
/// let public = key_file::create(&path, &Seed::generate()?, b"a password")?;
///
/// assert_eq!(key_file::public_key(&path)?, public, "needs no password");
/// assert_eq!(key_file::open(&path, b"a password")?.public(), public);
/// assert!(matches!(key_file::open(&path, b"another"), Err(KeyFileError::WrongPassword { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Seed(Secret);

/// The 32 secret bytes of an X25519 key, which deliveries are sealed to. Wiped from memory when dropped; never printed.
pub struct DeliverySecret(Secret);

/// Why a key file can't be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Nothing is there.
    #[error("there is no key file {}", path.display())]
    NotFound {
        /// What was looked for.
        path: PathBuf,
    },
    /// Somebody else than the owner may use the file.
    #[error("{} may be used by others (mode {mode:03o}): run `chmod 600 {}`", path.display(), path.display())]
    PermissionsTooOpen {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The password is another one, or the encrypted part is damaged: the two look the same.
    #[error("the password does not open {}", path.display())]
    WrongPassword {
        /// The key file.
        path: PathBuf,
    },
    /// A password of no bytes protects nothing.
    #[error("the password is empty")]
    EmptyPassword,
    /// The key lies in the file as it is.
    #[error(
        "the key in {} is not encrypted: run `openssl pkcs8 -topk8 -v2 aes-256-cbc -in {} -out NEW.pem`",
        path.display(), path.display()
    )]
    NotEncrypted {
        /// The key file.
        path: PathBuf,
    },
    /// Anything else than a key of the wanted kind in PKCS#8, or a damaged one.
    #[error("{} is not an {algorithm} key file: {reason}", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// The wanted kind.
        algorithm: &'static str,
        /// What it is instead, or where it breaks off.
        reason: String,
    },
    /// The key is not the one that its `.pub` file names: one of the two is damaged or was swapped.
    #[error("the key in {} has the public key {found}, the file beside it says {expected}", path.display())]
    PublicKeyDiffers {
        /// The key file.
        path: PathBuf,
        /// What the `.pub` file says.
        expected: Digest,
        /// What belongs to the private key.
        found: Digest,
    },
    /// A key is never overwritten.
    #[error("{} is already there, and a key is never overwritten", path.display())]
    Exists {
        /// The file in the way: the key file or its `.pub` file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Seed {
    /// Draws a new key from the system's random numbers.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate() -> Result<Self, KeyFileError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(KeyFileError::Random)?;
        Ok(Self(bytes))
    }

    /// Takes 32 bytes that were drawn uniformly at random. The caller wipes its own copy.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key that grows from it.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(*self.0)
    }
}

impl DeliverySecret {
    /// Draws a new key from the system's random numbers.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate() -> Result<Self, KeyFileError> {
        Seed::generate().map(|seed| Self(seed.0))
    }

    /// Takes 32 bytes that were drawn uniformly at random. The caller wipes its own copy.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// What deliveries are sealed to.
    #[must_use]
    pub fn public(&self) -> DeliveryKey {
        Digest((X25519.public_half)(&self.0))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DeliverySecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DeliverySecret(of {})", self.public())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seed(secret)")
    }
}

/// Stores a key, encrypted under a password, with its `.pub` file beside it. Gives the public key.
///
/// Both files appear whole and synced to the disk, or not at all; nothing is overwritten. The key file has mode 600.
/// Takes about 150 ms, which every guess of the password costs too.
///
/// # Errors
/// [`KeyFileError::Exists`], [`KeyFileError::EmptyPassword`], [`KeyFileError::Random`], [`KeyFileError::Io`].
pub fn create(path: &Path, seed: &Seed, password: &[u8]) -> Result<PublicKey, KeyFileError> {
    create_as(&ED25519, path, &seed.0, password)?;
    Ok(seed.signing_key().public())
}

/// The same for a key that deliveries are sealed to.
///
/// # Errors
/// As [`create`].
pub fn create_delivery(path: &Path, secret: &DeliverySecret, password: &[u8]) -> Result<DeliveryKey, KeyFileError> {
    create_as(&X25519, path, &secret.0, password)
}

fn create_as(algorithm: &Algorithm, path: &Path, secret: &Secret, password: &[u8]) -> Result<Digest, KeyFileError> {
    if password.is_empty() {
        return Err(KeyFileError::EmptyPassword);
    }
    let beside = public_key_path(path);
    // Asked before the slow part, for a quick answer; what counts is that placing a file never replaces one.
    for path in [path, &beside] {
        if path.symlink_metadata().is_ok() {
            return Err(KeyFileError::Exists { path: path.to_owned() });
        }
    }
    let text = pem::encode(algorithm, secret, password).map_err(|fault| fault.at(algorithm, path))?;
    let public = Digest((algorithm.public_half)(secret));
    place(path, text.as_bytes(), 0o600)?;
    place(&beside, format!("{public}\n").as_bytes(), 0o644).inspect_err(|_| {
        // Nobody has been told of this key yet. If it can't be taken back, a key without its `.pub` file is left,
        // which is still a good key.
        let _ = fs::remove_file(path);
    })?;
    Ok(public)
}

/// Opens an encrypted key file. Reads whatever OpenSSL writes with `pkcs8 -topk8 -v2 aes-256-cbc` or `-scrypt`.
///
/// # Errors
/// [`KeyFileError::NotFound`], [`KeyFileError::PermissionsTooOpen`], [`KeyFileError::NotEncrypted`],
/// [`KeyFileError::NotAKey`], [`KeyFileError::WrongPassword`], [`KeyFileError::PublicKeyDiffers`],
/// [`KeyFileError::Io`].
pub fn open(path: &Path, password: &[u8]) -> Result<SigningKey, KeyFileError> {
    open_with(&ED25519, path, Some(password)).map(|seed| SigningKey::from_seed(*seed))
}

/// The same for a key that deliveries are sealed to.
///
/// # Errors
/// As [`open`].
pub fn open_delivery(path: &Path, password: &[u8]) -> Result<DeliverySecret, KeyFileError> {
    open_with(&X25519, path, Some(password)).map(DeliverySecret)
}

/// Opens a key file that is not encrypted, for whoever asks for just that.
///
/// # Errors
/// As [`open`]; [`KeyFileError::NotAKey`] if the key is encrypted.
pub fn open_unencrypted(path: &Path) -> Result<SigningKey, KeyFileError> {
    open_with(&ED25519, path, None).map(|seed| SigningKey::from_seed(*seed))
}

/// Reads the public half of a key from its `.pub` file: no password needed.
///
/// # Errors
/// [`KeyFileError::NotFound`], [`KeyFileError::NotAKey`], [`KeyFileError::Io`], all with the path of the `.pub` file.
pub fn public_key(path: &Path) -> Result<PublicKey, KeyFileError> {
    public_half(&ED25519, path)?.to_string().parse().map_err(|_| {
        let reason = "it has no public key that signatures could be checked with".to_owned();
        KeyFileError::NotAKey { path: public_key_path(path), algorithm: ED25519.name, reason }
    })
}

/// The same for a key that deliveries are sealed to.
///
/// # Errors
/// As [`public_key`].
pub fn delivery_key(path: &Path) -> Result<DeliveryKey, KeyFileError> {
    public_half(&X25519, path)
}

fn public_half(algorithm: &Algorithm, path: &Path) -> Result<Digest, KeyFileError> {
    let path = public_key_path(path);
    let not_a_key = || KeyFileError::NotAKey {
        path: path.clone(),
        algorithm: algorithm.name,
        reason: "it has not 64 digits of hex".to_owned(),
    };
    let (bytes, _) = read(algorithm, &path)?;
    let text = core::str::from_utf8(&bytes).map_err(|_| not_a_key())?;
    text.trim_end().parse().map_err(|_| not_a_key())
}

/// Where the public half of a key stands: `alice.pub` for `alice.pem`, and `alice.key.pub` for `alice.key`.
#[must_use]
pub fn public_key_path(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|extension| extension == "pem") {
        return path.with_extension("pub");
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

fn open_with(algorithm: &Algorithm, path: &Path, password: Option<&[u8]>) -> Result<Secret, KeyFileError> {
    let (bytes, mode) = read(algorithm, path)?;
    if mode & OTHERS != 0 {
        return Err(KeyFileError::PermissionsTooOpen { path: path.to_owned(), mode });
    }
    let secret = pem::decode(algorithm, &bytes, password).map_err(|fault| fault.at(algorithm, path))?;
    let found = Digest((algorithm.public_half)(&secret));
    match public_half(algorithm, path) {
        Ok(expected) if expected != found => {
            Err(KeyFileError::PublicKeyDiffers { path: path.to_owned(), expected, found })
        }
        // A key that came from elsewhere has no `.pub` file.
        Ok(_) | Err(KeyFileError::NotFound { .. }) => Ok(secret),
        Err(error) => Err(error),
    }
}

/// Reads a small file, and its permission bits from the same handle, so that both are of one file.
fn read(algorithm: &Algorithm, path: &Path) -> Result<(Zeroizing<Vec<u8>>, u32), KeyFileError> {
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::NotFound { path: path.to_owned() },
        _ => KeyFileError::Io { path: path.to_owned(), source },
    };
    let not_a_key = |reason: &str| KeyFileError::NotAKey {
        path: path.to_owned(),
        algorithm: algorithm.name,
        reason: reason.to_owned(),
    };
    // Asked before opening: opening a pipe would wait for a writer.
    if !fs::metadata(path).map_err(io)?.is_file() {
        return Err(not_a_key("it is no regular file"));
    }
    let file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    // All room at once: a buffer that grows leaves copies of the secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(KEY_FILE_BYTES_MAX + 1).expect("it is small")));
    file.take(KEY_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > KEY_FILE_BYTES_MAX {
        return Err(not_a_key(&format!("it has more than {KEY_FILE_BYTES_MAX} bytes")));
    }
    Ok((bytes, metadata.permissions().mode() & 0o777))
}

/// Puts a whole file in its place, synced, unless something is there.
pub(crate) fn place(path: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyFileError> {
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists { path: path.to_owned() },
        _ => KeyFileError::Io { path: path.to_owned(), source },
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.as_file().sync_all().map_err(io)?;
    file.persist_noclobber(path).map_err(|error| io(error.error))?;
    // The name is durable only when the folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}

impl Fault {
    fn at(self, algorithm: &Algorithm, path: &Path) -> KeyFileError {
        let path = path.to_owned();
        match self {
            Self::WrongPassword => KeyFileError::WrongPassword { path },
            Self::NotEncrypted => KeyFileError::NotEncrypted { path },
            Self::NotAKey(reason) => KeyFileError::NotAKey { path, algorithm: algorithm.name, reason },
            Self::Random(error) => KeyFileError::Random(error),
        }
    }
}
