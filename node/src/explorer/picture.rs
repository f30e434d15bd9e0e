//! The provenance of a version: a picture, and the same as a table.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use yaosu_api::Provenance;
use yaosu_api::picture::{Hidden, Wording, svg};
use yaosu_api::words::Language;
use yaosu_ledger::state::{Derivations, DerivedVersions, Reader, Subject};
use yaosu_ledger::{AssetId, ParticipantId};

use super::parts::table;
use super::room::Room;
use crate::http::problem::ApiError;
use crate::http::provenance::{Place, around};

/// Steps up and down that are shown if none are asked for.
const DEPTH: u8 = 1;
/// Steps that may be asked for.
const DEPTHS: [u8; 5] = [1, 2, 3, 6, 16];
/// Versions in a picture at most: more are no picture any more. The command line draws a thousand.
const NODES_MAX: usize = 40;
/// Neighbours that are counted beyond a version.
const COUNTED_MAX: usize = 1_000;

/// Words, links, and what lies beyond.
struct Labels<'a> {
    room: &'a Room<'a>,
    hidden: BTreeMap<Place, Hidden>,
    /// How far is shown now, so that a link for more shows more.
    depth: u8,
    start: Place,
}

impl Wording for Labels<'_> {
    fn language(&self) -> Language {
        self.room.language
    }

    fn more(&self, count: usize) -> String {
        let plus = if count >= COUNTED_MAX { "+" } else { "" };
        self.room.language.of(format!("+{count}{plus} more"), format!("另有 {count}{plus} 项"))
    }

    fn version_link(&self, asset: AssetId, version: u32) -> Option<String> {
        Some(self.room.to(&format!("/assets/{asset}?version={version}")))
    }

    fn more_link(&self, asset: AssetId, version: u32) -> Option<String> {
        let deeper = DEPTHS.into_iter().find(|depth| *depth > self.depth);
        let (asset, version, depth) = match deeper {
            Some(depth) if (asset, version) != self.start => (self.start.0, self.start.1, depth),
            _ => (asset, version, DEPTH),
        };
        Some(self.room.to(&format!("/assets/{asset}?version={version}&depth={depth}#provenance")))
    }

    fn party_link(&self, id: ParticipantId) -> Option<String> {
        Some(self.room.to(&format!("/participants/{id}")))
    }

    fn hidden(&self, asset: AssetId, version: u32) -> Hidden {
        self.hidden.get(&(asset, version)).copied().unwrap_or_default()
    }
}

/// The picture around a version with its table.
///
/// # Errors
/// 400, if the depth is none of those offered.
pub fn section(room: &Room, start: Place, depth: Option<u8>) -> Result<Markup, ApiError> {
    let words = room.words;
    let depth = depth.unwrap_or(DEPTH);
    if !DEPTHS.contains(&depth) {
        let depths: Vec<String> = DEPTHS.iter().map(ToString::to_string).collect();
        let depths = depths.join(", ");
        return Err(ApiError::bad("depth", (format!("a depth is one of {depths}"), format!("深度可为 {depths}"))));
    }
    let graph = around(room.view, start, depth, (true, true), NODES_MAX)?;
    let labels = Labels { room, hidden: hidden(room, &graph), depth, start };
    let is_alone = graph.edges.is_empty() && labels.hidden.values().all(|hidden| *hidden == Hidden::default());
    Ok(html! {
        section aria-labelledby="provenance" {
            h2 id="provenance" { (words.provenance) }
            @if is_alone {
                p.quiet { (words.provenance_none) }
            } @else {
                figure {
                    div.scroll.canvas role="group" aria-label=(words.provenance) tabindex="0" {
                        // Escapes for itself: the same picture is drawn on the command line.
                        (PreEscaped(svg(&graph, &labels)))
                    }
                    figcaption { (words.provenance_note) @if graph.truncated { " " (words.cut_off) } }
                }
                nav.pager aria-label=(words.depth) {
                    span { (words.depth) ":" }
                    @for other in DEPTHS {
                        a href=(format!("{}#provenance", room.with("depth", Some(&other.to_string())))) aria-current=[(other == depth).then_some("true")] { (other) }
                    }
                }
                (twin(room, &graph))
            }
        }
    })
}

/// The same as a table.
fn twin(room: &Room, graph: &Provenance) -> Markup {
    let words = room.words;
    let name = |(asset, version): Place| {
        html! {
            a href=(room.to(&format!("/assets/{asset}?version={version}"))) { bdi { (room.title(asset)) } " @" (version) }
        }
    };
    let rows: Vec<Vec<Markup>> = graph
        .edges
        .iter()
        .map(|edge| {
            let licence = edge.licence.map(|licence| room.id(Subject::Licence(licence)));
            vec![
                name(edge.child),
                name(edge.parent),
                html! { (room.name(&edge.activity)) },
                licence.unwrap_or_else(|| html! { "–" }),
                html! { (room.share(Some(edge.royalty))) },
            ]
        })
        .collect();
    table(words.provenance, &[words.made, words.made_from, words.activity, words.licence, words.royalty], &rows)
}

/// How many neighbours of each version are not in the graph.
fn hidden(room: &Room, graph: &Provenance) -> BTreeMap<Place, Hidden> {
    let state = room.view.state();
    let shown: Vec<(Place, Place)> = graph.edges.iter().map(|edge| (edge.child, edge.parent)).collect();
    graph
        .nodes
        .iter()
        .map(|node| {
            let place = (node.asset, node.version);
            let parents = state.scan::<Derivations>(&place, COUNTED_MAX).len();
            let children = state.scan::<DerivedVersions>(&place, COUNTED_MAX).len();
            let up = parents.saturating_sub(shown.iter().filter(|(child, _)| *child == place).count());
            let down = children.saturating_sub(shown.iter().filter(|(_, parent)| *parent == place).count());
            (place, Hidden { up, down })
        })
        .collect()
}
