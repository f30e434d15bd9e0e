//! What will be signed around listings, rights, negotiations, demands and subscriptions, in words.

use yaosu_ledger::model::{Demand, Listing, Purpose, RightOffer, Side, UseAction, Wanted};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, NegotiationId, ParticipantId};

use super::{Facts, behind, count, ground, line_words, terms, until_words};
use crate::parse::{short, show_time};
use crate::session::Context;

/// What the signer does, for the actions of this file.
pub fn words(action: &Action, facts: &Facts) -> String {
    let Facts { context, listing, demand, licence, .. } = facts;
    match action {
        Action::PauseListing { listing } => format!("pauses listing {}", short(listing)),
        Action::ResumeListing { listing } => format!("resumes listing {}", short(listing)),
        Action::EndListing { listing } => format!("ends listing {} for ever", short(listing)),
        Action::OfferRight { asset, line, price, until } => {
            let (line, price) = (line_words(*line), context.money(*price));
            format!("offers the right to {line} {} for good, for {price}{}", context.title(*asset), until_words(*until))
        }
        Action::BuyRight { listing: id, max_price, payer } => {
            let what = match listing {
                Some(Listing { asset, seller, right: Some(RightOffer { line, .. }), .. }) => {
                    format!(
                        "the right to {} {} from {}",
                        line_words(*line),
                        context.title(*asset),
                        context.name(*seller)
                    )
                }
                _ => format!("the right on listing {}", short(id)),
            };
            let payer = payer.map_or_else(String::new, |payer| format!("; {} pays", context.name(payer)));
            let price = context.money(*max_price);
            format!("buys {what}, with the duties that it brings; at most {price} is paid at once{payer}")
        }
        Action::Delist { listing: id, reason } => {
            let whose =
                listing.as_ref().map_or_else(String::new, |listing| format!(" of {}", context.name(listing.seller)));
            format!("takes listing {}{whose} off the market: {reason}", short(id))
        }
        Action::OpenNegotiation { listing: id, version, terms: offer, payer, licensee, purpose, .. } => {
            let whose = match listing {
                Some(Listing { asset, seller, .. }) => {
                    format!("{} to {}", context.title(*asset), context.name(*seller))
                }
                None => format!("listing {}", short(id)),
            };
            let mut parts = vec![format!("offers for version {version} of {whose}: {}", terms(offer, context))];
            parts.push(format!("wanted for {purpose}"));
            parts.push(promise(offer.price, context));
            parts.extend(behind(*payer, *licensee, context));
            parts.join("; ")
        }
        Action::AnswerDemand { demand: id, asset, version, terms: offer } => {
            let whose = demand.as_ref().map_or_else(String::new, |Demand { buyer, wanted, .. }| {
                format!(" of {} ({})", context.name(*buyer), wanted.title)
            });
            let (title, offer) = (context.title(*asset), terms(offer, context));
            format!(
                "answers demand {}{whose} with version {version} of {title}: {offer}; it may be accepted as it stands",
                short(id)
            )
        }
        Action::CounterOffer { negotiation, terms: offer, payer, licensee } => {
            let mut parts = vec![format!("counters in {}: {}", talk(*negotiation, facts), terms(offer, context))];
            parts.push(promise(offer.price, context));
            parts.extend(behind(*payer, *licensee, context));
            parts.join("; ")
        }
        Action::AcceptOffer { negotiation, terms: offer, payer, licensee } => {
            let mut parts = vec![format!("agrees in {}: {}", talk(*negotiation, facts), terms(offer, context))];
            // The buyer says now who pays; the seller takes the buyer's last word.
            let whose = facts.negotiation.as_ref().map(|found| match found.offered_by {
                Side::Seller => payer.unwrap_or(found.buyer),
                Side::Buyer => found.payer,
            });
            parts.push(locked(offer.price, whose, context));
            parts.extend(behind(None, *licensee, context));
            parts.join("; ")
        }
        Action::WithdrawOffer { negotiation } => format!("leaves {}", talk(*negotiation, facts)),
        Action::EndRenewals { negotiation } => {
            format!(
                "ends the renewals of the subscription that was agreed in {}; what is paid for runs on",
                talk(*negotiation, facts)
            )
        }
        Action::CreateDemand { wanted, until, .. } => need(wanted, context) + &until_words(Some(*until)),
        Action::EndDemand { demand } => format!("ends demand {}", short(demand)),
        Action::RenewSubscription { licence: id, periods, payer } => {
            let payer = payer.map_or_else(String::new, |payer| format!("; {} pays", context.name(payer)));
            let price = facts.order.as_ref().map_or_else(String::new, |order| {
                let all = Amount(order.price.0.saturating_mul(u64::from(*periods)));
                format!(" for {}, paid at once", context.money(all))
            });
            let until = licence.as_ref().and_then(|licence| licence.until);
            let until = until.map_or_else(String::new, |until| format!(", which ends at {},", show_time(until)));
            format!(
                "renews subscription {}{until} by {}{price}{payer}",
                short(id),
                count(usize::from(*periods), "period")
            )
        }
        Action::RequestVersion { licence: id, version, .. } => {
            format!("orders version {version} under subscription {}, for nothing", short(id))
        }
        other => super::told_elsewhere(other.name()),
    }
}

