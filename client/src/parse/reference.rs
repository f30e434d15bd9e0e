//! What things are called on the command line: an identifier, a unique prefix of one, or a handle.

use crate::said::{Said, plain, said, told};
use core::fmt;
use core::str::FromStr;

use yaosu_api::PREFIX_DIGITS_MIN;
use yaosu_ledger::Handle;
use yaosu_sdk::evidence::{EvidenceCode, EvidenceCodeError};

/// An identifier, a prefix of one that is long enough, or a handle; or a transaction's evidence code, which stands for the
/// prefix that it has in it. Which thing it names, the node says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        if is_prefix(text) || Handle::new(text).is_ok() {
            return Ok(Self(text.to_owned()));
        }
        match text.parse::<EvidenceCode>() {
            Ok(code) => return Ok(Self(code.prefix())),
            Err(error @ EvidenceCodeError::Check) => {
                return Err(told!(format_args!("{text:?}: {error}"), "{text:?}：该存证码有误读之处"));
            }
            Err(EvidenceCodeError::Form) => {}
        }
        Err(said!(
            "{text:?} names nothing: give an identifier, {PREFIX_DIGITS_MIN} or more of its first digits (0-9, a-f), or a participant's handle",
            "{text:?} 不指任何对象：请给出标识、标识开头的 {PREFIX_DIGITS_MIN} 位或更多（0-9、a-f），或参与方代号"
        ))
    }
}

fn is_prefix(text: &str) -> bool {
    (PREFIX_DIGITS_MIN..=64).contains(&text.len())
        && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// `ASSET[@VERSION]`: the latest version if none is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetVersion {
    /// The asset.
    pub asset: Reference,
    /// The version, from 1.
    pub version: Option<u32>,
}

impl FromStr for AssetVersion {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        let (asset, version) = text.split_once('@').map_or((text, None), |(asset, version)| (asset, Some(version)));
        let version = version.map(|version| match version.parse::<u32>() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(said!("{version:?} is not a version: they count from 1", "{version:?} 不是版本号：版本从 1 开始")),
        });
        Ok(Self { asset: asset.parse()?, version: version.transpose()? })
    }
}

/// A name of a key or a profile: it becomes the name of a file.
///
/// # Errors
/// What would be taken, in words.
pub fn name(text: &str) -> Result<String, Said> {
    let good = (1..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if good {
        Ok(text.to_owned())
    } else {
        Err(said!(
            "{text:?} is not a name: use letters, digits, '-' and '_', at most 64",
            "{text:?} 不是名称：请用字母、数字、'-' 和 '_'，至多 64 个"
        ))
    }
}

/// The beginning of an identifier, for people.
pub fn short(id: impl fmt::Display) -> Said {
    let text = id.to_string();
    plain(text.get(..10).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::{Digest, TransactionId};

    use super::*;

    #[test]
    fn references_are_read() {
        let whole = "0".repeat(64);
        for good in ["abcdef", "0123456789", "acme-weather", whole.as_str()] {
            assert!(good.parse::<Reference>().is_ok(), "{good:?}");
        }
        let long = "0".repeat(65);
        for bad in ["", "01234", "..", "../x", "ABCDEF", "0123-5", "a/b", "a?b", long.as_str()] {
            assert!(bad.parse::<Reference>().is_err(), "{bad:?}");
        }
        let code = EvidenceCode::of(TransactionId(Digest([0xab; 32]))).to_string();
        assert_eq!(code.parse::<Reference>().expect("a code").as_str(), "ab".repeat(10));
        let misread = code.replacen('N', "M", 1);
        assert!(misread.parse::<Reference>().is_err_and(|error| error.as_str().contains("misread")), "{misread}");
        let found: AssetVersion = "abcdef@3".parse().expect("a version");
        assert_eq!((found.asset.as_str(), found.version), ("abcdef", Some(3)));
        for bad in ["abcdef@", "abcdef@0", "abcdef@-1", "@1", "abcdef@1@2"] {
            assert!(bad.parse::<AssetVersion>().is_err(), "{bad:?}");
        }
    }

    /// Goal: a name never leads out of its folder.
    #[test]
    fn names_are_file_names() {
        for good in ["a", "acme-weather", "Key_2"] {
            assert!(name(good).is_ok(), "{good:?}");
        }
        for bad in ["", ".", "..", "a/b", "a.pem", "-a", "a b", "ä"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
