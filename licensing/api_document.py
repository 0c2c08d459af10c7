"""The API document of the licence door."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern

from vtn.openapi.document import ApiDocument

_DESCRIPTION = """\
Eniris' licence API (SmartgridOne, tag License), served from this VTN's own licences. Tokens are those of this VTN.

- A body with a member that is not named here is refused with 400.
- Every refusal is `{"statusCode", "error", "message"}`.
- What Eniris leaves open, such as what `duration` is counted in, is told in `docs/licences.md`.
"""


def eniris_document(*, patterns: Sequence[URLPattern]) -> ApiDocument:
    return ApiDocument(
        name="eniris",
        title="Licences (Eniris)",
        version="1",
        description=_DESCRIPTION,
        roots=("/v1",),
        patterns=patterns,
    )
