"""Where we knowingly do otherwise than the file says; every other complaint of Schemathesis is a defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs
from schemathesis import Case
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario
from schemathesis.openapi.checks import RejectedPositiveData

from tests.schemathesis.official import KINDS, official
from tests.schemathesis.repairs import shorten_forms
from vtn.wire.body import without_nulls

_NAMES = ("targets", "clientName", "venName", "resourceName")


@dataclass(frozen=True)
class Sent:
    """A case, and who has sent it to which door."""

    version: str
    role: str
    case: Case


@dataclass(frozen=True)
class Excuse:
    reason: str
    complaint: type[Exception]
    covers: Callable[[Sent], bool]


def is_excused(sent: Sent, complaint: Exception) -> bool:
    return any(isinstance(complaint, excuse.complaint) and excuse.covers(sent) for excuse in EXCUSES)


def _selects_nothing(sent: Sent) -> bool:
    query = sent.case.query or {}
    return any(not 1 <= len(str(text)) <= 128 for name in _NAMES for text in _listed(query.get(name, [])))


def _listed(asked: Any) -> list[Any]:
    return asked if isinstance(asked, list) else [asked]


def _is_ignored(sent: Sent) -> bool:
    """Schemathesis says the same where there are no numbers beside: those it takes for texts."""
    done = sent.case.meta.phase.data if sent.case.meta else None
    scenario, place = getattr(done, "scenario", None), getattr(done, "parameter_location", None)
    return scenario is CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES and place is ParameterLocation.QUERY


def _conforms_as_read(sent: Sent) -> bool:
    """Against the file itself, as far as it does not ask for more than we do: the repaired one promises less."""
    kind = _kind_at(sent.case.path)
    if kind is None or not isinstance(sent.case.body, dict):
        return False
    return _validator(sent.version, kind).is_valid(_as_read(kind, sent.case.body))


def _kind_at(path: str) -> str | None:
    """Of what the collection at this path, or the one object, is: `/vens/{venID}/resources/{resourceID}`."""
    collection = [part for part in path.split("/") if not part.startswith("{")][-1]
    return next((kind for kind in KINDS if collection == f"{kind}s"), None)


def _as_read(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a request says to us: null means absent, and a payload descriptor need not say that it is one
    (decisions/openadr.md §5)."""
    body = without_nulls(body)
    if not isinstance(body.get("payloadDescriptors"), list):
        return body
    object_type = f"{'REPORT' if kind == 'report' else 'EVENT'}_PAYLOAD_DESCRIPTOR"
    described = [
        {"objectType": object_type, **item} if isinstance(item, dict) else item
        for item in body["payloadDescriptors"]
    ]
    return {**body, "payloadDescriptors": described}


@cache
def _validator(version: str, kind: str) -> jsonschema_rs.Draft4Validator:
    document = official(version)
    if version == "3.1.0":
        shorten_forms(document)
    schema = {"$ref": f"#/components/schemas/{kind}Body", "components": document["components"]}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


def _is_the_wrong_form(sent: Sent) -> bool:
    body = sent.case.body
    form = body.get("objectType") if isinstance(body, dict) else None
    return sent.role == "retailer" and form in ("VEN_VEN_REQUEST", "VEN_RESOURCE_REQUEST")


EXCUSES = (
    Excuse(
        "unknown query parameters are ignored (decisions/openadr.md §5)", AcceptedNegativeData, _is_ignored
    ),
    Excuse(
        "a name or a target that no object can have selects nothing", AcceptedNegativeData, _selects_nothing
    ),
    Excuse("what we read of it conforms to the file", AcceptedNegativeData, _conforms_as_read),
    Excuse(
        "business logic that writes as a VEN has made a mistake (decisions/openadr.md §4)",
        RejectedPositiveData,
        _is_the_wrong_form,
    ),
)
