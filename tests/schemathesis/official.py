"""The official files as something to generate requests from: restricted to what is served, repaired where they are
broken, and no more promising than docs/api-differences.md says we are."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import schemathesis

from vtn.management.commands.check_api import LISTED_DIFFERENCES, OFFICIAL_FILES
from vtn.openapi.listed import read_listed
from vtn.wire.metadata import METADATA

Json = dict[str, Any]

# By operationId. What comes to be served is added here.
IN_BOTH = (
    "fetchToken",
    "searchAllPrograms",
    "createProgram",
    "searchProgramByProgramId",
    "updateProgram",
    "deleteProgram",
    "searchAllEvents",
    "createEvent",
    "searchEventsByID",
    "updateEvent",
    "deleteEvent",
)
SERVED = {"3.1.0": ("getAuthServerInfo", *IN_BOTH), "3.0.1": IN_BOTH}
BODIES = ("program", "event")  # the objects among them that clients write
EXTRA_STATUSES = ("304", "401", "409", "413", "415", "429", "501")


def official(version: str) -> Json:
    """The file of this version. What a request holds has a schema of its own, `programBody` and `eventBody`, without
    the metadata that we ignore there, whatever it is; 3.0.1 has one schema for both ways."""
    # Schemathesis' reader, because it leaves the date-times among the examples as text.
    document = schemathesis.openapi.from_path(OFFICIAL_FILES / f"openadr-{version}.yaml").raw_schema
    schemas = document["components"]["schemas"]
    for kind in BODIES:
        body = copy.deepcopy(schemas.get(f"{kind}Request", schemas[kind]))
        body["properties"] = {n: schema for n, schema in body["properties"].items() if n not in METADATA}
        schemas[f"{kind}Body"] = body
    for _, _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            kind = content["schema"]["$ref"].rpartition("/")[2].removesuffix("Request")
            if kind in BODIES:
                content["schema"] = {"$ref": f"#/components/schemas/{kind}Body"}
    return document


def repaired(version: str) -> Json:
    document = official(version)
    for repair in REPAIRS:
        if version in repair.versions:
            repair.apply(document)
    listed = [row for row in read_listed(LISTED_DIFFERENCES) if version in row.versions]
    for path, method, operation in operations(document):
        for status in EXTRA_STATUSES:
            if any(row.covers(f"{method} {path} status {status}: added") for row in listed):
                operation["responses"].setdefault(status, {"description": "Listed with its reason"})
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and definition of each operation that is served."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and operation.get("operationId") in SERVED["3.1.0"]:
                yield path, method, operation


@dataclass(frozen=True)
class Repair:
    reason: str
    apply: Callable[[Json], None]
    versions: tuple[str, ...] = ("3.1.0", "3.0.1")


def _properties(document: Json, schema: str) -> Json:
    return document["components"]["schemas"].get(schema, {}).get("properties", {})


def _drop_discriminators(document: Json) -> None:
    for schema in ("program", "programRequest", "programBody"):
        for descriptors in filter(None, [_properties(document, schema).get("payloadDescriptors")]):
            descriptors["items"].pop("discriminator")


def _type_descriptions(document: Json) -> None:
    for schema in ("program", "programRequest", "programBody"):
        for descriptions in filter(None, [_properties(document, schema).get("programDescriptions")]):
            descriptions["items"]["type"] = "object"


def _forbid_negative_durations(document: Json) -> None:
    duration = document["components"]["schemas"]["duration"]
    duration["pattern"] = duration["pattern"].replace("(-?)", "")


def _require_bodies(document: Json) -> None:
    for _, _, operation in operations(document):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True


def _limit_priority(document: Json) -> None:
    _properties(document, "eventBody")["priority"]["maximum"] = 2**63 - 1


def _describe_payloads(document: Json) -> None:
    for schema in ("eventPayloadDescriptor", "reportPayloadDescriptor"):
        document["components"]["schemas"][schema]["required"].append("objectType")
        _properties(document, schema)["units"] |= {"minLength": 1, "maxLength": 128}
    _properties(document, "reportPayloadDescriptor")["readingType"] |= {"minLength": 1, "maxLength": 128}


def _type_targets(document: Json) -> None:
    """Loosely: longer texts would do as well, and numbers and booleans that do not collide with texts."""
    schemas = document["components"]["schemas"]
    kind = {"type": "string", "pattern": "^[A-Z][A-Z0-9_]{0,30}$"}
    values = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1, "maxLength": 80}}
    target = {
        "type": "object",
        "required": ["type", "values"],
        "properties": {"type": kind, "values": values},
    }
    schemas["reportDescriptorBody"] = copy.deepcopy(schemas["reportDescriptor"])
    _properties(document, "eventBody")["reportDescriptors"]["items"] = {
        "$ref": "#/components/schemas/reportDescriptorBody"
    }
    for schema in ("programBody", "eventBody", "reportDescriptorBody"):
        _properties(document, schema)["targets"]["items"] = target


def _change_examples(document: Json) -> None:
    for place in _properties(document, "point").values():
        place["example"] = 1.5


REPAIRS = (
    Repair(
        "discriminators that name no schema, and have no mapping (decisions/openadr.md §6)",
        _drop_discriminators,
    ),
    Repair("the items of programDescriptions lack a type (decisions/openadr.md §6)", _type_descriptions),
    Repair("negative durations are refused (decisions/openadr.md §4)", _forbid_negative_durations),
    Repair("a body may be left out, though there is nothing to store then", _require_bodies),
    Repair("priority has no end; ours is that of a 64-bit integer", _limit_priority),
    Repair(
        "3.1.0 requires objectType and limits units; what is stored serves both",
        _describe_payloads,
        ("3.0.1",),
    ),
    Repair(
        "3.1 targets hold no points, long texts, types in small letters or without values",
        _type_targets,
        ("3.0.1",),
    ),
    Repair("an example 1.0 makes Schemathesis write the integer 1 so, which is none", _change_examples),
)
