//! Licences (许可): granted by settlement or by an open listing, and in no other way; they end at their time.

use super::{Scene, deadline};
use crate::event::Event;
use crate::model::{Licence, LicenceStatus, Order, Policy};
use crate::primitives::{AssetId, LicenceId, OrderId, ParticipantId};
use crate::state::{Licences, Reader, Subject, Trades};

/// Grants the licence of an order, in force from now on, and counts it. The order counts as open no longer.
pub fn grant<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    order: &Order,
    licensor: ParticipantId,
    policy: Policy,
    exclusive: bool,
) {
    let Order { asset, version, licensee, .. } = *order;
    let licence = LicenceId::created_by(id);
    let from = scene.block.time;
    let until = policy.duration.map(|length| from.after(length));
    let status = LicenceStatus::Active;
    let (parent, depth, uses) = (None, 0, 0);
    let record = Licence {
        order: id,
        asset,
        version,
        licensor,
        licensee,
        policy,
        exclusive,
        from,
        until,
        parent,
        depth,
        uses,
        status,
    };
    scene.draft.put::<Licences>(&licence, &record);
    deadline::change(scene.draft, Subject::Licence(licence), None, until);
    let mut trade = scene.draft.get::<Trades>(&asset).expect("the order was counted when it was placed");
    trade.live_licences = trade.live_licences.checked_add(1).expect("R511 keeps the count of orders and licences small");
    scene.draft.put::<Trades>(&asset, &trade);
    scene.events.push(Event::LicenceGranted { licence, order: id, asset, licensor, licensee });
}

/// The time of a licence is over. What was made under it stays; nothing new may be.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId) {
    let mut licence = scene.draft.get::<Licences>(&id).expect("licences are never deleted");
    deadline::change(scene.draft, Subject::Licence(id), licence.until, None);
    licence.status = LicenceStatus::Expired;
    scene.draft.put::<Licences>(&id, &licence);
    discount(scene, licence.asset, licence.order);
    scene.events.push(Event::LicenceExpired { licence: id, asset: licence.asset });
}

/// One licence less, and others may have the asset again if it was exclusive.
fn discount<R: Reader>(scene: &mut Scene<'_, '_, R>, asset: AssetId, order: OrderId) {
    let mut trade = scene.draft.get::<Trades>(&asset).expect("the licence was counted when it was granted");
    trade.live_licences = trade.live_licences.checked_sub(1).expect("the licence was counted when it was granted");
    if trade.exclusive == Some(order) {
        trade.exclusive = None;
    }
    scene.draft.put::<Trades>(&asset, &trade);
}
