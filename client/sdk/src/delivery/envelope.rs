//! What is sealed to a delivery key: age files.
//!
//! The ledger has delivery keys as raw X25519 points; age writes the same bytes in Bech32.

use std::io::{BufReader, BufWriter, Read, Write};

use age::stream::{StreamReader, StreamWriter};
use age::x25519;
use bech32::{Bech32, Hrp};
use yaosu_ledger::model::{DeliveryKey, SealedKey};
use yaosu_ledger::sealed::Secret;
use zeroize::Zeroizing;

use super::DeliveryError;
use crate::key_file::DeliverySecret;

/// Seals a secret to the buyer of one order. At most 454 bytes, whatever padding age adds.
///
/// # Errors
/// [`DeliveryError::Recipient`].
///
/// # Panics
/// Never: writing to a vector can't fail, and the result fits.
pub fn seal_secret(secret: &Secret, to: &DeliveryKey) -> Result<SealedKey, DeliveryError> {
    let mut writer = writer(Vec::new(), to)?;
    writer.write_all(Zeroizing::new(secret.to_bytes()).as_slice()).expect("writing to a vector can't fail");
    let buffer = writer.finish().and_then(|buffer| buffer.into_inner().map_err(Into::into));
    let bytes = buffer.expect("writing to a vector can't fail");
    Ok(SealedKey::new(bytes).expect("an age file of 64 bytes has 454 bytes at most"))
}

/// Opens a secret that was sealed to this key. Whether it is the committed one is for the caller to ask.
///
/// # Errors
/// [`DeliveryError::Unopened`].
pub fn open_secret(sealed: &SealedKey, key: &DeliverySecret) -> Result<Secret, DeliveryError> {
    let what = "the sealed key";
    let unopened = |reason: String| DeliveryError::Unopened { what: what.to_owned(), reason };
    let mut reader = reader(sealed.as_bytes(), key, what)?;
    let mut bytes = Zeroizing::new([0; Secret::BYTES]);
    reader.read_exact(bytes.as_mut_slice()).map_err(|error| unopened(error.to_string()))?;
    match reader.read(&mut [0]) {
        Ok(0) => Ok(Secret::from_bytes(&bytes)),
        Ok(_) => Err(unopened(format!("it has more than {} bytes", Secret::BYTES))),
        Err(error) => Err(unopened(error.to_string())),
    }
}

/// Seals what is written. [`StreamWriter::finish`] must be called at the end.
pub(super) fn writer<W: Write>(output: W, to: &DeliveryKey) -> Result<StreamWriter<BufWriter<W>>, DeliveryError> {
    let refused = || DeliveryError::Recipient { key: *to };
    let text = bech32::encode::<Bech32>(Hrp::parse_unchecked("age"), &to.0).expect("32 bytes fit");
    let recipient: x25519::Recipient = text.parse().map_err(|_| refused())?;
    let recipients = core::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| refused())?;
    encryptor.wrap_output(BufWriter::new(output)).map_err(|_| refused())
}

/// Opens what is read. What it gives is authenticated piece by piece, and its end is.
pub(super) fn reader<R: Read>(
    input: R,
    key: &DeliverySecret,
    what: &str,
) -> Result<StreamReader<BufReader<R>>, DeliveryError> {
    let unopened = |error: age::DecryptError| DeliveryError::Unopened { what: what.to_owned(), reason: words(&error) };
    let decryptor = age::Decryptor::new_buffered(BufReader::new(input)).map_err(unopened)?;
    decryptor.decrypt(core::iter::once(&identity(key) as &dyn age::Identity)).map_err(unopened)
}

fn words(error: &age::DecryptError) -> String {
    match error {
        age::DecryptError::NoMatchingKeys => "it is sealed to another key".to_owned(),
        other => other.to_string(),
    }
}

fn identity(key: &DeliverySecret) -> x25519::Identity {
    let text = bech32::encode::<Bech32>(Hrp::parse_unchecked("age-secret-key-"), key.bytes()).expect("32 bytes fit");
    Zeroizing::new(text).parse().expect("any 32 bytes are a private key")
}

/// The most bytes that an age file for one recipient has around this many.
pub(super) const fn sealed_bytes_max(bytes: u64) -> u64 {
    const HEADER_MAX: u64 = 1024;
    const TAG: u64 = 16;
    const PIECE: u64 = 64 * 1024;
    bytes.saturating_add(HEADER_MAX).saturating_add((bytes / PIECE + 1) * TAG)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a secret goes to its buyer and to nobody else, whatever padding age draws, and fits the ledger's field.
    #[test]
    fn a_secret_reaches_its_buyer_alone() {
        let (bob, eve) = (DeliverySecret::from_bytes(&[1; 32]), DeliverySecret::from_bytes(&[2; 32]));
        let secret = Secret { key: [3; 32], salt: [4; 32] };
        for _ in 0..200 {
            let sealed = seal_secret(&secret, &bob.public()).expect("it is a key");
            assert_eq!(open_secret(&sealed, &bob).expect("it is sealed to bob"), secret);
            assert!(matches!(open_secret(&sealed, &eve), Err(DeliveryError::Unopened { .. })));
        }
    }

    /// Goal: rubbish is told, not taken for a secret.
    #[test]
    fn rubbish_does_not_open() {
        let bob = DeliverySecret::from_bytes(&[1; 32]);
        let sealed = |bytes: &[u8]| {
            let mut output = writer(Vec::new(), &bob.public()).expect("it is a key");
            output.write_all(bytes).expect("it is in memory");
            let bytes = output.finish().expect("it is in memory").into_inner().expect("it is in memory");
            SealedKey::new(bytes).expect("it is short")
        };
        assert!(open_secret(&sealed(&[0; 64]), &bob).is_ok());
        for bad in [sealed(&[0; 63]), sealed(&[0; 65]), sealed(&[])] {
            assert!(open_secret(&bad, &bob).is_err());
        }
        for bad in [&b""[..], b"rubbish", &[0; 512]] {
            let bad = SealedKey::new(bad.to_vec()).expect("it is short");
            assert!(open_secret(&bad, &bob).is_err());
        }
    }

    /// Goal: our keys are age's: its own text of a key (from age's specification) names the same point.
    #[test]
    fn keys_are_those_of_age() {
        let key = DeliverySecret::from_bytes(&[7; 32]);
        let text = identity(&key).to_public().to_string();
        let (prefix, bytes) = bech32::decode(&text).expect("age writes Bech32");
        assert_eq!((prefix.as_str(), bytes.as_slice()), ("age", key.public().0.as_slice()));
    }
}
