//! Lineage: what a version was made from, under which licence, how.

use core::str::FromStr;

use yaosu_ledger::model::Activity;

use super::{AssetVersion, Reference};
use crate::said::{Said, said, told};

/// The word for "needs no licence".
const OWN: &str = "own";

/// `ASSET[@VERSION]=LICENCE:ACTIVITY`, or `=own:ACTIVITY` for one's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    /// What it was made from.
    pub parent: AssetVersion,
    /// Under which licence; `None` for one's own.
    pub licence: Option<Reference>,
    /// How.
    pub activity: Activity,
}

impl FromStr for Lineage {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        let fault = || {
            said!(
                "{text:?} is not of the form ASSET[@VERSION]=LICENCE:ACTIVITY (or =own:ACTIVITY)",
                "{text:?} 的形式不是 ASSET[@VERSION]=LICENCE:ACTIVITY（或 =own:ACTIVITY）"
            )
        };
        let (parent, how) = text.split_once('=').ok_or_else(fault)?;
        let (licence, activity) = how.split_once(':').ok_or_else(fault)?;
        Ok(Self {
            parent: parent.parse()?,
            licence: if licence == OWN { None } else { Some(licence.parse()?) },
            activity: activity.parse().map_err(|error: String| told!(error, "{activity:?} 不是加工活动"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lineage_is_read() {
        let found: Lineage = "abcdef@2=012345:select".parse().expect("lineage");
        assert_eq!(found.parent.version, Some(2));
        assert_eq!(found.licence.as_ref().map(Reference::as_str), Some("012345"));
        assert_eq!(found.activity, Activity::Select);
        let own: Lineage = "abcdef=own:clean".parse().expect("lineage");
        assert_eq!((own.parent.version, own.licence), (None, None));
        for bad in ["", "abcdef", "abcdef=own", "abcdef:own=clean", "abcdef=own:magic", "abcdef=:clean", "=own:clean"] {
            assert!(bad.parse::<Lineage>().is_err(), "{bad:?}");
        }
    }
}
