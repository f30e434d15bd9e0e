//! Lists of everything that has a table of its own under `/v1`: the same filters, the same pages.

use maud::{Markup, html};
use serde::de::DeserializeOwned;
use yaosu_api::words::Named as _;
use yaosu_api::{BlockView, Entity, Page as List};
use yaosu_ledger::model::{
    Demand, DemandStatus, Freeze, FreezeStatus, Licence, LicenceStatus, Listing, ListingKind, ListingStatus,
    Negotiation, NegotiationStatus, Order, OrderStatus, Participant, Proposal, ProposalStatus, Recall, Role,
};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{
    DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId, ProposalId, RecallId,
};

use super::csv::Table;
use super::moment::rfc3339;
use super::parts::{pager, table, whole};
use super::room::{Room, Tone};
use super::route::{Door, Page};
use super::{asset, licence, listing, order, participant};
use crate::http::api::Resource;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::{
    blocks, demands, freezes, licences, listings, negotiations, orders, participants, proposals, recalls,
};

/// A filter with a choice of values: its parameter, and each value with its words.
type Choice = (&'static str, Vec<(&'static str, (&'static str, &'static str))>);

macro_rules! choice {
    ($name:literal, $type:ty) => {
        ($name, <$type>::ALL.iter().map(|value| (value.name(), value.words())).collect())
    };
}

/// A list: where it comes from, how it can be narrowed down, and its columns.
struct Listed<T> {
    title: &'static str,
    resource: Resource,
    /// Filters with a choice.
    choices: Vec<Choice>,
    /// Filters that take a reference or a text, with their words.
    texts: Vec<(&'static str, &'static str)>,
    head: Vec<&'static str>,
    row: fn(&Room, &T) -> Vec<Markup>,
}

impl<T: DeserializeOwned> Listed<T> {
    fn page(&self, room: &Room, call: &Call) -> Result<Page, ApiError> {
        let words = room.words;
        let found: List<T> = room.ask(self.resource, call)?;
        let rows: Vec<Vec<Markup>> = found.items.iter().map(|item| (self.row)(room, item)).collect();
        let chosen = |name: &str| room.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let body = html! {
            h1 { (self.title) }
            @if !self.choices.is_empty() || !self.texts.is_empty() {
                form.filter action=(room.to(&room.path)) {
                    @for (name, word) in &self.texts {
                        span.pair {
                            label for=(name) { (word) }
                            input id=(name) name=(name) value=(chosen(name).unwrap_or("")) maxlength="200";
                        }
                    }
                    @for (name, values) in &self.choices {
                        span.pair {
                            label for=(name) { (choice_word(room, name)) }
                            select id=(name) name=(name) {
                                option value="" { (words.any) }
                                @for (value, (english, chinese)) in values {
                                    option value=(value) selected[chosen(name) == Some(value)] { (room.language.of(*english, *chinese)) }
                                }
                            }
                        }
                    }
                    button { (words.apply) }
                    @if !room.query.is_empty() { a href=(room.to(&room.path)) { (words.reset) } }
                }
            }
            @if rows.is_empty() { p.quiet { (words.nothing_found) } } @else { (table(self.title, &self.head, &rows)) }
            (pager(room, found.cursor.as_deref()))
        };
        Ok(Page::new(self.title.to_owned(), body))
    }
}

fn choice_word(room: &Room, name: &str) -> &'static str {
    match name {
        "kind" => room.words.kind,
        "role" => room.words.role,
        _ => room.words.status,
    }
}

