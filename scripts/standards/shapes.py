"""Graphs, read and checked by rdflib and pyshacl."""

import json
import sys
from pathlib import Path

import pyshacl
import rdflib

HERE = Path(__file__).parent


def documents(folder):
    """The documents of a folder, by name. None is no success."""
    found = {path.name: json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))}
    if not found:
        sys.exit(f"{folder} has no documents")
    return found


def graph_of(document, contexts=None):
    """The graph of a JSON-LD document. Contexts by address stand in for what would be fetched; nothing is fetched."""
    document = dict(document)
    given = document["@context"]
    given = given if isinstance(given, list) else [given]
    document["@context"] = [contexts[one] if isinstance(one, str) else one for one in given]
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document), format="json-ld")
    return graph


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
