//! Who got what when an order ended, read from what the ledger recorded.
//!
//! A royalty's event names what was sold and not the order, because a right that is sold pays royalties too. But a
//! settlement pays the royalties first and says so directly behind them, so that its own are those that stand without a
//! gap in front of it: an order of the same asset that settles in the same block has its own settlement in between.

use serde::Serialize;
use yaosu_api::{EventPosition, EventView, LIMIT_MAX, RoyaltiesView, RoyaltyView};
use yaosu_ledger::event::Event;
use yaosu_ledger::model::Order;
use yaosu_ledger::{Amount, AssetId, OrderId, ParticipantId};

use crate::{Client, Paging, SdkError};

/// Where the price of an order went, and the bonds. What was paid and what was given back add up to the price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Distribution {
    /// How what was paid was divided; nothing was paid of a refunded order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<RoyaltiesView>,
    /// What went back to the payer.
    pub given_back: Amount,
    /// Bonds that went to the other side. All others went back to whose they were.
    pub lost_bonds: Vec<LostBond>,
}

/// A bond that its owner lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LostBond {
    /// Who had put it at stake.
    pub from: ParticipantId,
    /// Who got it.
    pub to: ParticipantId,
    /// How much.
    pub amount: Amount,
}

impl Client {
    /// Who got what of an order; `None` as long as it has not ended.
    ///
    /// # Errors
    /// As all calls: [`SdkError`].
    pub async fn distribution(&self, id: OrderId, order: &Order) -> Result<Option<Distribution>, SdkError> {
        if !order.status.is_end() {
            return Ok(None);
        }
        let reference = id.to_string();
        let mut lost_bonds = Vec::new();
        let mut paging = Paging { limit: Some(LIMIT_MAX), cursor: None };
        loop {
            let page = self.order_history(&reference, &paging).await?;
            for EventView { position, record, .. } in page.items {
                // The latest comes first, and bonds end behind the price.
                let (paid, given_back) = match record.event {
                    Event::BondLost { from, to, amount, .. } => {
                        lost_bonds.push(LostBond { from, to, amount });
                        continue;
                    }
                    Event::OrderSettled { price, fee, payee, .. } => (Some((price, fee, payee)), Amount::ZERO),
                    Event::OrderSplit { refund, paid, fee, payee, .. } => (Some((paid, fee, payee)), refund),
                    Event::OrderRefunded { amount, .. } => (None, amount),
                    _ => continue,
                };
                let paid = match paid {
                    Some(paid) => Some(self.division(order, position, paid).await?),
                    None => None,
                };
                return Ok(Some(Distribution { paid, given_back, lost_bonds }));
            }
            match page.cursor {
                Some(cursor) => paging.cursor = Some(cursor),
                // A node that is behind the one that gave the order does not know of its end yet.
                None => return Ok(None),
            }
        }
    }

    /// How a settlement at this position divided what was paid.
    async fn division(
        &self,
        order: &Order,
        settled: EventPosition,
        (price, fee, holder): (Amount, Amount, ParticipantId),
    ) -> Result<RoyaltiesView, SdkError> {
        let Order { asset, version, fee_account, .. } = *order;
        let mut royalties = Vec::new();
        let mut paging = Paging { limit: Some(LIMIT_MAX), cursor: Some(settled.to_string()) };
        loop {
            let page = self.asset_history(&asset.to_string(), &paging).await?;
            let whole = take_royalties(&mut royalties, page.items, asset, settled);
            match page.cursor {
                Some(cursor) if whole => paging.cursor = Some(cursor),
                _ => break,
            }
        }
        // As they were paid, which is the order of a preview.
        royalties.reverse();
        let mut parts = royalties.iter().map(|royalty| royalty.amount).chain([fee]);
        let rest = parts.try_fold(price, Amount::checked_sub);
        let rest = rest.ok_or_else(|| SdkError::Answer {
            url: self.node().to_owned(),
            reason: format!("more than the price of {asset} was paid out at {settled}"),
        })?;
        Ok(RoyaltiesView { asset, version, price, fee, fee_account, rest, holder, royalties })
    }
}

