"""Says what would come of a table of VENs, line by line, and why some of it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from participants.models import Client, Ven
from participants.onboarding.table import Fault, Newcomer, parts
from participants.services.validation import checked_name
from vtn import errors

# Newcomers that are shown; of the others it is enough to know how many there are.
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What became, or would become, of the lines: how many are good, the first of those, and all that are refused."""

    good: int
    newcomers: tuple[Newcomer, ...]
    faults: tuple[Fault, ...]

    @property
    def is_good(self) -> bool:
        return not self.faults


def look_at(document: bytes) -> Report:
    """Without doing anything; four queries for each few hundred lines. Raises `UnreadableTable`."""
    earlier = _Earlier()
    good = 0
    shown: list[Newcomer] = []
    faults: list[Fault] = []
    for part in parts(document):
        known = _Known.of([each for each in part if isinstance(each, Newcomer)])
        for each in part:
            if isinstance(each, Fault):
                faults.append(each)
            elif (reason := _refusal(each, earlier, known)) is not None:
                faults.append(Fault(each.line, each.name, reason))
            else:
                good += 1
                shown += [each] if good <= MOST_SHOWN else []
    return Report(good, tuple(shown), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The lines on which names and ids stand first."""

    names: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """What newcomers call themselves, and is there already."""

    ven_names: frozenset[str]
    client_names: frozenset[str]
    client_ids: frozenset[str]
    ven_clients: frozenset[str]

    @classmethod
    def of(cls, newcomers: Sequence[Newcomer]) -> _Known:
        names, ids = [each.name for each in newcomers], [each.client_id for each in newcomers]
        return cls(
            _column(Ven.objects.filter(ven_name__in=names), "ven_name"),
            _column(Client.objects.filter(name__in=names), "name"),
            _column(Client.objects.filter(client_id__in=ids), "client_id"),
            _column(Ven.objects.filter(client_id__in=ids), "client_id"),
        )


def _column(found: QuerySet[Any], name: str) -> frozenset[str]:
    return frozenset(found.values_list(name, flat=True))


def _refusal(newcomer: Newcomer, earlier: _Earlier, known: _Known) -> str | None:
    """Why a line cannot be; None if it can."""
    name, client_id, line = newcomer.name, newcomer.client_id, newcomer.line
    if (first := earlier.names.setdefault(name, line)) != line:
        return _("name: line %(line)s has the same") % {"line": first}
    if (first := earlier.ids.setdefault(client_id, line)) != line:
        return _("client_id: line %(line)s has the same") % {"line": first}
    resources = [resource.resource_name for resource in newcomer.content.resources or ()]
    if len(set(resources)) < len(resources):
        return _("resources: two have the same name")
    try:
        checked_name("name", name)
    except errors.Invalid as error:
        return error.detail
    if name in known.ven_names:
        return _("There is already a VEN of this name")
    if name in known.client_names:
        return _("There is already a client of this name")
    if client_id in known.client_ids:
        return _("There is already a client of this id")
    if client_id in known.ven_clients:
        return _("A VEN belongs to this client already")
    return None
