"""Catalogues in DCAT.

    dcat.py check FOLDER    reads catalogues of yaosu and checks their shapes
    dcat.py venue FOLDER    writes another venue's catalogue in the forms of JSON-LD that rdflib has
    dcat.py drafts FILE...  checks what yaosu made of each of those
"""

import json
import sys
from pathlib import Path

import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD

from shapes import HERE, conforms, demand, documents, graph_of, objects_in, odrl_context


def check(folder):
    for name, document in documents(folder).items():
        graph = graph_of(document, odrl_context())
        nodes = set(graph.subjects())
        # Who is named more than once is one node.
        agents = len(set(graph.subjects(RDF.type, FOAF.Agent)))
        named = sum(1 for _ in graph.subject_objects(DCTERMS.rightsHolder)) * 3 + 1
        demand(len(nodes) - agents == objects_in(document) - named, name, "something is lost on the way")
        holds, text = conforms(graph, "dcat.ttl")
        demand(holds, name, text)
        datasets = len(set(graph.subjects(RDF.type, DCAT.Dataset)))
        demand(datasets == len(document["dcat:dataset"]), name, "a data set is lost on the way")
        # The shapes must be able to say no.
        graph.remove((None, DCAT.accessURL, None))
        demand(not conforms(graph, "dcat.ttl")[0], name, "a distribution without an address is taken")
        print(f"DCAT: rdflib and pyshacl take a catalogue of {datasets} data sets")


def venue(folder):
    graph = rdflib.Graph().parse(HERE / "venue.ttl")
    Path(folder).mkdir(parents=True)
    terms = {"name": FOAF.name, "label": RDFS.label, "title": DCTERMS.title, "Dataset": DCAT.Dataset}
    context = {name: str(term) for name, term in terms.items()}
    context["license"] = {"@id": str(DCTERMS.license), "@type": "@id"}
    context["size"] = {"@id": str(DCAT.byteSize), "@type": str(XSD.nonNegativeInteger)}
    forms = {
        "expanded": dict(auto_compact=False),
        "compact": dict(auto_compact=True),
        "own-words": dict(context=context),
        "vocabulary": dict(context={"@vocab": str(DCAT), "id": "@id", "a": "@type"}),
    }
    for name, options in forms.items():
        graph.serialize(Path(folder) / f"{name}.json", format="json-ld", encoding="utf-8", **options)


def drafts(files):
    for file in files:
        found = json.loads(Path(file).read_text())
        by_name = {draft["data_set"].rsplit("/", 1)[-1]: draft for draft in found["drafts"]}
        demand(sorted(by_name) == ["rain", "wind"], file, f"drafts of {sorted(by_name)}")
        rain, wind = by_name["rain"], by_name["wind"]
        source = {
            "url": "https://venue.example/rain.csv",
            "media_type": "text/csv",
            "size_bytes": 48219,
            "checksum": "sha256:00ff",
        }
        expected = {
            "title": "雨量",
            "description": "Every day.",
            "keywords": ["wet", "天气"],
            "spatial": "Seattle",
            "temporal": "2012-01-01/2015-12-31",
            "update_cycle": "daily",
            "publisher": "Weather office",
            "licence": {"name": "CC-BY-4.0", "stated": "https://creativecommons.org/licenses/by/4.0/"},
            "sources": [source],
            "left_out": ["dcat:contactPoint", "dct:title@de", "dct:title@en"],
        }
        for member, value in expected.items():
            demand(rain[member] == value, file, f"{member} of rain is {rain[member]}, not {value}")
        demand(wind["licence"]["name"] == "ODbL-1.0", file, "the licence of a distribution is not seen")
        refused = {one["data_set"].rsplit("/", 1)[-1]: one["reason"] for one in found["refused"]}
        reasons = {"snow": "by-nc/4.0", "hail": "states no licence", "fog": "no dct:title"}
        for name, words in reasons.items():
            demand(words in refused.get(name, ""), file, f"{name} is refused as {refused.get(name)!r}")
    print(f"DCAT: yaosu reads a venue's catalogue in {len(files)} forms that rdflib writes")


{"check": lambda words: check(*words), "venue": lambda words: venue(*words), "drafts": drafts}[sys.argv[1]](sys.argv[2:])
