"""What no publication may be, and that asking for it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from programs.models import Program
from tariffs.models import Publication, Tariff, TariffRate, TariffVersion
from tariffs.publishing.descriptors import ProgramHasOtherPrices
from tariffs.publishing.rivals import CurvePublishedTwice
from tariffs.publishing.services import save_publication
from tariffs.rates.services import (
    TariffIsPublished,
    TariffNameTaken,
    VersionExists,
    delete_tariff,
    save_tariff,
    save_version,
)
from tests.conftest import NOON
from tests.tariffs.documents import ONE_DAY
from tests.tariffs.tariff import (
    PRICES,
    RATES,
    STAFF,
    make_program,
    make_publication,
    make_tariff,
    make_timings,
    publish,
    rate,
    set_rates,
)
from vtn import errors
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

VEN = Caller(client_id="ven", role=Role.VEN, scopes=ROLE_SCOPES[Role.VEN])


@pytest.fixture
def tariff(db) -> Tariff:
    make_timings()
    return make_tariff()


@pytest.fixture
def program(db) -> Program:
    return make_program(payloadDescriptors=[PRICES])


def everything() -> list[object]:
    tables = (Tariff, TariffVersion, TariffRate, Publication, Program, Event, OutboxEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(error: type[errors.VtnError], act) -> str:
    before = everything()
    with pytest.raises(error) as refusal:
        act()
    assert everything() == before
    return refusal.value.detail


class TestPublications:
    def test_two_of_one_kind_in_one_program(self, tariff, program):
        make_publication(tariff, program)
        other = make_tariff(name="other")

        for again in (tariff, other):
            detail = refused(CurvePublishedTwice, lambda again=again: make_publication(again, program))
            assert detail == "The program 'household prices' has another publication of price"

    def test_one_of_another_kind_or_disabled_is_welcome(self, tariff, program):
        make_publication(tariff, program)
        ghg = make_tariff((rate("*any", "300"),), name="ghg", kind="GHG", unit="GHG", currency="")

        make_publication(ghg, program)
        second = make_publication(tariff, program, is_enabled=False)

        second.is_enabled = True
        refused(CurvePublishedTwice, lambda: save_publication(caller=STAFF, publication=second, now=NOON))

    @pytest.mark.parametrize("wrong", [{"currency": "SEK"}, {"units": "MWH"}])
    def test_a_program_in_which_prices_mean_something_else(self, tariff, wrong):
        program = make_program(payloadDescriptors=[{**PRICES, **wrong}])

        assert refused(ProgramHasOtherPrices, lambda: make_publication(tariff, program)) == (
            "The program 'household prices' does not say in its payloadDescriptors that PRICE is in EUR per KWH"
        )

    def test_a_default_that_means_nothing(self, program):
        ghg = make_tariff((rate("*any", "300"),), kind="GHG", unit="GHG", currency="")

        detail = refused(errors.Invalid, lambda: make_publication(ghg, program, default_exported=Decimal(1)))

        assert detail == "The default: there is no value for export of greenhouse gas emissions"

    def test_it_keeps_its_program_and_its_tariff(self, tariff, program):
        publication = make_publication(tariff, program)
        publication.program = make_program("another")

        refused(errors.Invalid, lambda: save_publication(caller=STAFF, publication=publication, now=NOON))

    def test_a_program_that_has_imported_prices(self, tariff, tmp_path):
        call_command("import_prices", str(ONE_DAY), "--program", "day-ahead", stdout=StringIO())
        program = Program.objects.get()
        before = NOON.replace(year=2024)

        assert refused(CurvePublishedTwice, lambda: make_publication(tariff, program, now=before)) == (
            "The program 'day-ahead' has imported prices, such as 'day-ahead prices 2024-10-08'"
        )
        # When those are over they are in nobody's way.
        make_publication(tariff, program, now=NOON)

    def test_prices_are_not_imported_where_a_tariff_is_published(self, tariff, program):
        make_publication(tariff, program)
        before = everything()

        with pytest.raises(CommandError) as refusal:
            call_command("import_prices", str(ONE_DAY), "--program", program.program_name)

        assert str(refusal.value) == (
            "The program 'household prices' has the prices of the tariff 'household';"
            " disable that publication first"
        )
        assert everything() == before

    def test_a_ven(self, tariff, program):
        refused(
            errors.Forbidden,
            lambda: save_publication(
                caller=VEN, publication=Publication(tariff=tariff, program=program), now=NOON
            ),
        )

    def test_a_program_takes_its_publications_along(self, retailer, tariff, program):
        make_publication(tariff, program)

        retailer.delete(f"/programs/{program.id}")

        assert not Publication.objects.exists()
        assert publish(NOON + timedelta(hours=1)) == 0


class TestTariffs:
    def test_a_name_that_is_taken(self, tariff):
        assert refused(TariffNameTaken, make_tariff) == "There is already a tariff named 'household'"

    def test_a_version_from_the_same_day(self, tariff):
        again = TariffVersion(tariff=tariff, valid_from=tariff.versions.get().valid_from)

        detail = refused(
            VersionExists, lambda: save_version(caller=STAFF, version=again, rates=RATES, now=NOON)
        )

        assert detail == "household has a version from 2026-01-01 on already"

    def test_a_version_without_rates(self, tariff):
        refused(errors.Invalid, lambda: set_rates(tariff, ()))

    def test_another_kind(self, tariff):
        tariff.kind, tariff.unit, tariff.currency = "GHG", "GHG", ""

        assert refused(errors.Invalid, lambda: save_tariff(caller=STAFF, tariff=tariff, now=NOON)) == (
            "A tariff keeps its kind, which is price"
        )

    def test_deleting_one_that_is_published(self, tariff, program):
        make_publication(tariff, program)

        assert refused(TariffIsPublished, lambda: delete_tariff(caller=STAFF, tariff=tariff, now=NOON)) == (
            "The tariff is published in the program 'household prices'; delete that publication first"
        )

    def test_a_ven(self, tariff):
        refused(errors.Forbidden, lambda: save_tariff(caller=VEN, tariff=tariff, now=NOON))
        refused(errors.Forbidden, lambda: delete_tariff(caller=VEN, tariff=tariff, now=NOON))
        refused(
            errors.Forbidden,
            lambda: save_version(caller=VEN, version=tariff.versions.get(), rates=RATES, now=NOON),
        )


def test_each_change_is_in_the_record_and_what_changes_nothing_is_not(tariff, program):
    publication = make_publication(tariff, program)
    set_rates(tariff, RATES)
    save_tariff(caller=STAFF, tariff=tariff, now=NOON)
    save_publication(caller=STAFF, publication=publication, now=NOON)
    set_rates(tariff, (rate("*any", "0.2", weight=1),))

    found = OutboxEntry.objects.exclude(object_type__in=["TIMING", "PROGRAM"]).order_by("id")
    assert [(entry.object_type, entry.operation, entry.made_by) for entry in found] == [
        ("TARIFF", "CREATE", "staff:berta"),
        ("TARIFF", "UPDATE", "staff:berta"),
        ("PUBLICATION", "CREATE", "staff:berta"),
        ("TARIFF", "UPDATE", "staff:berta"),
    ]
    assert found.last().after["versions"] == [
        {"validFrom": "2026-01-01", "rates": [{"timing": "*any", "import": Decimal("0.2"), "weight": 1}]}
    ]
