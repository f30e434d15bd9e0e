//! Beside the invariants: what the ledger keeps twice, to find it fast or to know it at once, is what the records say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use yaosu_ledger::model::*;
use yaosu_ledger::{AssetId, Digest, LicenceId, OrderId, RecallId, Timestamp};

use crate::model::Model;
use crate::view::View;

/// At the end of a block.
pub fn check(model: &Model, view: &View, now: Timestamp) {
    licences(view);
    recalls(view, now);
    market(view);
    content(view);
    supervision(view);
    deals(model, view);
}

/// The keys of a table.
fn keys<K: Ord + Clone, V: Clone>(table: &imbl::OrdMap<K, V>) -> BTreeSet<K> {
    table.keys().cloned().collect()
}

fn same<T: Ord + Debug>(what: &str, found: BTreeSet<T>, expected: impl IntoIterator<Item = T>) {
    assert_eq!(found, expected.into_iter().collect(), "{what}");
}

fn licences(view: &View) {
    let live = || view.licences.iter().filter(|(_, licence)| licence.status == LicenceStatus::Active);
    let place = |(id, licence): (&LicenceId, &Licence)| match licence.versions {
        VersionScope::Only(version) => (licence.asset, version, *id),
        VersionScope::From(_) => (licence.asset, 0, *id),
    };
    same("licences in force", keys(&view.live_licences), live().map(place));
    let under: BTreeSet<_> = live().filter_map(|(id, licence)| Some((licence.parent?, *id))).collect();
    for (id, licence) in &view.licences {
        let count = under.range((*id, LicenceId(Digest::ZERO))..).take_while(|(above, _)| above == id).count();
        assert_eq!(licence.sublicences as usize, count, "licences under {id}");
        assert_eq!(licence.ended.is_some(), licence.status != LicenceStatus::Active, "the end of {id}");
    }
    same("sublicences in force", keys(&view.sublicences), under);
}

fn recalls(view: &View, now: Timestamp) {
    let mut open: BTreeMap<RecallId, u32> = BTreeMap::new();
    for ((recall, id), duty) in &view.duties {
        let licence = &view.licences[id];
        let waits = duty.status == RecallDutyStatus::Open;
        assert_eq!(licence.recall, Some(*recall), "the recall of {id}");
        assert_eq!(licence.recall_deadline, waits.then_some(duty.deadline), "the duty of {id}");
        assert_eq!(waits, duty.acknowledged.is_none() && now < duty.deadline, "the duty of {id}");
        assert!(waits || licence.status != LicenceStatus::Active, "{id} goes on after its recall");
        *open.entry(*recall).or_default() += u32::from(duty.acknowledged.is_none());
    }
    for (id, recall) in &view.recalls {
        assert_eq!(recall.open, open.get(id).copied().unwrap_or(0), "duties of {id}");
    }
}

fn market(view: &View) {
    let live = view.listings.iter().filter(|(_, found)| found.status == ListingStatus::Active);
    same("listings that take orders", keys(&view.live_listings), live.map(|(id, found)| (found.asset, *id)));
    let waiting = view.live_listings.iter().filter_map(|((_, id), since)| Some(((*since)?, *id)));
    same("listings that are looked at again", keys(&view.reviews), waiting);
    for (id, listing) in &view.listings {
        assert_eq!(listing.pause.is_some(), listing.status == ListingStatus::Paused, "the pause of {id}");
    }
    for (id, order) in &view.orders {
        let is_granted = order.status.is_sold() && !matches!(order.origin, Origin::Licence(_));
        assert_eq!(view.licences.contains_key(&LicenceId::created_by(*id)), is_granted, "the licence of {id}");
    }
}

