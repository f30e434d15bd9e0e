"""Provenance in PROV-JSON: read by prov, written by it the same again, and without a cycle by a query in SPARQL.

    provenance.py FOLDER
"""

import json
import sys

import rdflib
from prov.model import ProvDerivation, ProvDocument, ProvGeneration

from shapes import demand, documents

CYCLE = """
PREFIX prov: <http://www.w3.org/ns/prov#>
ASK { ?entity (
  prov:wasDerivedFrom | (prov:qualifiedDerivation/prov:entity) |
  (prov:wasGeneratedBy/(prov:used | (prov:qualifiedUsage/prov:entity)))
)+ ?entity }
"""


def has_cycle(document):
    turtle = document.serialize(format="rdf", rdf_format="turtle")
    return rdflib.Graph().parse(data=turtle, format="turtle").query(CYCLE).askAnswer


def main(folder):
    for name, written in documents(folder).items():
        document = ProvDocument.deserialize(content=json.dumps(written), format="json")
        count = sum(len(records) for kind, records in written.items() if kind != "prefix")
        demand(len(document.get_records()) == count, name, f"{count} records, {len(document.get_records())} read")
        again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
        demand(again == document, name, "prov writes something else than it has read")
        demand(not has_cycle(document), name, "something was derived from itself")
        # The query must be able to say no.
        first = next(iter(document.get_records(ProvDerivation)))
        made, used = (value for _, value in first.formal_attributes[:2])
        document.wasDerivedFrom(used, made)
        demand(has_cycle(document), name, "a cycle of derivations is not found")
        document = again
        generation = next(iter(document.get_records(ProvGeneration)))
        made, making = (value for _, value in generation.formal_attributes[:2])
        document.used(making, made)
        demand(has_cycle(document), name, "a cycle of uses is not found")
        print(f"PROV-JSON: prov reads {count} records, and rdflib finds no cycle")


main(sys.argv[1])
