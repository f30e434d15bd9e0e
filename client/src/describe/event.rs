//! What happened, in words.

use yaosu_ledger::event::Event;

use super::deal_event::deal_event;
use super::roles_words;
use crate::parse::{short, show_time};
use crate::session::Context;

/// An event in words, without a full stop.
#[allow(clippy::too_many_lines, reason = "an arm for each event, and nothing else")]
pub fn event(event: &Event, context: &Context) -> String {
    let name = |id: &_| context.name(*id);
    let title = |id: &_| context.title(*id);
    match event {
        Event::ParticipantEnrolled { participant, roles } => {
            format!("{} joined as {}", name(participant), roles_words(*roles))
        }
        Event::KeysRotated { participant } => format!("{} has other keys", name(participant)),
        Event::RolesSet { participant, roles } => format!("{} is {} now", name(participant), roles_words(*roles)),
        Event::StatusSet { participant, status } => format!("{} is {status} now", name(participant)),
        Event::Proposed { proposal, proposer, measure } => {
            format!(
                "{} proposed to {} (proposal {})",
                name(proposer),
                super::measure(measure, context),
                short(proposal)
            )
        }
        Event::ProposalApproved { proposal, operator } => {
            format!("{} approved proposal {}", name(operator), short(proposal))
        }
        Event::ProposalMoved { proposal, status } => format!("proposal {} is {status}", short(proposal)),
        Event::ValidatorsChanged { validators } => format!("the validators changed to set {}", short(validators)),
        Event::TurnMissed { operator, missed, .. } => format!("{} missed its turn, {missed} in a row", name(operator)),
        Event::Issued { to, amount, .. } => format!("{} issued to {}", context.money(*amount), name(to)),
        Event::Redeemed { from, amount, .. } => format!("{} redeemed from {}", context.money(*amount), name(from)),
        Event::Paid { from, to, amount, memo } => {
            format!("{} paid {} to {}{}", name(from), context.money(*amount), name(to), super::in_brackets(memo))
        }
        Event::AssetRegistered { asset, declarer, notice_closes, .. } => format!(
            "{} applied for the registration of {}; open to objections until {}",
            name(declarer),
            title(asset),
            show_time(*notice_closes)
        ),
        Event::VersionAdded { asset, version, .. } => format!("version {version} of {}", title(asset)),
        Event::Derived { child, child_version, parent, parent_version, .. } => {
            format!(
                "version {child_version} of {} was made from version {parent_version} of {}",
                title(child),
                title(parent)
            )
        }
        Event::AppliedAgain { asset, .. } => format!("registration of {} was applied for again", title(asset)),
        Event::Objected { asset, objection, objector } => {
            format!("{} objected to {} (objection {objection})", name(objector), title(asset))
        }
        Event::ObjectionRuled { asset, objection, upheld, registrar } => format!(
            "{} {} objection {objection} to {}",
            name(registrar),
            if *upheld { "upheld" } else { "dismissed" },
            title(asset)
        ),
        Event::RegistrationGranted { asset, certificate, registrar } => {
            format!("{} registered {} under number {certificate}", name(registrar), title(asset))
        }
        Event::RegistrationRefused { asset, registrar, reason } => {
            format!("{} refused the registration of {}: {reason}", name(registrar), title(asset))
        }
        Event::RegistrationCancelled { asset, by, reason } => {
            format!("{} took {} out of the register: {reason}", name(by), title(asset))
        }
        Event::RightTransferred { asset, line, from, to } => {
            format!("the right {line} to {} went from {} to {}", title(asset), name(from), name(to))
        }
        Event::ListingCreated { listing, asset, version, seller } => {
            format!("{} offers version {version} of {} (listing {})", name(seller), title(asset), short(listing))
        }
        Event::ListingPaused { listing, asset } => format!("listing {} of {} is paused", short(listing), title(asset)),
        Event::ListingResumed { listing, asset } => {
            format!("listing {} of {} is active again", short(listing), title(asset))
        }
        Event::ListingEnded { listing, asset } => format!("listing {} of {} ended", short(listing), title(asset)),
        Event::LicenceGranted { licence, asset, licensor, licensee, .. } => {
            format!("{} licensed {} to {} (licence {})", name(licensor), title(asset), name(licensee), short(licence))
        }
        Event::LicenceExpired { licence, asset } => format!("licence {} of {} expired", short(licence), title(asset)),
        other => of_order(other, context),
    }
}

/// What happened to an order.
fn of_order(event: &Event, context: &Context) -> String {
    let name = |id: &_| context.name(*id);
    let title = |id: &_| context.title(*id);
    match event {
        Event::OrderPlaced { order, asset, buyer, seller, price, bond, .. } => format!(
            "{} ordered {} from {} for {}, the seller's bond is {} (order {})",
            name(buyer),
            title(asset),
            name(seller),
            context.money(*price),
            context.money(*bond),
            short(order)
        ),
        Event::OrderDelivered { order, asset } => format!("order {} of {} was delivered", short(order), title(asset)),
        Event::OrderAcknowledged { order, key_due, .. } => {
            format!("order {} was acknowledged; the key is due by {}", short(order), show_time(*key_due))
        }
        Event::OrderSettled { order, price, fee, payee, .. } => format!(
            "order {} settled: {} from which the fee is {}, the rest to {}",
            short(order),
            context.money(*price),
            context.money(*fee),
            name(payee)
        ),
        Event::OrderRefunded { order, cause, amount, .. } => {
            format!("order {} was refunded {} ({cause})", short(order), context.money(*amount))
        }
        Event::KeyRevealed { order, settles, .. } => {
            format!("the key of order {} was revealed; it settles at {}", short(order), show_time(*settles))
        }
        Event::KeyChallenged { order, key_due, .. } => {
            format!("the key of order {} was challenged; it must be open by {}", short(order), show_time(*key_due))
        }
        Event::KeyOpened { order, settles, .. } => {
            format!("the key of order {} was opened to all; it settles at {}", short(order), show_time(*settles))
        }
        Event::DisputeOpened { order, asset, bond, settles, .. } => format!(
            "the quality of {} is disputed on order {}, with a bond of {}; it settles at {} if no arbiter rules",
            title(asset),
            short(order),
            context.money(*bond),
            show_time(*settles)
        ),
        Event::DisputeRuled { order, arbiter, refund, reason, .. } => format!(
            "{} ruled that {} of order {} go back: {reason}",
            name(arbiter),
            context.money(*refund),
            short(order)
        ),
        Event::OrderSplit { order, refund, paid, fee, payee, .. } => format!(
            "order {} was split: {} back, {} paid, from which the fee is {}, the rest to {}",
            short(order),
            context.money(*refund),
            context.money(*paid),
            context.money(*fee),
            name(payee)
        ),
        Event::BondLost { order, from, to, amount } => {
            format!(
                "{} lost the bond of {} on order {} to {}",
                name(from),
                context.money(*amount),
                short(order),
                name(to)
            )
        }
        Event::ListingSoldOut { .. }
        | Event::ListingDelisted { .. }
        | Event::RightOffered { .. }
        | Event::RightSold { .. }
        | Event::NegotiationOpened { .. }
        | Event::OfferCountered { .. }
        | Event::OfferAccepted { .. }
        | Event::OfferWithdrawn { .. }
        | Event::NegotiationExpired { .. }
        | Event::DemandCreated { .. }
        | Event::DemandMet { .. }
        | Event::DemandEnded { .. }
        | Event::SubscriptionRenewed { .. } => deal_event(event, context),
        _ => String::new(),
    }
}
