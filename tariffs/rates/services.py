"""Everything that changes tariffs. One function is one transaction: rows and audit together, and whatever is published
of the tariff is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from tariffs.publishing.waking import look_again
from tariffs.rates.checks import check_rates, check_tariff
from tariffs.rates.curve import Rate
from tariffs.rates.kinds import Kind
from tariffs.rates.models import Tariff, TariffRate, TariffVersion
from tariffs.rates.queries import rates_of
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller, Scope
from vtn.constraints import refused_by

_TARIFF = "TARIFF"


class TariffNameTaken(errors.Conflict):
    """Another tariff has this name."""


class VersionExists(errors.Conflict):
    """The tariff has a version from this day on already."""


class TariffIsPublished(errors.Conflict):
    """A tariff is not taken away from those who are told of it by accident."""


def save_tariff(*, caller: Caller, tariff: Tariff, now: datetime) -> Tariff:
    """Creates a tariff, or replaces all of it but its versions. Raises `TariffNameTaken`, `Invalid`."""
    caller.require_business(Scope.WRITE_EVENTS)
    check_tariff(
        name=tariff.name,
        kind=Kind(tariff.kind),
        tpid=tariff.tpid,
        time_zone=tariff.time_zone,
        unit=tariff.unit,
        currency=tariff.currency,
    )
    taken = TariffNameTaken(f"There is already a tariff named '{tariff.name}'")
    with refused_by({"tariff_name": taken}), transaction.atomic():
        before = None if tariff.pk is None else _before(tariff)
        tariff.created_at, tariff.modified_at = tariff.created_at or now, now
        tariff.save()
        _conclude(tariff, before, caller, now)
    return tariff


def save_version(
    *, caller: Caller, version: TariffVersion, rates: Sequence[Rate], now: datetime
) -> TariffVersion:
    """Creates a version of a stored tariff, or replaces it with all its rates. Raises `VersionExists`, `Invalid`."""
    caller.require_business(Scope.WRITE_EVENTS)
    check_rates(Kind(version.tariff.kind), rates)
    exists = VersionExists(f"{version.tariff} has a version from {version.valid_from} on already")
    with refused_by({"tariff_version_per_day": exists}), transaction.atomic():
        before = _before(version.tariff)
        version.save()
        version.rates.all().delete()
        TariffRate.objects.bulk_create(
            TariffRate(
                version=version,
                tag=rate.tag,
                imported=rate.value.imported,
                exported=rate.value.exported,
                weight=rate.weight,
            )
            for rate in rates
        )
        _touch(version.tariff, before, caller, now)
    return version


@transaction.atomic
def delete_version(*, caller: Caller, version: TariffVersion, now: datetime) -> None:
    caller.require_business(Scope.WRITE_EVENTS)
    before = _before(version.tariff)
    TariffVersion.objects.filter(pk=version.pk).delete()
    _touch(version.tariff, before, caller, now)


@transaction.atomic
def delete_tariff(*, caller: Caller, tariff: Tariff, now: datetime) -> None:
    """Raises `TariffIsPublished`."""
    caller.require_business(Scope.WRITE_EVENTS)
    before = _before(tariff)
    publication = tariff.publications.select_related("program").first()
    if publication is not None:
        raise TariffIsPublished(
            f"The tariff is published in the program '{publication.program}'; delete that publication first"
        )
    Tariff.objects.filter(pk=tariff.pk).delete()
    record_described(_TARIFF, tariff.pk, before, None, caller=caller, now=now)


def described(tariff: Tariff) -> dict[str, Any]:
    """For the record: the tariff with all that it asks."""
    versions = tariff.versions.order_by("valid_from").prefetch_related("rates")
    return {
        "name": tariff.name,
        "kind": tariff.kind,
        "TPid": tariff.tpid,
        "timeZone": tariff.time_zone,
        "unit": tariff.unit,
        "currency": tariff.currency,
        "versions": [
            {"validFrom": version.valid_from.isoformat(), "rates": [*map(_rate, rates_of(version))]}
            for version in versions
        ],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    members = {
        "timing": rate.tag,
        "import": rate.value.imported,
        "export": rate.value.exported,
        "weight": rate.weight,
    }
    return {name: member for name, member in members.items() if member is not None}


def _before(tariff: Tariff) -> dict[str, Any]:
    """The tariff as it is stored. Locked, so that what is recorded keeps its order."""
    stored = Tariff.objects.select_for_update().filter(pk=tariff.pk).first()
    if stored is None:
        raise errors.NotFound(f"There is no tariff '{tariff}' any more")
    if stored.kind != tariff.kind:
        # Its rates and its publications are of that kind.
        raise errors.Invalid(f"A tariff keeps its kind, which is {Kind(stored.kind).label}")
    return described(stored)


def _touch(tariff: Tariff, before: dict[str, Any], caller: Caller, now: datetime) -> None:
    Tariff.objects.filter(pk=tariff.pk).update(modified_at=now)
    _conclude(tariff, before, caller, now)


def _conclude(tariff: Tariff, before: dict[str, Any] | None, caller: Caller, now: datetime) -> None:
    """The record of a change, if it is one, and what follows from it."""
    after = described(tariff)
    if before != after:
        record_described(_TARIFF, tariff.pk, before, after, caller=caller, now=now)
        look_again(Q(tariff=tariff), now=now)
