//! Licences (许可): granted by settlement or by an open listing, and in no other way; they end at their time.

use super::{Scene, deadline, settlement};
use crate::event::Event;
use crate::model::{Licence, LicenceStatus, Order, PlanForm, Supply, Terms, VersionScope};
use crate::primitives::{LicenceId, OrderId, ParticipantId};
use crate::state::{Licences, Reader, Subject};

/// Grants the licence of an order at these terms, in force from now on. Settlement counts it.
pub fn grant<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    order: &Order,
    licensor: ParticipantId,
    terms: Terms,
) {
    let Order { asset, version, licensee, .. } = *order;
    let licence = LicenceId::created_by(id);
    let from = scene.block.time;
    let (versions, length) = match terms.form {
        PlanForm::OneOff => (VersionScope::Only(version), terms.policy.duration),
        PlanForm::Subscription { period } => (VersionScope::From(version), Some(period)),
    };
    let until = length.map(|length| from.after(length));
    let record = Licence {
        order: id,
        asset,
        versions,
        licensor,
        licensee,
        policy: terms.policy,
        exclusive: terms.supply == Supply::Exclusive,
        from,
        until,
        parent: None,
        depth: 0,
        uses: 0,
        status: LicenceStatus::Active,
    };
    scene.draft.put::<Licences>(&licence, &record);
    deadline::change(scene.draft, Subject::Licence(licence), None, until);
    scene.events.push(Event::LicenceGranted { licence, order: id, asset, licensor, licensee });
}

/// The time of a licence is over. What was made under it stays; nothing new may be.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId) {
    let mut licence = scene.draft.get::<Licences>(&id).expect("licences are never deleted");
    deadline::change(scene.draft, Subject::Licence(id), licence.until, None);
    licence.status = LicenceStatus::Expired;
    scene.draft.put::<Licences>(&id, &licence);
    settlement::change_trade(scene.draft, licence.asset, |trade| {
        trade.live_licences = trade.live_licences.checked_sub(1).expect("settlement counted the licence");
        if trade.exclusive == Some(licence.order) {
            trade.exclusive = None;
        }
    });
    scene.events.push(Event::LicenceExpired { licence: id, asset: licence.asset });
}
