"""Policies in ODRL: read by the published context, every term one of the vocabulary or of the profile, the shapes of the
information model.

    odrl.py FOLDER
"""

import sys

from rdflib import URIRef
from rdflib.namespace import ODRL2, RDF

from shapes import conforms, demand, documents, graph_of, objects_in, odrl_context

PROFILE = "urn:yaosu:odrl:1:"


def foreign_terms(graph):
    """Predicates, classes, actions, operands and operators that are in neither vocabulary."""
    places = {ODRL2.action, ODRL2.leftOperand, ODRL2.operator}
    terms = {term for triple in graph for term in triple[1:2]}
    terms |= {value for _, predicate, value in graph if predicate in places or predicate == RDF.type}
    own = str(ODRL2)
    known = lambda term: term.startswith(PROFILE) or term.startswith(own) and term[len(own) :] in ODRL2
    return sorted(term for term in terms if term not in {RDF.type, RDF.first, RDF.rest} and not known(term))


def main(folder):
    contexts = odrl_context()
    found = documents(folder)
    for name, document in found.items():
        graph = graph_of(document, contexts)
        nodes = set(graph.subjects())
        demand(len(nodes) == objects_in(document), name, f"{objects_in(document)} objects, {len(nodes)} nodes")
        demand(not foreign_terms(graph), name, f"unknown terms: {foreign_terms(graph)}")
        holds, text = conforms(graph, "odrl.ttl")
        demand(holds, name, text)
        # Each check must be able to say no.
        rule = next(graph.objects(None, ODRL2.permission))
        graph.set((rule, ODRL2.action, URIRef(str(ODRL2) + "frobnicate")))
        demand(foreign_terms(graph), name, "an action that nobody knows is taken")
        graph.remove((rule, ODRL2.action, None))
        demand(not conforms(graph, "odrl.ttl")[0], name, "a rule without an action is taken")
    print(f"ODRL: rdflib and pyshacl take {len(found)} policies")


main(sys.argv[1])
