//! The network: who signed and who proposed at the last heights, and the rule by which turns are taken.

use core::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;
use yaosu_api::{ValidatorView, ValidatorsView};
use yaosu_ledger::Height;

use super::csv::Table;
use super::parts::table;
use super::room::Room;
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::chain;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::view::missing;

/// Where it is found.
pub static DOOR: Door = Door { path: "/network", html, json: Some(json), csv: Some(csv) };

/// Heights of the grid.
const HEIGHTS: u64 = 200;

/// What the page says.
#[derive(Serialize)]
struct Network {
    /// The first height of the grid.
    from: Height,
    /// The last one.
    to: Height,
    validators: Vec<Row>,
}

/// A validator of today.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    validator: ValidatorView,
    /// Blocks of the grid that it made.
    proposed: usize,
    /// Blocks of the grid whose certificate has its signature.
    signed: usize,
    /// A letter a height: P made it, S signed it, B both, a point neither.
    heights: String,
}

fn find(room: &Room, call: &Call) -> Result<Network, ApiError> {
    call.query(&[])?;
    let set: ValidatorsView = room.ask(chain::validators, &Call::to("", &[]))?;
    let to = room.view.height();
    let from = Height(to.0.saturating_sub(HEIGHTS).saturating_add(1)).min(to).max(Height(1));
    let mut rows: Vec<Row> = set
        .validators
        .into_iter()
        .map(|validator| Row { validator, proposed: 0, signed: 0, heights: String::new() })
        .collect();
    let mut height = from;
    while height <= to {
        let (header, certificate) = room.view.store().header(height)?.ok_or_else(|| missing(height))?;
        for row in &mut rows {
            let operator = row.validator.validator.operator;
            let made = header.proposer == operator;
            let signed = certificate.signatures.iter().any(|one| one.operator == operator);
            row.proposed = row.proposed.saturating_add(usize::from(made));
            row.signed = row.signed.saturating_add(usize::from(signed));
            row.heights.push(match (made, signed) {
                (true, true) => 'B',
                (true, false) => 'P',
                (false, true) => 'S',
                (false, false) => '.',
            });
        }
        height = height.next();
    }
    Ok(Network { from, to, validators: rows })
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&find(room, call)?, room.view.keep()))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found = find(room, call)?;
    let rows = found.validators.into_iter().map(|row| {
        vec![
            row.validator.handle.to_string(),
            row.validator.validator.power.to_string(),
            row.signed.to_string(),
            row.proposed.to_string(),
            row.validator.missed_turns.to_string(),
            row.heights,
        ]
    });
    Ok(Table { head: &["validator", "power", "signed", "proposed", "missed_turns", "heights"], rows: rows.collect() })
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found = find(room, call)?;
    let count = found.validators.first().map_or(0, |row| row.heights.len());
    let head = [
        words.validators,
        words.power,
        words.signed_share,
        words.proposed,
        words.missed_turns,
        words.passed_over_until,
    ];
    let rows: Vec<Vec<Markup>> = found
        .validators
        .iter()
        .map(|row| {
            vec![
                room.party(row.validator.validator.operator),
                html! { (row.validator.validator.power) },
                html! { (row.signed) " / " (count) },
                html! { (row.proposed) },
                html! { (row.validator.missed_turns) },
                row.validator.passed_over_until.map_or_else(|| html! { "–" }, |height| html! { (height) }),
            ]
        })
        .collect();
    let body = html! {
        h1 { (words.network) }
        section aria-labelledby="grid" {
            h2 id="grid" { (words.grid) " " span.quiet { (room.height(found.from)) " – " (room.height(found.to)) } }
            div.scroll.canvas role="group" aria-label=(words.grid) tabindex="0" {
                @for row in &found.validators {
                    div.lane { span.name { (row.validator.handle) } (lane(row)) }
                }
            }
            p.quiet { (words.network_note) " " (words.signatures_note) }
        }
        section aria-labelledby="validators" {
            h2 id="validators" { (words.validators) }
            (table(words.validators, &head, &rows))
        }
        section aria-labelledby="formula" {
            h2 id="formula" { (words.formula) }
            ul { li { (words.formula_turn) } li { (words.formula_miss) } li { (words.formula_quorum) } }
        }
    };
    Ok(Page::new(words.network.to_owned(), body))
}

/// A row of the grid as a picture: runs of equal heights are one shape, so that hundreds of heights stay small.
fn lane(row: &Row) -> Markup {
    let mut signed = String::new();
    let mut made = String::new();
    let mut run: Option<(usize, usize)> = None;
    let mut close = |run: &mut Option<(usize, usize)>| {
        if let Some((start, length)) = run.take() {
            write!(signed, "M{} 6h{}v12h-{}z", start * 5, length * 5, length * 5)
                .expect("writing to a string can't fail");
        }
    };
    for (column, letter) in row.heights.chars().enumerate() {
        if matches!(letter, 'B' | 'S') {
            run = Some(run.map_or((column, 1), |(start, length)| (start, length.saturating_add(1))));
        } else {
            close(&mut run);
        }
        if matches!(letter, 'B' | 'P') {
            write!(made, "M{} 0h4v4h-4z", column * 5).expect("writing to a string can't fail");
        }
    }
    close(&mut run);
    let width = row.heights.len() * 5;
    let label = format!("{}: {} / {}", row.validator.handle, row.signed, row.heights.len());
    html! {
        svg.cells role="img" aria-label=(label) width=(width) height="18" viewBox=(format!("0 0 {width} 18")) {
            (PreEscaped(format!(r#"<path class="empty" d="M0 6h{width}v12h-{width}z"/><path class="signed" d="{signed}"/><path class="made" d="{made}"/>"#)))
        }
    }
}