/// Which negotiation, of what, with whom.
fn talk(id: NegotiationId, Facts { context, negotiation, .. }: &Facts) -> String {
    match negotiation {
        Some(found) => format!(
            "negotiation {} ({} buys version {} of {} from {}, on {})",
            short(id),
            context.name(found.buyer),
            found.version,
            context.title(found.asset),
            context.name(found.seller),
            ground(found.ground)
        ),
        None => format!("negotiation {}", short(id)),
    }
}

fn promise(price: Amount, context: &Context) -> String {
    format!("if the other side accepts, an order is placed and {} is locked", context.money(price))
}

fn locked(price: Amount, payer: Option<ParticipantId>, context: &Context) -> String {
    let whose = payer.map_or_else(String::new, |payer| format!(" of {}", context.name(payer)));
    format!("an order is placed, and {}{whose} is locked now and paid on settlement", context.money(price))
}

fn need(wanted: &Wanted, context: &Context) -> String {
    let Wanted { title, sector, kind, actions, purpose, max_price, .. } = wanted;
    let kind = kind.map_or_else(|| "anything".to_owned(), |kind| format!("a {kind}"));
    let actions: Vec<&str> = actions.iter().map(UseAction::name).collect();
    format!(
        "needs {:?}: {kind} of the sector {sector}, to {} for {}, for at most {}",
        title.as_str(),
        actions.join(", "),
        Purpose::name(*purpose),
        context.money(*max_price)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::model::{
        Actions, Duties, Ground, Negotiation, NegotiationStatus, PlanForm, Policy, Purposes, Scope, Supply, Terms,
    };
    use yaosu_ledger::{AssetId, BasisPoints, Currency, Digest, Duration, Handle, ListingId, Text, Timestamp};

    fn offer() -> Terms {
        let policy = Policy {
            actions: Actions::NONE.with(UseAction::Read),
            purposes: Purposes::NONE.with(Purpose::Research),
            sectors: Scope::Any,
            regions: Scope::Any,
            recipients: Scope::Any,
            max_uses: None,
            duration: None,
            sublicence_depth: 0,
            royalty: BasisPoints(0),
            duties: Duties::NONE,
        };
        let form = PlanForm::Subscription { period: Duration::seconds(604_800) };
        Terms { price: Amount(9_000), policy, supply: Supply::Exclusive, form, bond: Amount::ZERO }
    }

    fn facts(offered_by: Side) -> Facts {
        let [buyer, payer, seller] = ["buyer", "payer", "acme"].map(ParticipantId::of_genesis);
        let asset = AssetId(Digest([1; 32]));
        let mut facts = Facts {
            negotiation: Some(Negotiation {
                ground: Ground::Listing(ListingId(Digest([3; 32]))),
                asset,
                version: 2,
                seller,
                buyer,
                payer,
                licensee: buyer,
                delivery_key: None,
                purpose: Purpose::Research,
                scenario: Digest([4; 32]),
                terms: offer(),
                offered_by,
                round: 2,
                status: NegotiationStatus::Open,
                deadline: Some(Timestamp(1)),
                order: None,
                opened: Timestamp(0),
            }),
            ..Facts::default()
        };
        facts.context.currency = Some(Currency::new("CNY").expect("three letters"));
        for (id, name) in [(buyer, "buyer"), (payer, "payer"), (seller, "acme")] {
            facts.context.names.insert(id, Handle::new(name).expect("a handle"));
        }
        facts.context.titles.insert(asset, Text::new("Weather").expect("a title"));
        facts
    }

    /// Goal: whoever agrees has read what to, and whose money is locked: the seller takes the buyer's last word on who
    /// pays, the buyer says it anew.
    #[test]
    fn an_acceptance_is_told_with_its_terms_and_its_payer() {
        let accept = Action::AcceptOffer {
            negotiation: NegotiationId(Digest([2; 32])),
            terms: offer(),
            payer: None,
            licensee: None,
        };
        let said = |whose| {
            format!(
                "agrees in negotiation 0202020202 (buyer buys version 2 of Weather (0101010101) from acme, on listing \
                 0303030303): 90.00 CNY for each 1w, later versions included, to read for research, exclusive; an order \
                 is placed, and 90.00 CNY of {whose} is locked now and paid on settlement"
            )
        };
        assert_eq!(words(&accept, &facts(Side::Buyer)), said("payer"));
        assert_eq!(words(&accept, &facts(Side::Seller)), said("buyer"));
        assert!(crate::describe::moves(&accept));
    }
}
