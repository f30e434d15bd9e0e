//! Royalties along lineage: what of a sale goes to whom it was made from.
//!
//! Each derivation under a licence fixes a rate. What a version receives, of its own sale or from downstream, it shares
//! with the versions that it was made from at these rates, rounded down; the rest is its Operate holder's.
//!
//! What somebody made from data without a licence, because they had the right to use it, is bound as that was: it owes
//! what that owes. Else a copy in between would be a way around every royalty.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::Serialize;

use super::upstream::{Debt, SOLD, Upstream};
use super::{Scene, asset, freeze, money};
use crate::event::Event;
use crate::model::{FreezeScope, Line, ParticipantStatus};
use crate::primitives::{Amount, AssetId, BasisPoints, ParticipantId};
use crate::rejection::Rejection;
use crate::state::{Assets, Parked, Participants, Reader, Subject, Versions};

/// What one version upstream gets of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// The asset.
    pub asset: AssetId,
    /// The version that was made into something.
    pub version: u32,
    /// Who may trade the asset now.
    pub holder: ParticipantId,
    /// How much.
    pub amount: Amount,
    /// Whether it waits because the holder can't receive it now.
    pub parked: bool,
}

/// A pot, divided: the parts add up to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Split {
    /// What stays with the version that is sold.
    pub rest: Amount,
    /// What goes upstream, the newest version first. None is of nothing.
    pub upstream: Vec<Share>,
}

/// Divides what is earned with a version. Settlement and preview ask this one function.
///
/// Versions are visited newest first, by height and then by identifier. That is an order in which each version comes
/// after everything that was made from it: a parent came in an earlier block than its child (R335), so that its height
/// is less, and it is visited later; two versions of one height have no edge between them. So when a version is visited
/// it has received all that it ever will. Each is visited once; the sums do not depend on the order of edges, since each
/// share is rounded by itself and sums of whole numbers have no order.
///
/// Cost: one walk over the versions upstream, however much of them is owed to twice: [`Upstream`].
pub fn split<R: Reader>(state: &R, sold: AssetId, version: u32, pot: Amount) -> Split {
    let sources = Upstream::read(state, sold, version);
    let mut received = vec![Amount::ZERO; sources.versions.len()];
    received[SOLD] = pot;
    let mut split = Split { rest: pot, upstream: Vec::new() };
    for place in newest_first(state, &sources) {
        let amount = received[place];
        if amount == Amount::ZERO {
            continue;
        }
        let mut kept = amount;
        for Debt { to, royalty } in sources.owed(place) {
            let share = amount.share(royalty);
            kept = kept.checked_sub(share).expect("R345: royalties add up to less than the whole");
            received[to] = received[to].checked_add(share).expect("all parts of a pot fit the pot");
        }
        if place == SOLD {
            split.rest = kept;
        } else {
            let (asset, version) = sources.versions[place];
            let holder = operator(state, asset);
            let parked = !may_receive(state, holder);
            split.upstream.push(Share { asset, version, holder, amount: kept, parked });
        }
    }
    split
}

/// What is sold, and everything upstream that may be owed to, the newest first.
fn newest_first<R: Reader>(state: &R, sources: &Upstream) -> Vec<usize> {
    let places: BTreeSet<usize> = sources.owed_to().chain([SOLD]).collect();
    let mut places: Vec<usize> = places.into_iter().collect();
    places.sort_by_cached_key(|place| {
        let (asset, version) = sources.versions[*place];
        let found = state.get::<Versions>(&(asset, version)).expect("versions are never deleted");
        (Reverse(found.height), asset, version)
    });
    places
}

/// Pays out what goes upstream of a sale; what is left of the pot.
///
/// What is sold of several versions is shared by the one that owes the most, the first of these: else a version that was
/// made from nothing, added later, would be a way around every royalty.
pub fn pay_upstream<R: Reader>(scene: &mut Scene<'_, '_, R>, sold: AssetId, versions: &[u32], pot: Amount) -> Amount {
    if pot == Amount::ZERO {
        return pot;
    }
    // Of equals the last one is the greatest.
    let most = versions.iter().rev().max_by_key(|version| owes(scene.draft, sold, **version));
    let Split { rest, upstream } = split(scene.draft, sold, *most.expect("something is sold"), pot);
    for Share { asset, version, holder, amount, parked } in upstream {
        if parked {
            let waiting = scene.draft.get::<Parked>(&asset).unwrap_or_default();
            let total =
                waiting.checked_add(amount).expect("what waits was issued, and all that was issued fits (R206)");
            scene.draft.put::<Parked>(&asset, &total);
            scene.events.push(Event::RoyaltyParked { sold, asset, version, holder, amount });
        } else {
            money::credit(scene, holder, amount);
            scene.events.push(Event::RoyaltyPaid { sold, asset, version, holder, amount });
        }
    }
    rest
}

/// All that a version owes upstream.
pub fn owes<R: Reader>(state: &R, asset: AssetId, version: u32) -> BasisPoints {
    state.get::<Versions>(&(asset, version)).expect("versions are never deleted").owes
}

/// R301, R319, R586. The signer can receive: it is active (R4).
pub fn release_parked<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId) -> Result<(), Rejection> {
    let found = asset::find(scene, id)?;
    asset::check_holder(scene, id, &found, Line::Operate)?;
    let amount = scene.draft.get::<Parked>(&id).ok_or(Rejection::NothingParked { asset: id })?;
    scene.draft.remove::<Parked>(&id);
    let holder = scene.signer;
    money::credit(scene, holder, amount);
    scene.events.push(Event::ParkedReleased { asset: id, holder, amount });
    Ok(())
}

/// Whether somebody can be paid a royalty now: an active participant whose funds are not frozen.
pub fn may_receive<R: Reader>(state: &R, participant: ParticipantId) -> bool {
    state.get::<Participants>(&participant).is_some_and(|found| found.status == ParticipantStatus::Active)
        && !freeze::is_stopped(state, FreezeScope::Funds, Subject::Participant(participant))
}

/// Who may trade an asset.
fn operator<R: Reader>(state: &R, asset: AssetId) -> ParticipantId {
    let found = state.get::<Assets>(&asset).expect("assets are never deleted");
    found.line(Line::Operate).holder
}
