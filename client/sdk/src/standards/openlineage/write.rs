//! Derivations as events.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use yaosu_api::{Provenance, ProvenanceEdge, VersionView};
use yaosu_ledger::{AssetId, Timestamp};

use super::super::{Names, Unfit};
use super::{CONTENT, DERIVATION, OWN_FACETS};
use crate::evidence::utc;

/// What makes the events.
const PRODUCER: &str = "urn:yaosu";

const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const FACETS: &str = "https://openlineage.io/spec/facets/";

/// The makings of a graph as runs: two events each, its start and its end, both at the moment the version was recorded, since
/// the ledger knows no other. Data sets of which no version is given have their names alone.
///
/// # Errors
/// [`Unfit`]: a version that was made from others is not given, and so when.
pub fn write(graph: &Provenance, versions: &[VersionView], names: Names) -> Result<Vec<Value>, Unfit> {
    let mut makings: BTreeMap<(AssetId, u32), Vec<&ProvenanceEdge>> = BTreeMap::new();
    for edge in &graph.edges {
        makings.entry(edge.child).or_default().push(edge);
    }
    let about = About { graph, versions, names };
    let mut runs = Vec::with_capacity(makings.len());
    for (child, edges) in makings {
        let known = about.version(child);
        let known = known.ok_or_else(|| Unfit::new(names.version(child.0, child.1), "its version is not given"))?;
        runs.push((known.version.created, child, edges));
    }

    runs.sort_by_key(|(time, child, _)| (*time, *child));
    let events = |(time, child, edges): &(Timestamp, (AssetId, u32), Vec<&ProvenanceEdge>)| {
        ["START", "COMPLETE"].map(|kind| about.event(kind, *time, *child, edges))
    };
    Ok(runs.iter().flat_map(events).collect())
}

/// What is known of the versions.
struct About<'a> {
    graph: &'a Provenance,
    versions: &'a [VersionView],
    names: Names,
}

impl About<'_> {
    fn version(&self, (asset, number): (AssetId, u32)) -> Option<&VersionView> {
        self.versions.iter().find(|version| version.asset == asset && version.number == number)
    }

    fn event(&self, kind: &str, time: Timestamp, child: (AssetId, u32), edges: &[&ProvenanceEdge]) -> Value {
        let job_type = facet(
            "2-0-4/JobTypeJobFacet",
            "JobTypeJobFacet",
            json!({ "processingType": "BATCH", "integration": "YAOSU", "jobType": "DERIVATION" }),
        );
        let inputs: Vec<Value> = edges.iter().map(|edge| self.input(edge)).collect();
        json!({
            "eventType": kind,
            "eventTime": utc(time),
            "producer": PRODUCER,
            "schemaURL": EVENT,
            "run": { "runId": run(&self.names.version(child.0, child.1)) },
            "job": {
                "namespace": self.namespace(),
                "name": format!("asset:{}:making", child.0),
                "facets": { "jobType": job_type },
            },
            "inputs": inputs,
            "outputs": [self.data_set(child)],
        })
    }

    fn input(&self, edge: &ProvenanceEdge) -> Value {
        let mut input = self.data_set(edge.parent);
        let mut said = json!({ "activity": edge.activity, "royaltyBasisPoints": edge.royalty });
        if let Some(licence) = edge.licence {
            said["licence"] = json!(licence);
        }
        input["inputFacets"] = json!({ DERIVATION: own_facet(DERIVATION, said) });
        input
    }

    fn data_set(&self, key: (AssetId, u32)) -> Value {
        let (asset, number) = key;
        let mut facets = Map::new();
        let mut add = |name: &str, facet: Value| facets.insert(name.to_owned(), facet);
        let version = json!({ "datasetVersion": number.to_string() });
        add("version", facet("1-0-1/DatasetVersionDatasetFacet", "DatasetVersionDatasetFacet", version));
        if let Some(node) = self.graph.nodes.iter().find(|node| (node.asset, node.version) == key) {
            let title = json!({ "description": node.title });
            add("documentation", facet("1-1-0/DocumentationDatasetFacet", "DocumentationDatasetFacet", title));
            let owner = json!({ "owners": [{ "name": self.names.participant(node.operator), "type": "OPERATE" }] });
            add("ownership", facet("1-0-1/OwnershipDatasetFacet", "OwnershipDatasetFacet", owner));
        }
        if let Some(VersionView { version, .. }) = self.version(key) {
            let content = &version.content;
            let said = json!({
                "contentRoot": content.content_root,
                "sizeBytes": content.size_bytes,
                "mediaType": content.media_type,
            });
            add(CONTENT, own_facet(CONTENT, said));
            if let Some(structure) = &content.structure {
                let fields = structure.fields.iter().map(|field| json!({ "name": field.name, "type": field.kind }));
                let fields = json!({ "fields": fields.collect::<Vec<_>>() });
                add("schema", facet("1-2-0/SchemaDatasetFacet", "SchemaDatasetFacet", fields));
            }
        }
        json!({ "namespace": self.namespace(), "name": format!("asset:{asset}"), "facets": facets })
    }

    fn namespace(&self) -> String {
        format!("urn:yaosu:{}", self.names.chain)
    }
}

/// The run of a making: its identifier follows from the version's name, so that it is the same whenever it is asked.
fn run(version: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(version.as_bytes()).as_bytes()[..16]);
    // A UUID of version 8: of its own making.
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = crate::evidence::to_hex(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

fn facet(schema: &str, name: &str, said: Value) -> Value {
    with_origin(said, &format!("{FACETS}{schema}.json#/$defs/{name}"))
}

fn own_facet(name: &str, said: Value) -> Value {
    with_origin(said, &format!("{OWN_FACETS}{name}"))
}

fn with_origin(mut said: Value, schema: &str) -> Value {
    said["_producer"] = PRODUCER.into();
    said["_schemaURL"] = schema.into();
    said
}