/// Adds the royalties of a settlement from events before it, the latest first; whether there may be more of them.
fn take_royalties(
    royalties: &mut Vec<RoyaltyView>,
    events: Vec<EventView>,
    settled_asset: AssetId,
    settled: EventPosition,
) -> bool {
    for EventView { position, record, .. } in events {
        let behind = u32::try_from(royalties.len()).ok().and_then(|taken| settled.index.checked_sub(taken));
        let expected = behind.and_then(|index| index.checked_sub(1));
        let (amount, parked, sold, asset, version, holder) = match record.event {
            Event::RoyaltyPaid { sold, asset, version, holder, amount } => {
                (amount, false, sold, asset, version, holder)
            }
            Event::RoyaltyParked { sold, asset, version, holder, amount } => {
                (amount, true, sold, asset, version, holder)
            }
            _ => return false,
        };
        if position.height != settled.height || Some(position.index) != expected || sold != settled_asset {
            return false;
        }
        royalties.push(RoyaltyView { asset, version, holder, amount, parked });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::event::{Cause, EventRecord};
    use yaosu_ledger::{Digest, Height, Timestamp};

    const SETTLED: EventPosition = EventPosition { height: Height(9), index: 7 };

    fn asset(byte: u8) -> AssetId {
        AssetId(Digest([byte; 32]))
    }

    fn event(height: u64, index: u32, event: Event) -> EventView {
        let position = EventPosition { height: Height(height), index };
        EventView { position, time: Timestamp(0), record: EventRecord { cause: Cause::Block, event } }
    }

    fn royalty(height: u64, index: u32, sold: u8, amount: u64) -> EventView {
        let holder = ParticipantId(Digest([9; 32]));
        let paid =
            Event::RoyaltyPaid { sold: asset(sold), asset: asset(2), version: 1, holder, amount: Amount(amount) };
        event(height, index, paid)
    }

    fn other(height: u64, index: u32) -> EventView {
        event(height, index, Event::ListingEnded { listing: yaosu_ledger::ListingId(Digest([3; 32])), asset: asset(1) })
    }

    /// Goal: a settlement has its own royalties alone, whatever other sales stand in the same block or before it.
    #[test]
    fn royalties_belong_to_the_settlement_behind_them() {
        #[rustfmt::skip]
        let rows = [
            // case                                  events before it, the latest first            amounts      more
            ("none at all",                          vec![],                                        vec![],      true),
            ("all of them",                          vec![royalty(9, 6, 1, 5), royalty(9, 5, 1, 6)], vec![5, 6], true),
            ("up to another event",                  vec![royalty(9, 6, 1, 5), other(9, 5), royalty(9, 4, 1, 6)], vec![5], false),
            ("another order's, its end in between",  vec![royalty(9, 5, 1, 6)],                     vec![],      false),
            ("up to a gap",                          vec![royalty(9, 6, 1, 5), royalty(9, 4, 1, 6)], vec![5],    false),
            ("of another sale that paid this one",   vec![royalty(9, 6, 4, 5)],                     vec![],      false),
            ("of an earlier block",                  vec![royalty(8, 6, 1, 5)],                     vec![],      false),
        ];
        for (case, events, amounts, more) in rows {
            let mut royalties = Vec::new();
            assert_eq!(take_royalties(&mut royalties, events, asset(1), SETTLED), more, "{case}");
            let found: Vec<u64> = royalties.iter().map(|royalty| royalty.amount.0).collect();
            assert_eq!(found, amounts, "{case}");
        }
    }

    /// Goal: what begins on one page of a history goes on with the next.
    #[test]
    fn royalties_go_on_over_pages() {
        let mut royalties = Vec::new();
        assert!(take_royalties(&mut royalties, vec![royalty(9, 6, 1, 5)], asset(1), SETTLED));
        assert!(!take_royalties(&mut royalties, vec![royalty(9, 5, 1, 6), other(9, 4)], asset(1), SETTLED));
        assert_eq!(royalties.len(), 2);
    }
}
