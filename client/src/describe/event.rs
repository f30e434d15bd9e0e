//! What happened, in words.

use yaosu_ledger::event::Event;

use super::deal_event::deal_event;
use super::roles_words;
use crate::parse::{short, show_time};
use crate::session::Context;

/// What happened to licences, royalties and recalls.
fn licence_event(event: &Event, context: &Context) -> String {
    let name = |id: &_| context.name(*id);
    let title = |id: &_| context.title(*id);
    let late = |late: &bool| if *late { ", late" } else { "" };
    match event {
        Event::RoyaltyPaid { sold, asset, holder, amount, .. } => format!(
            "{} of the sale of {} went upstream to {} for {}",
            context.money(*amount),
            title(sold),
            name(holder),
            title(asset)
        ),
        Event::RoyaltyParked { sold, asset, holder, amount, .. } => format!(
            "{} of the sale of {} waits at {}, since {} can't receive it now",
            context.money(*amount),
            title(sold),
            title(asset),
            name(holder)
        ),
        Event::ParkedReleased { asset, holder, amount } => {
            format!("{} that had waited at {} went to {}", context.money(*amount), title(asset), name(holder))
        }
        Event::Sublicensed { licence, parent, asset, licensor, licensee } => format!(
            "{} sublicensed {} to {} (licence {} under {})",
            name(licensor),
            title(asset),
            name(licensee),
            short(licence),
            short(parent)
        ),
        Event::UseRecorded { licence, licensee, sequence, action, purpose, units, .. } => format!(
            "{} recorded {units} times to {action} for {purpose} (record {sequence} of licence {})",
            name(licensee),
            short(licence)
        ),
        Event::LicenceEnded { licence, asset, licensee, status, cause, .. } => {
            let cause = cause.map_or_else(String::new, |cause| format!(" ({cause})"));
            format!("licence {} of {} for {} is {status}{cause}", short(licence), title(asset), name(licensee))
        }
        Event::TerminationStated { licence, by, statement, .. } => {
            format!("{} says why licence {} ends: {statement}", name(by), short(licence))
        }
        Event::DeletionDue { licence, licensee, deadline } => format!(
            "{} must destroy all copies had under licence {} and state it before {}",
            name(licensee),
            short(licence),
            show_time(*deadline)
        ),
        Event::DeletionOverdue { licence, licensee } => {
            format!(
                "{} has not stated that all copies had under licence {} are destroyed",
                name(licensee),
                short(licence)
            )
        }
        Event::DeletionStated { licence, licensee, late: is_late, .. } => format!(
            "{} states that all copies had under licence {} are destroyed{}",
            name(licensee),
            short(licence),
            late(is_late)
        ),
        Event::Recalled { recall, asset, first_version, last_version, cause, by } => format!(
            "{} recalled versions {first_version} to {last_version} of {}: {cause} (recall {})",
            name(by),
            title(asset),
            short(recall)
        ),
        Event::RecallReached { recall, licence, licensee, deadline, .. } => format!(
            "recall {} reached licence {} of {}, who must acknowledge it before {}",
            short(recall),
            short(licence),
            name(licensee),
            show_time(*deadline)
        ),
        Event::RecallComplete { recall, versions, licences } => {
            format!("recall {} has reached all of {versions} versions and {licences} licences", short(recall))
        }
        Event::RecallAcknowledged { recall, licence, licensee, late: is_late } => format!(
            "{} acknowledged recall {} for licence {}{}",
            name(licensee),
            short(recall),
            short(licence),
            late(is_late)
        ),
        Event::RecallOverdue { recall, licence, licensee } => {
            format!("{} has not acknowledged recall {} for licence {}", name(licensee), short(recall), short(licence))
        }
        other => super::told_elsewhere(&format!("{other:?}")),
    }
}

/// An event in words, without a full stop.
#[expect(clippy::too_many_lines, reason = "an arm for each event, and nothing else")]
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
        Event::ListingPaused { listing, asset, cause } => {
            format!("listing {} of {} is paused ({cause})", short(listing), title(asset))
        }
        Event::ListingResumed { listing, asset } => {
            format!("listing {} of {} is active again", short(listing), title(asset))
        }
        Event::ListingEnded { listing, asset } => format!("listing {} of {} ended", short(listing), title(asset)),
        Event::LicenceGranted { licence, asset, licensor, licensee, .. } => {
            format!("{} licensed {} to {} (licence {})", name(licensor), title(asset), name(licensee), short(licence))
        }
        Event::LicenceExpired { licence, asset } => format!("licence {} of {} expired", short(licence), title(asset)),
        Event::OrderPlaced { .. }
        | Event::OrderDelivered { .. }
        | Event::OrderAcknowledged { .. }
        | Event::OrderSettled { .. }
        | Event::OrderRefunded { .. }
        | Event::KeyRevealed { .. }
        | Event::KeyChallenged { .. }
        | Event::KeyOpened { .. }
        | Event::DisputeOpened { .. }
        | Event::DisputeRuled { .. }
        | Event::OrderSplit { .. }
        | Event::BondLost { .. } => of_order(event, context),
        Event::RoyaltyPaid { .. }
        | Event::RoyaltyParked { .. }
        | Event::ParkedReleased { .. }
        | Event::Sublicensed { .. }
        | Event::UseRecorded { .. }
        | Event::LicenceEnded { .. }
        | Event::TerminationStated { .. }
        | Event::DeletionDue { .. }
        | Event::DeletionOverdue { .. }
        | Event::DeletionStated { .. }
        | Event::Recalled { .. }
        | Event::RecallReached { .. }
        | Event::RecallComplete { .. }
        | Event::RecallAcknowledged { .. }
        | Event::RecallOverdue { .. } => licence_event(event, context),
        Event::Attested { .. }
        | Event::AttestationSuperseded { .. }
        | Event::AttestationWithdrawn { .. }
        | Event::AttestationExpired { .. }
        | Event::Regraded { .. }
        | Event::OpennessChanged { .. }
        | Event::OperationAuthorised { .. }
        | Event::PriceCeilingSet { .. }
        | Event::Frozen { .. }
        | Event::FreezeEnded { .. }
        | Event::FreezeAppealed { .. }
        | Event::AppealRuled { .. } => super::supervision::event(event, context),
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
        other => super::told_elsewhere(&format!("{other:?}")),
    }
}
