"""The official files as something to generate requests from: repaired where they are broken, and no more promising
than docs/api-differences.md says we are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.schemathesis.official import KINDS, VERSIONS, Json, official, operations, properties
from vtn.management.commands.check_api import LISTED_DIFFERENCES
from vtn.openapi.listed import read_listed

EXTRA_STATUSES = ("304", "401", "403", "409", "413", "415", "429", "501")
# Nobody is called: the lab looks no name up and asks for no echo, and there is no worker to deliver anything.
CALLBACKS = (
    "https://receiver.example/notifications",
    "https://receiver.example:8443/?of=the%20lab",
    "https://other.example",
)


def repaired(version: str) -> Json:
    return copy.deepcopy(_repaired(version))


@cache
def _repaired(version: str) -> Json:
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


@dataclass(frozen=True)
class Repair:
    reason: str
    apply: Callable[[Json], None]
    versions: tuple[str, ...] = VERSIONS


# -- What is broken ------------------------------------------------------------------------------------------------


def _drop_discriminators(document: Json) -> None:
    for schema in ("program", "programRequest", "programBody"):
        for descriptors in filter(None, [properties(document, schema).get("payloadDescriptors")]):
            descriptors["items"].pop("discriminator")


def _type_descriptions(document: Json) -> None:
    for schema in ("program", "programRequest", "programBody"):
        for descriptions in filter(None, [properties(document, schema).get("programDescriptions")]):
            descriptions["items"]["type"] = "object"


def _free_urls(document: Json) -> None:
    for schema in ("program", "programRequest", "programBody"):
        for descriptions in filter(None, [properties(document, schema).get("programDescriptions")]):
            descriptions["items"]["properties"]["URL"].pop("format")


def _change_examples(document: Json) -> None:
    for place in properties(document, "point").values():
        place["example"] = 1.5


def _undo_default(document: Json) -> None:
    properties(document, "BlVenRequest")["targets"]["default"] = None


def _answer_vens_and_resources(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for kind in ("ven", "resource"):
        form = copy.deepcopy(schemas[f"Bl{kind.capitalize()}Request"])
        form["required"] = [name for name in form["required"] if name != "clientID"]
        form["properties"]["objectType"] = {"type": "string", "enum": [kind.upper()]}
        schemas[kind]["allOf"] = [{"$ref": "#/components/schemas/objectMetadata"}, form]


# -- What we promise less of ---------------------------------------------------------------------------------------


def _forbid_negative_durations(document: Json) -> None:
    duration = document["components"]["schemas"]["duration"]
    duration["pattern"] = duration["pattern"].replace("(-?)", "")


def _require_bodies(document: Json) -> None:
    for _, _, operation in operations(document):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True


def _limit_priority(document: Json) -> None:
    properties(document, "eventBody")["priority"]["maximum"] = 2**63 - 1


def _name_receivers(document: Json) -> None:
    wanted = properties(document, "subscriptionBody")["objectOperations"]["items"]["properties"]
    wanted["callbackUrl"] = {"type": "string", "enum": [*CALLBACKS]}
    wanted["bearerToken"] |= {"pattern": "^[!-~]*$", "maxLength": 4096}


def _shorten_reports(document: Json) -> None:
    resources = properties(document, "reportBody")["resources"]
    for items in (resources, resources["items"]["properties"]["intervals"]):
        items["maxItems"] = 2


def shorten_forms(document: Json) -> None:
    """Also for whoever asks what conforms to the file."""
    schemas = document["components"]["schemas"]
    schemas["BlResourceRequest"]["required"].remove("clientID")
    schemas["VenResourceRequest"]["required"].remove("venID")


def _describe_payloads(document: Json) -> None:
    for schema in ("eventPayloadDescriptor", "reportPayloadDescriptor"):
        document["components"]["schemas"][schema]["required"].append("objectType")
        properties(document, schema)["units"] |= {"minLength": 1, "maxLength": 128}
    properties(document, "reportPayloadDescriptor")["readingType"] |= {"minLength": 1, "maxLength": 128}


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
    properties(document, "eventBody")["reportDescriptors"]["items"] = {
        "$ref": "#/components/schemas/reportDescriptorBody"
    }
    for schema in ("reportDescriptorBody", *(f"{kind}Body" for kind in KINDS if kind != "report")):
        properties(document, schema)["targets"]["items"] = target


def _put_parts_in(document: Json) -> None:
    properties(document, "resourceBody").pop("venID")
    properties(document, "venBody")["resources"]["items"] = {"$ref": "#/components/schemas/resourceBody"}


def _free_subscriptions(document: Json) -> None:
    document["components"]["schemas"]["subscription"]["required"].remove("programID")


REPAIRS = (
    Repair(
        "discriminators that name no schema, and have no mapping (decisions/openadr.md §6)",
        _drop_discriminators,
    ),
    Repair("the items of programDescriptions lack a type (decisions/openadr.md §6)", _type_descriptions),
    Repair(
        "a programDescription of the format uri, which 3.0.1's own example of one is not; 3.1.0 shows the same ones",
        _free_urls,
    ),
    Repair("an example 1.0 makes Schemathesis write the integer 1 so, which is none", _change_examples),
    Repair(
        "a default of targets that is the text 'null          -' (decisions/openadr.md §6)",
        _undo_default,
        ("3.1.0",),
    ),
    Repair(
        "answers with the objectType of a request, which contradicts the metadata beside it; and a VEN, with its "
        "resources, may belong to nobody yet",
        _answer_vens_and_resources,
        ("3.1.0",),
    ),
    Repair("negative durations are refused (decisions/openadr.md §4)", _forbid_negative_durations),
    Repair("a body may be left out, though there is nothing to store then", _require_bodies),
    Repair("priority has no end; ours is that of a 64-bit integer", _limit_priority),
    Repair(
        "a callback is a URL that can be called, and a bearer token fits into a header (decisions/openadr.md §7)",
        _name_receivers,
    ),
    Repair(
        "lists in lists in lists take minutes to make; longer ones are accepted, and excused as conforming to the file",
        _shorten_reports,
    ),
    Repair(
        "3.1.1 has dropped clientID and venID where there is one possible value; its forms will do",
        shorten_forms,
        ("3.1.0",),
    ),
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
    Repair("the path names the VEN of a resource, or the VEN around it does", _put_parts_in, ("3.0.1",)),
    Repair(
        "a subscription that was written in 3.1.0 need not be of one program", _free_subscriptions, ("3.0.1",)
    ),
)
