//! A provenance graph as boxes and arrows: versions, and what was done to make each of them.

use std::collections::BTreeMap;

use yaosu_ledger::AssetId;
use yaosu_ledger::model::Activity;

use crate::{Provenance, ProvenanceNode};

/// A version.
pub type Place = (AssetId, u32);

/// A box.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// A version.
    Data(&'a ProvenanceNode),
    /// What was done to make a version: every activity once, in order.
    Activity(Vec<Activity>),
}

/// Boxes and the arrows between them, in the direction in which data went.
#[derive(Clone, Debug, Default)]
pub struct Boxes<'a> {
    /// The boxes.
    pub items: Vec<Item<'a>>,
    /// From, to.
    pub arrows: Vec<(usize, usize)>,
}

impl<'a> Boxes<'a> {
    /// Takes a graph apart. Edges whose ends are not among its nodes are left out.
    #[must_use]
    pub fn of(graph: &'a Provenance) -> Self {
        let mut boxes = Self { items: graph.nodes.iter().map(Item::Data).collect(), arrows: Vec::new() };
        let places: BTreeMap<Place, usize> =
            graph.nodes.iter().enumerate().map(|(index, node)| ((node.asset, node.version), index)).collect();
        let mut made: BTreeMap<usize, (Vec<usize>, Vec<Activity>)> = BTreeMap::new();
        for edge in &graph.edges {
            if let (Some(child), Some(parent)) = (places.get(&edge.child), places.get(&edge.parent)) {
                let (parents, activities) = made.entry(*child).or_default();
                parents.push(*parent);
                if !activities.contains(&edge.activity) {
                    activities.push(edge.activity);
                }
            }
        }
        for (child, (parents, activities)) in made {
            let activity = boxes.items.len();
            boxes.items.push(Item::Activity(activities));
            boxes.arrows.extend(parents.into_iter().map(|parent| (parent, activity)));
            boxes.arrows.push((activity, child));
        }
        boxes
    }
}
