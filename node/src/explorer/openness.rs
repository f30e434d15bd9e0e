//! The openness board: how open, timely, complete and accurate the public data of each authority is.

use maud::{Markup, html};
use yaosu_api::{OpennessRow, OpennessView};

use super::csv::Table;
use super::parts::table;
use super::room::Room;
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::openness;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;

/// Where it is found.
pub static DOOR: Door = Door { path: "/openness", html, json: Some(json), csv: Some(csv) };

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    openness::list(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found: OpennessView = room.ask(openness::list, call)?;
    let share = |share: Option<yaosu_ledger::BasisPoints>| share.map(|share| share.0.to_string()).unwrap_or_default();
    let rows = found.authorities.into_iter().map(|row| {
        let figures = &row.figures;
        let counts = [figures.assets, figures.open, figures.conditional, figures.closed, figures.reviews_overdue]
            .map(|n| n.to_string());
        let shares = [
            row.openness_basis_points,
            row.timeliness_basis_points,
            row.completeness_basis_points,
            row.accuracy_basis_points,
        ];
        let handle = row.handle.as_ref().map(ToString::to_string).unwrap_or_default();
        std::iter::once(handle).chain(counts).chain(shares.map(share)).collect()
    });
    let head = &[
        "authority",
        "assets",
        "open",
        "conditional",
        "closed",
        "reviews_overdue",
        "openness_basis_points",
        "timeliness_basis_points",
        "completeness_basis_points",
        "accuracy_basis_points",
    ];
    Ok(Table { head, rows: rows.collect() })
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found: OpennessView = room.ask(openness::list, call)?;
    let head = [
        words.authority,
        words.assets,
        words.open,
        words.conditional,
        words.closed,
        words.overdue,
        words.share_open,
        words.timely,
        words.complete,
        words.accurate,
    ];
    let rows: Vec<Vec<Markup>> = found.authorities.iter().map(|row| cells(room, row)).collect();
    let body = html! {
        h1 { (words.openness_board) }
        p { (words.openness_note) }
        p.quiet { (room.time(found.time)) }
        @if rows.is_empty() { p { (words.nothing) } } @else { (table(words.openness_board, &head, &rows)) }
    };
    Ok(Page::new(words.openness_board.to_owned(), body))
}

fn cells(room: &Room, row: &OpennessRow) -> Vec<Markup> {
    let figures = &row.figures;
    let authority = figures.authority.map_or_else(|| html! { (room.words.nobody) }, |authority| room.party(authority));
    let counts = [figures.assets, figures.open, figures.conditional, figures.closed, figures.reviews_overdue];
    let shares = [
        row.openness_basis_points,
        row.timeliness_basis_points,
        row.completeness_basis_points,
        row.accuracy_basis_points,
    ];
    let counts = counts.into_iter().map(|count| html! { (count) });
    let shares = shares.into_iter().map(|share| html! { (room.share(share)) });
    std::iter::once(authority).chain(counts).chain(shares).collect()
}