/// Every asset in the register or under notice, and no other, is noted with all its content, and one of them claims it.
fn content(view: &View) {
    let mut uses: BTreeSet<(Digest, AssetId)> = BTreeSet::new();
    for ((asset, _), version) in &view.versions {
        if view.assets[asset].registration.is_live() {
            uses.insert((version.content.content_root, *asset));
        }
    }
    let claims: Vec<(Digest, AssetId)> = view.content_roots.iter().map(|(root, asset)| (*root, *asset)).collect();
    assert!(claims.iter().all(|claim| uses.contains(claim)), "who claims content has it");
    let roots: BTreeSet<Digest> = uses.iter().map(|(root, _)| *root).collect();
    same("content that is claimed", claims.iter().map(|(root, _)| *root).collect(), roots);
    same("content that is used", keys(&view.content_uses), uses);
    let down = view.derivations.keys().map(|(child, version, parent, number)| (*parent, *number, *child, *version));
    same("derivations", keys(&view.derived_versions), down);
    let mut objections: BTreeMap<AssetId, (u16, u16)> = BTreeMap::new();
    for ((asset, _), objection) in &view.objections {
        let (all, open) = objections.entry(*asset).or_default();
        *all += 1;
        *open += u16::from(objection.status == ObjectionStatus::Open);
    }
    for (id, asset) in &view.assets {
        let expected = objections.get(id).copied().unwrap_or_default();
        assert_eq!((asset.objections, asset.open_objections), expected, "objections to {id}");
        let about = &asset.description;
        let is_public = about.source_class == SourceClass::Public;
        assert_eq!(is_public, about.openness != Openness::NotPublic, "the openness of {id}");
    }
}

fn supervision(view: &View) {
    let issued = view.attestations.iter().filter(|(_, found)| found.status == AttestationStatus::Issued);
    let issued = issued.map(|(id, found)| ((found.asset, found.version, found.kind, found.assessor), *id));
    same("attestations", view.issued.iter().map(|(key, id)| (*key, *id)).collect(), issued);
    let active = view.freezes.iter().filter(|(_, found)| found.status == FreezeStatus::Active);
    same("freezes", keys(&view.active_freezes), active.map(|(id, found)| (found.target, *id)));
    assert!(view.freezes.values().all(|found| found.legal_basis != Digest::ZERO), "frozen without a basis");
}

/// A negotiation that was agreed has its order, a demand is met once, and no version is delivered twice under one
/// subscription.
fn deals(model: &Model, view: &View) {
    for (id, found) in &view.negotiations {
        let talk = &model.talks[id];
        let agreed = if talk.is_ended { NegotiationStatus::Ended } else { NegotiationStatus::Agreed };
        assert_eq!(found.order.is_some(), found.status == agreed, "the order of {id}");
        assert_eq!(found.status == NegotiationStatus::Ended, talk.is_ended, "the renewals of {id}");
        let parties = (talk.buyer, talk.seller, talk.payer, talk.licensee, talk.offered_by);
        let side = found.party(found.offered_by);
        assert_eq!((found.buyer, found.seller, found.payer, found.licensee, side), parties, "who negotiates {id}");
        assert_eq!(found.terms, talk.terms, "what is offered in {id}");
    }
    for (id, demand) in &view.demands {
        let agreed =
            view.negotiations.iter().filter(|(_, found)| found.ground == Ground::Demand(*id) && found.order.is_some());
        let agreed: Vec<_> = agreed.map(|(id, _)| *id).collect();
        assert_eq!(agreed, Vec::from_iter(demand.met_by), "{id} is met once");
        assert_eq!(demand.status == DemandStatus::Met, demand.met_by.is_some(), "whether {id} is met");
    }
    let mut delivered: BTreeMap<(LicenceId, u32), OrderId> = BTreeMap::new();
    for (id, order) in view.orders.iter().filter(|(_, order)| order.status != OrderStatus::Refunded) {
        let Origin::Licence(licence) = order.origin else { continue };
        assert!(view.requests.contains_key(&(licence, order.version)), "{id} was not requested");
        let other = delivered.insert((licence, order.version), *id);
        assert_eq!(other, None, "{id}: delivered twice");
    }
}
