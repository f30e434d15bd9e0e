"""Documents of the Dataspace Protocol 2025-1, by JSON Schema.

    dataspace.py FOLDER [SCHEMAS]    SCHEMAS has the protocol's own, wherever in it they are
"""

import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator, validators
from referencing import Registry, Resource

from shapes import HERE, demand, documents

BASE = "https://w3id.org/dspace/2025/1/"


def published(folder):
    """The protocol's own schemas of a Dataset and an Agreement."""
    schemas = [json.loads(path.read_text()) for path in Path(folder).rglob("*-schema.json")]
    named = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas if schema["$id"].startswith(BASE)]
    registry = Registry().with_resources(named)
    of = lambda name: validators.validator_for({"$schema": schemas[0]["$schema"]})({"$ref": BASE + name}, registry=registry)
    return {
        "Dataset": of("catalog/dataset-schema.json"),
        "Agreement": of("negotiation/contract-schema.json#/definitions/Agreement"),
    }


def fault(validator, document):
    error = next(iter(validator.iter_errors(document)), None)
    return error and f"{error.json_path}: {error.message}"


def damaged(document):
    """Documents that must be refused: each lacks a member that the protocol demands."""
    for member in ["@id"] + (["hasPolicy", "distribution"] if "hasPolicy" in document else ["target", "assignee"]):
        copied = copy.deepcopy(document)
        del copied[member]
        yield member, copied
    copied = copy.deepcopy(document)
    policy = copied["hasPolicy"][0] if "hasPolicy" in copied else copied
    policy["permission"][0]["constraint"][0]["operator"] = "about"
    yield "operator", copied


def main(folder, schemas=None):
    own = Draft202012Validator(json.loads((HERE / "dataspace.json").read_text()))
    Draft202012Validator.check_schema(own.schema)
    by_class = published(schemas) if schemas else {}
    found = documents(folder)
    for name, document in found.items():
        checks = [own, by_class[document["@type"]]] if by_class else [own]
        for check in checks:
            demand(fault(check, document) is None, name, fault(check, document))
            for member, worse in damaged(document):
                demand(fault(check, worse) is not None, name, f"it is taken without its {member}")
    whose = "its own schemas and ours" if by_class else "our schema of it"
    print(f"Dataspace Protocol: jsonschema takes {len(found)} documents by {whose}")


main(*sys.argv[1:])
