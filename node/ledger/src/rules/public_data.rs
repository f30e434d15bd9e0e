//! R305 to R308, R621 to R628: public data (公共数据). Openness is the norm, and it costs at most what its authority says.
//!
//! An authority is in charge of the public assets that it registers itself, and of those of others that it authorises
//! with the holder's approval. Public data that is open without conditions is free. Otherwise it is free for governance
//! and welfare, and may cost at most the ceiling of the authority in charge for anything else, a year or its part of one:
//! nothing as long as there is none.

use super::{Scene, asset, gate, grade};
use crate::event::Event;
use crate::model::{Asset, Line, Openness, Participant, PriceCeiling, PublicCharge, Purpose, Role, SourceClass, Terms};
use crate::primitives::{Amount, AssetId, Digest, ParticipantId};
use crate::rejection::Rejection;
use crate::state::{Assets, PublicCharges, Reader};

/// R305 to R308: whether data of this class may be open or closed like this.
pub fn check_openness<R: Reader>(
    scene: &Scene<'_, '_, R>,
    class: SourceClass,
    openness: &Openness,
) -> Result<(), Rejection> {
    if (class == SourceClass::Public) == (*openness == Openness::NotPublic) {
        return Err(Rejection::OpennessUnfit { class });
    }
    match openness {
        Openness::Conditional { terms } if terms.is_empty() => Err(Rejection::OpennessTermsEmpty),
        Openness::NotPublic | Openness::Open | Openness::Conditional { .. } => Ok(()),
        Openness::Closed { approver, review, .. } => {
            let approves = |participant: Participant| participant.roles.contains(Role::PublicAuthority);
            if !scene.active(*approver).is_some_and(approves) {
                return Err(Rejection::ClosureNotApproved { approver: *approver });
            }
            if *review <= scene.block.time {
                return Err(Rejection::ClosureReviewPast { review: *review, now: scene.block.time });
            }
            Ok(())
        }
    }
}

/// Puts an authority in charge of the public asset that it has just registered.
pub fn note_registered<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, asset: &Asset) {
    let is_public = asset.description.source_class == SourceClass::Public;
    if is_public && scene.require_role(Role::PublicAuthority).is_ok() {
        let charge =
            PublicCharge { authority: scene.signer, authorisation: None, since: scene.block.time, ceiling: None };
        scene.draft.put::<PublicCharges>(&id, &charge);
    }
}

/// R12, R615, R301, R621, R319, R623. That the holder approves is R8.
pub fn authorise<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    holder: ParticipantId,
    authorisation: Digest,
) -> Result<(), Rejection> {
    scene.require_role(Role::PublicAuthority)?;
    grade::check_basis(authorisation)?;
    let found = find(scene, id)?;
    let holds = found.line(Line::Hold).holder;
    if holds != holder {
        return Err(Rejection::NotHolder { asset: id, line: Line::Hold, holder: holds });
    }
    if let Some(charge) = scene.draft.get::<PublicCharges>(&id) {
        return Err(Rejection::AuthorityTaken { asset: id, authority: charge.authority });
    }
    let authority = scene.signer;
    let charge = PublicCharge { authority, authorisation: Some(authorisation), since: scene.block.time, ceiling: None };
    scene.draft.put::<PublicCharges>(&id, &charge);
    scene.events.push(Event::OperationAuthorised { asset: id, authority, holder });
    Ok(())
}

/// R12, R615, R301, R621, R622.
pub fn set_ceiling<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    amount: Amount,
    legal_basis: Digest,
) -> Result<(), Rejection> {
    scene.require_role(Role::PublicAuthority)?;
    grade::check_basis(legal_basis)?;
    find(scene, id)?;
    let authority = scene.signer;
    let charge = scene.draft.get::<PublicCharges>(&id).filter(|charge| charge.authority == authority);
    let charge = charge.ok_or(Rejection::NotAuthority { asset: id })?;
    let ceiling = Some(PriceCeiling { amount, legal_basis, since: scene.block.time });
    scene.draft.put::<PublicCharges>(&id, &PublicCharge { ceiling, ..charge });
    scene.events.push(Event::PriceCeilingSet { asset: id, authority, ceiling: amount });
    gate::look_again(scene, id);
    Ok(())
}

/// R301, R621, R622, R624, R305 to R308. That the approver of a closing approves is R8.
pub fn change_openness<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    openness: &Openness,
) -> Result<(), Rejection> {
    let mut found = find(scene, id)?;
    let signer = scene.signer;
    let charge = scene.draft.get::<PublicCharges>(&id);
    if found.line(Line::Hold).holder != signer && charge.is_none_or(|charge| charge.authority != signer) {
        return Err(Rejection::NotAuthority { asset: id });
    }
    if found.description.openness == *openness {
        return Err(Rejection::OpennessUnchanged { asset: id });
    }
    check_openness(scene, found.description.source_class, openness)?;
    found.description.openness = openness.clone();
    scene.draft.put::<Assets>(&id, &found);
    scene.events.push(Event::OpennessChanged { asset: id, openness: openness.clone(), by: signer });
    gate::look_again(scene, id);
    Ok(())
}

/// R301, R621.
fn find<R: Reader>(scene: &Scene<'_, '_, R>, id: AssetId) -> Result<Asset, Rejection> {
    let found = asset::find(scene, id)?;
    if found.description.source_class == SourceClass::Public {
        Ok(found)
    } else {
        Err(Rejection::NotPublic { asset: id })
    }
}

/// R625 to R628: whether public data may cost what these plans ask.
pub fn check_prices<'t, R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    plans: impl IntoIterator<Item = &'t Terms>,
) -> Result<(), Rejection> {
    if asset.description.source_class != SourceClass::Public {
        return Ok(());
    }
    let priced = plans.into_iter().enumerate().filter(|(_, terms)| terms.price > Amount::ZERO);
    for (plan, terms) in priced {
        if asset.description.openness == Openness::Open {
            return Err(Rejection::OpenNotFree { plan });
        }
        let free = [Purpose::Governance, Purpose::Welfare];
        if let Some(purpose) = free.into_iter().find(|purpose| terms.policy.purposes.contains(*purpose)) {
            return Err(Rejection::PublicNotFree { plan, purpose });
        }
        let ceiling = scene.draft.get::<PublicCharges>(&id).and_then(|charge| charge.ceiling);
        let ceiling = ceiling.ok_or(Rejection::CeilingMissing { asset: id })?.of(terms);
        if terms.price > ceiling {
            return Err(Rejection::PriceAboveCeiling { plan, price: terms.price, ceiling });
        }
    }
    Ok(())
}
