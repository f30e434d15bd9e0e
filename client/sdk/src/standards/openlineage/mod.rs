//! OpenLineage: derivations as runs of jobs, and others' runs as drafts of derivations.

mod read;
mod write;

pub use read::{Derivations, Draft, FORMAT, Parent, Refused, read};
pub use write::write;

/// The namespace of the facets that OpenLineage has no word for.
const OWN_FACETS: &str = "urn:yaosu:openlineage:1:";

/// The facet of what a version was made from, on inputs.
const DERIVATION: &str = "yaosu_derivation";

/// The facet of a version's content.
const CONTENT: &str = "yaosu_content";
