"""A report as one dialect writes it: what the VTN adds, and then what the client wrote, untouched."""

from __future__ import annotations

from events.reports.content import Shown
from events.reports.models import Report
from events.reports.wire import v301, v310
from vtn.dialect import Dialect
from vtn.wire import body

_HEAD = {Dialect.V301: v301.head, Dialect.V310: v310.head}


def whole(report: Shown, dialect: Dialect) -> str:
    # Neither is ever empty: there are members that both dialects require.
    return f"{body.encode_text(_HEAD[dialect](report))[:-1]},{report.document[1:]}"


def written(report: Report, dialect: Dialect) -> str:
    """A stored report as the answer to the one who wrote it."""
    document = report.document
    if dialect is Dialect.V301 and report.document_301 is not None:
        document = report.document_301
    return whole(
        Shown(
            report.id, report.created_at, report.modified_at, report.client_id, report.program_id, document
        ),
        dialect,
    )
