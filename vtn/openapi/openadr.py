"""The API documents of the OpenADR doors."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern

from vtn.dialect import Dialect
from vtn.openapi.document import ApiDocument

_DESCRIPTION = """\
A virtual top node that speaks OpenADR {version}. The standard is the OpenADR Alliance's; this document says what
this server does, and `docs/api-differences.md` holds the two against each other.

- An optional member that is null counts as absent. Unknown members are kept and come back.
- Lists and objects carry an `ETag`. A poll that sends it back in `If-None-Match` is answered 304 while nothing has
  changed.
- A refusal has a `problem` as its body. Its `detail` is written to be read.
"""


def openadr_document(
    dialect: Dialect, *, roots: tuple[str, ...], patterns: Sequence[URLPattern]
) -> ApiDocument:
    return ApiDocument(
        name=f"openadr-{dialect.value}",
        title=f"OpenADR {dialect.value}",
        version=dialect.value,
        description=_DESCRIPTION.format(version=dialect.value),
        roots=roots,
        patterns=patterns,
        dialect=dialect,
        tokens_at=f"{roots[0]}/auth/token",
    )
