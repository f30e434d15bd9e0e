//! Orders, rights, negotiations, demands and subscriptions.

use yaosu_ledger::model::{Demand, Ground, Listing, Purpose, RightOffer, Side, Terms, Wanted};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{Amount, AssetId, DemandId, LicenceId, ListingId, NegotiationId, ParticipantId, Text, Timestamp};

use super::super::sentence::Piece::{Asset, Money, Party, Thing, Time, Words};
use super::super::sentence::{Piece, Sentence};
use super::Facts;
use super::terms::{behind, clauses, terms, until, wanted_for};
use crate::say;

const fn listing(id: ListingId) -> Piece {
    Thing(Subject::Listing(id))
}

fn told(offer: &Terms) -> Piece {
    Piece::maybe(terms(offer))
}

/// What an order is for, and who else is in it.
pub(super) struct Wish {
    pub payer: Option<ParticipantId>,
    pub licensee: Option<ParticipantId>,
    pub purpose: Purpose,
}

pub(super) fn order(id: ListingId, plan: u8, version: u32, max_price: Amount, wish: &Wish, facts: &Facts) -> Sentence {
    let version = Piece::number(version);
    let plan = facts.listing.as_ref().and_then(|listing| listing.plans.get(usize::from(plan)));
    let what = match (&facts.listing, plan) {
        (Some(listing), Some(plan)) => say!(
            "orders version {0} of {1} from {2}: {3}",
            "向 {2} 订购 {1} 第 {0} 版：{3}",
            version,
            Asset(listing.asset),
            Party(listing.seller),
            told(&plan.terms)
        ),
        (Some(listing), None) => say!(
            "orders version {0} of {1} from {2}",
            "向 {2} 订购 {1} 第 {0} 版",
            version,
            Asset(listing.asset),
            Party(listing.seller)
        ),
        (None, _) => say!("orders version {0} on {1}", "就{1}订购第 {0} 版", version, listing(id)),
    };
    let locked = (max_price > Amount::ZERO).then(|| {
        say!("at most {0} is locked now and paid on settlement", "现在托管至多 {0}，结算时支付", Money(max_price))
    });
    clauses([what, wanted_for(wish.purpose)].into_iter().chain(locked).chain(behind(wish.payer, wish.licensee)))
}

pub(super) fn buy_right(id: ListingId, max_price: Amount, payer: Option<ParticipantId>, facts: &Facts) -> Sentence {
    let what = if let Some(Listing { asset, seller, right: Some(RightOffer { line, .. }), .. }) = &facts.listing {
        say!("the {0} of {1} from {2}", " {2} 的 {1} 之{0}", Piece::named(line), Asset(*asset), Party(*seller))
    } else {
        say!("the right on {0}", "{0}的权利", listing(id))
    };
    let bought = say!(
        "buys {0}, with the duties that it brings; at most {1} is paid at once",
        "受让{0}及其附随义务；即时支付至多 {1}",
        Piece::maybe(what),
        Money(max_price)
    );
    clauses(std::iter::once(bought).chain(behind(payer, None)))
}

pub(super) fn delist(id: ListingId, reason: &Text<256>, facts: &Facts) -> Sentence {
    let whose = facts.listing.as_ref().map(|listing| say!(" of {0}", "（{0}）", Party(listing.seller)));
    say!(
        "takes {0}{1} off the market: {2}",
        "将{0}{1}摘牌：{2}",
        listing(id),
        Piece::maybe(whose),
        Piece::quote(reason)
    )
}

pub(super) fn open_negotiation(id: ListingId, version: u32, offer: &Terms, wish: &Wish, facts: &Facts) -> Sentence {
    let version = Piece::number(version);
    let what = match &facts.listing {
        Some(Listing { asset, seller, .. }) => say!(
            "offers for version {0} of {1} to {2}: {3}",
            "就 {1} 第 {0} 版向 {2} 报价：{3}",
            version,
            Asset(*asset),
            Party(*seller),
            told(offer)
        ),
        None => {
            say!("offers for version {0} of {1}: {2}", "就{1}第 {0} 版报价：{2}", version, listing(id), told(offer))
        }
    };
    let promised = [what, wanted_for(wish.purpose), promise(offer.price)];
    clauses(promised.into_iter().chain(behind(wish.payer, wish.licensee)))
}

