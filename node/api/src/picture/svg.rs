//! The picture as SVG. Colours are attributes, so that the file stands alone and a page's style sheet goes before them.

use std::fmt::Write as _;

use crate::{Provenance, ProvenanceNode};

use super::graph::{Boxes, Item};
use super::layout::columns;
use super::{Hidden, Wording, fit};

/// Half the width and height of an oval.
const OVAL: (i32, i32) = (104, 28);
/// Half the width and height of a box.
const BOX: (i32, i32) = (58, 17);
/// From the middle of a column of versions to the next column's, of activities.
const STEP: i32 = 196;
/// From one row to the next.
const ROW: i32 = 112;
/// Around it all; "+12 more" has its place there.
const MARGIN: i32 = 92;
/// From the middle of an oval down to its house.
const HOUSE: i32 = 42;
/// Columns of letters in an oval, a box and a house.
const LETTERS: (usize, usize, usize) = (27, 16, 20);

/// Draws a graph.
#[must_use]
pub fn svg(graph: &Provenance, wording: &impl Wording) -> String {
    let boxes = Boxes::of(graph);
    let columns = columns(boxes.items.len(), &boxes.arrows);
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut places = vec![(0, 0); boxes.items.len()];
    for (column, items) in columns.iter().enumerate() {
        let top = (length(tallest) - length(items.len())) * ROW / 2;
        for (row, item) in items.iter().enumerate() {
            places[*item] = (MARGIN + OVAL.0 + length(column) * STEP, 40 + top + length(row) * ROW);
        }
    }
    let width = MARGIN * 2 + OVAL.0 * 2 + length(columns.len().saturating_sub(1)) * STEP;
    let height = 40 + length(tallest) * ROW;
    let mut out = String::new();
    let name = escape(&wording.name());
    write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="group" aria-label="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" text-anchor="middle">"#
    )
    .expect(STRING);
    out.push_str(concat!(
        r##"<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">"##,
        r##"<path class="head" d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>"##
    ));
    for (from, to) in &boxes.arrows {
        arrow(&mut out, &boxes, (*from, *to), (places[*from], places[*to]));
    }
    for (item, place) in boxes.items.iter().zip(&places) {
        match item {
            Item::Data(node) => version(&mut out, node, *place, wording),
            Item::Activity(activities) => {
                let names: Vec<String> = activities.iter().map(|activity| wording.activity(*activity)).collect();
                activity(&mut out, &names.join(", "), *place);
            }
        }
    }
    out.push_str("</svg>");
    out
}

const STRING: &str = "writing to a string can't fail";

fn length(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1024)
}

fn arrow(out: &mut String, boxes: &Boxes, (from, to): (usize, usize), (start, end): ((i32, i32), (i32, i32))) {
    let half = |item: usize| if matches!(boxes.items[item], Item::Data(_)) { OVAL.0 } else { BOX.0 };
    let chosen = [from, to].iter().any(|item| matches!(boxes.items[*item], Item::Data(node) if node.distance == 0));
    let (class, width) = if chosen { ("arrow chosen", "2.5") } else { ("arrow", "1.25") };
    let (x, y) = (start.0 + half(from), start.1);
    let (to_x, to_y) = (end.0 - half(to) - 1, end.1);
    let bend = (to_x - x) / 2;
    let (first, second) = (x + bend, to_x - bend);
    write!(
        out,
        r##"<path class="{class}" d="M{x} {y}C{first} {y} {second} {to_y} {to_x} {to_y}" fill="none" stroke="#667" stroke-width="{width}" marker-end="url(#head)"/>"##
    )
    .expect(STRING);
}

