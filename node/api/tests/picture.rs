//! Pictures of provenance graphs: nothing gets out of a label, arrows go one way, and a thousand versions are drawn at
//! once.

use std::time::{Duration, Instant};

use yaosu_api::picture::{Hidden, Standalone, Wording, dot, mermaid, svg};
use yaosu_api::words::Language;
use yaosu_api::{Provenance, ProvenanceEdge, ProvenanceNode};
use yaosu_ledger::model::Activity;
use yaosu_ledger::{AssetId, BasisPoints, Digest, Handle, Height, ParticipantId, Text};

fn asset(number: u32) -> AssetId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    AssetId(Digest(bytes))
}

fn node(number: u32, title: &str, distance: i32) -> ProvenanceNode {
    ProvenanceNode {
        asset: asset(number),
        version: 1,
        title: Text::new(title).expect("a title"),
        operator: ParticipantId::of_genesis("acme"),
        operator_handle: Handle::new("acme").expect("a handle"),
        content_root: Digest::ZERO,
        distance,
    }
}

fn edge(child: u32, parent: u32) -> ProvenanceEdge {
    ProvenanceEdge {
        child: (asset(child), 1),
        parent: (asset(parent), 1),
        licence: None,
        activity: Activity::Join,
        royalty: BasisPoints(0),
    }
}

fn graph(nodes: Vec<ProvenanceNode>, edges: Vec<ProvenanceEdge>) -> Provenance {
    Provenance { as_of: Height(1), nodes, edges, truncated: false }
}

/// Where the oval behind a title begins, from the left.
fn left(picture: &str, title: &str) -> i32 {
    let behind = picture.split(&format!("<title>{title} (")).nth(1).expect("it is in the picture");
    let behind = behind.split(" cx=\"").nth(1).expect("an oval");
    behind.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Goal: what was made stands right of what it was made from, however long the way there.
#[test]
fn arrows_go_to_the_right() {
    let nodes = ["source", "clean", "other", "joined"];
    let nodes = (0..).zip(nodes).map(|(number, title)| node(number, title, i32::try_from(number).expect("few") - 3));
    let picture =
        svg(&graph(nodes.collect(), vec![edge(1, 0), edge(3, 1), edge(3, 2), edge(3, 0)]), &Standalone::default());
    for (before, after) in [("source", "clean"), ("clean", "joined"), ("other", "joined"), ("source", "joined")] {
        assert!(left(&picture, before) < left(&picture, after), "{before} {after}: {picture}");
    }
    assert_eq!(picture.matches(">join</text>").count(), 2, "one box for all that a version was joined from");
    assert_eq!(picture.matches("class=\"data chosen\"").count(), 1);
}

/// Goal: no title ends its place or begins another.
#[test]
fn titles_stay_in_their_places() {
    let hostile = "\"><script>alert('1')</script>&\\";
    let found = graph(vec![node(0, hostile, 0)], Vec::new());
    let picture = svg(&found, &Standalone::default());
    assert!(
        !picture.contains("<script") && picture.contains("&lt;script&gt;") && picture.contains("&#39;"),
        "{picture}"
    );
    let text = dot(&found, &Standalone::default());
    assert!(text.contains("label=\"\\\"><script>alert('1')</script>&\\\\\\nversion 1"), "{text}");
    let text = mermaid(&found, &Standalone::default());
    assert!(text.contains("#60;script#62;") && !text.contains("<script"), "{text}");
}

/// Goal: links and what lies beyond are where the wording puts them.
#[test]
fn links_come_from_the_wording() {
    struct Linked;
    impl Wording for Linked {
        fn language(&self) -> Language {
            Language::English
        }
        fn version_link(&self, _: AssetId, version: u32) -> Option<String> {
            Some(format!("/v/{version}?a&b"))
        }
        fn more_link(&self, _: AssetId, _: u32) -> Option<String> {
            Some("/more".to_owned())
        }
        fn hidden(&self, _: AssetId, _: u32) -> Hidden {
            Hidden { up: 0, down: 12 }
        }
    }
    let picture = svg(&graph(vec![node(0, "data", 0)], Vec::new()), &Linked);
    assert!(picture.contains("<a href=\"/v/1?a&amp;b\"><title>data (version 1, acme)</title>"), "{picture}");
    assert_eq!(picture.matches("<a href=\"/more\">").count(), 1, "{picture}");
    assert!(picture.contains(">+12 more</text>"), "{picture}");
}

/// Goal: a picture in a file is in its language, and leads to the pages of the explorer that is named.
#[test]
fn a_picture_that_stands_alone_leads_to_an_explorer() {
    let found = graph(vec![node(0, "data", 0), node(1, "more", 1)], vec![edge(1, 0)]);
    let chinese = Standalone { language: Language::Chinese, explorer: Some("https://node.example".to_owned()) };
    let picture = svg(&found, &chinese);
    let (asset, party) = (asset(0), ParticipantId::of_genesis("acme"));
    for part in [
        "aria-label=\"来源与衍生\"",
        "<title>data (第 1 版, acme)</title>",
        ">关联</text>",
        &format!("<a href=\"https://node.example/zh/assets/{asset}?version=1\">"),
        &format!("<a href=\"https://node.example/zh/participants/{party}\">"),
    ] {
        assert!(picture.contains(part), "{part}: {picture}");
    }
    let english = svg(&found, &Standalone { language: Language::English, ..chinese });
    assert!(english.contains(&format!("<a href=\"https://node.example/assets/{asset}?version=1\">")), "{english}");
    assert!(!svg(&found, &Standalone::default()).contains("<a "));
    assert!(mermaid(&found, &Standalone { language: Language::Chinese, explorer: None }).contains("第 1 版"));
}

/// Goal: a thousand versions take no time that anyone notices, and a circle, which only a forged answer has, ends too.
#[test]
fn a_thousand_versions_are_drawn_at_once() {
    let count = 1_000;
    let nodes = (0..count).map(|number| node(number, "data", 0)).collect();
    let edges = (1..count).flat_map(|child| [child / 2, child - 1].map(|parent| edge(child, parent))).collect();
    let began = Instant::now();
    let picture = svg(&graph(nodes, edges), &Standalone::default());
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(picture.matches("<ellipse").count(), 1_000);
    let circle = graph(vec![node(0, "a", 0), node(1, "b", 1)], vec![edge(0, 1), edge(1, 0)]);
    assert_eq!(svg(&circle, &Standalone::default()).matches("<ellipse").count(), 2);
}
