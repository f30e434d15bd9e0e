//! What happened around listings, rights, negotiations, demands and subscriptions, in words.

use yaosu_ledger::event::Event;

use crate::parse::{short, show_time};
use crate::session::Context;

/// An event of this file in words, without a full stop.
pub fn deal_event(event: &Event, context: &Context) -> String {
    let name = |id: &_| context.name(*id);
    let title = |id: &_| context.title(*id);
    match event {
        Event::ListingSoldOut { listing, asset } => {
            format!("listing {} of {} is sold out", short(listing), title(asset))
        }
        Event::ListingDelisted { listing, asset, operator, reason } => {
            format!("{} took listing {} of {} off the market: {reason}", name(operator), short(listing), title(asset))
        }
        Event::RightOffered { listing, asset, line, seller, price } => format!(
            "{} offers the right {line} to {} for {} (listing {})",
            name(seller),
            title(asset),
            context.money(*price),
            short(listing)
        ),
        Event::RightSold { asset, line, seller, buyer, payer, price, fee, .. } => format!(
            "{} bought the right {line} to {} from {}; {} paid {}, from which the fee is {}",
            name(buyer),
            title(asset),
            name(seller),
            name(payer),
            context.money(*price),
            context.money(*fee)
        ),
        Event::NegotiationOpened { negotiation, ground, asset, from, to, price } => format!(
            "{} offered {} {} for {} on {} (negotiation {})",
            name(from),
            name(to),
            context.money(*price),
            title(asset),
            super::ground(*ground),
            short(negotiation)
        ),
        Event::OfferCountered { negotiation, round, from, to, price, .. } => format!(
            "{} countered {} with {} (offer {round} of negotiation {})",
            name(from),
            name(to),
            context.money(*price),
            short(negotiation)
        ),
        Event::OfferAccepted { negotiation, order, by, .. } => {
            format!("{} agreed in negotiation {} (order {})", name(by), short(negotiation), short(order))
        }
        Event::OfferWithdrawn { negotiation, by, .. } => {
            format!("{} left negotiation {}", name(by), short(negotiation))
        }
        Event::NegotiationExpired { negotiation, asset } => {
            format!("negotiation {} of {} lapsed", short(negotiation), title(asset))
        }
        Event::DemandCreated { demand, buyer } => format!("{} has a need (demand {})", name(buyer), short(demand)),
        Event::DemandMet { demand, negotiation } => {
            format!("demand {} was met by negotiation {}", short(demand), short(negotiation))
        }
        Event::DemandEnded { demand } => format!("demand {} ended", short(demand)),
        Event::SubscriptionRenewed { licence, payer, price, fee, payee, until, .. } => format!(
            "{} renewed subscription {} until {}: {} from which the fee is {}, the rest to {}",
            name(payer),
            short(licence),
            show_time(*until),
            context.money(*price),
            context.money(*fee),
            name(payee)
        ),
        other => super::told_elsewhere(&format!("{other:?}")),
    }
}
