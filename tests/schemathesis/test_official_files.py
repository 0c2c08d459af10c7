"""Schemathesis makes requests from the official files, good ones and bad ones, and holds every answer against them.

Never a 500; statuses, content types and bodies as documented; what the file allows is accepted, and what it does not
allow is refused. SCHEMATHESIS_EXAMPLES=2000 makes a longer session of it, with other data every time.
"""

from __future__ import annotations

import os

import hypothesis
import pytest
import schemathesis
import yaml
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from tests.schemathesis.official import VERSIONS, operation_ids, operations
from tests.schemathesis.repairs import repaired
from tests.schemathesis.world import Door, World
from vtn.management.commands.check_api import OFFICIAL_FILES

# The server is another process; the mark is for the database that it is given.
pytestmark = pytest.mark.django_db

LONG = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "0"))
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
TESTED = [(version, name) for version in VERSIONS for name in operation_ids(version)]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_of_the_file_is_tested(version):
    document = yaml.safe_load((OFFICIAL_FILES / f"openadr-{version}.yaml").read_text())

    tested = [name for of, name in TESTED if of == version]
    assert tested == [
        definition["operationId"]
        for item in document["paths"].values()
        for member, definition in item.items()
        if member != "parameters"
    ]


@pytest.mark.parametrize(("version", "operation_id"), TESTED)
def test_answers_are_as_the_file_promises(doors, version, operation_id):
    schema, operation = prepared(version, operation_id, World.made_by(doors))

    found = fuzzed(operation, [doors.of(version, role) for role in senders(operation)])
    if operation.method != "put":  # which takes the bodies of POST
        for role in writers(operation):
            found += covered(schema, operation, doors.of(version, role))

    if found:
        pytest.fail("\n\n".join(found), pytrace=False)  # an assertion would cut the text


def senders(operation: APIOperation) -> tuple[str, ...]:
    """Each case by each of them; the one who may delete comes last."""
    if operation.path.startswith("/auth/"):
        return ("retailer",)
    return ("nobody", _ven(operation), "retailer")


def writers(operation: APIOperation) -> tuple[str, ...]:
    """Who is answered with more than refusals: VENs write reports, and VENs and resources have a form for each role."""
    if operation.path.startswith("/reports"):
        return ("ven",)
    if operation.method == "post" and operation.path in ("/vens", "/resources"):
        return (_ven(operation), "retailer")
    return ("retailer",)


def _ven(operation: APIOperation) -> str:
    """A client has one VEN, and the stranger none yet."""
    return "stranger" if (operation.method, operation.path) == ("post", "/vens") else "ven"


def prepared(version: str, operation_id: str, world: World) -> tuple[BaseSchema, APIOperation]:
    """The operation, on objects that there are."""
    document = repaired(version)
    world.put_into(document, operation_id)
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
