//! Money: typed in units of the currency with at most two decimals, counted in hundredths of it.

use crate::said::{Said, said};
use yaosu_ledger::Amount;

/// Reads an amount such as `1200`, `1200.5`, `1200.00` or `1,200.00`: 120 000 hundredths but for the second.
///
/// # Errors
/// What would be taken, in words.
pub fn amount(text: &str) -> Result<Amount, Said> {
    let fault = || {
        said!(
            "{text:?} is not an amount: write 1200 or 1200.00, with at most two decimals",
            "{text:?} 不是金额：请写成 1200 或 1200.00，至多两位小数"
        )
    };
    let (units, cents) = text.split_once('.').map_or((text, None), |(units, cents)| (units, Some(cents)));
    let plain = units.replace(',', "");
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(&plain) || !cents.is_none_or(|cents| is_number(cents) && cents.len() <= 2) {
        return Err(fault());
    }
    let too_large = |_| said!("{text} is more than the ledger can count", "{text} 超出账本可计的范围");
    let units_count: u64 = plain.parse().map_err(too_large)?;
    let cents: u64 = match cents {
        Some(cents) => format!("{cents:0<2}").parse().map_err(|_| fault())?,
        None => 0,
    };
    let total = units_count.checked_mul(100).and_then(|total| total.checked_add(cents));
    let amount =
        Amount(total.ok_or_else(|| said!("{text} is more than the ledger can count", "{text} 超出账本可计的范围"))?);
    // A comma in the wrong place may be meant as a decimal point.
    if units.contains(',') && show_amount(amount).split('.').next() != Some(units) {
        return Err(fault());
    }
    Ok(amount)
}

/// Shows an amount: `1,200.00`.
pub fn show_amount(amount: Amount) -> String {
    let (units, cents) = (amount.0 / 100, amount.0 % 100);
    format!("{}.{cents:02}", group(units))
}

/// Shows a number with commas between the thousands.
pub fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: no amount is read as a hundred times more or less than was meant.
    #[test]
    fn amounts_are_read() {
        #[rustfmt::skip]
        let rows = [
            ("0", Some(0)),
            ("0.01", Some(1)),
            ("1", Some(100)),
            ("1.5", Some(150)),
            ("1.50", Some(150)),
            ("1200.00", Some(120_000)),
            ("1,200.00", Some(120_000)),
            ("1,200", Some(120_000)),
            ("12,345,678.90", Some(1_234_567_890)),
            ("184467440737095516.15", Some(u64::MAX)),
            ("184467440737095516.16", None),
            ("99999999999999999999", None),
            ("1.005", None),
            ("1,5", None),
            ("1,20", None),
            ("12,00.00", None),
            ("1,2,3", None),
            ("0,001", None),
            ("", None),
            (".5", None),
            ("5.", None),
            ("-1", None),
            ("+1", None),
            ("1e3", None),
            ("1 200", None),
            ("1200 CNY", None),
            ("٣", None),
        ];
        for (text, expected) in rows {
            assert_eq!(amount(text).ok(), expected.map(Amount), "{text:?}");
        }
    }

    /// Goal: what is shown can be typed again, and means the same.
    #[test]
    fn amounts_are_shown() {
        #[rustfmt::skip]
        let rows = [
            (0, "0.00"), (1, "0.01"), (10, "0.10"), (99_999, "999.99"), (100_000, "1,000.00"), (120_000, "1,200.00"),
            (100_000_000, "1,000,000.00"), (u64::MAX, "184,467,440,737,095,516.15"),
        ];
        for (value, expected) in rows {
            assert_eq!(show_amount(Amount(value)), expected);
            assert_eq!(amount(expected), Ok(Amount(value)));
        }
    }
}
