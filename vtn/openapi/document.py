"""One served API document: what a door offers, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from vtn.dialect import Dialect
from vtn.openapi.components import JsonSchema
from vtn.openapi.security import security_schemes
from vtn.wire.schema import json_name

# drf-spectacular hangs the view that it looks at onto the schema that all threads share.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class ApiDocument:
    """`roots` are the paths that the door is served under, and `patterns` the URL patterns below each."""

    name: str
    title: str
    version: str
    description: str
    roots: tuple[str, ...]
    patterns: Sequence[Any] = field(repr=False)
    # Whose scopes the tokens have. Doors that are none of OpenADR's take those of its newest.
    dialect: Dialect = Dialect.V310
    tokens_at: str = "/openadr3/3.1.0/auth/token"

    def build(self) -> JsonSchema:
        """The document, made anew. Warnings go to standard error, and into drf-spectacular's statistics."""
        with _one_at_a_time:
            made = _Generator(patterns=list(self.patterns)).get_schema(public=True)
        return {
            "openapi": made["openapi"],
            "info": {"title": self.title, "version": self.version, "description": self.description},
            "servers": [{"url": root} for root in self.roots],
            "paths": made["paths"],
            "components": {**made["components"], "securitySchemes": self._security_schemes()},
        }

    def _security_schemes(self) -> dict[str, JsonSchema]:
        return security_schemes(self.dialect, settings.EXTERNAL_TOKEN_URL or self.tokens_at)

    @cached_property
    def json(self) -> bytes:
        return json.dumps(self.build(), indent=2, ensure_ascii=False).encode()


class _Generator(SchemaGenerator):
    def coerce_path(self, path: str, method: str, view: APIView) -> str:
        """Parameters are spelled as on the wire: `{program_id}` is `{programID}`."""
        return re.sub(r"\{(\w+)\}", lambda match: f"{{{json_name(match[1])}}}", path)
