//! The text of a key file: PKCS#8 version 1 (RFC 5208), ed25519 and X25519 as in RFC 8410, PBES2 with scrypt and AES-256-CBC.
//!
//! Version 1, without the public key inside, because OpenSSL 3.0 can't read version 2.

use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::{self, EncryptionScheme, pbes2};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument,
};
use zeroize::Zeroizing;

use super::Secret;

/// An algorithm whose private keys are 32 bytes.
pub(super) struct Algorithm {
    pub(super) name: &'static str,
    pub(super) identifier: ObjectIdentifier,
    pub(super) public_half: fn(&Secret) -> [u8; 32],
}

/// An OCTET STRING of 32 bytes: how RFC 8410 wraps a private key.
const SECRET_HEADER: [u8; 2] = [0x04, 0x20];

/// The cost of scrypt. OpenSSL takes no more than 32 MiB, which rules `N` = 2^15 out; five lanes of 16 MiB are as slow
/// to guess. About 150 ms.
const SCRYPT_N: u64 = 1 << 14;
const SCRYPT_R: u16 = 8;
const SCRYPT_P: u16 = 5;

/// What a file may ask for at most: a hostile one must not stall the machine or eat its memory.
const SCRYPT_BYTES_MAX: u64 = 128 << 20;
const SCRYPT_P_MAX: u16 = 64;
const PBKDF2_ROUNDS_MAX: u32 = 10_000_000;

/// Why a text is no key, or can't be made.
#[derive(Debug)]
pub(super) enum Fault {
    WrongPassword,
    NotEncrypted,
    NotAKey(String),
    Random(getrandom::Error),
}

pub(super) fn encode(algorithm: &Algorithm, secret: &Secret, password: &[u8]) -> Result<Zeroizing<String>, Fault> {
    let mut salt = [0; 16];
    let mut iv = [0; 16];
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(Fault::Random)?;

    let mut wrapped = Zeroizing::new([0; 34]);
    wrapped[..2].copy_from_slice(&SECRET_HEADER);
    wrapped[2..].copy_from_slice(secret.as_slice());
    let key = PrivateKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid: algorithm.identifier, parameters: None },
        private_key: OctetStringRef::new(wrapped.as_slice()).expect("34 bytes fit"),
        public_key: None,
    };
    let encryption = pbes2::Parameters {
        kdf: pbes2::Kdf::Scrypt(pbes2::ScryptParams {
            salt: pbes2::Salt::new(salt).expect("16 bytes fit"),
            cost_parameter: SCRYPT_N,
            block_size: SCRYPT_R,
            parallelization: SCRYPT_P,
            key_length: None,
        }),
        encryption: pbes2::EncryptionScheme::Aes256Cbc { iv },
    };
    let document = key.encrypt_with_params(encryption, password).expect("sizes and parameters are fixed");
    Ok(document.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).expect("the label is good"))
}

/// Reads a key: encrypted if a password is given, otherwise not.
pub(super) fn decode(algorithm: &Algorithm, bytes: &[u8], password: Option<&[u8]>) -> Result<Secret, Fault> {
    let text = core::str::from_utf8(bytes).map_err(|_| not_a_key("it is not PEM text"))?;
    let (label, document) =
        SecretDocument::from_pem(text).map_err(|error| not_a_key(&format!("it is not whole PEM text ({error})")))?;
    match (label, password) {
        ("ENCRYPTED PRIVATE KEY", Some(password)) => {
            // Garbage after decryption is a wrong password: padding alone lets one wrong password of 256 through.
            let plain = decrypt(&document, password)?;
            secret_of(algorithm, PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| Fault::WrongPassword)?)
        }
        ("PRIVATE KEY", None) => secret_of(
            algorithm,
            PrivateKeyInfoRef::try_from(document.as_bytes())
                .map_err(|error| not_a_key(&format!("its PKCS#8 structure is damaged ({error})")))?,
        ),
        ("PRIVATE KEY", Some(_)) => Err(Fault::NotEncrypted),
        ("ENCRYPTED PRIVATE KEY", None) => Err(not_a_key("it is encrypted, which was not expected here")),
        ("PUBLIC KEY", _) => Err(not_a_key("it holds only a public key")),
        (label, _) => Err(not_a_key(&format!("its label is {label:?} instead of \"ENCRYPTED PRIVATE KEY\""))),
    }
}

fn decrypt(document: &SecretDocument, password: &[u8]) -> Result<SecretDocument, Fault> {
    let unsupported = |error: &dyn core::fmt::Display| {
        not_a_key(&format!(
            "its encryption is not one that is read here ({error}); `openssl pkcs8 -topk8 -v2 aes-256-cbc` writes one"
        ))
    };
    let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes()).map_err(|error| unsupported(&error))?;
    check_cost(&info.encryption_algorithm)?;
    info.decrypt(password).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::DecryptFailed) | pkcs8::Error::Asn1(_) => Fault::WrongPassword,
        error => unsupported(&error),
    })
}

fn check_cost(scheme: &EncryptionScheme) -> Result<(), Fault> {
    let EncryptionScheme::Pbes2(parameters) = scheme else { return Ok(()) };
    let fits = match &parameters.kdf {
        pbes2::Kdf::Scrypt(scrypt) => {
            let bytes = scrypt.cost_parameter.checked_mul(128 * u64::from(scrypt.block_size));
            bytes.is_some_and(|bytes| bytes <= SCRYPT_BYTES_MAX) && scrypt.parallelization <= SCRYPT_P_MAX
        }
        pbes2::Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= PBKDF2_ROUNDS_MAX,
        _ => true,
    };
    if fits { Ok(()) } else { Err(not_a_key("its key derivation asks for more work than a key file may")) }
}

fn secret_of(algorithm: &Algorithm, key: PrivateKeyInfoRef<'_>) -> Result<Secret, Fault> {
    if key.algorithm.oid != algorithm.identifier {
        return Err(not_a_key(&format!("it holds a key of another algorithm ({})", key.algorithm.oid)));
    }
    let secret = match key.private_key.as_bytes().strip_prefix(&SECRET_HEADER).map(<[u8; 32]>::try_from) {
        Some(Ok(bytes)) => Zeroizing::new(bytes),
        _ => return Err(not_a_key("its private part is not 32 bytes")),
    };
    // Version 2 carries the public key too.
    if let Some(public) = key.public_key
        && public.as_bytes() != Some((algorithm.public_half)(&secret).as_slice())
    {
        return Err(not_a_key("the public key inside does not belong to the private one"));
    }
    Ok(secret)
}

fn not_a_key(reason: &str) -> Fault {
    Fault::NotAKey(reason.to_owned())
}