pub(super) fn answer(id: DemandId, asset: AssetId, version: u32, offer: &Terms, facts: &Facts) -> Sentence {
    let whose = facts.demand.as_ref().map(|Demand { buyer, wanted, .. }| {
        say!(" of {0} ({1})", "（{0}：{1}）", Party(*buyer), Piece::quote(&wanted.title))
    });
    say!(
        "answers {0}{1} with version {2} of {3}: {4}; it may be accepted as it stands",
        "以 {3} 第 {2} 版应答{0}{1}：{4}；对方可直接接受",
        Thing(Subject::Demand(id)),
        Piece::maybe(whose),
        Piece::number(version),
        Asset(asset),
        told(offer)
    )
}

pub(super) fn counter(
    id: NegotiationId,
    offer: &Terms,
    payer: Option<ParticipantId>,
    licensee: Option<ParticipantId>,
    facts: &Facts,
) -> Sentence {
    let offered = say!("counters in {0}: {1}", "在{0}中还价：{1}", talk(id, facts), told(offer));
    clauses([offered, promise(offer.price)].into_iter().chain(behind(payer, licensee)))
}

/// The buyer says now who pays; the seller takes the buyer's last word.
pub(super) fn agree(
    id: NegotiationId,
    offer: &Terms,
    payer: Option<ParticipantId>,
    licensee: Option<ParticipantId>,
    facts: &Facts,
) -> Sentence {
    let whose = match &facts.negotiation {
        Some(found) if found.offered_by == Side::Buyer => Some(found.payer),
        Some(found) => Some(payer.unwrap_or(found.buyer)),
        None => payer,
    };
    let agreed = say!("agrees in {0}: {1}", "在{0}中同意：{1}", talk(id, facts), told(offer));
    clauses([agreed, locked(offer.price, whose)].into_iter().chain(behind(None, licensee)))
}

/// Which negotiation, of what, with whom.
pub(super) fn talk(id: NegotiationId, facts: &Facts) -> Piece {
    let id = Thing(Subject::Negotiation(id));
    let Some(found) = &facts.negotiation else { return id };
    let ground = match found.ground {
        Ground::Listing(id) => Thing(Subject::Listing(id)),
        Ground::Demand(id) => Thing(Subject::Demand(id)),
    };
    Piece::maybe(say!(
        "{0} ({1} buys version {2} of {3} from {4}, on {5})",
        "{0}（{1} 就{5} 向 {4} 购买 {3} 第 {2} 版）",
        id,
        Party(found.buyer),
        Piece::number(found.version),
        Asset(found.asset),
        Party(found.seller),
        ground
    ))
}

fn promise(price: Amount) -> Sentence {
    say!(
        "if the other side accepts, an order is placed and {0} is locked",
        "对方接受即订立合同并托管 {0}",
        Money(price)
    )
}

fn locked(price: Amount, payer: Option<ParticipantId>) -> Sentence {
    say!(
        "an order is placed, and {0}{1} is locked now and paid on settlement",
        "现在订立合同并托管{1} {0}，结算时支付",
        Money(price),
        Piece::maybe(payer.map(|payer| say!(" of {0}", " {0} 的", Party(payer))))
    )
}

pub(super) fn need(wanted: &Wanted, end: Timestamp) -> Sentence {
    let Wanted { title, sector, kind, actions, purpose, max_price, .. } = wanted;
    say!(
        "needs {0}: {1} of the sector {2}, to {3} for {4}, for at most {5}{6}",
        "求购{0}：{1}，领域{2}，可{3}，用于{4}，至多 {5}{6}",
        Piece::quote(title),
        kind.map_or(Words("anything", "类型不限"), |kind| Piece::named(&kind)),
        Piece::quote(sector),
        Piece::list(actions.iter()),
        Piece::named(purpose),
        Money(*max_price),
        until(Some(end))
    )
}

pub(super) fn renew(id: LicenceId, periods: u8, payer: Option<ParticipantId>, facts: &Facts) -> Sentence {
    let ends = facts.licence.as_ref().and_then(|licence| licence.until);
    let price = facts.order.as_ref().map(|order| {
        let all = Amount(order.price.0.saturating_mul(u64::from(periods)));
        say!(" for {0}, paid at once", "，即时支付 {0}", Money(all))
    });
    let renewed = say!(
        "renews {0}{1} by {2}{3}",
        "为{0}{1}续订{2}{3}",
        Thing(Subject::Licence(id)),
        Piece::maybe(ends.map(|ends| say!(", which ends at {0},", "（{0} 到期）", Time(ends)))),
        Piece::maybe(match periods {
            1 => say!("1 period", " 1 期"),
            more => say!("{0} periods", " {0} 期", Piece::number(more)),
        }),
        Piece::maybe(price)
    );
    clauses(std::iter::once(renewed).chain(behind(payer, None)))
}
