//! R431 to R439: negotiations. Offers and counter-offers are signed in turn; when the second side signs the terms that
//! the first has signed, they are agreed, and the order is placed in the same transaction.
//!
//! What the buyer's side signs is its consent: whoever would pay and whoever would get the licence approve each offer of
//! the buyer, so that the seller may accept it without asking them again. Nothing is locked before.

use super::{Scene, asset, deadline, demand, governance, listing, order, recall};
use crate::event::Event;
use crate::model::{
    DeliveryKey, Ground, Line, ListingKind, Negotiation, NegotiationStatus, Origin, PlanForm, Purpose, ROUNDS_MAX,
    Role, Side, Terms,
};
use crate::policy;
use crate::primitives::{AssetId, DemandId, Digest, ListingId, NegotiationId, ParticipantId};
use crate::rejection::Rejection;
use crate::state::{Negotiations, Participants, Reader, Subject};

/// Who stands behind the buyer. Whoever is named approves.
#[derive(Clone, Copy)]
pub struct Parties {
    /// Whose money it would be; `None` for the buyer's.
    pub payer: Option<ParticipantId>,
    /// Who would get the licence; `None` for the buyer.
    pub licensee: Option<ParticipantId>,
}

/// The first offer on a listing.
pub struct Request<'a> {
    /// Which listing.
    pub listing: ListingId,
    /// The version that is meant.
    pub version: u32,
    /// The offer.
    pub terms: &'a Terms,
    /// Who pays, and who gets the licence.
    pub parties: Parties,
    /// Where the delivery would be sealed to.
    pub delivery_key: Option<DeliveryKey>,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the scenario in words.
    pub scenario: Digest,
}

/// R12, R501, R401, R422, R412, R502, R503, R320, R505, R583, R508, R509, R403 to R406, R423, R519, R507, R410, then the gate:
/// R304, R608, R614, R625 to R628; R638.
pub fn open<R: Reader>(scene: &mut Scene<'_, '_, R>, request: &Request<'_>) -> Result<(), Rejection> {
    let buyer = scene.signer;
    check_trader(scene)?;
    if request.scenario == Digest::ZERO {
        return Err(Rejection::ScenarioMissing);
    }
    let listing = listing::find(scene.draft, request.listing)?;
    listing::check_kind(request.listing, &listing, &[ListingKind::Negotiated], "negotiated")?;
    let ground = Ground::Listing(request.listing);
    check_ground(scene, ground, listing.asset, listing.seller)?;
    if request.version != listing.version {
        return Err(Rejection::VersionOther { found: request.version, offered: listing.version });
    }
    recall::check_sale(scene.draft, listing.asset, listing.version)?;
    let mut negotiation = Negotiation {
        ground,
        asset: listing.asset,
        version: listing.version,
        seller: listing.seller,
        buyer,
        payer: buyer,
        licensee: buyer,
        delivery_key: request.delivery_key,
        purpose: request.purpose,
        scenario: request.scenario,
        terms: request.terms.clone(),
        offered_by: Side::Buyer,
        round: 1,
        status: NegotiationStatus::Open,
        deadline: None,
        order: None,
        opened: scene.block.time,
    };
    name_parties(scene, &mut negotiation, Side::Buyer, request.parties)?;
    check_terms(scene, &negotiation, request.terms)?;
    check_gate(scene, None, &negotiation)?;
    write_new(scene, negotiation);
    Ok(())
}

/// R12, R441, R442, R508, R301, R319, R320, R323, R408, R583, R403 to R406, R423, R519, R507, R443, R410, then the
/// gate: R304, R608, R614, R625 to R628; R638.
pub fn answer_demand<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: DemandId,
    asset: AssetId,
    version: u32,
    terms: &Terms,
) -> Result<(), Rejection> {
    let seller = scene.signer;
    check_trader(scene)?;
    let demand = demand::find_open(scene, id)?;
    let buyer = demand.buyer;
    if buyer == seller {
        return Err(Rejection::SellerBuys { seller });
    }
    listing::check_offered(scene, asset, version, Line::Operate)?;
    recall::check_sale(scene.draft, asset, version)?;
    let negotiation = Negotiation {
        ground: Ground::Demand(id),
        asset,
        version,
        seller,
        buyer,
        payer: buyer,
        licensee: buyer,
        delivery_key: demand.delivery_key,
        purpose: demand.wanted.purpose,
        scenario: demand.wanted.scenario,
        terms: terms.clone(),
        offered_by: Side::Seller,
        round: 1,
        status: NegotiationStatus::Open,
        deadline: None,
        order: None,
        opened: scene.block.time,
    };
    check_terms(scene, &negotiation, terms)?;
    check_gate(scene, None, &negotiation)?;
    write_new(scene, negotiation);
    Ok(())
}

