"""`openadr3-client` writes reports as a VEN and reads them as business logic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOON

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from tests.clients.elaad import Elaad, listed, refused

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


@pytest.fixture
def ven(elaad: Elaad) -> Any:
    return elaad.ven()


@pytest.fixture
def event(elaad: Elaad, business: Any, program: Any) -> Any:
    return business.events.create_event(elaad.event(program, event_name="prices"))


def test_business_reads_what_a_ven_reports(elaad, ven, business, event):
    period = elaad.period(start=NOON, duration=QUARTER)
    usage = (elaad.usage("boiler", 1.5, 2, interval_period=period), elaad.usage("battery", -0.25))

    report = ven.reports.create_report(elaad.report(event, "house", report_name="noon", resources=usage))

    assert (report.event_id, report.client_name, report.report_name) == (event.id, "house", "noon")
    assert [resource.resource_name for resource in report.resources] == ["boiler", "battery"]
    assert report.resources[0].interval_period == period
    assert report.resources[0].intervals[0].payloads[0].values == (1.5, 2)
    assert report.resources[1].intervals[0].payloads[0].values == (-0.25,)
    assert ven.reports.get_report_by_id(report.id) == report
    assert business.reports.get_report_by_id(report.id) == report
    assert listed(business.reports.get_reports, event_id=event.id) == (report,)


def test_a_correction_replaces_the_report(elaad, ven, business, event):
    report = ven.reports.create_report(elaad.report(event, "house", report_name="estimate"))
    assert business.reports.get_report_by_id(report.id) == report

    measured = (elaad.usage("meter", 1.75),)
    update = elaad.changed(report, client_name="house", report_name=None, resources=measured)
    corrected = ven.reports.update_report_by_id(report.id, update)

    assert (corrected.id, corrected.report_name) == (report.id, None)
    assert corrected.resources == measured
    assert corrected.created_date_time == report.created_date_time
    assert corrected.modification_date_time > report.modification_date_time
    assert business.reports.get_report_by_id(report.id) == corrected


def test_a_report_that_is_deleted_comes_back_once_and_then_is_gone(elaad, ven, business, event):
    report = ven.reports.create_report(elaad.report(event, "house"))

    assert ven.reports.delete_report_by_id(report.id).model_dump() == report.model_dump()

    with refused(404):
        ven.reports.delete_report_by_id(report.id)
    with refused(404):
        ven.reports.update_report_by_id(report.id, elaad.changed(report, client_name="house"))
    with refused(404):
        business.reports.get_report_by_id(report.id)
    assert listed(business.reports.get_reports, event_id=event.id) == ()


def test_a_report_stays_when_its_event_goes(elaad, ven, business, event):
    report = ven.reports.create_report(elaad.report(event, "house"))

    business.events.delete_event_by_id(event.id)

    assert business.reports.get_report_by_id(report.id) == report
    assert listed(ven.reports.get_reports, program_id=event.program_id) == (report,)


def test_reports_are_filtered_and_paged(elaad, ven, business, program, event):
    other = business.events.create_event(elaad.event(program, event_name="more prices"))
    for number, (on, client_name) in enumerate(
        [(event, "house"), (event, "garage"), (other, "house"), (other, "garage")]
    ):
        ven.reports.create_report(elaad.report(on, client_name, report_name=str(number)))

    def names(reader, page=None, **filters):
        found = listed(reader.reports.get_reports, pagination=page, **filters)
        return [report.report_name for report in found]

    for reader in ven, business:
        assert names(reader, program_id=program.id) == ["0", "1", "2", "3"]
        assert names(reader, event_id=other.id) == ["2", "3"]
        assert names(reader, program_id=program.id, client_name="garage") == ["1", "3"]
        assert names(reader, event_id=event.id, client_name="garage") == ["1"]
        assert names(reader, elaad.page(skip=1, limit=2), program_id=program.id) == ["1", "2"]
        assert names(reader, program_id=program.id, client_name="nobody") == []
    with refused(400):
        names(business, elaad.page(skip=0, limit=51))


def test_nobody_else_sees_a_report(elaad, ven, business, event):
    report = ven.reports.create_report(elaad.report(event, "house"))
    stranger = elaad.ven("stranger").reports

    assert listed(stranger.get_reports, event_id=event.id) == ()
    with refused(404):
        stranger.get_report_by_id(report.id)
    with refused(404):
        stranger.update_report_by_id(report.id, elaad.changed(report, client_name="stranger"))
    with refused(404):
        stranger.delete_report_by_id(report.id)

    assert business.reports.get_report_by_id(report.id) == report


def test_business_writes_no_reports(elaad, ven, event):
    report = ven.reports.create_report(elaad.report(event, "house"))
    retailer = elaad.ven("retailer").reports  # the client lets business logic read only

    with refused(403):
        retailer.create_report(elaad.report(event, "retailer"))
    with refused(403):
        retailer.update_report_by_id(report.id, elaad.changed(report, client_name="retailer"))
    with refused(403):
        retailer.delete_report_by_id(report.id)

    assert listed(retailer.get_reports, event_id=event.id) == (report,)


def test_a_report_is_on_an_event_that_its_writer_sees(elaad, ven, business, program, event):
    for_others = business.events.create_event(elaad.event(program, targets=elaad.targets("south")))
    nowhere = event.model_copy(update={"id": "nowhere"})

    for unseen in for_others, nowhere:
        with refused(400):
            ven.reports.create_report(elaad.report(unseen, "house"))

    assert listed(business.reports.get_reports, program_id=program.id) == ()


def test_a_report_stays_with_its_event(elaad, ven, business, program, event):
    other = business.events.create_event(elaad.event(program))
    report = ven.reports.create_report(elaad.report(event, "house"))

    with refused(400):
        moved = elaad.changed(report, client_name="house", event_id=other.id)
        ven.reports.update_report_by_id(report.id, moved)

    assert ven.reports.get_report_by_id(report.id) == report


def test_a_token_that_may_only_read_writes_no_report(elaad, event):
    reader = elaad.ven(scopes=["read_all", "read_ven_objects"]).reports

    with refused(403):
        reader.create_report(elaad.report(event, "house"))

    assert listed(reader.get_reports, event_id=event.id) == ()
