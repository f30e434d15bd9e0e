//! A participant: who it is, what it may do, its money, its assets and its history.

use maud::{Markup, html};
use yaosu_api::{AccountView, Entity, Page as List};
use yaosu_ledger::model::{Asset, Participant, ParticipantStatus, Role};
use yaosu_ledger::{AssetId, ParticipantId};

use super::asset::tone as asset_tone;
use super::csv::Table;
use super::parts::{history, history_table, table, terms};
use super::room::{Room, Tone};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::{assets, history as histories, participants};

/// Where it is found.
pub static DOOR: Door = Door { path: "/participants/{ref}", html, json: Some(json), csv: Some(csv) };

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    participants::show(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    history_table(room, call, histories::of_participant)
}

/// How a participant looks.
pub const fn tone(status: ParticipantStatus) -> Tone {
    match status {
        ParticipantStatus::Active => Tone::Good,
        ParticipantStatus::Pending => Tone::Open,
        ParticipantStatus::Suspended | ParticipantStatus::Revoked => Tone::Bad,
    }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let own = Call::to(call.path("ref"), &[]);
    let Entity { id, record: participant }: Entity<ParticipantId, Participant> = room.ask(participants::show, &own)?;
    let account: AccountView = room.ask(participants::account, &own)?;
    let enrolment = &participant.enrolment;
    let mut rows = vec![
        (words.legal_name, html! { bdi { (enrolment.legal_name) } }),
        (words.legal_id, html! { code { bdi { (enrolment.legal_id) } } }),
        (words.roles, html! { (room.list::<Role>(participant.roles.iter())) }),
        (words.available, room.money(account.account.available)),
        (words.held, room.money(account.account.held)),
        (words.since, room.time(participant.since)),
    ];
    if let Some(sponsor) = participant.sponsor {
        rows.push((words.sponsor, room.party(sponsor)));
    }
    rows.push((
        words.keys,
        html! {
            ul.plain { @for key in &enrolment.keys.keys { li { code.whole { (key) } } } }
        },
    ));
    rows.push((words.threshold, html! { (enrolment.keys.threshold) }));
    if !enrolment.related.is_empty() {
        rows.push((words.related, html! { @for related in &enrolment.related { (room.party(*related)) " " } }));
    }
    rows.push((words.identifier, html! { code.whole { (id) } }));
    let body = html! {
        p.over { (words.participant) }
        h1 { bdi { (enrolment.handle) } }
        p.marks { (room.status(&participant.status, tone(participant.status))) }
        (terms(&rows))
        (holdings(room, id)?)
        p.links {
            a href=(room.to(&format!("/orders?seller={id}"))) { (words.orders) " (" (words.seller.to_lowercase()) ")" } " "
            a href=(room.to(&format!("/orders?buyer={id}"))) { (words.orders) " (" (words.buyer.to_lowercase()) ")" } " "
            a href=(room.to(&format!("/licences?licensee={id}"))) { (words.licences) } " "
            a href=(room.to(&format!("/listings?seller={id}"))) { (words.listings) }
        }
        (history(room, call, histories::of_participant, &[])?)
    };
    Ok(Page::new(enrolment.handle.to_string(), body))
}

fn holdings(room: &Room, id: ParticipantId) -> Result<Markup, ApiError> {
    let words = room.words;
    let query = [("limit".to_owned(), "20".to_owned()), ("holder".to_owned(), id.to_string())];
    let found: List<Entity<AssetId, Asset>> = room.ask(assets::list, &Call::to("", &query))?;
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|Entity { id: asset, record }| {
            let held = yaosu_ledger::model::Line::ALL.iter().filter(|line| record.line(**line).holder == id).copied();
            vec![
                room.asset(*asset),
                html! { (room.list(held)) },
                room.status(&record.registration, asset_tone(&record.registration)),
            ]
        })
        .collect();
    Ok(html! {
        @if !rows.is_empty() {
            section aria-labelledby="holds" {
                h2 id="holds" { (words.holds) }
                (table(words.holds, &[words.asset, words.rights, words.registration], &rows))
                @if found.cursor.is_some() {
                    p { a href=(room.to(&format!("/assets?holder={id}"))) { (words.all) } }
                }
            }
        }
    })
}
