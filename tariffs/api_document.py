"""The API document of the doors to tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from vtn.dialect import Dialect
from vtn.openapi.document import ApiDocument
from vtn.openapi.security import security_schemes

_DESCRIPTION = """\
The timings of tariff plans: by JSON-RPC as [CGRateS](https://www.cgrates.org) serves them, and in REST for those who
don't speak it. `docs/timings.md` tells what a timing says, and `docs/decisions/timings.md` how it is read.
"""


def tariffs_document(*, patterns: Sequence[Any]) -> ApiDocument:
    return ApiDocument(
        name="tariffs",
        title="Tariffs",
        version="1",
        description=_DESCRIPTION,
        roots=("/",),
        patterns=patterns,
        security_schemes=security_schemes(
            Dialect.V310, settings.EXTERNAL_TOKEN_URL or "/openadr3/3.1.0/auth/token"
        ),
    )
