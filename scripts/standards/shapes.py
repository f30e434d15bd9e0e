"""Graphs, read and checked by rdflib and pyshacl."""

import json
import sys
from pathlib import Path

import pyshacl
import rdflib

HERE = Path(__file__).parent


def odrl_context():
    """The published context of ODRL, by its address."""
    package = HERE / "node_modules/@digitalbazaar/odrl-context/contexts/odrl.jsonld"
    return {"http://www.w3.org/ns/odrl.jsonld": json.loads(package.read_text())["@context"]}


def documents(folder):
    """The documents of a folder, by name. None is no success."""
    found = {path.name: json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))}
    if not found:
        sys.exit(f"{folder} has no documents")
    return found


def graph_of(document, contexts):
    """The graph of a JSON-LD document. Contexts by address stand in for what would be fetched; nothing is fetched."""
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(with_contexts(document, contexts)), format="json-ld")
    return graph


def with_contexts(value, contexts):
    if isinstance(value, list):
        return [with_contexts(item, contexts) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: with_contexts(member, contexts) for name, member in value.items() if name != "@context"}
    if "@context" in value:
        given = value["@context"] if isinstance(value["@context"], list) else [value["@context"]]
        inner["@context"] = [contexts[one] if isinstance(one, str) else one for one in given]
    return inner


def objects_in(value):
    """How many objects JSON has that say something of a thing: each must come back as a node."""
    if isinstance(value, dict):
        own = not {"@value", "@list"} & value.keys() and value.keys() != {"@id"}
        return own + sum(objects_in(member) for name, member in value.items() if name != "@context")
    if isinstance(value, list):
        return sum(objects_in(item) for item in value)
    return 0


def conforms(graph, shapes):
    """Whether a graph has the shapes of a file; if not, why."""
    holds, _, text = pyshacl.validate(graph, shacl_graph=str(HERE / shapes), shacl_graph_format="turtle")
    return holds, text


def demand(holds, name, text):
    """Ends with what is wrong."""
    if not holds:
        sys.exit(f"{name}: {text}")