/// R431 to R435, R437, R508, R509, R441, R442 or R412, R502, R503, R320, R583, R403 to R406, R423, R519, R507,
/// R443, R410, then the gate: R304, R608, R614, R625 to R628; R638.
pub fn counter<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: NegotiationId,
    terms: &Terms,
    parties: Parties,
) -> Result<(), Rejection> {
    let (mut negotiation, side) = find_turn(scene, id)?;
    if negotiation.round >= ROUNDS_MAX {
        return Err(Rejection::RoundsFull { limit: ROUNDS_MAX });
    }
    name_parties(scene, &mut negotiation, side, parties)?;
    check_ground(scene, negotiation.ground, negotiation.asset, negotiation.seller)?;
    recall::check_sale(scene.draft, negotiation.asset, negotiation.version)?;
    check_terms(scene, &negotiation, terms)?;
    negotiation.terms = terms.clone();
    check_gate(scene, Some(id), &negotiation)?;
    negotiation.offered_by = side;
    negotiation.round = negotiation.round.saturating_add(1);
    let Negotiation { asset, round, .. } = negotiation;
    let (from, to) = (scene.signer, negotiation.party(side.other()));
    scene.events.push(Event::OfferCountered { negotiation: id, asset, round, from, to, price: terms.price });
    let lapses = scene.block.time.after(governance::rule_pack(scene).negotiation_window);
    deadline::change(scene.draft, Subject::Negotiation(id), negotiation.deadline, Some(lapses));
    negotiation.deadline = Some(lapses);
    scene.draft.put::<Negotiations>(&id, &negotiation);
    Ok(())
}

/// R431 to R434, R436, R437, R508, R509, R441, R442 or R412, R502, R503, R320, R583, R438, R510 to R512, R529,
/// then the gate: R304, R608, R614, R625 to R628; R638, R204, R520.
pub fn accept<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: NegotiationId,
    terms: &Terms,
    parties: Parties,
) -> Result<(), Rejection> {
    let (mut negotiation, side) = find_turn(scene, id)?;
    if *terms != negotiation.terms {
        return Err(Rejection::TermsOther { negotiation: id });
    }
    name_parties(scene, &mut negotiation, side, parties)?;
    let Negotiation { ground, asset, version, seller, buyer, payer, licensee, .. } = negotiation;
    check_ground(scene, ground, asset, seller)?;
    recall::check_sale(scene.draft, asset, version)?;
    // The buyer's word may be older than this block: whoever gave it must still be able to.
    for party in [buyer, payer] {
        if scene.active(party).is_none() {
            return Err(Rejection::PartyNotActive { party });
        }
    }
    order::check_parties(scene, seller, [buyer, payer, licensee], licensee)?;
    order::check_supply_of_terms(scene, asset, terms.supply)?;
    let buyers_key = scene.draft.get::<Participants>(&buyer).and_then(|found| found.enrolment.delivery_key);
    let delivery_key = negotiation.delivery_key.or(buyers_key);
    order::check_delivery_key(delivery_key)?;
    check_gate(scene, Some(id), &negotiation)?;
    let opening = order::Opening {
        origin: Origin::Negotiation(id),
        asset,
        version,
        seller,
        buyer,
        payer,
        licensee,
        delivery_key,
        purpose: negotiation.purpose,
        scenario: negotiation.scenario,
        price: terms.price,
        bond: terms.bond,
    };
    let order = order::open(scene, opening)?;
    negotiation.order = Some(order);
    close(scene, id, &mut negotiation, NegotiationStatus::Agreed);
    scene.events.push(Event::OfferAccepted { negotiation: id, asset, order, by: scene.signer });
    if let Ground::Demand(demand) = ground {
        demand::meet(scene, demand, id);
    }
    Ok(())
}

