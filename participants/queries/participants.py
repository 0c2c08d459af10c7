"""Reads of participants, with the VENs and resources that they stand for; one query each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from participants.models import Participant, ResourceTarget, VenTarget
from vtn import errors


class NoSuchParticipant(errors.NoSuchObject):
    """No participant has this id."""

    kind = "participant"


def participants() -> QuerySet[Any]:
    """All of them, oldest first, each with `ven_ids` and `resource_ids`, oldest first too."""
    holders = {
        f"{name}_ids": ArraySubquery(
            model.objects.filter(target=OuterRef("target"))
            .order_by("created_at", f"{name}_id")
            .values(f"{name}_id")
        )
        for name, model in (("ven", VenTarget), ("resource", ResourceTarget))
    }
    return Participant.objects.annotate(**holders).order_by("created_at", "id")


def participant(participant_id: str) -> Any:
    """One of them. Raises `NoSuchParticipant`."""
    found = participants().filter(id=participant_id).first()
    if found is None:
        raise NoSuchParticipant(participant_id)
    return found


def targets_of(names: Collection[str]) -> dict[str, str]:
    """The targets of participants, by what they are named: an id, or else a code. An unknown one is not in there."""
    wanted = set(names)
    found = Participant.objects.filter(Q(id__in=wanted) | Q(code__in=wanted))
    rows = list(found.values_list("id", "code", "target"))
    by_code = {code: target for _, code, target in rows if code in wanted}
    return by_code | {id_: target for id_, _, target in rows if id_ in wanted}


def ids_of(targets: Collection[str]) -> dict[str, str]:
    """The ids of the participants that these targets stand for, by target."""
    if not targets:
        return {}
    return dict(Participant.objects.filter(target__in=targets).values_list("target", "id"))


def of_targets(targets: Collection[str]) -> QuerySet[Any]:
    """The participants that these targets stand for; `is_linked` says whether anybody holds theirs."""
    holders = [model.objects.filter(target=OuterRef("target")) for model in (VenTarget, ResourceTarget)]
    found = Participant.objects.filter(target__in=targets).order_by("created_at", "id")
    return found.annotate(is_linked=Exists(holders[0]) | Exists(holders[1]))
