"""Where we knowingly do otherwise than the file says; every other complaint of Schemathesis is a defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs
from schemathesis import Case
from schemathesis.core.failures import AcceptedNegativeData

from tests.schemathesis.official import official
from vtn.wire.body import without_nulls


@dataclass(frozen=True)
class Excuse:
    reason: str
    complaint: type[Exception]
    covers: Callable[[str, Case], bool]


def is_excused(version: str, case: Case, complaint: Exception) -> bool:
    return any(isinstance(complaint, excuse.complaint) and excuse.covers(version, case) for excuse in EXCUSES)


def _selects_nothing(version: str, case: Case) -> bool:
    asked = (case.query or {}).get("targets", [])
    return any(not 1 <= len(str(target)) <= 128 for target in (asked if isinstance(asked, list) else [asked]))


def _conforms_as_read(version: str, case: Case) -> bool:
    """Against the file itself: the repaired one promises less."""
    kind = {"/programs": "program", "/events": "event"}.get(case.path.partition("/{")[0])
    if kind is None or not isinstance(case.body, dict):
        return False
    return _validator(version, kind).is_valid(_as_read(case.body))


def _as_read(body: dict[str, Any]) -> dict[str, Any]:
    """What a request says to us: null means absent, and a payload descriptor need not say that it is one
    (decisions/openadr.md §5)."""
    body = without_nulls(body)
    if not isinstance(body.get("payloadDescriptors"), list):
        return body
    described = [
        {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", **item} if isinstance(item, dict) else item
        for item in body["payloadDescriptors"]
    ]
    return {**body, "payloadDescriptors": described}


@cache
def _validator(version: str, kind: str) -> jsonschema_rs.Draft4Validator:
    components = official(version)["components"]
    schema = {"$ref": f"#/components/schemas/{kind}Body", "components": components}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


EXCUSES = (
    Excuse("a target that no object can have selects nothing", AcceptedNegativeData, _selects_nothing),
    Excuse("what we read of it conforms to the file", AcceptedNegativeData, _conforms_as_read),
)
