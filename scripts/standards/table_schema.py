"""Table Schemas: taken by frictionless, and by them the files that they describe.

    table_schema.py FOLDER DATA    FOLDER has NAME.json for each DATA/NAME.csv
"""

import sys

from frictionless import Resource, Schema

from shapes import demand, documents


def is_valid(descriptor, data, file):
    schema = Schema.from_descriptor(descriptor)
    return Resource(path=file, basepath=data, schema=schema).validate().valid


def main(folder, data):
    found = documents(folder)
    for name, descriptor in found.items():
        file = name.replace(".json", ".csv")
        demand(Schema.validate_descriptor(descriptor).valid, name, "frictionless takes it for no schema")
        demand(is_valid(descriptor, data, file), name, f"{file} is not as it says")
        # The reader must be able to say no.
        number = next(field for field in descriptor["fields"] if field["type"] == "number")
        number["type"] = "date"
        demand(not is_valid(descriptor, data, file), name, "numbers are taken for days")
    print(f"Table Schema: frictionless takes {len(found)} schemas, and the files by them")


main(*sys.argv[1:])
