//! A licence: who may do what with which version, and until when.

use maud::html;
use yaosu_api::Entity;
use yaosu_ledger::LicenceId;
use yaosu_ledger::model::{Deletion, Licence, LicenceStatus};
use yaosu_ledger::state::Subject;

use super::csv::Table;
use super::parts::{history, history_table, terms};
use super::room::{Room, Tone, group, short};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::{history as histories, licences};

/// Where it is found.
pub static DOOR: Door = Door { path: "/licences/{ref}", html, json: Some(json), csv: Some(csv) };

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    licences::show(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    history_table(room, call, histories::of_licence)
}

/// How a licence looks.
pub const fn tone(status: LicenceStatus) -> Tone {
    match status {
        LicenceStatus::Active => Tone::Good,
        LicenceStatus::Terminated => Tone::Bad,
        LicenceStatus::Expired | LicenceStatus::Exhausted | LicenceStatus::Superseded => Tone::Over,
    }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let own = Call::to(call.path("ref"), &[]);
    let Entity { id, record: licence }: Entity<LicenceId, Licence> = room.ask(licences::show, &own)?;
    let title = format!("{} {}", words.licence, short(&id));
    let mut rows = vec![
        (words.asset, room.asset(licence.asset)),
        (words.versions, html! { (licence.versions.first()) @if licence.versions.contains(u32::MAX) { " +" } }),
        (words.licensor, room.party(licence.licensor)),
        (words.licensee, room.party(licence.licensee)),
        (words.order, room.id(Subject::Order(licence.order))),
    ];
    if let Some(parent) = licence.parent {
        rows.push((words.parent_licence, room.id(Subject::Licence(parent))));
    }
    rows.push((words.from, room.time(licence.from)));
    rows.push((words.until, licence.until.map_or_else(|| html! { (words.unlimited) }, |until| room.time(until))));
    rows.push((words.exclusive, html! { (if licence.exclusive { words.yes } else { words.no }) }));
    rows.push((words.uses, html! { (group(licence.uses)) }));
    rows.push((words.sublicences, html! { (licence.sublicences) }));
    rows.push((
        words.deletion,
        html! {
            (room.name(&licence.deletion))
            @if let Deletion::Due { deadline } | Deletion::Overdue { deadline } = licence.deletion { " " (room.time(deadline)) }
        },
    ));
    if let Some(recall) = licence.recall {
        rows.push((words.recall, room.id(Subject::Recall(recall))));
    }
    rows.push((words.identifier, html! { code.whole { (id) } }));
    let body = html! {
        p.over { (words.licence) }
        h1 { bdi { (room.title(licence.asset)) } }
        p.marks {
            (room.status(&licence.status, tone(licence.status)))
            @if let Some(cause) = licence.cause { span.mark { (room.name(&cause)) } }
        }
        (terms(&rows))
        section aria-labelledby="policy" {
            h2 id="policy" { (words.policy) }
            (terms(&room.policy(&licence.policy)))
        }
        (history(room, call, histories::of_licence, &[])?)
    };
    Ok(Page::new(title, body))
}
