//! Shares: `5%`, `2.5%`, `250bps`. A number alone is refused, since it may mean either.

use crate::said::{Said, plain, said};
use yaosu_api::words::share;
use yaosu_ledger::BasisPoints;

/// Reads a share of at most the whole.
///
/// # Errors
/// What would be taken, in words.
pub fn ratio(text: &str) -> Result<BasisPoints, Said> {
    let fault =
        || said!("{text:?} is not a share: write 5%, 2.5% or 250bps", "{text:?} 不是比例：请写成 5%、2.5% 或 250bps");
    let points: u16 = if let Some(percent) = text.strip_suffix('%') {
        // A percent has as many basis points as a unit of money has hundredths.
        u16::try_from(super::amount(percent).map_err(|_| fault())?.0).map_err(|_| fault())?
    } else {
        let digits = text.strip_suffix("bps").ok_or_else(fault)?;
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(fault());
        }
        digits.parse().map_err(|_| fault())?
    };
    if points > BasisPoints::WHOLE.0 {
        Err(said!("{text} is more than the whole", "{text} 超过全部"))
    } else {
        Ok(BasisPoints(points))
    }
}

/// Shows a share in percent.
pub fn show_ratio(ratio: BasisPoints) -> Said {
    plain(share(ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_read_and_shown() {
        #[rustfmt::skip]
        let rows = [
            ("5%", Some((500, "5 %"))), ("2.5%", Some((250, "2.50 %"))), ("0.05%", Some((5, "0.05 %"))),
            ("250bps", Some((250, "2.50 %"))), ("0%", Some((0, "0 %"))), ("100%", Some((10_000, "100 %"))),
            ("100.01%", None), ("10001bps", None), ("5", None), ("%", None), ("bps", None), ("-5%", None),
            ("+5bps", None), ("5.555%", None), ("", None),
        ];
        for (text, expected) in rows {
            let found = ratio(text).ok();
            assert_eq!(found, expected.map(|(points, _)| BasisPoints(points)), "{text:?}");
            assert_eq!(found.map(show_ratio).as_ref().map(Said::as_str), expected.map(|(_, shown)| shown));
        }
    }
}
