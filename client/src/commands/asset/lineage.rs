//! `yaosu asset lineage`: a provenance graph as a tree in text, or as a picture.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use yaosu_api::picture::{Standalone, dot, mermaid, svg};
use yaosu_api::words::{Language, Named as _};
use yaosu_api::{Provenance, ProvenanceEdge, ProvenanceNode};
use yaosu_ledger::{AssetId, BasisPoints};
use yaosu_sdk::Direction;
use yaosu_sdk::standards::{openlineage, prov};

use super::super::document::{self, Document, Lines};
use super::version_of;
use crate::command_error::CommandError;
use crate::parse::{AssetVersion, short, show_ratio};
use crate::said::{Said, plain, said};
use crate::screen::{self, Screen, Show};
use crate::session::Session;

/// Which part of the graph.
#[derive(Debug, Args)]
pub struct LineageArguments {
    /// The version; the latest if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    /// How many steps
    #[arg(long, value_name = "N", default_value_t = 3)]
    depth: u32,
    /// Up to the sources, down to what was made from it, or both
    #[arg(long, value_enum, default_value = "both")]
    direction: DirectionName,
    /// A tree in text; a picture: SVG, or what Graphviz or Mermaid draw one from; a document of W3C PROV, or events of OpenLineage, a
    /// line each
    #[arg(long, value_enum, default_value = "tree")]
    format: Format,
    /// In an SVG, let what it shows be links to the pages of this explorer, which is at the address of a node
    #[arg(long, value_name = "URL", value_parser = explorer)]
    link_base: Option<String>,
}

/// The address of an explorer, without the slash at its end.
fn explorer(text: &str) -> Result<String, Said> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or("");
    if rest.is_empty() || rest.contains(['?', '#']) || rest.contains(char::is_whitespace) {
        return Err(said!(
            "{text:?} is no address: write http://HOST:PORT or https://HOST",
            "{text:?} 不是地址：请写成 http://HOST:PORT 或 https://HOST"
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Tree,
    Svg,
    Dot,
    Mermaid,
    ProvJson,
    #[value(name = "openlineage")]
    OpenLineage,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DirectionName {
    Up,
    Down,
    Both,
}

impl From<DirectionName> for Direction {
    fn from(name: DirectionName) -> Self {
        match name {
            DirectionName::Up => Self::Up,
            DirectionName::Down => Self::Down,
            DirectionName::Both => Self::Both,
        }
    }
}

/// Draws the graph around a version.
pub async fn run(session: &Session, arguments: LineageArguments) -> Result<(), CommandError> {
    let LineageArguments { asset, depth, direction, format, link_base } = arguments;
    if link_base.is_some() && !matches!(format, Format::Svg) {
        return Err(CommandError::usage(said!(
            "--link-base goes with --format svg: nothing else has links",
            "--link-base 只能与 --format svg 同用：其他格式没有链接"
        )));
    }
    let found = session.client()?.provenance(asset.asset.as_str(), asset.version, depth, direction.into()).await?;
    match format {
        Format::ProvJson => session.show(&Document(prov::document(&found, document::names(session).await?)))?,
        Format::OpenLineage => session.show(&events(session, &found).await?)?,
        Format::Tree | Format::Svg | Format::Dot | Format::Mermaid => {
            let wording = Standalone { language: session.language(), explorer: link_base };
            session.show(&Drawn { graph: &found, format, wording })?;
        }
    }
    if found.truncated && !session.global.json {
        screen::note(said!("there is more: ask for a greater --depth", "还有更多：请加大 --depth"));
    }
    Ok(())
}

/// The events of a graph, with what the ledger says of its versions.
async fn events(session: &Session, graph: &Provenance) -> Result<Lines, CommandError> {
    let mut versions = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        versions.push(version_of(session, node.asset, node.version).await?);
    }
    let names = document::names(session).await?;
    openlineage::write(graph, &versions, names).map(Lines).map_err(document::unfit)
}

/// A graph in a form.
struct Drawn<'a> {
    graph: &'a Provenance,
    format: Format,
    wording: Standalone,
}

impl Serialize for Drawn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.graph.serialize(serializer)
    }
}

impl Show for Drawn<'_> {
    fn show(&self, screen: &mut Screen) {
        let lines = match self.format {
            Format::Tree | Format::ProvJson | Format::OpenLineage => draw(self.graph, self.wording.language),
            Format::Svg => vec![svg(self.graph, &self.wording)],
            Format::Dot => dot(self.graph, &self.wording).lines().map(str::to_owned).collect(),
            Format::Mermaid => mermaid(self.graph, &self.wording).lines().map(str::to_owned).collect(),
        };
        for line in lines {
            screen.line(plain(line));
        }
    }
}

/// A version.
type Key = (AssetId, u32);

