"""Holds the served API documents against the official ones; every difference has to be listed with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import resolve
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from jsonschema import ValidationError  # type: ignore[import-untyped]

from vtn.openapi.comparison import differences
from vtn.openapi.components import JsonSchema
from vtn.openapi.listed import complaints, read_listed

OFFICIAL_FILES = settings.BASE_DIR / "tests" / "data" / "openadr"
LISTED_DIFFERENCES = settings.BASE_DIR / "docs" / "api-differences.md"


class Command(BaseCommand):
    help = (
        "Checks that the served API documents are valid, and that they differ from the official files only where "
        "docs/api-differences.md says so, with a reason."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        listed = read_listed(LISTED_DIFFERENCES)
        found: list[str] = []
        for official in sorted(OFFICIAL_FILES.glob("*.yaml")):
            served = served_document(official.stem)
            found += _faults(official.stem, served)
            found += complaints(
                served["info"]["version"], differences(read_official(official), served), listed
            )
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(
            f"The API documents differ from the official ones as listed ({len(listed)} reasons)"
        )


def served_document(name: str) -> JsonSchema:
    """What `/openapi/NAME.json` serves, made anew."""
    return resolve(f"/openapi/{name}.json").kwargs["document"].build()


def read_official(path: Path) -> JsonSchema:
    return yaml.safe_load(path.read_text())


def _faults(name: str, served: JsonSchema) -> list[str]:
    """What is wrong with a document as such. drf-spectacular has printed its warnings already."""
    faults = [f"{name}: it was made with warnings"] if GENERATOR_STATS else []
    try:
        validate_schema(served)
    except ValidationError as error:
        faults.append(f"{name}: it is not OpenAPI: {error.message} at {error.json_path}")
    return faults
