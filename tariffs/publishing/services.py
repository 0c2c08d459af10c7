"""Everything that changes publications. One function is one transaction: row and audit together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from programs.models import Program
from tariffs.publishing.descriptors import descriptor, left_to_describe
from tariffs.publishing.models import Publication
from tariffs.publishing.rivals import CurvePublishedTwice, require_no_day_ahead_prices
from tariffs.publishing.waking import look_again
from tariffs.rates.checks import check_value
from tariffs.rates.curve import Value
from tariffs.rates.kinds import Kind
from tariffs.rates.models import Tariff
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by

_PUBLICATION = "PUBLICATION"


def save_publication(*, caller: Caller, publication: Publication, now: datetime) -> Publication:
    """Creates a publication, which is looked at at once, or changes how it is done. Events that are there stay until
    then, and those of one that is disabled for good.

    Raises `CurvePublishedTwice`, `ProgramHasOtherPrices`, `Invalid`.
    """
    caller.require_business(Scope.WRITE_EVENTS)
    twice = CurvePublishedTwice(
        f"The program '{publication.program}' has another publication of {_label(publication.tariff)}"
    )
    with refused_by({"publication_per_kind": twice}), transaction.atomic():
        before = None if publication.pk is None else _before(publication)
        publication.kind = publication.tariff.kind
        _check(publication, now)
        publication.created_at, publication.modified_at = publication.created_at or now, now
        publication.next_at = now
        publication.save()
        _record(publication, before, described(publication), caller, now)
        look_again(Q(pk=publication.pk), now=now)
    return publication


@transaction.atomic
def delete_publication(*, caller: Caller, publication: Publication, now: datetime) -> None:
    """The events that it made stay: they are what VENs were told."""
    caller.require_business(Scope.WRITE_EVENTS)
    before = _before(publication)
    Publication.objects.filter(pk=publication.pk).delete()
    _record(publication, before, None, caller, now)


def described(publication: Publication) -> dict[str, Any]:
    """For the record."""
    defaults = {"import": publication.default_imported, "export": publication.default_exported}
    return {
        "programID": publication.program_id,
        "tariff": publication.tariff.name,
        "intervals": publication.cut,
        "publishAt": publication.publish_at.isoformat(),
        "default": {name: value for name, value in defaults.items() if value is not None},
        "enabled": publication.is_enabled,
    }


def _before(publication: Publication) -> dict[str, Any]:
    stored = (
        Publication.objects.select_for_update(of=("self",))
        .select_related("tariff")
        .filter(pk=publication.pk)
        .first()
    )
    if stored is None:
        raise errors.NotFound("There is no such publication any more")
    if (stored.program_id, stored.tariff_id) != (publication.program_id, publication.tariff_id):
        # Else the events of before would be left behind as if they were still kept.
        raise errors.Invalid("A publication keeps its program and its tariff; make another one")
    return described(stored)


def _check(publication: Publication, now: datetime) -> None:
    tariff, kind = publication.tariff, Kind(publication.kind)
    default = Value(publication.default_imported, publication.default_exported)
    if default.sides != (False, False):
        check_value(kind, default, "The default")
    # Locked, as an import of prices does: of the two, one sees the other.
    program = Program.objects.select_for_update().filter(id=publication.program_id).first()
    if program is None:
        raise errors.Invalid(f"There is no program '{publication.program_id}'")
    if not publication.is_enabled:
        return
    wanted = [descriptor(each, tariff.unit, tariff.currency) for each in kind.meaning.payload_types]
    left_to_describe(program, wanted)
    if kind is Kind.PRICE:
        require_no_day_ahead_prices(program, now)


def _label(tariff: Tariff) -> str:
    return Kind(tariff.kind).label


def _record(
    publication: Publication,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    caller: Caller,
    now: datetime,
) -> None:
    if before == after:
        return
    program_id = publication.program_id
    record_described(
        _PUBLICATION, publication.pk, before, after, caller=caller, now=now, program_id=program_id
    )
