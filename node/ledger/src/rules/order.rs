//! Orders: being written.
#![allow(unused)]
use super::Scene;
use crate::model::{DeliveryKey, Purpose};
use crate::primitives::{Amount, Digest, ListingId, OrderId, ParticipantId, Text};
use crate::rejection::Rejection;
use crate::state::Reader;

/// What a buyer asks for.
pub struct Request {
    pub listing: ListingId,
    pub plan: u8,
    pub version: u32,
    pub max_price: Amount,
    pub payer: Option<ParticipantId>,
    pub licensee: Option<ParticipantId>,
    pub delivery_key: Option<DeliveryKey>,
    pub purpose: Purpose,
    pub scenario: Digest,
}
pub fn place<R: Reader>(scene: &mut Scene<'_, '_, R>, request: &Request) -> Result<(), Rejection> {
    Ok(())
}
pub fn deliver<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, location: &Text<512>) -> Result<(), Rejection> {
    Ok(())
}
pub fn acknowledge<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    content_root: Digest,
) -> Result<(), Rejection> {
    Ok(())
}
pub fn reject_delivery<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    reason: &Text<256>,
) -> Result<(), Rejection> {
    Ok(())
}
