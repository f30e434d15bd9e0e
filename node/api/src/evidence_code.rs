//! Evidence codes (存证码): a transaction's identifier in twenty characters that can be printed, read aloud and typed.
//!
//! Sixteen characters are the first 80 bits of the identifier, four are check digits. A code finds a transaction; it
//! proves nothing: evidence does.

use core::fmt;
use core::str::FromStr;

use yaosu_ledger::TransactionId;
use yaosu_ledger::hash::{Domain, digest};

/// The digits: Crockford's base 32, without the letters I, L, O and U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes of the identifier in a code.
const BYTES: usize = 10;

/// The code of a transaction; text form `XXXX-XXXX-XXXX-XXXX-XXXX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceCode([u8; BYTES]);

/// Why a text is no evidence code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceCodeError {
    /// Not five groups of four digits.
    #[error("an evidence code has five groups of four digits and capital letters, without I, L, O and U")]
    Form,
    /// The check digits are others.
    #[error("the last group of the code does not fit the others: a digit was misread")]
    Check,
}

impl EvidenceCode {
    /// The code of a transaction.
    #[must_use]
    pub fn of(id: TransactionId) -> Self {
        let (front, _) = id.0.0.split_at(BYTES);
        Self(front.try_into().expect("an identifier has 32 bytes"))
    }

    /// The first digits of the transaction's identifier, which find it.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.0
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }

    fn digits(self) -> String {
        let check = digest(Domain::EvidenceCode, &self.0).0;
        let number = self.0.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        let check = (u128::from(check[0]) << 12) | (u128::from(check[1]) << 4) | u128::from(check[2] >> 4);
        let all = (number << 20) | check;
        let digit = |place: u32| char::from(DIGITS[usize::try_from((all >> (5 * place)) & 31).expect("below 32")]);
        (0..20).rev().map(digit).collect()
    }
}

impl fmt::Display for EvidenceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.digits().chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{digit}")?;
        }
        Ok(())
    }
}

impl FromStr for EvidenceCode {
    type Err = EvidenceCodeError;

    fn from_str(text: &str) -> Result<Self, EvidenceCodeError> {
        let groups: Vec<&str> = text.split('-').collect();
        if groups.len() != 5 || groups.iter().any(|group| group.len() != 4) {
            return Err(EvidenceCodeError::Form);
        }
        let mut number = 0_u128;
        for digit in groups.concat().bytes() {
            let value = DIGITS.iter().position(|known| *known == digit).ok_or(EvidenceCodeError::Form)?;
            number = (number << 5) | value as u128;
        }
        let bytes = (number >> 20).to_be_bytes();
        let code = Self(bytes[6..].try_into().map_err(|_| EvidenceCodeError::Form)?);
        if code.to_string() == text { Ok(code) } else { Err(EvidenceCodeError::Check) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a code leads back to the identifier's first digits, and no wrong digit or swap of neighbours goes unseen.
    #[test]
    fn codes_are_read_back_and_misreadings_are_seen() {
        for seed in 0..20_u8 {
            let id = TransactionId(digest(Domain::EvidenceCode, &[seed]));
            let code = EvidenceCode::of(id).to_string();
            assert_eq!(code.len(), 24);
            let read: EvidenceCode = code.parse().expect("its own text");
            assert!(id.to_string().starts_with(&read.prefix()) && read.prefix().len() == 20);
            for place in 0..24 {
                let mut other = code.clone().into_bytes();
                other[place] = if other[place] == b'7' { b'8' } else { b'7' };
                let other = String::from_utf8(other).expect("digits");
                assert!(other.parse::<EvidenceCode>().is_err(), "{other} for {code}");
            }
            for place in 0..23 {
                let mut other = code.clone().into_bytes();
                other.swap(place, place + 1);
                let other = String::from_utf8(other).expect("digits");
                assert!(other == code || other.parse::<EvidenceCode>().is_err(), "{other} for {code}");
            }
        }
        assert_eq!("7".parse::<EvidenceCode>(), Err(EvidenceCodeError::Form));
        assert_eq!("0000-0000-0000-0000-000U".parse::<EvidenceCode>(), Err(EvidenceCodeError::Form));
    }
}