macro_rules! doors {
    ($($(#[$doc:meta])* $door:ident $path:literal $module:ident: $item:ty, $resource:path, $listed:ident, $head:expr, $cells:expr;)*) => {$(
        $(#[$doc])*
        pub static $door: Door = Door {
            path: $path,
            html: |room, call| $listed(room).page(room, call),
            json: Some(|room, call| $resource(room.view, call)),
            csv: Some(|room, call| {
                let mut rows = Vec::new();
                let cells: fn($item) -> Vec<String> = $cells;
                whole(room, call, $resource, |item: $item| rows.push(cells(item)))?;
                Ok(Table { head: $head, rows })
            }),
        };
    )*};
}

doors! {
    /// Blocks.
    BLOCKS "/blocks" blocks: BlockView, blocks::list, listed_blocks,
        &["height", "id", "time", "proposer", "transactions", "signatures"],
        |block| vec![
            block.header.height.to_string(), block.id.to_string(), rfc3339(block.header.time),
            block.header.proposer.to_string(), block.transaction_count.to_string(),
            block.certificate.signatures.len().to_string(),
        ];
    /// Listings.
    LISTINGS "/listings" listings: Entity<ListingId, Listing>, listings::list, listed_listings,
        &["id", "asset", "version", "seller", "kind", "status", "created"],
        |Entity { id, record }| vec![
            id.to_string(), record.asset.to_string(), record.version.to_string(), record.seller.to_string(),
            record.kind.to_string(), record.status.to_string(), rfc3339(record.created),
        ];
    /// Orders.
    ORDERS "/orders" orders: Entity<OrderId, Order>, orders::list, listed_orders,
        &["id", "asset", "version", "seller", "buyer", "price_minor_units", "status", "placed"],
        |Entity { id, record }| vec![
            id.to_string(), record.asset.to_string(), record.version.to_string(), record.seller.to_string(),
            record.buyer.to_string(), record.price.0.to_string(), record.status.to_string(), rfc3339(record.placed),
        ];
    /// Licences.
    LICENCES "/licences" licences: Entity<LicenceId, Licence>, licences::list, listed_licences,
        &["id", "asset", "licensor", "licensee", "status", "from", "until"],
        |Entity { id, record }| vec![
            id.to_string(), record.asset.to_string(), record.licensor.to_string(), record.licensee.to_string(),
            record.status.to_string(), rfc3339(record.from), record.until.map(rfc3339).unwrap_or_default(),
        ];
    /// Participants.
    PARTICIPANTS "/participants" participants: Entity<ParticipantId, Participant>, participants::list, listed_participants,
        &["id", "handle", "legal_name", "roles", "status", "since"],
        |Entity { id, record }| {
            let roles: Vec<&str> = record.roles.iter().map(Role::name).collect();
            vec![
                id.to_string(), record.enrolment.handle.to_string(), record.enrolment.legal_name.to_string(),
                roles.join(" "), record.status.to_string(), rfc3339(record.since),
            ]
        };
    /// Demands.
    DEMANDS "/demands" demands: Entity<DemandId, Demand>, demands::list, listed_demands,
        &["id", "title", "buyer", "sector", "max_price_minor_units", "status", "until"],
        |Entity { id, record }| vec![
            id.to_string(), record.wanted.title.to_string(), record.buyer.to_string(), record.wanted.sector.to_string(),
            record.wanted.max_price.0.to_string(), record.status.to_string(), rfc3339(record.until),
        ];
    /// Negotiations.
    NEGOTIATIONS "/negotiations" negotiations: Entity<NegotiationId, Negotiation>, negotiations::list, listed_negotiations,
        &["id", "asset", "seller", "buyer", "price_minor_units", "round", "status"],
        |Entity { id, record }| vec![
            id.to_string(), record.asset.to_string(), record.seller.to_string(), record.buyer.to_string(),
            record.terms.price.0.to_string(), record.round.to_string(), record.status.to_string(),
        ];
    /// Proposals.
    PROPOSALS "/proposals" proposals: Entity<ProposalId, Proposal>, proposals::list, listed_proposals,
        &["id", "proposer", "measure", "approvals", "status"],
        |Entity { id, record }| vec![
            id.to_string(), record.proposer.to_string(), record.measure.words().0.to_owned(),
            record.approvals.len().to_string(), record.status.to_string(),
        ];
    /// Recalls.
    RECALLS "/recalls" recalls: Entity<RecallId, Recall>, recalls::list, listed_recalls,
        &["id", "asset", "by", "cause", "since"],
        |Entity { id, record }| vec![
            id.to_string(), record.asset.to_string(), record.by.to_string(), record.cause.to_string(),
            rfc3339(record.since),
        ];
    /// Freezes.
    FREEZES "/freezes" freezes: Entity<FreezeId, Freeze>, freezes::list, listed_freezes,
        &["id", "regulator", "scope", "status", "since", "until"],
        |Entity { id, record }| vec![
            id.to_string(), record.regulator.to_string(), record.scope.to_string(), record.status.to_string(),
            rfc3339(record.since), rfc3339(record.until),
        ];
}

fn listed_blocks(room: &Room) -> Listed<BlockView> {
    let words = room.words;
    Listed {
        title: words.blocks,
        resource: blocks::list,
        choices: Vec::new(),
        texts: Vec::new(),
        head: vec![words.height, words.time, words.proposer, words.transactions, words.signatures],
        row: |room, block| {
            vec![
                room.height(block.header.height),
                room.time(block.header.time),
                room.party(block.header.proposer),
                html! { (block.transaction_count) },
                html! { (block.certificate.signatures.len()) },
            ]
        },
    }
}

fn listed_listings(room: &Room) -> Listed<Entity<ListingId, Listing>> {
    let words = room.words;
    Listed {
        title: words.listings,
        resource: listings::list,
        choices: vec![choice!("kind", ListingKind), choice!("status", ListingStatus)],
        texts: vec![("seller", words.seller)],
        head: vec![words.listing, words.asset, words.kind, words.price, words.seller, words.status],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Listing(*id)),
                room.asset(record.asset),
                html! { (room.name(&record.kind)) },
                listing::price(room, record),
                room.party(record.seller),
                room.status(&record.status, asset::listing_tone(record.status)),
            ]
        },
    }
}

