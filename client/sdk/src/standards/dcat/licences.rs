//! Open licences that are known, by the names that catalogues give them.

/// Licences under which anyone may pass data on and use it for anything: their names by SPDX, and where they are read, without
/// scheme and last slash.
const OPEN: &[(&str, &[&str])] = &[
    (
        "CC0-1.0",
        &["creativecommons.org/publicdomain/zero/1.0", "publications.europa.eu/resource/authority/licence/CC0"],
    ),
    ("CC-BY-3.0", &["creativecommons.org/licenses/by/3.0"]),
    (
        "CC-BY-4.0",
        &["creativecommons.org/licenses/by/4.0", "publications.europa.eu/resource/authority/licence/CC_BY_4_0"],
    ),
    ("CC-BY-SA-3.0", &["creativecommons.org/licenses/by-sa/3.0"]),
    (
        "CC-BY-SA-4.0",
        &["creativecommons.org/licenses/by-sa/4.0", "publications.europa.eu/resource/authority/licence/CC_BYSA_4_0"],
    ),
    (
        "PDDL-1.0",
        &[
            "opendatacommons.org/licenses/pddl",
            "opendatacommons.org/licenses/pddl/1.0",
            "opendatacommons.org/licenses/pddl/1-0",
        ],
    ),
    (
        "ODC-By-1.0",
        &[
            "opendatacommons.org/licenses/by",
            "opendatacommons.org/licenses/by/1.0",
            "opendatacommons.org/licenses/by/1-0",
        ],
    ),
    (
        "ODbL-1.0",
        &[
            "opendatacommons.org/licenses/odbl",
            "opendatacommons.org/licenses/odbl/1.0",
            "opendatacommons.org/licenses/odbl/1-0",
        ],
    ),
    (
        "OGL-UK-3.0",
        &[
            "nationalarchives.gov.uk/doc/open-government-licence/version/3",
            "reference.data.gov.uk/id/open-government-licence",
        ],
    ),
    (
        "etalab-2.0",
        &[
            "etalab.gouv.fr/licence-ouverte-open-licence",
            "publications.europa.eu/resource/authority/licence/ETALAB_2_0",
        ],
    ),
    ("DL-DE-BY-2.0", &["govdata.de/dl-de/by-2-0", "dcat-ap.de/def/licenses/dl-by-de/2.0"]),
    ("DL-DE-ZERO-2.0", &["govdata.de/dl-de/zero-2-0", "dcat-ap.de/def/licenses/dl-zero-de/2.0"]),
];

/// The name of an open licence: by where it is read, by its page at SPDX, or by its name itself.
pub(super) fn named(text: &str) -> Option<&'static str> {
    let place = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let place = place.strip_prefix("www.").unwrap_or(place);
    let place = place.strip_suffix("legalcode").unwrap_or(place).trim_end_matches('/');
    let name = place.strip_prefix("spdx.org/licenses/").unwrap_or(place);
    let name = name.strip_suffix(".html").unwrap_or(name);
    let found = OPEN.iter().find(|(known, places)| known.eq_ignore_ascii_case(name) || places.contains(&place));
    found.map(|(known, _)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a licence that forbids something, or is of an unknown name, is never taken for an open one.
    #[test]
    fn open_licences_are_known_by_their_names() {
        #[rustfmt::skip]
        let rows = [
            ("https://creativecommons.org/licenses/by/4.0/",                       Some("CC-BY-4.0")),
            ("http://creativecommons.org/licenses/by/4.0/legalcode",               Some("CC-BY-4.0")),
            ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", Some("CC-BY-4.0")),
            ("https://spdx.org/licenses/ODbL-1.0.html",                            Some("ODbL-1.0")),
            ("cc0-1.0",                                                            Some("CC0-1.0")),
            ("https://www.govdata.de/dl-de/by-2-0",                                Some("DL-DE-BY-2.0")),
            ("https://creativecommons.org/licenses/by-nc/4.0/",                    None),
            ("https://creativecommons.org/licenses/by/4.0/nc",                     None),
            ("https://example.org/creativecommons.org/licenses/by/4.0",            None),
            ("CC-BY-NC-4.0",                                                       None),
            ("CC BY",                                                              None),
            ("",                                                                   None),
        ];
        for (text, expected) in rows {
            assert_eq!(named(text), expected, "{text}");
        }
    }
}