fn version(out: &mut String, node: &ProvenanceNode, (x, y): (i32, i32), wording: &impl Wording) {
    let number = wording.version(node.version);
    let title = format!("{} ({number}, {})", node.title, node.operator_handle);
    let (class, width) = if node.distance == 0 { ("data chosen", "2.5") } else { ("data", "1.25") };
    let (half_width, half_height) = OVAL;
    let label = escape(&fit(node.title.as_str(), LETTERS.0));
    let shape = format!(
        concat!(
            r##"<title>{title}</title><ellipse class="{class}" cx="{x}" cy="{y}" rx="{half_width}" ry="{half_height}" "##,
            r##"fill="#fff8e6" stroke="#8a6d1a" stroke-width="{width}"/>"##,
            r##"<text class="label" x="{x}" y="{first}" fill="#1c1c22">{label}</text>"##,
            r##"<text class="note" x="{x}" y="{second}" font-size="11" fill="#55555f">{number}</text>"##
        ),
        title = escape(&title),
        class = class,
        x = x,
        y = y,
        half_width = half_width,
        half_height = half_height,
        width = width,
        first = y - 2,
        second = y + 14,
        label = label,
        number = escape(&number),
    );
    linked(out, wording.version_link(node.asset, node.version), &shape);
    house(out, node, (x, y + HOUSE), wording);
    let Hidden { up, down } = wording.hidden(node.asset, node.version);
    for (count, side) in [(up, -1), (down, 1)] {
        if count > 0 {
            let text = format!(
                r##"<text class="more" x="{}" y="{}" font-size="12" fill="#1d4f91">{}</text>"##,
                x + side * (half_width + 44),
                y + 4,
                escape(&wording.more(count))
            );
            linked(out, wording.more_link(node.asset, node.version), &text);
        }
    }
}

/// Who may trade the version, under its oval.
fn house(out: &mut String, node: &ProvenanceNode, (x, top): (i32, i32), wording: &impl Wording) {
    let label = fit(node.operator_handle.as_str(), LETTERS.2);
    let half = length(label.chars().count()) * 4 + 12;
    let (left, right, eaves, bottom) = (x - half, x + half, top + 8, top + 28);
    let shape = format!(
        concat!(
            r##"<title>{title}</title><path class="party" d="M{left} {bottom}V{eaves}L{x} {top}L{right} {eaves}V{bottom}z" "##,
            r##"fill="#e8eefb" stroke="#3c5a99"/>"##,
            r##"<text class="label" x="{x}" y="{baseline}" font-size="12" fill="#1c1c22">{label}</text>"##
        ),
        title = escape(node.operator_handle.as_str()),
        left = left,
        bottom = bottom,
        eaves = eaves,
        x = x,
        top = top,
        right = right,
        baseline = top + 23,
        label = escape(&label),
    );
    let (from, to) = (top - HOUSE + OVAL.1, top);
    write!(out, r##"<path class="held" d="M{x} {from}V{to}" stroke="#667" stroke-dasharray="3 3"/>"##).expect(STRING);
    linked(out, wording.party_link(node.operator), &shape);
}

fn activity(out: &mut String, name: &str, (x, y): (i32, i32)) {
    let (half_width, half_height) = BOX;
    write!(
        out,
        concat!(
            r##"<g><title>{title}</title><rect class="activity" x="{left}" y="{top}" width="{width}" height="{height}" rx="3" "##,
            r##"fill="#e9f3ea" stroke="#3f7a4a"/>"##,
            r##"<text class="label" x="{x}" y="{baseline}" font-size="12" fill="#1c1c22">{label}</text></g>"##
        ),
        title = escape(name),
        left = x - half_width,
        top = y - half_height,
        width = half_width * 2,
        height = half_height * 2,
        x = x,
        baseline = y + 4,
        label = escape(&fit(name, LETTERS.1)),
    )
    .expect(STRING);
}

fn linked(out: &mut String, link: Option<String>, inside: &str) {
    match link {
        Some(link) => write!(out, r#"<a href="{}">{inside}</a>"#, escape(&link)),
        None => write!(out, "<g>{inside}</g>"),
    }
    .expect(STRING);
}

/// Text as it stands between tags or in quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
