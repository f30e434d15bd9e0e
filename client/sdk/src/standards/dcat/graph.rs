//! JSON-LD as a graph, whatever form it has: nested or flat, names short or whole.
//!
//! Of JSON-LD 1.1 is read what catalogues are written in: contexts that stand in the document, with terms, prefixes,
//! `@vocab`, coercion to references, containers of languages, lists and sets. A context elsewhere is not fetched: at the top
//! of a document it is refused by its address, and of a nested node all is left out that it speaks of. Anything else is
//! refused by its keyword.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::Unfit;
use super::words::RDF;

/// Nodes in nodes at most.
const DEPTH_MAX: usize = 32;

/// Something that is said of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A value, with its language if it has one.
    Text(String, Option<String>),
    /// Another node, or a thing of this name.
    Node(String),
    /// What stands under a context that is not here.
    Sealed,
}

/// What is said of a node, by whole names.
pub(super) type Node = BTreeMap<String, Vec<Said>>;

/// What is said of every node, by its name.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: BTreeMap<String, Node>,
    unnamed: usize,
}

#[derive(Clone, Debug, Default)]
struct Context {
    terms: BTreeMap<String, Term>,
    vocabulary: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Term {
    name: String,
    is_reference: bool,
    is_by_language: bool,
}

impl Graph {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Unfit`].
    pub(super) fn read(document: &Value) -> Result<Self, Unfit> {
        let mut graph = Self::default();
        graph.add_top(document, &Context::default(), "")?;
        Ok(graph)
    }

    fn add_top(&mut self, value: &Value, context: &Context, place: &str) -> Result<(), Unfit> {
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(number, item)| self.add_top(item, context, &format!("{place}[{number}]"))),
            Value::Object(members) => {
                let mut context = context.clone();
                if let Some(given) = members.get("@context") {
                    context.add(given, &join(place, "@context"))?;
                }
                if let Some(graph) = members.get("@graph") {
                    self.add_top(graph, &context, &join(place, "@graph"))?;
                }
                if members.keys().any(|name| !matches!(name.as_str(), "@context" | "@graph")) {
                    self.add_node(members, &context, place, 0)?;
                }
                Ok(())
            }
            _ => Err(Unfit::new(place, "this is no node of JSON-LD")),
        }
    }

    /// Adds what is said of a node, and gives its name.
    fn add_node(
        &mut self,
        members: &Map<String, Value>,
        context: &Context,
        place: &str,
        depth: usize,
    ) -> Result<String, Unfit> {
        if depth > DEPTH_MAX {
            return Err(Unfit::new(place, format!("more than {DEPTH_MAX} nodes stand in each other")));
        }
        let named = members.iter().find(|(name, _)| context.keyword(name) == Some("@id"));
        let id = if let Some(id) = named.and_then(|(_, id)| id.as_str()) {
            context.whole(id, false)
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
            format!("_:unnamed-{}", self.unnamed)
        };
        let mut said = Node::new();
        for (name, value) in members {
            let place = join(place, name);
            let items = value.as_array().map_or(core::slice::from_ref(value), Vec::as_slice);
            match context.keyword(name) {
                Some("@id" | "@context" | "@graph" | "@index") => {}
                Some("@type") => {
                    let types = said.entry(format!("{RDF}type")).or_default();
                    for item in items {
                        let name = item.as_str().ok_or_else(|| Unfit::new(&place, "this is no name"))?;
                        types.push(Said::Node(context.whole(name, true)));
                    }
                }
                Some(keyword) => return Err(Unfit::new(place, format!("{keyword} is not read"))),
                None => {
                    let term = context.term(name);
                    for item in items {
                        let found = self.value(item, &term, context, &place, depth)?;
                        said.entry(term.name.clone()).or_default().extend(found);
                    }
                }
            }
        }
        let node = self.nodes.entry(id.clone()).or_default();
        for (name, values) in said {
            let known = node.entry(name).or_default();
            for value in values {
                if !known.contains(&value) {
                    known.push(value);
                }
            }
        }
        Ok(id)
    }

    fn value(
        &mut self,
        value: &Value,
        term: &Term,
        context: &Context,
        place: &str,
        depth: usize,
    ) -> Result<Vec<Said>, Unfit> {
        let members = match value {
            Value::Null => return Ok(Vec::new()),
            Value::String(text) if term.is_reference => return Ok(vec![Said::Node(context.whole(text, false))]),
            Value::String(text) => return Ok(vec![Said::Text(text.clone(), None)]),
            Value::Bool(_) | Value::Number(_) => return Ok(vec![Said::Text(value.to_string(), None)]),
            Value::Array(items) => return self.values(items, term, context, place, depth),
            Value::Object(members) => members,
        };
        if let Some(literal) = members.get("@value") {
            let text = literal.as_str().map_or_else(|| literal.to_string(), str::to_owned);
            let language = members.get("@language").and_then(Value::as_str).map(str::to_owned);
            return Ok(vec![Said::Text(text, language)]);
        }
        if let Some(items) = members.get("@list").or_else(|| members.get("@set")) {
            let items = items.as_array().map_or(core::slice::from_ref(items), Vec::as_slice);
            return self.values(items, term, context, place, depth);
        }
        if term.is_by_language {
            let mut all = Vec::new();
            for (language, text) in members {
                for text in text.as_array().map_or(core::slice::from_ref(text), Vec::as_slice) {
                    let text = text.as_str().ok_or_else(|| Unfit::new(join(place, language), "this is no text"))?;
                    all.push(Said::Text(text.to_owned(), Some(language.clone())));
                }
            }
            return Ok(all);
        }
        let mut inner = context.clone();
        if members.get("@context").is_some_and(|given| inner.add(given, place).is_err()) {
            return Ok(vec![Said::Sealed]);
        }
        self.add_node(members, &inner, place, depth.saturating_add(1)).map(|id| vec![Said::Node(id)])
    }

    fn values(
        &mut self,
        items: &[Value],
        term: &Term,
        context: &Context,
        place: &str,
        depth: usize,
    ) -> Result<Vec<Said>, Unfit> {
        if depth > DEPTH_MAX {
            return Err(Unfit::new(place, format!("more than {DEPTH_MAX} lists stand in each other")));
        }
        let mut all = Vec::new();
        for item in items {
            all.extend(self.value(item, term, context, place, depth.saturating_add(1))?);
        }
        Ok(all)
    }
}

impl Context {
    fn add(&mut self, given: &Value, place: &str) -> Result<(), Unfit> {
        match given {
            Value::Null => *self = Self::default(),
            Value::Array(items) => items.iter().try_for_each(|item| self.add(item, place))?,
            Value::String(address) => {
                let reason =
                    format!("{address} is not fetched: write the document with its context in it, or without one");
                return Err(Unfit::new(place, reason));
            }
            Value::Object(members) => {
                // Terms may rest on prefixes that come later.
                for round in 0..2 {
                    for (name, meaning) in members {
                        self.define(name, meaning, &join(place, name), round == 1)?;
                    }
                }
            }
            _ => return Err(Unfit::new(place, "this is no context")),
        }
        Ok(())
    }

    fn define(&mut self, name: &str, meaning: &Value, place: &str, last: bool) -> Result<(), Unfit> {
        match (name, meaning) {
            ("@vocab", Value::String(vocabulary)) => self.vocabulary = Some(vocabulary.clone()),
            // Names are compared, not opened; a language of all texts changes none of them.
            ("@base" | "@language" | "@version", _) => {}
            (name, _) if name.starts_with('@') => return Err(Unfit::new(place, format!("{name} is not read"))),
            (name, Value::String(meaning)) => {
                let term = Term { name: self.whole(meaning, true), ..Term::default() };
                self.terms.insert(name.to_owned(), term);
            }
            (name, Value::Object(members)) => {
                let known = ["@id", "@type", "@container", "@language", "@prefix", "@protected"];
                if let Some(keyword) = members.keys().find(|keyword| !known.contains(&keyword.as_str())) {
                    return Err(Unfit::new(join(place, keyword), format!("{keyword} is not read")));
                }
                let container = members.get("@container").and_then(Value::as_str);
                if container.is_some_and(|container| !matches!(container, "@list" | "@set" | "@language")) {
                    return Err(Unfit::new(
                        join(place, "@container"),
                        "of containers, lists, sets and languages are read",
                    ));
                }
                let meaning = members.get("@id").and_then(Value::as_str).unwrap_or(name);
                let term = Term {
                    name: self.whole(meaning, true),
                    is_reference: matches!(members.get("@type").and_then(Value::as_str), Some("@id" | "@vocab")),
                    is_by_language: container == Some("@language"),
                };
                self.terms.insert(name.to_owned(), term);
            }
            (name, Value::Null) => {
                self.terms.remove(name);
            }
            _ if last => return Err(Unfit::new(place, "this is no meaning of a term")),
            _ => {}
        }
        Ok(())
    }

    /// The keyword that a name stands for.
    fn keyword<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if name.starts_with('@') {
            return Some(name);
        }
        self.terms.get(name).map(|term| term.name.as_str()).filter(|name| name.starts_with('@'))
    }

    /// What a member's name stands for.
    fn term(&self, name: &str) -> Term {
        let known = self.terms.get(name).cloned();
        known.unwrap_or_else(|| Term { name: self.whole(name, true), ..Term::default() })
    }

    /// A name in full. A word alone is one of the vocabulary, if words are looked up there.
    fn whole(&self, name: &str, is_word: bool) -> String {
        if name.starts_with('@') || name.starts_with("_:") {
            return name.to_owned();
        }
        if let Some(term) = self.terms.get(name).filter(|_| is_word) {
            return term.name.clone();
        }
        match name.split_once(':') {
            Some((prefix, rest)) if !rest.starts_with("//") => match self.terms.get(prefix) {
                Some(term) => format!("{}{rest}", term.name),
                None => name.to_owned(),
            },
            Some(_) => name.to_owned(),
            None => match &self.vocabulary {
                Some(vocabulary) if is_word => format!("{vocabulary}{name}"),
                _ => name.to_owned(),
            },
        }
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}
