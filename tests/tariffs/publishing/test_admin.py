"""Tariffs, their rates and what is published of them, as staff make and watch them."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import Event
from programs.models import Program
from tariffs.models import Publication, Tariff, TariffRate, TariffVersion
from tests.tariffs.documents import ONE_DAY
from tests.tariffs.tariff import (
    PLAN,
    PRICES,
    RATES,
    make_program,
    make_publication,
    make_tariff,
    make_timings,
    rate,
    set_rates,
)
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

DUTCH = {"Accept-Language": "nl"}
IMPORT = reverse("admin:tariffs_import_prices")


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


@pytest.fixture
def tariff(db) -> Tariff:
    make_timings()
    return make_tariff()


@pytest.fixture
def program(db) -> Program:
    return make_program(payloadDescriptors=[PRICES])


def page(name: str, *arguments: object) -> str:
    return reverse(f"admin:tariffs_{name}", args=arguments)


def shown(response) -> str:
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def everything() -> list[object]:
    tables = (Tariff, TariffVersion, TariffRate, Publication, Program, Event, OutboxEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def tariff_form(**changed: str) -> dict[str, str]:
    written = {
        "name": "household",
        "kind": "PRICE",
        "tpid": PLAN,
        "time_zone": "Europe/Brussels",
        "unit": "KWH",
        "currency": "EUR",
    }
    return {**written, **changed}


def version_form(tariff: Tariff, *rates: tuple[str, str, str, str], **changed: str) -> dict[str, str]:
    form = {
        "tariff": str(tariff.pk),
        "valid_from": "2026-01-01",
        "rates-TOTAL_FORMS": str(len(rates)),
        "rates-INITIAL_FORMS": "0",
    }
    for place, written in enumerate(rates):
        names = ("tag", "imported", "exported", "weight")
        form |= {f"rates-{place}-{name}": text for name, text in zip(names, written, strict=True)}
    return {**form, **changed}


class TestTariffs:
    def test_a_tariff_gets_a_version_with_rates(self, admin):
        make_timings()

        admin.post(page("tariff_add"), tariff_form())
        tariff = Tariff.objects.get()
        admin.post(
            page("tariffversion_add"),
            version_form(tariff, ("PEAK", "0.30", "0.05", "10"), ("*any", "0.2", "0.05", "0")),
        )

        version = tariff.versions.get()
        assert version.valid_from == date(2026, 1, 1)
        assert [
            (each.tag, str(each.imported), str(each.exported), each.weight)
            for each in version.rates.order_by("tag")
        ] == [("*any", "0.2", "0.05", 0), ("PEAK", "0.3", "0.05", 10)]
        entry = OutboxEntry.objects.filter(object_type="TARIFF").latest("id")
        assert (entry.operation, entry.made_by) == ("UPDATE", "staff:berta")

    def test_a_rate_may_have_a_comma_as_in_the_composer(self, admin):
        """A browser drops it out of a field for numbers, if its language has points: no field is one."""
        admin.post(page("tariff_add"), tariff_form())
        tariff = Tariff.objects.get()

        offered = shown(admin.get(page("tariffversion_add")))
        admin.post(page("tariffversion_add"), version_form(tariff, ("*any", "0,25", "1.5", "0,5")))

        for name in ("imported", "exported", "weight"):
            [field] = re.findall(f'<input [^>]*name="rates-0-{name}"[^>]*>', offered)
            assert 'type="text"' in field
            assert 'inputmode="decimal"' in field
        [found] = TariffRate.objects.all()
        assert (str(found.imported), str(found.exported), str(found.weight)) == ("0.25", "1.5", "0.50")

    @pytest.mark.parametrize("amount", ["1.234,5", "1,234.5", "1,234,5", "1 234", "0,x"])
    def test_a_rate_with_marks_for_thousands_is_refused(self, admin, tariff, amount):
        before = everything()

        form = version_form(tariff, ("*any", amount, "", "0"), valid_from="2027-01-01")
        told = shown(admin.post(page("tariffversion_add"), form))

        assert "Enter a number." in told
        assert everything() == before

    def test_its_page_shows_its_week_and_that_nothing_is_wrong(self, admin, tariff):
        text = shown(admin.get(page("tariff_change", tariff.pk)))

        assert "Nothing: one rate applies at any time." in text
        assert "PEAK 0.3" in text
        assert 'class="week-grid"' in text
        assert page("tariffversion_change", tariff.versions.get().pk) in text

    def test_its_page_names_gaps_and_contests_and_shows_them_in_the_week(self, admin, tariff):
        set_rates(tariff, (rate("PEAK", "0.3"), rate("OFFPEAK", "0.2"), rate("*any", "0.1")))
        contested = shown(admin.get(page("tariff_change", tariff.pk)))
        set_rates(tariff, RATES[:2])
        gap = shown(admin.get(page("tariff_change", tariff.pk)))

        assert "*any and OFFPEAK have the same weight and the same start" in contested
        assert "contested: *any and OFFPEAK" in contested
        assert "No rate applies all day on" in gap
        assert "<li>gap</li>" in gap

    def test_its_week_is_in_dutch_for_whoever_wants_it(self, admin, tariff):
        set_rates(tariff, (rate("PEAK", "0.3"), rate("OFFPEAK", "0.2"), rate("*any", "0.1")))
        contested = shown(admin.get(page("tariff_change", tariff.pk), headers=DUTCH))
        set_rates(tariff, RATES[:2])
        gap = shown(admin.get(page("tariff_change", tariff.pk), headers=DUTCH))

        assert "betwist: *any en OFFPEAK" in contested
        assert "<li>gat</li>" in gap

    def test_a_timing_that_is_not_there_breaks_no_page(self, admin, tariff):
        set_rates(tariff, (rate("LUNCH", "0.1"),))

        assert "There is no timing LUNCH" in shown(admin.get(page("tariff_change", tariff.pk)))

    def test_rates_are_changed_and_taken_away(self, admin, tariff):
        version = tariff.versions.get()
        peak, other, weekend = version.rates.order_by("tag")
        form = version_form(
            tariff,
            (peak.tag, "0.5", "", "1"),
            (other.tag, "0.25", "", "0"),
            (weekend.tag, "1", "", "0"),
            **{"rates-INITIAL_FORMS": "3", "rates-2-DELETE": "on"},
        )
        ids = {f"rates-{place}-id": str(each.pk) for place, each in enumerate((peak, other, weekend))}

        response = admin.post(page("tariffversion_change", version.pk), {**form, **ids})

        assert response.url == page("tariff_change", tariff.pk)
        assert {(each.tag, str(each.imported)) for each in version.rates.all()} == {
            (peak.tag, "0.5"),
            (other.tag, "0.25"),
        }

    @pytest.mark.parametrize(
        ("changed", "detail"),
        [
            ({"time_zone": "Mars/Olympus"}, "time_zone: there is no time zone 'Mars/Olympus'"),
            ({"unit": "KW", "kind": "GHG"}, "unit: of greenhouse gas emissions it is GHG, not 'KW'"),
            ({"currency": "eur"}, "currency: 'eur' is not a currency such as EUR"),
        ],
    )
    def test_a_bad_tariff_is_told_on_its_form(self, admin, changed, detail):
        before = everything()

        assert detail in shown(admin.post(page("tariff_add"), tariff_form(**changed)))
        assert everything() == before

    @pytest.mark.parametrize(
        ("rates", "detail"),
        [
            ((), "A version has at least one rate"),
            ((("A", "", "", "0"),), "The rate of A: there is no value"),
            ((("A", "1", "1", "0"), ("B", "1", "", "0")), "The rates of A and B are not of the same values"),
        ],
    )
    def test_bad_rates_are_told_on_their_form(self, admin, tariff, rates, detail):
        form = version_form(tariff, *rates, valid_from="2026-05-01")
        before = everything()

        assert detail in shown(admin.post(page("tariffversion_add"), form))
        assert everything() == before

    def test_a_version_of_no_tariff_is_told_on_its_form(self, admin, tariff):
        form = {**version_form(tariff, ("A", "1", "", "0")), "tariff": ""}
        before = everything()

        assert "This field is required." in shown(admin.post(page("tariffversion_add"), form))
        assert everything() == before

    def test_the_ways_on_are_on_its_page(self, admin, tariff):
        text = shown(admin.get(page("tariff_change", tariff.pk)))
        version = shown(admin.get(page("tariffversion_add"), {"tariff": tariff.pk}))

        assert f"{page('tariffversion_add')}?tariff={tariff.pk}" in text
        assert f"{page('publication_add')}?tariff={tariff.pk}" in text
        assert f'<option value="{tariff.pk}" selected>household</option>' in version

    def test_the_history_of_a_version_is_that_of_its_tariff(self, admin, tariff):
        set_rates(tariff, RATES[:1])

        text = shown(admin.get(page("tariffversion_history", tariff.versions.get().pk), follow=True))

        assert "History of household" in text
        assert "versions" in text

    def test_a_published_tariff_is_not_deleted(self, admin, tariff, program):
        make_publication(tariff, program)

        admin.post(page("tariff_delete", tariff.pk), {"post": "yes"})

        assert Tariff.objects.exists()

    def test_a_version_and_a_tariff_are_deleted(self, admin, tariff):
        admin.post(page("tariffversion_delete", tariff.versions.get().pk), {"post": "yes"})
        admin.post(page("tariff_delete", tariff.pk), {"post": "yes"})

        assert not Tariff.objects.exists()
        assert OutboxEntry.objects.latest("id").operation == "DELETE"


class TestPublications:
    def form(self, tariff: Tariff, program: Program) -> dict[str, str]:
        return {
            "program": program.id,
            "tariff": str(tariff.pk),
            "cut": "hours",
            "publish_at": "14:00",
            "is_enabled": "on",
        }

    def test_a_publication_is_made_and_published_by_hand(self, admin, tariff, program):
        admin.post(page("publication_add"), self.form(tariff, program))
        publication = Publication.objects.get()

        first = shown(admin.post(page("publication_publish", publication.pk), follow=True))
        again = shown(admin.post(page("publication_publish", publication.pk), follow=True))

        assert "“household in household prices” was published." in first
        assert "“household in household prices”: all was as it should be." in again
        assert "Publish now" in first
        assert Event.objects.exists()

    def test_a_default_may_have_a_comma(self, admin, tariff, program):
        form = {**self.form(tariff, program), "default_imported": "0,25"}

        offered = shown(admin.get(page("publication_add")))
        admin.post(page("publication_add"), form)

        assert 'type="number"' not in offered
        assert str(Publication.objects.get().default_imported) == "0.25"

    def test_what_stands_in_the_way_is_told_and_kept(self, admin, tariff, program):
        set_rates(tariff, (rate("LUNCH", "0.1"),))
        publication = make_publication(tariff, program)

        listing = {"action": "publish_now", "_selected_action": [publication.pk]}
        told = shown(admin.post(page("publication_changelist"), listing, follow=True))
        found = shown(admin.get(page("publication_changelist"), {"trouble": "yes"}))

        assert "there is no timing 'LUNCH' in its tariff plan" in told
        assert "there is no timing 'LUNCH' in its tariff plan" in found
        assert not Event.objects.exists()

    def test_a_second_one_of_a_kind_is_told_and_not_made(self, admin, tariff, program):
        make_publication(tariff, program)
        before = everything()

        told = shown(admin.post(page("publication_add"), self.form(tariff, program), follow=True))

        assert "The program 'household prices' has another publication of price" in told
        assert everything() == before

    def test_who_may_only_look_publishes_nothing(self, client, tariff, program):
        viewer = User.objects.create_user("vera", is_staff=True)
        viewer.user_permissions.add(
            Permission.objects.get(content_type__app_label="tariffs", codename="view_publication")
        )
        client.force_login(viewer)
        publication = make_publication(tariff, program)

        assert "household" in shown(client.get(page("publication_changelist")))
        assert client.post(page("publication_publish", publication.pk)).status_code == 403
        assert client.get(IMPORT).status_code == 403
        assert not Event.objects.exists()


class TestImportOfPrices:
    def form(self, document: bytes, name: str = "prices.xml", **changed: str) -> dict[str, object]:
        written = {
            "document": SimpleUploadedFile(name, document),
            "program": "day-ahead",
            "zone": "Europe/Brussels",
        }
        return {**written, **changed}

    def test_a_dry_run_tells_what_would_be_and_stores_nothing(self, admin):
        before = everything()

        told = shown(admin.post(IMPORT, self.form(ONE_DAY.read_bytes(), dry_run="on")))

        assert "Nothing was stored. It would be:" in told
        assert "1 day created" in told
        assert everything() == before

    def test_the_form_is_in_dutch_for_whoever_wants_it(self, admin):
        text = shown(admin.get(IMPORT, headers=DUTCH))

        labels = [each.strip().rstrip(":") for each in re.findall(r"<label[^>]*>([^<]*)</label>", text)]
        wanted = ["Programma", "Tijdzone", "Formaat", "Munteenheid", "Eenheid", "Proef zonder gevolgen"]
        assert [each for each in wanted if each not in labels] == []

    def test_an_upload_is_imported(self, admin):
        told = shown(admin.post(IMPORT, self.form(ONE_DAY.read_bytes())))

        assert "1 day created" in told
        assert [str(event) for event in Event.objects.all()] == ["day-ahead prices 2024-10-08"]
        assert OutboxEntry.objects.latest("id").made_by == "staff:berta"

    @pytest.mark.parametrize(
        ("changed", "detail"),
        [
            ({"zone": "Mars/Olympus"}, "There is no time zone 'Mars/Olympus'"),
            ({"name": "prices"}, "The file's ending does not tell the format"),
            ({"format": "csv"}, "line 2: there are 1 columns, not a time and a price"),
            ({"currency": "SEK"}, "the document is in EUR per MWH"),
        ],
    )
    def test_what_cannot_be_read_is_told_and_nothing_is_stored(self, admin, changed, detail):
        before = everything()

        assert detail in shown(admin.post(IMPORT, self.form(ONE_DAY.read_bytes(), **changed)))
        assert everything() == before

    def test_the_way_to_it_is_on_the_list_of_publications(self, admin):
        assert IMPORT in shown(admin.get(page("publication_changelist")))
