//! Examples of what stands around listings: rights for sale, negotiations, demands, subscriptions.

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::state::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, DemandId, Duration, NegotiationId, Timestamp};

use crate::town::{digest, id_of, text};
use crate::values::{NOW, Row, asset, licence, listing, order, row, terms};

pub fn negotiation() -> NegotiationId {
    NegotiationId(digest("negotiation"))
}

pub fn demand() -> DemandId {
    DemandId(digest("demand"))
}

fn subscription() -> Terms {
    let form = PlanForm::Subscription { period: Duration::seconds(2_592_000) };
    Terms { form, ..terms(Supply::Exclusive) }
}

fn wanted() -> Wanted {
    Wanted {
        title: text("Hourly rain 雨"),
        description: text("Of every station, without gaps."),
        sector: text("meteorology"),
        kind: Some(AssetKind::Product),
        actions: Actions::NONE.with(UseAction::Read).with(UseAction::Derive),
        purpose: Purpose::Agriculture,
        scenario: digest("scenario"),
        max_price: Amount(70_000),
    }
}

pub fn deal() -> Negotiation {
    Negotiation {
        ground: Ground::Demand(demand()),
        asset: asset(),
        version: 3,
        seller: id_of("alice"),
        buyer: id_of("bob"),
        payer: id_of("carol"),
        licensee: id_of("dave"),
        delivery_key: Some(digest("delivery key")),
        purpose: Purpose::Retail,
        scenario: digest("scenario"),
        terms: subscription(),
        offered_by: Side::Seller,
        round: 7,
        status: NegotiationStatus::Agreed,
        deadline: Some(NOW),
        order: Some(order()),
        opened: NOW,
    }
}

pub fn need() -> Demand {
    Demand {
        buyer: id_of("bob"),
        wanted: wanted(),
        delivery_key: Some(digest("delivery key")),
        status: DemandStatus::Met,
        until: NOW,
        met_by: Some(negotiation()),
        created: NOW,
    }
}

pub fn actions() -> Vec<Action> {
    let (payer, licensee) = (Some(id_of("bob")), Some(id_of("carol")));
    vec![
        Action::OfferRight { asset: asset(), line: Line::Hold, price: Amount(70_000), until: Some(NOW) },
        Action::BuyRight { listing: listing(), max_price: Amount(70_000), payer },
        Action::Delist { listing: listing(), reason: text("it misleads") },
        Action::OpenNegotiation {
            listing: listing(),
            version: 3,
            terms: subscription(),
            payer,
            licensee,
            delivery_key: Some(digest("delivery key")),
            purpose: Purpose::Energy,
            scenario: digest("scenario"),
        },
        Action::AnswerDemand { demand: demand(), asset: asset(), version: 3, terms: subscription() },
        Action::CounterOffer { negotiation: negotiation(), terms: subscription(), payer, licensee },
        Action::AcceptOffer { negotiation: negotiation(), terms: subscription(), payer, licensee },
        Action::WithdrawOffer { negotiation: negotiation() },
        Action::CreateDemand { wanted: wanted(), delivery_key: Some(digest("delivery key")), until: NOW },
        Action::EndDemand { demand: demand() },
        Action::RenewSubscription { licence: licence(), periods: 12, payer },
        Action::RequestVersion { licence: licence(), version: 4, delivery_key: Some(digest("delivery key")) },
        Action::EndRenewals { negotiation: negotiation() },
    ]
}

pub fn events() -> Vec<Event> {
    let (asset, listing, order, licence) = (asset(), listing(), order(), licence());
    let (negotiation, demand) = (negotiation(), demand());
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(id_of);
    let (price, fee) = (Amount(70_000), Amount(300));
    vec![
        Event::ListingSoldOut { listing, asset },
        Event::ListingDelisted { listing, asset, operator: carol, reason: text("it misleads") },
        Event::RightOffered { listing, asset, line: Line::Operate, seller: alice, price },
        Event::RightSold { listing, asset, line: Line::Hold, seller: alice, buyer: bob, payer: carol, price, fee },
        Event::NegotiationOpened { negotiation, ground: Ground::Listing(listing), asset, from: bob, to: alice, price },
        Event::OfferCountered { negotiation, asset, round: 2, from: alice, to: bob, price },
        Event::OfferAccepted { negotiation, asset, order, by: bob },
        Event::OfferWithdrawn { negotiation, asset, by: alice },
        Event::NegotiationExpired { negotiation, asset },
        Event::DemandCreated { demand, buyer: bob },
        Event::DemandMet { demand, negotiation },
        Event::DemandEnded { demand },
        Event::SubscriptionRenewed {
            licence,
            asset,
            payer: bob,
            price,
            fee,
            payee: alice,
            until: Timestamp(NOW.0 + 1),
        },
        Event::RenewalsEnded { negotiation, asset, by: alice },
    ]
}

fn spans() -> Spans {
    let mut spans = Spans::default();
    spans.add(Span { since: NOW, until: NOW.after(Duration(1)) });
    spans.add(Span { since: NOW.after(Duration(2)), until: NOW.after(Duration(3)) });
    spans
}

pub fn rows() -> Vec<Row> {
    vec![
        row::<Negotiations>(&negotiation(), &deal()),
        row::<Demands>(&demand(), &need()),
        row::<VersionRequests>(&(licence(), 4), &VersionRequest { order: order(), declined: 2 }),
        row::<PastFreezes>(&Subject::Order(order()), &spans()),
        row::<Suspended>(&id_of("alice"), &Suspensions { since: Some(NOW), past: spans() }),
    ]
}
