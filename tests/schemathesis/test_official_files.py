"""Schemathesis makes requests from the official files, good ones and bad ones, and holds every answer against them.

Never a 500; statuses, content types and bodies as documented; what the file allows is accepted, and what it does not
allow is refused. SCHEMATHESIS_EXAMPLES=2000 makes a longer session of it, with other data every time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.errors import FailureGroup

from tests.conftest import ROOTS
from tests.schemathesis.excuses import is_excused
from tests.schemathesis.official import SERVED, operations, repaired

# The server is another process; the mark is for the database that it is given.
pytestmark = pytest.mark.django_db

LONG = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "0"))
ROLES = ("nobody", "ven", "retailer")  # each case by each of them; the one who may delete comes last
GENERATION = GenerationConfig(
    allow_x00=False,  # no text may hold it: PostgreSQL has no NUL
    with_security_parameters=False,  # the sessions have their tokens
)
SETTINGS = hypothesis.settings(
    max_examples=LONG or 5,  # a random body takes longer to make than to answer
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.generate],  # nothing is shrunk: all complaints are collected
)


@dataclass(frozen=True)
class Door:
    """One version, as one role finds it."""

    version: str
    url: str
    session: requests.Session

    def create(self, kind: str, **members: Any) -> str:
        answer = self.session.post(f"{self.url}/{kind}", json=members, timeout=5)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def complaints(self, case: Case) -> list[str]:
        sent = {"base_url": self.url, "session": self.session}
        answer = case.call(**sent)
        # Without the one check that asks everything again, without a token: that is what `nobody` does.
        excluded = [schemathesis.checks.ignored_auth]
        try:
            case.validate_response(answer, excluded_checks=excluded, transport_kwargs=sent)
        except FailureGroup as group:
            return [
                f"{complaint}\n{answer.text[:500]}\n{case.as_curl_command()}"
                for complaint in group.exceptions
                if not is_excused(self.version, case, complaint)
            ]
        return []


@pytest.mark.parametrize(
    ("version", "operation_id"), [(version, name) for version in SERVED for name in SERVED[version]]
)
def test_answers_are_as_the_file_promises(lab, sessions, version, operation_id):
    doors = [Door(version, lab.url + ROOTS[version], sessions[role]) for role in ROLES]
    schema, operation = prepared(version, operation_id, retailer=doors[-1])

    found = fuzzed(operation, doors[-1:] if operation.path.startswith("/auth/") else doors)
    if operation.method != "put":  # which takes the bodies of POST
        found += covered(schema, operation, doors[-1])

    assert "\n\n".join(found) == ""


def prepared(version: str, operation_id: str, *, retailer: Door) -> tuple[BaseSchema, APIOperation]:
    """The operation, on objects that there are: a program, one that has no events, an event."""
    program, empty = (retailer.create("programs", programName=str(uuid4())) for _ in range(2))
    event = retailer.create("events", programID=program, intervals=[])
    document = repaired(version)
    for path, ids in {"/programs/{programID}": [program, empty], "/events/{eventID}": [event]}.items():
        document["paths"][path]["parameters"][0]["schema"] = {"type": "string", "enum": [*ids, "unknown"]}
    body = document["components"]["schemas"]["eventBody"]
    body["properties"]["programID"] = {"type": "string", "enum": [program]}
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=GENERATION)))
    schema = schemathesis.openapi.from_dict(document, config=config)
    path, method = next(
        (path, method)
        for path, method, operation in operations(document)
        if operation["operationId"] == operation_id
    )
    return schema, schema[path][method]


def fuzzed(operation: APIOperation, doors: list[Door]) -> list[str]:
    """Complaints about random cases, good ones and bad ones."""
    found: list[str] = []
    for mode in GenerationMode:
        if mode is GenerationMode.NEGATIVE and not [*operation.iter_parameters(), *operation.body]:
            continue  # there is nothing to do wrong

        @hypothesis.settings(SETTINGS)
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def fuzz(case: Case) -> None:
            for door in doors:
                found.extend(door.complaints(case))

        fuzz()
    return found


def covered(schema: BaseSchema, operation: APIOperation, door: Door) -> list[str]:
    """Complaints about every limit, every missing member and every method that the path does not have, once each."""
    cases = schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=GENERATION
    )
    return [complaint for case in cases for complaint in door.complaints(case)]
