//! Another venue's catalogue, data set by data set.

use serde_json::Value;
use yaosu_ledger::Text;
use yaosu_ledger::model::{AssetKind, KEYWORDS_MAX, UpdateCycle};

use super::super::Unfit;
use super::draft::{Draft, DraftFile, FORMAT, Licence, Source};
use super::graph::{Graph, Node, Said};
use super::licences::named;
use super::words::{DCAT, DCT, FOAF, MEDIA_TYPES, OWN, RDF, RDFS, SKOS, SPDX, read_frequency, short};
use crate::data_package::fitted;

/// A data set that gives no draft.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// What the catalogue calls it.
    pub data_set: String,
    /// Why.
    pub reason: String,
}

/// What a catalogue gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harvest {
    /// Drafts of registrations.
    pub drafts: DraftFile,
    /// Data sets that may not be registered by what the catalogue says of them.
    pub refused: Vec<Refused>,
}

/// Reads a catalogue in JSON-LD.
///
/// # Errors
/// [`Unfit`]: it is none, or in a form of JSON-LD that is not read. A data set that gives no draft is no error.
pub fn read(document: &Value) -> Result<Harvest, Unfit> {
    let graph = Graph::read(document)?;
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for (id, node) in &graph.nodes {
        if !is_a(node, "Dataset") {
            continue;
        }
        match draft(&graph, id, node) {
            Ok(draft) => drafts.push(draft),
            Err(reason) => refused.push(Refused { data_set: id.clone(), reason }),
        }
    }
    if drafts.is_empty() && refused.is_empty() {
        return Err(Unfit::new("@type", "there is no dcat:Dataset in the document"));
    }
    Ok(Harvest { drafts: DraftFile { format: FORMAT.to_owned(), drafts }, refused })
}

fn is_a(node: &Node, class: &str) -> bool {
    let class = Said::Node(format!("{DCAT}{class}"));
    node.get(&format!("{RDF}type")).is_some_and(|types| types.contains(&class))
}

/// What is said of one node; it keeps what nobody has asked for.
struct Sayings<'a> {
    graph: &'a Graph,
    rest: Node,
    left_out: Vec<String>,
}

impl<'a> Sayings<'a> {
    fn of(graph: &'a Graph, node: &Node) -> Self {
        let mut rest = node.clone();
        rest.remove(&format!("{RDF}type"));
        Self { graph, rest, left_out: Vec::new() }
    }

    fn take(&mut self, vocabulary: &str, name: &str) -> Vec<Said> {
        self.rest.remove(&format!("{vocabulary}{name}")).unwrap_or_default()
    }

    /// One text of a name: that without a language, else in Chinese, else in English, else the first. The others are
    /// left out by their language.
    fn text(&mut self, vocabulary: &str, name: &str) -> Option<String> {
        let mut texts: Vec<(usize, String, Option<String>)> = Vec::new();
        for said in self.take(vocabulary, name) {
            match said {
                Said::Text(text, language) => {
                    let rank = match language.as_deref().map(|language| language.split('-').next().unwrap_or_default())
                    {
                        None => 0,
                        Some("zh") => 1,
                        Some("en") => 2,
                        Some(_) => 3,
                    };
                    texts.push((rank, text, language));
                }
                Said::Node(_) | Said::Sealed => self.leave(vocabulary, name, ""),
            }
        }
        texts.sort_by_key(|(rank, ..)| *rank);
        let mut texts = texts.into_iter();
        let first = texts.next().map(|(_, text, _)| text);
        for (_, _, language) in texts {
            self.leave(vocabulary, name, &language.map_or_else(String::new, |language| format!("@{language}")));
        }
        first
    }

    /// The name of a thing, or the words for it.
    fn name(&mut self, vocabulary: &str, name: &str) -> Option<String> {
        let mut all = self.take(vocabulary, name).into_iter().filter_map(|said| match said {
            Said::Text(text, _) => Some(text),
            Said::Node(id) => Some(id),
            Said::Sealed => None,
        });
        let first = all.next();
        if all.next().is_some() {
            self.leave(vocabulary, name, "");
        }
        first
    }

