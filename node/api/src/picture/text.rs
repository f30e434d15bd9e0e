//! The picture as text for other programs that draw: Graphviz and Mermaid.

use std::fmt::Write as _;

use crate::{Provenance, ProvenanceNode};

use super::Wording;
use super::graph::{Boxes, Item};

const STRING: &str = "writing to a string can't fail";

/// For Graphviz.
#[must_use]
pub fn dot(graph: &Provenance, wording: &impl Wording) -> String {
    let boxes = Boxes::of(graph);
    let mut out = "digraph provenance {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n".to_owned();
    for (index, item) in boxes.items.iter().enumerate() {
        let (shape, lines) = match item {
            Item::Data(node) => ("ellipse", data(node, wording)),
            Item::Activity(_) => ("box", vec![activity(item, wording)]),
        };
        let label: Vec<String> = lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
        writeln!(out, "  n{index} [shape={shape}, label=\"{}\"];", label.join("\\n")).expect(STRING);
    }
    for (from, to) in &boxes.arrows {
        writeln!(out, "  n{from} -> n{to};").expect(STRING);
    }
    out.push_str("}\n");
    out
}

/// For Mermaid.
#[must_use]
pub fn mermaid(graph: &Provenance, wording: &impl Wording) -> String {
    let boxes = Boxes::of(graph);
    let mut out = "flowchart LR\n".to_owned();
    for (index, item) in boxes.items.iter().enumerate() {
        let (open, close, lines) = match item {
            Item::Data(node) => ("([", "])", data(node, wording)),
            Item::Activity(_) => ("[", "]", vec![activity(item, wording)]),
        };
        let label: Vec<String> = lines.iter().map(|line| entities(line)).collect();
        writeln!(out, "  n{index}{open}\"{}\"{close}", label.join("<br>")).expect(STRING);
    }
    for (from, to) in &boxes.arrows {
        writeln!(out, "  n{from} --> n{to}").expect(STRING);
    }
    out
}

fn data(node: &ProvenanceNode, wording: &impl Wording) -> Vec<String> {
    vec![node.title.to_string(), format!("{}, {}", wording.version(node.version), node.operator_handle)]
}

fn activity(item: &Item, wording: &impl Wording) -> String {
    let Item::Activity(activities) = item else { return String::new() };
    let names: Vec<String> = activities.iter().map(|activity| wording.activity(*activity)).collect();
    names.join(", ")
}

/// Mermaid's way to write what would end a label or be taken for markup.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '<' | '>' | '&' | '#' | ';' | '`' => write!(out, "#{};", u32::from(character)).expect(STRING),
            other => out.push(other),
        }
    }
    out
}
