//! An order with who got what when it ended.

use serde::Serialize;
use yaosu_api::Entity;
use yaosu_ledger::model::Order;
use yaosu_ledger::{AssetId, OrderId, ParticipantId};
use yaosu_sdk::{Distribution, LostBond};

use crate::command_error::CommandError;
use crate::describe;
use crate::parse::Reference;
use crate::said::said;
use crate::screen::Screen;
use crate::session::{Context, InContext, Session};

/// What is shown of an order.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The order itself.
    #[serde(flatten)]
    pub order: Entity<OrderId, Order>,
    /// Where its price and its bonds went; absent as long as it has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
}

/// Looks an order up, with the names of all whom it concerns.
pub async fn find(session: &Session, reference: &Reference) -> Result<InContext<Shown>, CommandError> {
    let client = session.client()?;
    let order = client.order(reference.as_str()).await?;
    let distribution = client.distribution(order.id, &order.record).await?;
    let Order { seller, buyer, payer, licensee, asset, ref dispute, .. } = order.record;
    let arbiter = dispute.as_ref().and_then(|dispute| dispute.ruling.as_ref()).map(|ruling| ruling.arbiter);
    let (mut parties, mut assets) = parties(distribution.as_ref());
    parties.extend([seller, buyer, payer, licensee].into_iter().chain(arbiter));
    assets.push(asset);
    let context = session.context(parties, assets).await;
    Ok(InContext { value: Shown { order, distribution }, context })
}

/// Who has a part in a distribution, and for which assets.
fn parties(distribution: Option<&Distribution>) -> (Vec<ParticipantId>, Vec<AssetId>) {
    let paid = distribution.and_then(|distribution| distribution.paid.as_ref());
    let royalties = || paid.into_iter().flat_map(|paid| &paid.royalties);
    let holders = paid.into_iter().flat_map(|paid| [paid.holder, paid.fee_account]);
    (holders.chain(royalties().map(|royalty| royalty.holder)).collect(), royalties().map(|part| part.asset).collect())
}

/// Shows who got what of the price, and whose bond went to whom. Nothing of what was free.
pub fn show(screen: &mut Screen, context: &Context, order: &Order, distribution: &Distribution) {
    let Distribution { paid, given_back, lost_bonds } = distribution;
    if order.price > yaosu_ledger::Amount::ZERO {
        screen.line(said!("who got what of the price:", "价款分配："));
        describe::division(screen, context, paid.as_ref(), (context.name(order.payer), *given_back));
    }
    for LostBond { from, to, amount } in lost_bonds {
        let (from, to, amount) = (context.name(*from), context.name(*to), context.money(*amount));
        screen.line(said!(
            "besides the price, {from} lost the bond of {amount} to {to}",
            "价款之外，{from} 的保证金 {amount} 归 {to}"
        ));
    }
}
