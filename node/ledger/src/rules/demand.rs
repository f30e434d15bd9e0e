//! R441 to R444: demands (求购), what buyers need. Sellers answer with the first offer of a negotiation.

use super::{Scene, asset, deadline, freeze, listing};
use crate::event::Event;
use crate::model::{Asset, DeliveryKey, Demand, DemandStatus, FreezeScope, Role, Terms, Wanted};
use crate::primitives::{Amount, DemandId, Digest, NegotiationId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Demands, Reader, Subject};

/// R12, R501, R444, R407, R638.
pub fn create<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    wanted: &Wanted,
    delivery_key: Option<DeliveryKey>,
    until: Timestamp,
) -> Result<(), Rejection> {
    let buyer = scene.signer;
    if !scene.active(buyer).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::RoleMissing { signer: buyer, needed: Role::Trader });
    }
    if wanted.scenario == Digest::ZERO {
        return Err(Rejection::ScenarioMissing);
    }
    let parts = [
        ("title", wanted.title.is_empty()),
        ("sector", wanted.sector.is_empty()),
        ("actions", wanted.actions.is_empty()),
        ("max_price", wanted.max_price == Amount::ZERO),
    ];
    if let Some((part, _)) = parts.into_iter().find(|(_, is_empty)| *is_empty) {
        return Err(Rejection::DemandMalformed { part });
    }
    listing::check_until(scene, Some(until))?;
    freeze::check(scene, FreezeScope::Trade, &[Subject::Participant(buyer)])?;
    let demand = DemandId::created_by(scene.transaction);
    let record = Demand {
        buyer,
        wanted: wanted.clone(),
        delivery_key,
        status: DemandStatus::Open,
        until,
        met_by: None,
        created: scene.block.time,
    };
    scene.draft.put::<Demands>(&demand, &record);
    deadline::change(scene.draft, Subject::Demand(demand), None, Some(until));
    scene.events.push(Event::DemandCreated { demand, buyer });
    Ok(())
}

/// R441, R515, R442. What is being negotiated on it can't be agreed any more.
pub fn end<R: Reader>(scene: &mut Scene<'_, '_, R>, id: DemandId) -> Result<(), Rejection> {
    let demand = scene.draft.get::<Demands>(&id).ok_or(Rejection::UnknownDemand { demand: id })?;
    if demand.buyer != scene.signer {
        return Err(Rejection::NotBuyer { buyer: demand.buyer });
    }
    check_open(scene, id, &demand)?;
    close(scene, id, demand, DemandStatus::Ended);
    scene.events.push(Event::DemandEnded { demand: id });
    Ok(())
}

/// The time of a demand is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: DemandId) {
    let demand = scene.draft.get::<Demands>(&id).expect("demands are never deleted");
    close(scene, id, demand, DemandStatus::Ended);
    scene.events.push(Event::DemandEnded { demand: id });
}

/// Its buyer has agreed with a seller.
pub fn meet<R: Reader>(scene: &mut Scene<'_, '_, R>, id: DemandId, negotiation: NegotiationId) {
    let mut demand = scene.draft.get::<Demands>(&id).expect("demands are never deleted");
    demand.met_by = Some(negotiation);
    close(scene, id, demand, DemandStatus::Met);
    scene.events.push(Event::DemandMet { demand: id, negotiation });
}

fn close<R: Reader>(scene: &mut Scene<'_, '_, R>, id: DemandId, mut demand: Demand, end: DemandStatus) {
    deadline::change(scene.draft, Subject::Demand(id), Some(demand.until), None);
    demand.status = end;
    scene.draft.put::<Demands>(&id, &demand);
}

/// R441, R442.
pub fn find_open<R: Reader>(scene: &Scene<'_, '_, R>, id: DemandId) -> Result<Demand, Rejection> {
    let demand = scene.draft.get::<Demands>(&id).ok_or(Rejection::UnknownDemand { demand: id })?;
    check_open(scene, id, &demand)?;
    Ok(demand)
}

/// R442. The block that ends a demand may still have it to do.
fn check_open<R: Reader>(scene: &Scene<'_, '_, R>, id: DemandId, demand: &Demand) -> Result<(), Rejection> {
    if demand.status == DemandStatus::Open && scene.block.time < demand.until {
        Ok(())
    } else {
        Err(Rejection::DemandClosed { demand: id })
    }
}

/// R443: whether an offer is of what is asked for.
pub fn check_met(id: DemandId, wanted: &Wanted, asset: &Asset, terms: &Terms) -> Result<(), Rejection> {
    let description = &asset.description;
    let parts = [
        ("the sector", description.sector == wanted.sector),
        ("the kind", wanted.kind.is_none_or(|kind| description.kind == kind)),
        ("what is allowed", wanted.actions.is_subset(terms.policy.actions)),
        ("the price", terms.price <= wanted.max_price),
    ];
    match parts.into_iter().find(|(_, is_met)| !is_met) {
        Some((part, _)) => Err(Rejection::DemandUnmet { demand: id, part }),
        None => Ok(()),
    }
}
