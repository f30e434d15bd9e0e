//! Facets of the catalogue and their values in words, by the names that a search answers with.

use yaosu_ledger::model::{AssetKind, ClosedReason, Grade, ListingKind, Openness, Registration, SourceClass};
use yaosu_ledger::{Digest, ParticipantId, Text, Timestamp};

use super::names::Named;

/// The words of a facet; none for one that is not known here.
#[must_use]
pub fn facet(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "kind" => ("kind", "类型"),
        "source_class" => ("source class", "来源类别"),
        "openness" => ("openness", "开放属性"),
        "grade" => ("grade", "级别"),
        "registration" => ("registration", "登记"),
        "listing_kind" => ("listing kind", "在售方式"),
        "sector" => ("sector", "领域"),
        "holder" => ("holder", "权利人"),
        _ => return None,
    })
}

/// The words of a facet's value; none for what has no words but itself: a sector, a holder.
#[must_use]
pub fn facet_value(facet: &str, value: &str) -> Option<(&'static str, &'static str)> {
    fn of<T: Named + std::str::FromStr>(value: &str) -> Option<(&'static str, &'static str)> {
        value.parse::<T>().ok().map(|value| value.words())
    }
    match facet {
        "kind" => of::<AssetKind>(value),
        "source_class" => of::<SourceClass>(value),
        "grade" => of::<Grade>(value),
        "listing_kind" => of::<ListingKind>(value),
        "openness" => openness(value).map(|openness| openness.words()),
        "registration" => registration(value).map(|registration| registration.words()),
        _ => None,
    }
}

/// One of this name, whatever else it holds.
fn openness(name: &str) -> Option<Openness> {
    Some(match name {
        "not-public" => Openness::NotPublic,
        "open" => Openness::Open,
        "conditional" => Openness::Conditional { terms: Text::default() },
        "closed" => Openness::Closed { reason: ClosedReason::OtherLaw, approver: NOBODY, review: Timestamp(0) },
        _ => return None,
    })
}

/// One of this name, whatever else it holds.
fn registration(name: &str) -> Option<Registration> {
    let reason = Text::default();
    Some(match name {
        "public-notice" => Registration::PublicNotice { closes: Timestamp(0) },
        "registered" => {
            Registration::Registered { certificate: Text::default(), registrar: NOBODY, since: Timestamp(0) }
        }
        "refused" => Registration::Refused { reason },
        "cancelled" => Registration::Cancelled { by: NOBODY, reason },
        _ => return None,
    })
}

const NOBODY: ParticipantId = ParticipantId(Digest::ZERO);

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: each value has the words of the very value that it names.
    #[test]
    fn values_are_found_by_their_names() {
        for name in ["not-public", "open", "conditional", "closed"] {
            let found = serde_json::to_string(&openness(name).expect("it is one")).expect("it has a JSON form");
            assert!(found.contains(&format!("\"{name}\"")), "{found}");
        }
        for name in ["public-notice", "registered", "refused", "cancelled"] {
            assert_eq!(registration(name).map(|found| found.name()), Some(name));
        }
        assert_eq!(facet_value("kind", "resource"), Some(("data resource", "数据资源")));
        assert_eq!(facet_value("listing_kind", "right-sale"), Some(("sale of a right", "权利转让")));
        assert_eq!(facet_value("openness", "conditional"), Some(("open on conditions", "有条件开放")));
        assert_eq!((facet_value("sector", "energy"), facet_value("kind", "resources")), (None, None));
    }
}