    /// The words for a thing: its label, or its name if it has one.
    fn label(&mut self, vocabulary: &str, name: &str) -> Option<String> {
        let id = match self.take(vocabulary, name).as_slice() {
            [] => return None,
            [Said::Text(text, _)] => return Some(text.clone()),
            [Said::Node(id)] => id.clone(),
            _ => {
                self.leave(vocabulary, name, "");
                return None;
            }
        };
        let label = self.graph.nodes.get(&id).and_then(|node| {
            let mut thing = Self::of(self.graph, node);
            let names = [(SKOS, "prefLabel"), (RDFS, "label"), (FOAF, "name"), (DCT, "title")];
            names.iter().find_map(|(vocabulary, name)| thing.text(vocabulary, name))
        });
        let label = label.or_else(|| Some(id).filter(|id| !id.starts_with("_:")));
        if label.is_none() {
            self.leave(vocabulary, name, "");
        }
        label
    }

    fn leave(&mut self, vocabulary: &str, name: &str, more: &str) {
        self.left_out.push(format!("{}{more}", short(&format!("{vocabulary}{name}"))));
    }

    /// As much of a text as fits; that it was cut is said.
    fn fit<const MAX: usize>(&mut self, text: Option<String>, what: &str) -> Text<MAX> {
        let text = text.unwrap_or_default();
        let fitted: Text<MAX> = fitted(&text);
        if fitted.as_str() != text.split_whitespace().collect::<Vec<_>>().join(" ") {
            self.left_out.push(format!("{what}, in part"));
        }
        fitted
    }

    fn end(mut self) -> Vec<String> {
        self.left_out.extend(self.rest.keys().map(|name| short(name)));
        self.left_out.sort();
        self.left_out.dedup();
        self.left_out
    }
}

fn draft(graph: &Graph, id: &str, node: &Node) -> Result<Draft, String> {
    let mut said = Sayings::of(graph, node);
    let title = said.text(DCT, "title").ok_or("it has no dct:title")?;
    let title = Text::new(title.split_whitespace().collect::<Vec<_>>().join(" "));
    let title = title.map_err(|error| format!("dct:title: {error}"))?;
    let mut licences = said.take(DCT, "license");
    let mut sources = Vec::new();
    let distributions = said.take(DCAT, "distribution");
    for distribution in &distributions {
        let Said::Node(name) = distribution else { continue };
        let Some(node) = graph.nodes.get(name) else {
            said.left_out.push(format!("dcat:distribution {name}"));
            continue;
        };
        let mut inner = Sayings::of(graph, node);
        licences.extend(inner.take(DCT, "license"));
        sources.push(source(&mut inner));
        said.left_out.extend(inner.end().into_iter().map(|name| format!("dcat:distribution {name}")));
    }
    let licence = licence(graph, &licences)?;
    let description = said.text(DCT, "description");
    let description = said.fit(description, "dct:description");
    let mut keywords = Vec::new();
    for keyword in said.take(DCAT, "keyword") {
        match keyword {
            Said::Text(text, _) if text.len() <= 32 && keywords.len() < KEYWORDS_MAX => match Text::new(text) {
                Ok(text) => keywords.push(text),
                Err(_) => said.leave(DCAT, "keyword", ""),
            },
            Said::Text(text, _) => said.leave(DCAT, "keyword", &format!(" {text}")),
            Said::Node(_) | Said::Sealed => said.leave(DCAT, "keyword", ""),
        }
    }
    keywords.sort();
    let spatial = said.label(DCT, "spatial");
    let spatial = said.fit(spatial, "dct:spatial");
    let temporal = period(&mut said);
    let temporal = said.fit(temporal, "dct:temporal");
    let sector = said.label(DCAT, "theme").and_then(|label| {
        let sector = Text::new(label.as_str()).ok();
        if sector.is_none() {
            said.leave(DCAT, "theme", &format!(" {label}"));
        }
        sector
    });
    let draft = Draft {
        data_set: id.to_owned(),
        title,
        description,
        kind: own(&mut said, "kind").unwrap_or(AssetKind::Resource),
        keywords,
        spatial,
        temporal,
        update_cycle: cycle(&mut said),
        publisher: said.label(DCT, "publisher"),
        licence,
        sources,
        source_class: own(&mut said, "sourceClass"),
        sector,
        grade: own(&mut said, "grade"),
        file: None,
        left_out: Vec::new(),
    };
    Ok(Draft { left_out: said.end(), ..draft })
}

