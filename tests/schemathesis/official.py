"""The official files as they are, but for one thing: what a request holds has a schema of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import schemathesis

from vtn.management.commands.check_api import OFFICIAL_FILES
from vtn.wire.metadata import METADATA

Json = dict[str, Any]

VERSIONS = ("3.1.0", "3.0.1")
KINDS = (
    "program",
    "event",
    "report",
    "subscription",
    "ven",
    "resource",
)  # of objects, all of which clients write
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def official(version: str) -> Json:
    """The file of this version, with what requests hold as `programBody` and so on: without the metadata, which we
    ignore there whatever it is. 3.0.1 has one schema for both ways."""
    document = copy.deepcopy(_read(version))
    schemas = document["components"]["schemas"]
    for kind in KINDS:
        schemas[f"{kind}Body"] = _body(schemas.get(f"{kind}Request", schemas[kind]))
    for _, _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            kind = content["schema"]["$ref"].rpartition("/")[2].removesuffix("Request")
            if kind in KINDS:
                content["schema"] = {"$ref": f"#/components/schemas/{kind}Body"}
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and definition of each."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, method, operation


@cache
def operation_ids(version: str) -> list[str]:
    return [operation["operationId"] for _, _, operation in operations(_read(version))]


def properties(document: Json, schema: str) -> Json:
    return document["components"]["schemas"].get(schema, {}).get("properties", {})


@cache
def _read(version: str) -> Json:
    # Schemathesis' reader, because it leaves the date-times among the examples as text.
    return schemathesis.openapi.from_path(OFFICIAL_FILES / f"openadr-{version}.yaml").raw_schema


def _body(schema: Json) -> Json:
    """3.1.0's VENs and resources are a choice of two forms, whose objectType is no metadata: it tells them apart."""
    if "properties" not in schema:
        return schema
    kept = {name: member for name, member in schema["properties"].items() if name not in METADATA}
    return copy.deepcopy({**schema, "properties": kept})