/// R431, R432, R433. Either side may leave at any time before they agree, and so may who stands behind the buyer: both
/// have consented to an offer that the other side may still accept.
pub fn withdraw<R: Reader>(scene: &mut Scene<'_, '_, R>, id: NegotiationId) -> Result<(), Rejection> {
    let mut negotiation = find(scene, id)?;
    let Negotiation { seller, buyer, payer, licensee, .. } = negotiation;
    if ![seller, buyer, payer, licensee].contains(&scene.signer) {
        return Err(Rejection::NotNegotiating { negotiation: id });
    }
    check_runs(scene, id, &negotiation)?;
    close(scene, id, &mut negotiation, NegotiationStatus::Withdrawn);
    scene.events.push(Event::OfferWithdrawn { negotiation: id, asset: negotiation.asset, by: scene.signer });
    Ok(())
}

/// R431, R411, R439. A subscription is renewed at the terms that were agreed for as long as these are offered. Their seller may
/// end that, and else would be bound for ever where the two have met on a demand. What is paid for runs on.
pub fn end_renewals<R: Reader>(scene: &mut Scene<'_, '_, R>, id: NegotiationId) -> Result<(), Rejection> {
    let mut negotiation = find(scene, id)?;
    let Negotiation { seller, asset, status, .. } = negotiation;
    if seller != scene.signer {
        return Err(Rejection::NotSeller { seller });
    }
    let is_subscription = matches!(negotiation.terms.form, PlanForm::Subscription { .. });
    if status != NegotiationStatus::Agreed || !is_subscription {
        return Err(Rejection::NoRenewals { negotiation: id });
    }
    negotiation.status = NegotiationStatus::Ended;
    scene.draft.put::<Negotiations>(&id, &negotiation);
    scene.events.push(Event::RenewalsEnded { negotiation: id, asset, by: seller });
    Ok(())
}

/// Nobody has answered the last offer.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: NegotiationId) {
    let mut negotiation = scene.draft.get::<Negotiations>(&id).expect("negotiations are never deleted");
    close(scene, id, &mut negotiation, NegotiationStatus::Expired);
    scene.events.push(Event::NegotiationExpired { negotiation: id, asset: negotiation.asset });
}

fn write_new<R: Reader>(scene: &mut Scene<'_, '_, R>, mut negotiation: Negotiation) {
    let id = NegotiationId::created_by(scene.transaction);
    let lapses = scene.block.time.after(governance::rule_pack(scene).negotiation_window);
    deadline::change(scene.draft, Subject::Negotiation(id), None, Some(lapses));
    negotiation.deadline = Some(lapses);
    let (from, to) = (scene.signer, negotiation.party(negotiation.offered_by.other()));
    let Negotiation { ground, asset, .. } = negotiation;
    let price = negotiation.terms.price;
    scene.draft.put::<Negotiations>(&id, &negotiation);
    scene.events.push(Event::NegotiationOpened { negotiation: id, ground, asset, from, to, price });
}

/// Brings a negotiation to an end.
fn close<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: NegotiationId,
    negotiation: &mut Negotiation,
    end: NegotiationStatus,
) {
    deadline::change(scene.draft, Subject::Negotiation(id), negotiation.deadline, None);
    negotiation.status = end;
    negotiation.deadline = None;
    scene.draft.put::<Negotiations>(&id, negotiation);
}

/// R12.
fn check_trader<R: Reader>(scene: &Scene<'_, '_, R>) -> Result<(), Rejection> {
    let signer = scene.signer;
    if scene.active(signer).is_some_and(|participant| asset::may_hold(&participant)) {
        Ok(())
    } else {
        Err(Rejection::RoleMissing { signer, needed: Role::Trader })
    }
}