/// What another market of this kind says in its own words.
fn own<T: core::str::FromStr>(said: &mut Sayings<'_>, name: &str) -> Option<T> {
    let text = said.text(OWN, name)?;
    let value = text.parse().ok();
    if value.is_none() {
        said.leave(OWN, name, "");
    }
    value
}

/// The one licence of a data set and all its distributions.
fn licence(graph: &Graph, stated: &[Said]) -> Result<Licence, String> {
    let mut found: Option<Licence> = None;
    for said in stated {
        let (stated, words) = match said {
            Said::Text(text, _) => (text.clone(), None),
            Said::Node(id) => {
                let node = graph.nodes.get(id);
                (id.clone(), node.and_then(|node| Sayings::of(graph, node).text(DCT, "title")))
            }
            Said::Sealed => return Err("its licence stands under a context that is not in the document".to_owned()),
        };
        let name = named(&stated).or_else(|| words.as_deref().and_then(named)).ok_or_else(|| {
            format!("its licence {:?} is none of the open licences that are known", words.as_deref().unwrap_or(&stated))
        })?;
        match &found {
            Some(other) if other.name != name => {
                return Err(format!(
                    "it has two licences, {} and {name}: which of them covers what is not said",
                    other.name
                ));
            }
            _ => found = Some(Licence { name: name.to_owned(), stated }),
        }
    }
    found.ok_or_else(|| "it states no licence".to_owned())
}

fn cycle(said: &mut Sayings<'_>) -> UpdateCycle {
    let Some(name) = said.name(DCT, "accrualPeriodicity") else { return UpdateCycle::Irregular };
    read_frequency(&name).unwrap_or_else(|| {
        said.leave(DCT, "accrualPeriodicity", &format!(" {name}"));
        UpdateCycle::Irregular
    })
}

/// From a day to a day, or words for it.
fn period(said: &mut Sayings<'_>) -> Option<String> {
    let found = said.rest.get(&format!("{DCT}temporal")).cloned().unwrap_or_default();
    let days = match found.as_slice() {
        [Said::Node(id)] => said.graph.nodes.get(id).and_then(|node| {
            let mut period = Sayings::of(said.graph, node);
            Some((period.text(DCAT, "startDate")?, period.text(DCAT, "endDate")?))
        }),
        _ => None,
    };
    match days {
        Some((start, end)) => {
            said.take(DCT, "temporal");
            Some(format!("{start}/{end}"))
        }
        None => said.label(DCT, "temporal"),
    }
}

fn source(said: &mut Sayings<'_>) -> Source {
    let download = said.name(DCAT, "downloadURL");
    let access = said.name(DCAT, "accessURL");
    let media_type = said.name(DCAT, "mediaType").map(|name| {
        let registered = MEDIA_TYPES.iter().find_map(|registry| name.strip_prefix(registry));
        registered.map_or_else(|| name.clone(), str::to_owned)
    });
    let size = said.text(DCAT, "byteSize");
    let size_bytes = size.as_deref().and_then(|size| size.split('.').next()).and_then(|size| size.parse().ok());
    if size.is_some() && size_bytes.is_none() {
        said.leave(DCAT, "byteSize", "");
    }
    if download.is_some() && access.is_some() {
        said.leave(DCAT, "accessURL", "");
    }
    Source { url: download.or(access), media_type, size_bytes, checksum: checksum(said) }
}

/// The hash of the content, behind the name of its function.
fn checksum(said: &mut Sayings<'_>) -> Option<String> {
    let stated = said.take(SPDX, "checksum");
    let found = match stated.as_slice() {
        [Said::Node(id)] => said.graph.nodes.get(id).and_then(|node| {
            let mut checksum = Sayings::of(said.graph, node);
            let function = checksum.name(SPDX, "algorithm")?;
            let function = function.rsplit(['#', '_']).next().unwrap_or(&function);
            Some(format!("{function}:{}", checksum.text(SPDX, "checksumValue")?))
        }),
        _ => None,
    };
    if found.is_none() && !stated.is_empty() {
        said.leave(SPDX, "checksum", "");
    }
    found
}
