//! R421 to R424 where a right itself is sold: title and money change hands in one transaction, or neither does.
//!
//! There is nothing to deliver and so no order: who buys signs for the duties that the right brings, and pays. Licences
//! in force stay as they are, and open orders pay whoever holds the right to operate when they settle.

use super::{Scene, asset, freeze, gate, governance, listing, money, recall, settlement};
use crate::event::Event;
use crate::model::{FreezeScope, Line, Listing, ListingKind, ListingStatus, RightOffer, Role};
use crate::primitives::{Amount, AssetId, ListingId, ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Reader, Subject};

/// R12, R424, R403, R407, R301, R319, R320, R323, R583, then the gate: R304, R608, R614, R609; R638.
pub fn offer<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    line: Line,
    price: Amount,
    until: Option<Timestamp>,
) -> Result<(), Rejection> {
    let seller = scene.signer;
    if !scene.active(seller).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::RoleMissing { signer: seller, needed: Role::Trader });
    }
    if line == Line::Use {
        return Err(Rejection::LineUnfit { line });
    }
    let kind = ListingKind::RightSale;
    if price == Amount::ZERO {
        return Err(Rejection::PriceUnfit { plan: 0, kind });
    }
    listing::check_until(scene, until)?;
    let version = asset::find(scene, id)?.latest_version;
    let asset = listing::check_offered(scene, id, version, line)?;
    recall::check_sale(scene.draft, id, version)?;
    gate::check(scene, id, &asset, version, [])?;
    gate::check_room(scene, id)?;
    freeze::check(scene, FreezeScope::Trade, &[Subject::Asset(id), Subject::Participant(seller)])?;
    let record = Listing {
        asset: id,
        version,
        seller,
        kind,
        plans: Vec::new(),
        status: ListingStatus::Active,
        until,
        created: scene.block.time,
        right: Some(RightOffer { line, price }),
        pause: None,
    };
    let listing = listing::write_new(scene, &record);
    scene.events.push(Event::RightOffered { listing, asset: id, line, seller, price });
    Ok(())
}

/// R12, R401, R422, R412, R502, R503, R320, R506, R508, R323, R583, then the gate: R304, R608, R614; R638,
/// R204.
///
/// The price is shared out like that of any sale, upstream too: the right concerns all versions, and is shared by the one that
/// was the latest when it was offered or the one that is now, whichever owes more.
pub fn buy<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: ListingId,
    max_price: Amount,
    payer: Option<ParticipantId>,
) -> Result<(), Rejection> {
    let buyer = scene.signer;
    if !scene.active(buyer).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::RoleMissing { signer: buyer, needed: Role::Trader });
    }
    let found = listing::find(scene.draft, id)?;
    listing::check_kind(id, &found, &[ListingKind::RightSale], "right-sale")?;
    let RightOffer { line, price } = found.right.expect("a right-sale offers a right");
    listing::check_open(scene, id, &found)?;
    listing::check_seller(scene, found.seller, found.asset, line)?;
    if price > max_price {
        return Err(Rejection::PriceAboveLimit { price, max_price });
    }
    let payer = payer.unwrap_or(buyer);
    let Listing { asset: asset_id, seller, .. } = found;
    if [buyer, payer].contains(&seller) {
        return Err(Rejection::SellerBuys { seller });
    }
    let asset = asset::find(scene, asset_id)?;
    asset::check_no_objection(asset_id, &asset)?;
    recall::check_sale(scene.draft, asset_id, asset.latest_version)?;

    gate::check(scene, asset_id, &asset, asset.latest_version, [])?;
    let [from, to] = [seller, buyer].map(Subject::Participant);
    freeze::check(scene, FreezeScope::Trade, &[Subject::Listing(id), Subject::Asset(asset_id), from, to])?;
    money::spend(scene, payer, price)?;
    let pack = governance::rule_pack(scene);
    let fee = price.share(pack.fee);
    let versions = [asset.latest_version, found.version];
    settlement::share_out(scene, asset_id, &versions, (price, fee), pack.fee_account, seller);
    scene.events.push(Event::RightSold { listing: id, asset: asset_id, line, seller, buyer, payer, price, fee });
    // Before the line moves, which pauses what else was offered of it.
    listing::close(scene, id, found, ListingStatus::SoldOut);
    let evidence = Some(scene.transaction.0);
    asset::hand_over(scene, asset_id, asset, line, buyer, evidence);
    Ok(())
}
