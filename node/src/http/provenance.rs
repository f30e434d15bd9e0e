//! Provenance: where a version came from and what came of it, as a graph of versions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use yaosu_api::{Provenance, ProvenanceEdge, ProvenanceNode};
use yaosu_ledger::AssetId;
use yaosu_ledger::model::{Derivation, Line};
use yaosu_ledger::state::{Assets, Derivations, DerivedVersions, Participants, Reader, State, Versions};

use super::assets::named;
use super::call::{Call, Query};
use super::problem::ApiError;
use super::reply::Reply;
use super::view::View;

/// Steps from the version at most, in either direction.
const DEPTH_MAX: u8 = 16;

/// Versions of a graph.
const NODES_MAX: usize = 1_000;

/// Derivations that are looked at for a graph.
const EDGES_MAX: usize = 20_000;

/// A version.
pub type Place = (AssetId, u32);

/// `?version=`: the latest if none is given. `?depth=1..=16`. `?direction=up|down|both`.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&["version", "depth", "direction"])?;
    let depth = query.number::<u8>("depth")?.unwrap_or(DEPTH_MAX);
    if !(1..=DEPTH_MAX).contains(&depth) {
        return Err(ApiError::bad("depth", format!("a depth is 1 to {DEPTH_MAX}, {depth} asked for")));
    }
    let (up, down) = direction(&query)?;
    let asset = named(view, call)?;
    let version = query.number::<u32>("version")?.unwrap_or(asset.record.latest_version);
    let root = (asset.id, version);
    if !view.state().contains::<Versions>(&root) {
        return Err(ApiError::not_found(format!("asset {} has no version {version}", asset.id))
            .with_hint(format!("its versions are 1 to {}", asset.record.latest_version)));
    }
    Ok(Reply::json(&around(view, root, depth, (up, down), NODES_MAX)?, view.keep()))
}

/// The graph around a version that there is: so many steps up, down or both, and so many versions at most.
///
/// # Errors
/// 500, if the state has an edge to nothing.
pub fn around(
    view: &View,
    root: Place,
    depth: u8,
    (up, down): (bool, bool),
    nodes_max: usize,
) -> Result<Provenance, ApiError> {
    let mut graph = Graph::new(view.state(), root, nodes_max.min(NODES_MAX));
    if up {
        graph.walk(root, depth, Direction::Up);
    }
    if down {
        graph.walk(root, depth, Direction::Down);
    }
    graph.show(view)
}

fn direction(query: &Query) -> Result<(bool, bool), ApiError> {
    match query.text("direction").unwrap_or("both") {
        "up" => Ok((true, false)),
        "down" => Ok((false, true)),
        "both" => Ok((true, true)),
        other => Err(ApiError::bad("direction", format!("{other:?} is none of up, down, both"))),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// A graph in the making: breadth first, so that what is cut off is what is farthest.
struct Graph<'a> {
    state: &'a State,
    distances: BTreeMap<Place, i32>,
    edges: BTreeMap<(Place, Place), Derivation>,
    looked_at: usize,
    nodes_max: usize,
    truncated: bool,
}

impl<'a> Graph<'a> {
    fn new(state: &'a State, root: Place, nodes_max: usize) -> Self {
        let distances = BTreeMap::from([(root, 0)]);
        Self { state, distances, edges: BTreeMap::new(), looked_at: 0, nodes_max, truncated: false }
    }

    fn walk(&mut self, root: Place, depth: u8, direction: Direction) {
        let step = if direction == Direction::Up { -1 } else { 1 };
        let mut level = vec![root];
        let mut distance = 0;
        // One level more than asked for: it adds no version, but the edges among those that are there, and tells
        // whether something lies beyond.
        for reached in 0..=depth {
            distance += step;
            let mut next = Vec::new();
            for from in level {
                for (to, derivation) in self.neighbours(from, direction) {
                    let fits = reached < depth && self.distances.len() < self.nodes_max;
                    match self.distances.entry(to) {
                        Entry::Occupied(_) => {}
                        Entry::Vacant(place) if fits => {
                            place.insert(distance);
                            next.push(to);
                        }
                        Entry::Vacant(_) => {
                            self.truncated = true;
                            continue;
                        }
                    }
                    let edge = if direction == Direction::Up { (from, to) } else { (to, from) };
                    self.edges.insert(edge, derivation);
                }
            }
            level = next;
        }
    }

    /// What a version was made from, or what was made from it.
    fn neighbours(&mut self, (asset, version): Place, direction: Direction) -> Vec<(Place, Derivation)> {
        let left = EDGES_MAX.saturating_sub(self.looked_at);
        // One more than may be taken tells whether there are more.
        let limit = left.min(NODES_MAX).saturating_add(1);
        let mut found: Vec<(Place, Derivation)> = match direction {
            Direction::Up => self
                .state
                .scan::<Derivations>(&(asset, version), limit)
                .into_iter()
                .map(|((_, _, parent, parent_version), derivation)| ((parent, parent_version), derivation))
                .collect(),
            Direction::Down => self
                .state
                .scan::<DerivedVersions>(&(asset, version), limit)
                .into_iter()
                .filter_map(|((_, _, child, child_version), ())| {
                    let derivation = self.state.get::<Derivations>(&(child, child_version, asset, version))?;
                    Some(((child, child_version), derivation))
                })
                .collect(),
        };
        if found.len() >= limit {
            self.truncated = true;
            found.truncate(limit.saturating_sub(1));
        }
        self.looked_at = self.looked_at.saturating_add(found.len());
        found
    }

    fn show(self, view: &View) -> Result<Provenance, ApiError> {
        let gone = |what: &str| ApiError::internal(format!("a version in the provenance graph has no {what}"));
        let mut nodes = Vec::with_capacity(self.distances.len());
        for ((id, number), distance) in self.distances {
            let asset = self.state.get::<Assets>(&id).ok_or_else(|| gone("asset"))?;
            let version = self.state.get::<Versions>(&(id, number)).ok_or_else(|| gone("record"))?;
            let operator = asset.line(Line::Operate).holder;
            let participant = self.state.get::<Participants>(&operator).ok_or_else(|| gone("operator"))?;
            nodes.push(ProvenanceNode {
                asset: id,
                version: number,
                title: asset.description.title,
                operator,
                operator_handle: participant.enrolment.handle,
                content_root: version.content.content_root,
                distance,
            });
        }
        nodes.sort_by_key(|node| node.distance);
        let edges = self.edges.into_iter().map(|((child, parent), derivation)| ProvenanceEdge {
            child,
            parent,
            licence: derivation.licence,
            activity: derivation.activity,
            royalty: derivation.royalty,
        });
        Ok(Provenance { as_of: view.height(), nodes, edges: edges.collect(), truncated: self.truncated })
    }
}
