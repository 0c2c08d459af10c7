"""The API document of the doors to tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vtn.openapi.document import ApiDocument

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
    )