/// The lines of the picture: the version that was asked for, under it what it was made from, then what was made from it.
fn draw(graph: &Provenance, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for root in graph.nodes.iter().filter(|node| node.distance == 0) {
        let key = (root.asset, root.version);
        lines.push(label(graph, key));
        for (heading, upstream) in
            [(language.of("made from:", "来源："), true), (language.of("used for:", "衍生："), false)]
        {
            if neighbours(graph, key, upstream).next().is_some() {
                lines.push(heading.to_owned());
                branch((graph, language), key, upstream, "", &mut BTreeSet::from([key]), &mut lines);
            }
        }
    }
    lines
}

/// Draws everything beyond a version. What was drawn before is named, and not drawn again: a graph is no tree.
fn branch(
    (graph, language): (&Provenance, Language),
    from: Key,
    upstream: bool,
    indent: &str,
    drawn: &mut BTreeSet<Key>,
    lines: &mut Vec<String>,
) {
    let edges: Vec<&ProvenanceEdge> = neighbours(graph, from, upstream).collect();
    for (place, edge) in edges.iter().enumerate() {
        let last = place + 1 == edges.len();
        let key = if upstream { edge.parent } else { edge.child };
        let seen = !drawn.insert(key);
        let more = seen && neighbours(graph, key, upstream).next().is_some();
        let mark = if more { language.of(" (as above)", "（同上）") } else { "" };
        let (corner, bar) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines.push(format!("{indent}{corner}{}{}{mark}", label(graph, key), how(edge, language)));
        if !seen {
            branch((graph, language), key, upstream, &format!("{indent}{bar}"), drawn, lines);
        }
    }
}

fn neighbours(graph: &Provenance, key: Key, upstream: bool) -> impl Iterator<Item = &ProvenanceEdge> {
    graph.edges.iter().filter(move |edge| if upstream { edge.child == key } else { edge.parent == key })
}

fn label(graph: &Provenance, key: Key) -> String {
    let (asset, version) = key;
    match graph.nodes.iter().find(|node| (node.asset, node.version) == key) {
        Some(ProvenanceNode { title, operator_handle, .. }) => {
            format!("{title} ({}@{version}, {operator_handle})", short(asset))
        }
        None => format!("{}@{version}", short(asset)),
    }
}

fn how(edge: &ProvenanceEdge, language: Language) -> String {
    let under = language.of(" under ", "，许可 ");
    let licence = edge.licence.map_or_else(String::new, |licence| format!("{under}{}", short(licence)));
    let comma = language.of(", ", "，分成 ");
    let royalty =
        if edge.royalty > BasisPoints(0) { format!("{comma}{}", show_ratio(edge.royalty)) } else { String::new() };
    format!("{}{}{licence}{royalty}", language.of(" by ", " "), edge.activity.word(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::model::Activity;
    use yaosu_ledger::{Digest, Handle, Height, LicenceId, ParticipantId, Text};

    fn node(byte: u8, title: &str, distance: i32) -> ProvenanceNode {
        ProvenanceNode {
            asset: AssetId(Digest([byte; 32])),
            version: 1,
            title: Text::new(title).expect("a title"),
            operator: ParticipantId::of_genesis("acme"),
            operator_handle: Handle::new("acme").expect("a handle"),
            content_root: Digest::ZERO,
            distance,
        }
    }

    fn edge(child: u8, parent: u8) -> ProvenanceEdge {
        let key = |byte| (AssetId(Digest([byte; 32])), 1);
        let licence = (parent == 1).then_some(LicenceId(Digest([9; 32])));
        ProvenanceEdge {
            child: key(child),
            parent: key(parent),
            licence,
            activity: Activity::Select,
            royalty: BasisPoints(if parent == 1 { 500 } else { 0 }),
        }
    }

    /// Goal: both ways out of the version are drawn, and what two versions share is drawn once.
    #[test]
    fn a_graph_becomes_a_tree() {
        let graph = Provenance {
            as_of: Height(7),
            nodes: vec![
                node(1, "Source", -2),
                node(2, "Clean", -1),
                node(3, "Small", -1),
                node(4, "Joined", 0),
                node(5, "Model", 1),
            ],
            edges: vec![edge(4, 2), edge(4, 3), edge(2, 1), edge(3, 2), edge(5, 4)],
            truncated: false,
        };
        let expected = "\
Joined (0404040404@1, acme)
made from:
├─ Clean (0202020202@1, acme) by select
│  └─ Source (0101010101@1, acme) by select under 0909090909, 5 %
└─ Small (0303030303@1, acme) by select
   └─ Clean (0202020202@1, acme) by select (as above)
used for:
└─ Model (0505050505@1, acme) by select";
        assert_eq!(draw(&graph, Language::English).join("\n"), expected);
        let chinese = draw(&graph, Language::Chinese).join("\n");
        for line in ["来源：", "│  └─ Source (0101010101@1, acme) 筛选，许可 0909090909，分成 5 %", "筛选（同上）"]
        {
            assert!(chinese.contains(line), "{line}: {chinese}");
        }
    }
}
