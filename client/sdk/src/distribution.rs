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
        let parts = royalties.iter().map(|royalty| royalty.amount).chain([fee]);
        let rest = parts.fold(Some(price), |left, part| left.and_then(|left| left.checked_sub(part)));
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
            Event::RoyaltyPaid { sold, asset, version, holder, amount } => (amount, false, sold, asset, version, holder),
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
