//! Public keys as decentralised identifiers: `did:key`, by way of multibase in base 58 (Bitcoin's digits).
//!
//! Source: W3C CCG, The did:key Method; Multiformats, multibase and multicodec.

use yaosu_ledger::signature::PublicKey;

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The multicodec of an ed25519 public key.
const ED25519: [u8; 2] = [0xed, 0x01];

/// The identifier of a key.
#[must_use]
pub fn did_key(key: &PublicKey) -> String {
    format!("did:key:{}", fragment(key))
}

/// The key as its document names it: `DID#FRAGMENT`.
#[must_use]
pub fn verification_method(key: &PublicKey) -> String {
    format!("{}#{}", did_key(key), fragment(key))
}

/// The key that an identifier stands for; `None` if it is not the one text of an ed25519 key.
#[must_use]
pub fn key_of(did: &str) -> Option<PublicKey> {
    let bytes = from_multibase(did.strip_prefix("did:key:")?)?;
    let key = PublicKey(bytes.strip_prefix(&ED25519)?.try_into().ok()?);
    (did_key(&key) == did).then_some(key)
}

fn fragment(key: &PublicKey) -> String {
    multibase(&[&ED25519, key.as_bytes().as_slice()].concat())
}

/// Bytes in base 58, with the letter in front that says so.
#[must_use]
pub(super) fn multibase(bytes: &[u8]) -> String {
    // Digits of the number, the least first.
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = digits.iter().rev().map(|digit| char::from(DIGITS[usize::from(*digit)]));
    core::iter::once('z').chain(core::iter::repeat_n('1', zeros)).chain(digits).collect()
}

/// The bytes again; `None` for another base or a wrong digit.
#[must_use]
pub(super) fn from_multibase(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix('z')?;
    let mut bytes: Vec<u8> = Vec::new();
    for digit in text.bytes() {
        let mut carry = u32::try_from(DIGITS.iter().position(|known| *known == digit)?).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    bytes.extend(text.bytes().take_while(|digit| *digit == b'1').map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the example of the specification, and the way back.
    #[test]
    fn keys_have_their_published_identifiers() {
        // The key pair of RFC 8032, section 7.1, test 1, whose identifier other libraries print so.
        let key: PublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a".parse().expect("a key");
        let did = did_key(&key);
        assert_eq!(key_of(&did), Some(key));
        assert_eq!(did, "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
        assert_eq!(verification_method(&key), format!("{did}#{}", &did["did:key:".len()..]));
        for bad in
            ["did:key:", "did:key:z", "did:web:x", &did[..did.len() - 1], &format!("{did}1"), &did.replace('z', "Z")]
        {
            assert_eq!(key_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn base_58_goes_both_ways() {
        for (bytes, text) in
            [(&b""[..], "z"), (b"\0", "z1"), (b"\0\0\x01", "z112"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U")]
        {
            assert_eq!(multibase(bytes), text);
            assert_eq!(from_multibase(text).as_deref(), Some(bytes));
        }
        assert_eq!(from_multibase("z0"), None);
        assert_eq!(from_multibase("f00"), None);
    }
}
