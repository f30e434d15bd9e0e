"""Events of OpenLineage: made again by the project's own client, of which each must come out as it went in.

    openlineage_events.py FOLDER
"""

import copy
import sys

from openlineage.client import event_v2 as lineage
from openlineage.client import facet_v2 as facets
from openlineage.client.generated.base import InputDatasetFacet, DatasetFacet
from openlineage.client.serde import Serde

from shapes import demand, documents

KNOWN = {
    "version": facets.dataset_version_dataset.DatasetVersionDatasetFacet,
    "documentation": facets.documentation_dataset.DocumentationDatasetFacet,
    "ownership": lambda owners, **rest: facets.ownership_dataset.OwnershipDatasetFacet(
        owners=[facets.ownership_dataset.Owner(**owner) for owner in owners], **rest
    ),
    "schema": lambda fields, **rest: facets.schema_dataset.SchemaDatasetFacet(
        fields=[facets.schema_dataset.SchemaDatasetFacetFields(**field) for field in fields], **rest
    ),
    "jobType": facets.job_type_job.JobTypeJobFacet,
}
OWN = {"yaosu_content": DatasetFacet, "yaosu_derivation": InputDatasetFacet}


def facet(name, said):
    """A facet by the client's class of its name. The address of its schema is the client's, not ours."""
    said = dict(said)
    schema = said.pop("_schemaURL")
    producer = said.pop("_producer")
    if name in OWN:
        demand(schema.startswith("urn:yaosu:openlineage:1:"), name, f"an own facet is of the schema {schema}")
        made = OWN[name](producer=producer).with_additional_properties(**said)
        made._schemaURL = schema
        return made
    return KNOWN[name](producer=producer, **said)


def all_facets(said):
    return {name: facet(name, one) for name, one in said.items()}


def data_set(kind, said):
    said = dict(said)
    for member in ("facets", "inputFacets"):
        if member in said:
            said[member] = all_facets(said[member])
    return kind(**said)


def again(event):
    said = copy.deepcopy(event)
    said.pop("schemaURL")
    said["eventType"] = lineage.RunState(said["eventType"])
    said["run"] = lineage.Run(**said["run"])
    said["job"]["facets"] = all_facets(said["job"]["facets"])
    said["job"] = lineage.Job(**said["job"])
    said["inputs"] = [data_set(lineage.InputDataset, one) for one in said["inputs"]]
    said["outputs"] = [data_set(lineage.OutputDataset, one) for one in said["outputs"]]
    return Serde.to_dict(lineage.RunEvent(**said))


def full(value):
    """Without what is empty: the client writes all that there may be."""
    if isinstance(value, dict):
        value = {name: full(member) for name, member in value.items()}
        return {name: member for name, member in value.items() if member not in ({}, [], None)}
    return [full(item) for item in value] if isinstance(value, list) else value


def must_fail(event, name, what):
    try:
        again(event)
    except (TypeError, ValueError):
        return
    demand(False, name, f"the client takes {what}")


def main(folder):
    for name, events in documents(folder).items():
        for number, event in enumerate(events):
            demand(full(again(event)) == full(event), name, f"event {number} does not come out as it went in")
        # The client must be able to say no.
        must_fail(events[0] | {"run": {"runId": "first"}}, name, "a run without a UUID")
        must_fail(events[0] | {"eventTime": "2026-03-01"}, name, "a day for a moment")
        must_fail(events[0] | {"inputs": [{"name": "x"}]}, name, "a data set without a namespace")
        print(f"OpenLineage: its client makes the same {len(events)} events")


main(sys.argv[1])
