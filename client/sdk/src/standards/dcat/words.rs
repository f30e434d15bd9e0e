//! The vocabularies that catalogues are written in.

use yaosu_ledger::model::UpdateCycle;

pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
pub(super) const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
pub(super) const DCAT: &str = "http://www.w3.org/ns/dcat#";
pub(super) const DCT: &str = "http://purl.org/dc/terms/";
pub(super) const FOAF: &str = "http://xmlns.com/foaf/0.1/";
pub(super) const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
pub(super) const SPDX: &str = "http://spdx.org/rdf/terms#";
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
pub(super) const ODRL: &str = "http://www.w3.org/ns/odrl/2/";

/// What none of them has a word for.
pub(super) const OWN: &str = "urn:yaosu:dcat:1:";

/// Prefixes, as they are written.
pub(super) const PREFIXES: [(&str, &str); 9] = [
    ("rdfs", RDFS),
    ("dcat", DCAT),
    ("dct", DCT),
    ("foaf", FOAF),
    ("skos", SKOS),
    ("spdx", SPDX),
    ("xsd", XSD),
    ("odrl", ODRL),
    ("y", OWN),
];

/// A name with its prefix, for people; any other as it is.
pub(super) fn short(name: &str) -> String {
    let prefix =
        PREFIXES.iter().find_map(|(prefix, full)| name.strip_prefix(full).map(|rest| format!("{prefix}:{rest}")));
    prefix.unwrap_or_else(|| name.to_owned())
}

/// Media types, as the registry names them.
pub(super) const MEDIA_TYPES: [&str; 2] =
    ["https://www.iana.org/assignments/media-types/", "http://www.iana.org/assignments/media-types/"];

/// Access rights, as DCAT-AP names them.
pub(super) const ACCESS: &str = "http://publications.europa.eu/resource/authority/access-right/";

const FREQUENCY: &str = "http://publications.europa.eu/resource/authority/frequency/";
const FREQUENCY_OF_DUBLIN_CORE: &str = "http://purl.org/cld/freq/";

/// How often there are new versions, as DCAT-AP and Dublin Core name it.
const FREQUENCIES: [(UpdateCycle, &str, &str); 8] = [
    (UpdateCycle::Once, "NEVER", ""),
    (UpdateCycle::Continuous, "CONT", "continuous"),
    (UpdateCycle::Daily, "DAILY", "daily"),
    (UpdateCycle::Weekly, "WEEKLY", "weekly"),
    (UpdateCycle::Monthly, "MONTHLY", "monthly"),
    (UpdateCycle::Quarterly, "QUARTERLY", "quarterly"),
    (UpdateCycle::Yearly, "ANNUAL", "annual"),
    (UpdateCycle::Irregular, "IRREG", "irregular"),
];

pub(super) fn frequency(cycle: UpdateCycle) -> String {
    let found = FREQUENCIES.iter().find(|(known, ..)| *known == cycle);
    format!("{FREQUENCY}{}", found.map_or("IRREG", |(_, name, _)| name))
}

pub(super) fn read_frequency(name: &str) -> Option<UpdateCycle> {
    let found = FREQUENCIES.iter().find(|(_, one, other)| {
        name.strip_prefix(FREQUENCY) == Some(one)
            || name.strip_prefix(FREQUENCY_OF_DUBLIN_CORE).is_some_and(|name| name == *other)
    });
    found.map(|(cycle, ..)| *cycle)
}