/// R431.
fn find<R: Reader>(scene: &Scene<'_, '_, R>, id: NegotiationId) -> Result<Negotiation, Rejection> {
    scene.draft.get::<Negotiations>(&id).ok_or(Rejection::UnknownNegotiation { negotiation: id })
}

/// R433.
fn check_runs<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: NegotiationId,
    negotiation: &Negotiation,
) -> Result<(), Rejection> {
    // The block that ends a negotiation may still have it to do.
    if negotiation.deadline.is_none_or(|deadline| deadline <= scene.block.time) {
        return Err(Rejection::NegotiationClosed { negotiation: id });
    }
    Ok(())
}

/// R431 to R434: a negotiation that runs and in which the signer has to answer, and the signer's side in it.
fn find_turn<R: Reader>(scene: &Scene<'_, '_, R>, id: NegotiationId) -> Result<(Negotiation, Side), Rejection> {
    let negotiation = find(scene, id)?;
    let side = negotiation.side_of(scene.signer).ok_or(Rejection::NotNegotiating { negotiation: id })?;
    check_runs(scene, id, &negotiation)?;
    if negotiation.offered_by == side {
        return Err(Rejection::NotYourTurn { negotiation: id, turn: side.other() });
    }
    Ok((negotiation, side))
}

/// R437, R508, R509: takes the buyer's word on who stands behind it. The seller has none on that.
fn name_parties<R: Reader>(
    scene: &Scene<'_, '_, R>,
    negotiation: &mut Negotiation,
    side: Side,
    Parties { payer, licensee }: Parties,
) -> Result<(), Rejection> {
    if side == Side::Seller {
        let is_silent = payer.is_none() && licensee.is_none();
        return if is_silent { Ok(()) } else { Err(Rejection::PartiesForeign) };
    }
    let buyer = negotiation.buyer;
    negotiation.payer = payer.unwrap_or(buyer);
    negotiation.licensee = licensee.unwrap_or(buyer);
    let parties = [buyer, negotiation.payer, negotiation.licensee];
    order::check_parties(scene, negotiation.seller, parties, negotiation.licensee)
}

/// R412, R502 or R441, R442, then R503, R320: whether the two may still agree on this ground.
fn check_ground<R: Reader>(
    scene: &Scene<'_, '_, R>,
    ground: Ground,
    asset: AssetId,
    seller: ParticipantId,
) -> Result<(), Rejection> {
    match ground {
        Ground::Listing(id) => listing::check_open(scene, id, &listing::find(scene.draft, id)?)?,
        Ground::Demand(id) => drop(demand::find_open(scene, id)?),
    }
    listing::check_seller(scene, seller, asset, Line::Operate)
}

/// R304, R608, R614, R625 to R628, R638: whether the market lets the last offer through, now and between the two. What
/// is being opened has no identifier that anything could be frozen by.
fn check_gate<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: Option<NegotiationId>,
    negotiation: &Negotiation,
) -> Result<(), Rejection> {
    let &Negotiation { ground, asset, version, ref terms, seller, buyer, licensee, .. } = negotiation;
    let grounds: Vec<Subject> = [ground.into()].into_iter().chain(id.map(Subject::Negotiation)).collect();
    order::check_gate(scene, &grounds, (asset, version), [terms], [seller, buyer, licensee])
}

/// R403 to R406, R423, R519, R507, R443, R410: an offer is checked like the one plan of a listing.
fn check_terms<R: Reader>(scene: &Scene<'_, '_, R>, negotiation: &Negotiation, terms: &Terms) -> Result<(), Rejection> {
    let Negotiation { ground, asset, version, purpose, .. } = *negotiation;
    let plans = core::slice::from_ref(terms);
    listing::check_plans(scene, ListingKind::Negotiated, plans)?;
    if !policy::allows_purpose(&terms.policy, purpose) {
        return Err(Rejection::PurposeForbidden { purpose });
    }
    if let Ground::Demand(id) = ground {
        let demand = demand::find_open(scene, id)?;
        demand::check_met(id, &demand.wanted, &asset::find(scene, asset)?, terms)?;
    }
    listing::check_upstream(scene.draft, asset, version, plans)
}
