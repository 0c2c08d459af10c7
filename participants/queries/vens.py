"""Reads of VENs, one query each: business logic reads all of them, a VEN its own."""

from __future__ import annotations

from dataclasses import dataclass

from participants.models import ResourceTarget, Ven
from participants.pages import owned
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import list_of
from vtn.mirror import Since, changed_since
from vtn.models import Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to


class NoSuchVen(errors.NoSuchObject):
    """No VEN has this id, or none that the caller may see."""

    kind = "VEN"


@dataclass(frozen=True, slots=True)
class VenFilter:
    """What a list of VENs is narrowed to."""

    asked: frozenset[str] | None = None
    ven_name: str | None = None
    since: Since | None = None


def visible_vens(caller: Caller, wanted: VenFilter, *, page: Page, dialect: Dialect) -> Answer:
    """A page of the VENs that the caller sees, oldest first, as the dialect writes them."""
    ownership = caller.ownership
    seen = polling().see(keys.owned_dependencies("vens", ownership))
    if wanted.since is not None:
        body = _changed(wanted.since, caller, wanted, page, dialect)
    else:
        narrowed = owned.Wanted(wanted.asked, wanted.ven_name)
        body = list_of(owned.page_of(owned.VENS, ownership, narrowed, page, dialect)).encode()
    return answer_to(caller, body, seen, is_personal=True)


def visible_ven(caller: Caller, ven_id: str, dialect: Dialect) -> Answer:
    """One VEN. Raises `NoSuchVen`."""
    seen = polling().see(keys.owned_object_dependency("vens", ven_id, caller.ownership))
    found = owned.by_id(owned.VENS, caller.ownership, [ven_id], dialect)
    if ven_id not in found:
        raise NoSuchVen(ven_id)
    return answer_to(caller, found[ven_id].encode(), seen, is_personal=True)


def granted_to(ven: Ven) -> frozenset[str]:
    """Its targets and those of its resources (3.1.0 Definition, "BL created object privacy")."""
    of_resources = ResourceTarget.objects.filter(ven_id=ven.pk).values_list("target", flat=True)
    return frozenset(ven.targets).union(of_resources.distinct())


def _changed(since: Since, caller: Caller, wanted: VenFilter, page: Page, dialect: Dialect) -> bytes:
    """As a mirror wants it, with a second query for the documents."""
    ownership = caller.ownership
    vens = Ven.objects.owned_by(ownership)
    if wanted.ven_name is not None:
        vens = vens.filter(ven_name=wanted.ven_name)
    if wanted.asked is not None:
        vens = vens.filter(targets__overlap=sorted(wanted.asked))
    return changed_since(
        since,
        page,
        object_type="VEN",
        objects=vens,
        deleted=Tombstone.objects.owned_by(ownership),
        documents=lambda ids: owned.by_id(owned.VENS, ownership, ids, dialect),
    )