fn listed_orders(room: &Room) -> Listed<Entity<OrderId, Order>> {
    let words = room.words;
    Listed {
        title: words.orders,
        resource: orders::list,
        choices: vec![choice!("status", OrderStatus)],
        texts: vec![("seller", words.seller), ("buyer", words.buyer)],
        head: vec![words.order, words.asset, words.seller, words.buyer, words.price, words.status, words.created],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Order(*id)),
                room.asset(record.asset),
                room.party(record.seller),
                room.party(record.buyer),
                room.money(record.price),
                room.status(&record.status, order::tone(record.status)),
                room.time(record.placed),
            ]
        },
    }
}

fn listed_licences(room: &Room) -> Listed<Entity<LicenceId, Licence>> {
    let words = room.words;
    Listed {
        title: words.licences,
        resource: licences::list,
        choices: vec![choice!("status", LicenceStatus)],
        texts: vec![("licensor", words.licensor), ("licensee", words.licensee)],
        head: vec![words.licence, words.asset, words.licensor, words.licensee, words.status, words.from],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Licence(*id)),
                room.asset(record.asset),
                room.party(record.licensor),
                room.party(record.licensee),
                room.status(&record.status, licence::tone(record.status)),
                room.time(record.from),
            ]
        },
    }
}

fn listed_participants(room: &Room) -> Listed<Entity<ParticipantId, Participant>> {
    let words = room.words;
    Listed {
        title: words.participants,
        resource: participants::list,
        choices: vec![choice!("role", Role)],
        texts: Vec::new(),
        head: vec![words.handle, words.legal_name, words.roles, words.status, words.since],
        row: |room, Entity { id, record }| {
            vec![
                room.party(*id),
                html! { bdi { (record.enrolment.legal_name) } },
                html! { (room.list::<Role>(record.roles.iter())) },
                room.status(&record.status, participant::tone(record.status)),
                room.time(record.since),
            ]
        },
    }
}

fn listed_demands(room: &Room) -> Listed<Entity<DemandId, Demand>> {
    let words = room.words;
    Listed {
        title: words.demand,
        resource: demands::list,
        choices: vec![choice!("status", DemandStatus)],
        texts: vec![("buyer", words.buyer), ("sector", words.sector)],
        head: vec![words.demand, words.title, words.buyer, words.sector, words.price, words.status, words.until],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Demand(*id)),
                html! { bdi { (record.wanted.title) } },
                room.party(record.buyer),
                html! { bdi { (record.wanted.sector) } },
                room.money(record.wanted.max_price),
                html! { (room.name(&record.status)) },
                room.time(record.until),
            ]
        },
    }
}

fn listed_negotiations(room: &Room) -> Listed<Entity<NegotiationId, Negotiation>> {
    let words = room.words;
    Listed {
        title: words.negotiation,
        resource: negotiations::list,
        choices: vec![choice!("status", NegotiationStatus)],
        texts: vec![("seller", words.seller), ("buyer", words.buyer)],
        head: vec![words.negotiation, words.asset, words.seller, words.buyer, words.price, words.round, words.status],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Negotiation(*id)),
                room.asset(record.asset),
                room.party(record.seller),
                room.party(record.buyer),
                room.money(record.terms.price),
                html! { (record.round) },
                html! { (room.name(&record.status)) },
            ]
        },
    }
}

fn listed_proposals(room: &Room) -> Listed<Entity<ProposalId, Proposal>> {
    let words = room.words;
    Listed {
        title: words.proposal,
        resource: proposals::list,
        choices: vec![choice!("status", ProposalStatus)],
        texts: Vec::new(),
        head: vec![words.proposal, words.proposer, words.action, words.approvals, words.status],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Proposal(*id)),
                room.party(record.proposer),
                html! { (room.name(&record.measure)) },
                html! { (record.approvals.len()) },
                html! { (room.name(&record.status)) },
            ]
        },
    }
}

fn listed_recalls(room: &Room) -> Listed<Entity<RecallId, Recall>> {
    let words = room.words;
    Listed {
        title: words.recall,
        resource: recalls::list,
        choices: Vec::new(),
        texts: Vec::new(),
        head: vec![words.recall, words.asset, words.cause, words.status, words.since],
        row: |room, Entity { id, record }| {
            vec![
                room.id(Subject::Recall(*id)),
                room.asset(record.asset),
                html! { (room.name(&record.cause)) },
                html! { (room.name(&record.spread)) },
                room.time(record.since),
            ]
        },
    }
}

fn listed_freezes(room: &Room) -> Listed<Entity<FreezeId, Freeze>> {
    let words = room.words;
    Listed {
        title: words.freeze,
        resource: freezes::list,
        choices: vec![choice!("status", FreezeStatus)],
        texts: Vec::new(),
        head: vec![words.freeze, words.title, words.action, words.status, words.until],
        row: |room, Entity { id, record }| {
            let tone = if record.status == FreezeStatus::Active { Tone::Bad } else { Tone::Over };
            vec![
                room.id(Subject::Freeze(*id)),
                room.subject(record.target),
                html! { (room.name(&record.scope)) },
                room.status(&record.status, tone),
                room.time(record.until),
            ]
        },
    }
}
