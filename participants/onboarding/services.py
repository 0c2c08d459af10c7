"""Onboards the VENs of a table in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from participants.onboarding.looking import Report, look_at
from participants.onboarding.table import Newcomer, parts
from participants.onboarding.writing import Credentials, write
from vtn import errors
from vtn.caller import Caller
from vtn.constraints import refused_by
from vtn.turns import take_turn

# Of what may be taken by somebody who makes VENs one by one meanwhile.
_UNIQUE = ("participants_client_pkey", "client_name", "ven_name_per_vtn", "ven_per_client")


class OnboardingRefused(errors.Invalid):
    """Some lines were refused, so nothing was created."""

    def __init__(self, report: Report) -> None:
        count = len(report.faults)
        super().__init__(_("Nothing was created: %(count)s of the lines were refused") % {"count": count})
        self.report = report


class SomebodyElseOnboards(errors.Conflict):
    """Two tables at once, which may well be one that was sent twice."""


class Overtaken(errors.Conflict):
    """Somebody else has made one of the VENs, or its client, while they were made here."""


def onboard(
    *, caller: Caller, document: bytes, now: datetime, tell: Callable[[int], None] = lambda done: None
) -> list[Credentials]:
    """A client with a secret, a VEN and its resources for each line; `tell` is told how many lines are written every
    few hundred. Raises `OnboardingRefused`, `UnreadableTable`, `SomebodyElseOnboards`, `Overtaken`, and then has made
    nothing."""
    caller.require_staff()
    overtaken = Overtaken(_("Somebody else has just made one of these VENs; nothing was created. Try again"))
    try:
        with refused_by(dict.fromkeys(_UNIQUE, overtaken)), transaction.atomic():
            _take_turn()
            _require_good(document)
            return _write(document, caller, now, tell)
    except Overtaken:
        # By now it can be seen which lines those are.
        _require_good(document)
        raise


def _take_turn() -> None:
    if not take_turn("participants.onboarding"):
        raise SomebodyElseOnboards(
            _("Somebody else onboards VENs at this moment; nothing was created. Try again in a minute")
        )


def _require_good(document: bytes) -> None:
    report = look_at(document)
    if not report.is_good:
        raise OnboardingRefused(report)


def _write(document: bytes, caller: Caller, now: datetime, tell: Callable[[int], None]) -> list[Credentials]:
    made: list[Credentials] = []
    for part in parts(document):
        made += write([each for each in part if isinstance(each, Newcomer)], caller=caller, now=now)
        tell(len(made))
    return made
