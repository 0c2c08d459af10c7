"""Onboards the VENs of a table in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from participants.models import Client, Ven
from participants.onboarding.table import Fault, Newcomer, read
from participants.services.client_secrets import add_secret
from participants.services.clients import create_client
from participants.services.validation import checked_name, require_staff
from participants.services.vens import create_ven
from vtn import errors
from vtn.caller import Caller, Role

_LABEL = "onboarding"


@dataclass(frozen=True, slots=True)
class Report:
    """What became, or would become, of each line."""

    newcomers: tuple[Newcomer, ...]
    faults: tuple[Fault, ...]

    @property
    def is_good(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Credentials:
    """The only moment at which the secret can be read."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)


class OnboardingRefused(errors.Invalid):
    """Some lines were refused, so nothing was created."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"Nothing was created: {len(report.faults)} of the lines were refused")
        self.report = report


def look_at(document: bytes) -> Report:
    """What would come of the table, without doing it. Four queries. Raises `UnreadableTable`."""
    newcomers, faults = read(document)
    good: list[Newcomer] = []
    refuse = _refusals(newcomers)
    for newcomer in newcomers:
        reason = refuse(newcomer)
        if reason is None:
            good.append(newcomer)
        else:
            faults.append(Fault(newcomer.line, newcomer.name, reason))
    return Report(tuple(good), tuple(sorted(faults, key=lambda fault: fault.line)))


def onboard(*, caller: Caller, document: bytes, now: datetime) -> list[Credentials]:
    """A client with a secret, a VEN and its resources for each line. Raises `OnboardingRefused`, `UnreadableTable`,
    and then has made nothing."""
    require_staff(caller)
    report = look_at(document)
    if not report.is_good:
        raise OnboardingRefused(report)
    with transaction.atomic():
        made: list[Credentials] = []
        faults: list[Fault] = []
        for newcomer in report.newcomers:
            try:
                with transaction.atomic():
                    made.append(_onboard(newcomer, caller, now))
            except errors.VtnError as refusal:  # somebody else was quicker
                faults.append(Fault(newcomer.line, newcomer.name, refusal.detail))
        if faults:
            raise OnboardingRefused(Report((), tuple(faults)))
    return made


def _onboard(newcomer: Newcomer, caller: Caller, now: datetime) -> Credentials:
    client_id, name = newcomer.client_id, newcomer.name
    create_client(caller=caller, client_id=client_id, name=name, role=Role.VEN, now=now)
    secret = add_secret(caller=caller, client_id=client_id, label=_LABEL, now=now)
    create_ven(caller=caller, content=newcomer.content, now=now)
    return Credentials(name, client_id, secret.text)


def _refusals(newcomers: Iterable[Newcomer]) -> Callable[[Newcomer], str | None]:
    """Says why a line cannot be: what it names is there already, or in a line before."""
    names, ids = {each.name for each in newcomers}, {each.client_id for each in newcomers}
    clients = Client.objects.all()
    taken = {
        "There is already a VEN of this name": _taken(Ven.objects.filter(ven_name__in=names), "ven_name"),
        "There is already a client of this name": _taken(clients.filter(name__in=names), "name"),
    }
    taken_ids = {
        "There is already a client of this id": _taken(clients.filter(client_id__in=ids), "client_id"),
        "A VEN belongs to this client already": _taken(Ven.objects.filter(client_id__in=ids), "client_id"),
    }
    first_lines: dict[tuple[str, str], int] = {}

    def refusal(newcomer: Newcomer) -> str | None:
        for what, named in (("name", newcomer.name), ("client_id", newcomer.client_id)):
            line = first_lines.setdefault((what, named), newcomer.line)
            if line != newcomer.line:
                return f"{what}: line {line} has the same"
        resources = [resource.resource_name for resource in newcomer.content.resources or ()]
        if len(set(resources)) < len(resources):
            return "resources: two have the same name"
        try:
            checked_name("name", newcomer.name)
        except errors.Invalid as error:
            return error.detail
        found = [reason for reason, known in taken.items() if newcomer.name in known]
        found += [reason for reason, known in taken_ids.items() if newcomer.client_id in known]
        return found[0] if found else None

    return refusal


def _taken(found: QuerySet[Any], column: str) -> frozenset[str]:
    return frozenset(found.values_list(column, flat=True))
