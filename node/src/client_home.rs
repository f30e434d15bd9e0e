//! The home of `yaosu` that a local network comes with: a profile, and the keys of all sample participants.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use curve25519_dalek::MontgomeryPoint;
use ed25519_dalek::pkcs8::spki::der::asn1::OctetStringRef;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{PrivateKeyInfoRef, spki};
use pkcs8::pkcs5::pbes2;
use yaosu_ledger::Digest;
use yaosu_ledger::codec;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::signature::PublicKey;

use crate::error::NodeError;
use crate::keys::Seed;

/// The password of all sample keys. It stands in the folder too: these keys guard nothing.
const PASSWORD: &str = "sample keys guard nothing";

/// Rounds of key derivation: few, since the password is known.
const ROUNDS: u32 = 2_048;

/// The profile that stands in the home.
pub const PROFILE: &str = "dev";

/// A home folder of `yaosu`.
pub struct ClientHome(PathBuf);

impl ClientHome {
    /// The folder, which need not exist.
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Makes the folder with the password file.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn make(&self) -> Result<(), NodeError> {
        for folder in [self.0.join("keys"), self.0.join("genesis")] {
            fs::create_dir_all(&folder).map_err(|error| NodeError::io("make", &folder, error))?;
        }
        write(&self.password_file(), PASSWORD.as_bytes(), 0o600)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the key of this name is.
    pub fn key_file(&self, name: &str) -> PathBuf {
        self.0.join("keys").join(format!("{name}.pem"))
    }

    /// Where the password of all keys is.
    pub fn password_file(&self) -> PathBuf {
        self.0.join("password")
    }

    /// Makes a key in a file of this name, encrypted under the sample password, with its public half beside it.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn make_key(&self, name: &str) -> Result<PublicKey, NodeError> {
        let seed = Seed::generate()?;
        let public = seed.public();
        self.write_key(name, "1.3.101.112", &seed, &public.to_string())?;
        Ok(public)
    }

    /// The same for the key that deliveries to this name are sealed to: X25519.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn make_delivery_key(&self, name: &str) -> Result<Digest, NodeError> {
        let secret = Seed::generate()?;
        let public = Digest(MontgomeryPoint::mul_base_clamped(secret.bytes()).to_bytes());
        self.write_key(&format!("{name}.delivery"), "1.3.101.110", &secret, &public.to_string())?;
        Ok(public)
    }

    fn write_key(&self, name: &str, algorithm: &str, seed: &Seed, public: &str) -> Result<(), NodeError> {
        let mut salt = [0; 16];
        let mut iv = [0; 16];
        getrandom::fill(&mut salt)
            .and_then(|()| getrandom::fill(&mut iv))
            .map_err(|error| NodeError::Ended(format!("no randomness: {error}")))?;
        // RFC 8410: the seed as an OCTET STRING within the OCTET STRING of PKCS#8.
        let mut wrapped = vec![0x04, 0x20];
        wrapped.extend_from_slice(&seed.bytes());
        let key = PrivateKeyInfoRef {
            algorithm: spki::AlgorithmIdentifierRef {
                oid: pkcs8::ObjectIdentifier::new_unwrap(algorithm),
                parameters: None,
            },
            private_key: OctetStringRef::new(&wrapped).expect("34 bytes fit"),
            public_key: None,
        };
        let encryption = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv)
            .expect("the parameters are fixed and fit");
        let document = key.encrypt_with_params(encryption, PASSWORD).expect("sizes and parameters are fixed");
        let pem = document.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).expect("the label is good");
        write(&self.key_file(name), pem.as_bytes(), 0o600)?;
        write(&self.0.join("keys").join(format!("{name}.pub")), format!("{public}\n").as_bytes(), 0o644)
    }

    /// Writes the profile: where the nodes are, which chain it is, and how to open the keys.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn write_profile(&self, genesis: &Genesis, nodes: &[String]) -> Result<(), NodeError> {
        let chain = genesis.chain();
        write(&self.0.join("genesis").join(format!("{chain}.bin")), &codec::encode(genesis), 0o644)?;
        let mut profile = toml::Table::new();
        profile.insert("nodes".into(), nodes.to_vec().into());
        profile.insert("chain".into(), chain.to_string().into());
        profile.insert("password_file".into(), self.password_file().display().to_string().into());
        let mut profiles = toml::Table::new();
        profiles.insert(PROFILE.into(), profile.into());
        let mut config = toml::Table::new();
        config.insert("profile".into(), PROFILE.into());
        config.insert("profiles".into(), profiles.into());
        write(&self.0.join("config.toml"), config.to_string().as_bytes(), 0o644)
    }
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), NodeError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| NodeError::io("write", path, error))
}
