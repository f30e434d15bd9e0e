//! How open, timely, complete and accurate public data is (公共数据开放): figures over a state, a query and no rule.
//!
//! Every figure is a share of two whole numbers, so that it can be counted by hand and added up. Only public data in
//! the register counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    ATTESTATIONS_MAX, Asset, Attestation, AttestationKind, Findings, Openness, QualityScores, SourceClass, UpdateCycle,
    VERSIONS_MAX,
};
use crate::primitives::{AssetId, BasisPoints, Duration, ParticipantId, Timestamp};
use crate::state::{Assets, Attestations, IssuedAttestations, PublicCharges, Reader, Versions};

/// A share: so many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// So many
    pub part: u64,
    /// of so many.
    pub whole: u64,
}

impl Ratio {
    /// In hundredths of a percent, rounded down; `None` of nothing.
    #[must_use]
    pub fn basis_points(self) -> Option<BasisPoints> {
        let scaled = u128::from(self.part).saturating_mul(10_000);
        let share = scaled.checked_div(u128::from(self.whole))?;
        u16::try_from(share).ok().map(BasisPoints)
    }

    const fn add(&mut self, other: Self) {
        self.part = self.part.saturating_add(other.part);
        self.whole = self.whole.saturating_add(other.whole);
    }
}

/// What is known of one public asset, or of all of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    /// The authority in charge; absent for data that none is in charge of.
    pub authority: Option<ParticipantId>,
    /// Public assets in the register.
    pub assets: u64,
    /// Of these, open without conditions.
    pub open: u64,
    /// Open on conditions.
    pub conditional: u64,
    /// Closed.
    pub closed: u64,
    /// Closed, and not looked at again when it was time.
    pub reviews_overdue: u64,
    /// Periods of the declared update cycles in which a new version came, of all that have begun after the first.
    pub timely: Ratio,
    /// Assets whose latest version has quality attestations in force.
    pub attested: u64,
    /// The sum of their scores for completeness, of what it could be.
    pub completeness: Ratio,
    /// The same for accuracy.
    pub accuracy: Ratio,
}

impl Figures {
    /// Open, with conditions or without, of all.
    #[must_use]
    pub const fn openness(&self) -> Ratio {
        Ratio { part: self.open.saturating_add(self.conditional), whole: self.assets }
    }

    fn add(&mut self, other: &Self) {
        let counts = [
            (&mut self.assets, other.assets),
            (&mut self.open, other.open),
            (&mut self.conditional, other.conditional),
            (&mut self.closed, other.closed),
            (&mut self.reviews_overdue, other.reviews_overdue),
            (&mut self.attested, other.attested),
        ];
        for (sum, count) in counts {
            *sum = sum.saturating_add(count);
        }
        self.timely.add(other.timely);
        self.completeness.add(other.completeness);
        self.accuracy.add(other.accuracy);
    }
}

/// The figures of every authority, those of nobody first. Looks at every public asset and its versions.
pub fn of_authorities<R: Reader>(state: &R, now: Timestamp) -> Vec<Figures> {
    let mut authorities: BTreeMap<Option<ParticipantId>, Figures> = BTreeMap::new();
    for (id, asset) in state.scan::<Assets>(&(), usize::MAX) {
        if let Some(found) = of_asset(state, id, &asset, now) {
            let sum = authorities.entry(found.authority).or_default();
            sum.authority = found.authority;
            sum.add(&found);
        }
    }
    authorities.into_values().collect()
}

/// The figures of one asset; `None` if it is not public data in the register.
pub fn of_asset<R: Reader>(state: &R, id: AssetId, asset: &Asset, now: Timestamp) -> Option<Figures> {
    if asset.description.source_class != SourceClass::Public || !asset.is_registered() {
        return None;
    }
    let mut figures = Figures {
        authority: state.get::<PublicCharges>(&id).map(|charge| charge.authority),
        assets: 1,
        timely: timely(state, id, asset, now),
        ..Figures::default()
    };
    match asset.description.openness {
        Openness::NotPublic => {}
        Openness::Open => figures.open = 1,
        Openness::Conditional { .. } => figures.conditional = 1,
        Openness::Closed { review, .. } => {
            figures.closed = 1;
            figures.reviews_overdue = u64::from(review <= now);
        }
    }
    let scores = scores(state, id, asset.latest_version, now);
    figures.attested = u64::from(!scores.is_empty());
    for QualityScores { completeness, accuracy, .. } in scores {
        let of_whole = |score: BasisPoints| Ratio { part: score.0.into(), whole: BasisPoints::WHOLE.0.into() };
        figures.completeness.add(of_whole(completeness));
        figures.accuracy.add(of_whole(accuracy));
    }
    Some(figures)
}

/// Of the periods that have begun since the one in which the asset came, those in which a new version came. A burst of
/// versions in one period counts once.
fn timely<R: Reader>(state: &R, id: AssetId, asset: &Asset, now: Timestamp) -> Ratio {
    let Some(cycle) = length(asset.description.update_cycle) else { return Ratio::default() };
    let period_of = |time: Timestamp| time.0.saturating_sub(asset.created.0).checked_div(cycle.0).unwrap_or(0);
    let begun = period_of(now);
    let versions = state.scan::<Versions>(&id, usize::try_from(VERSIONS_MAX).unwrap_or(usize::MAX));
    let later = versions.into_iter().filter(|((_, number), _)| *number > 1);
    let mut periods: Vec<u64> = later.map(|(_, version)| period_of(version.created)).collect();
    periods.dedup();
    let kept = periods.into_iter().filter(|period| *period > 0 && *period <= begun).count();
    Ratio { part: u64::try_from(kept).unwrap_or(u64::MAX), whole: begun }
}

/// How long a period is; `None` for data that promises none.
const fn length(cycle: UpdateCycle) -> Option<Duration> {
    let days = match cycle {
        UpdateCycle::Once | UpdateCycle::Irregular => return None,
        UpdateCycle::Continuous | UpdateCycle::Daily => 1,
        UpdateCycle::Weekly => 7,
        UpdateCycle::Monthly => 31,
        UpdateCycle::Quarterly => 92,
        UpdateCycle::Yearly => 366,
    };
    Some(Duration::seconds(86_400_u32.saturating_mul(days)))
}

/// The scores of the quality attestations of a version that are in force.
fn scores<R: Reader>(state: &R, id: AssetId, version: u32, now: Timestamp) -> Vec<QualityScores> {
    let issued = state.scan::<IssuedAttestations>(&(id, version, AttestationKind::Quality), ATTESTATIONS_MAX);
    let found = issued.into_iter().filter_map(|(_, attestation)| state.get::<Attestations>(&attestation));
    let findings = found.filter(|found: &Attestation| found.is_in_force(now)).map(|found| found.findings);
    findings.filter_map(|found| if let Findings::Quality(scores) = found { Some(scores) } else { None }).collect()
}
