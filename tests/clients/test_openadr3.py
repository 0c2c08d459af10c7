"""An independent client of 3.1.0, the grid coordinators' `openadr3` of PyPI, writes and reads all there is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pendulum
import pytest
from httpx import HTTPStatusError
from openadr3 import BL_SCOPES, VEN_SCOPES, OpenADRClient, body

from tests.clients.grid import Grid, done, refused
from tests.twins.receiver import Receiver

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db

NOON = pendulum.datetime(2026, 6, 1, 12)
HOUR = pendulum.duration(hours=1)


@pytest.fixture
def business(grid: Grid) -> OpenADRClient:
    return grid.business()


@pytest.fixture
def ven(grid: Grid) -> OpenADRClient:
    return grid.ven()


@pytest.fixture
def program(business: OpenADRClient, request: pytest.FixtureRequest) -> Iterator[Any]:
    """One for each story: they share the VTN."""
    program = done(business.create_program({"programName": request.node.name}))
    yield program
    for event in business.events(programID=program.id):
        done(business.delete_event(event.id))
    done(business.delete_program(program.id))


@pytest.fixture
def house(business: OpenADRClient, grid: Grid) -> Iterator[Any]:
    """The VEN that the stranger makes for itself."""
    house = done(grid.ven("stranger").create_ven({"objectType": "VEN_VEN_REQUEST", "venName": "house"}))
    yield house
    done(business.delete_ven(house.id))


def prices(program: Any, **members: Any) -> dict[str, Any]:
    intervals = [
        {"id": number, "payloads": [{"type": "PRICE", "values": [0.1 + number]}]} for number in (0, 1)
    ]
    period = {"start": "2026-06-01T12:00:00Z", "duration": "PT1H"}
    return {"programID": program.id, "intervalPeriod": period, "intervals": intervals, **members}


def usage(event: Any, **members: Any) -> dict[str, Any]:
    interval = {"id": 0, "payloads": [{"type": "USAGE", "values": [1.5]}]}
    meter = {"resourceName": "meter", "intervals": [interval]}
    return {"eventID": event.id, "clientName": "house", "resources": [meter], **members}


def subscribed(callback: str, **members: Any) -> dict[str, Any]:
    operations = {"objects": ["EVENT"], "operations": ["CREATE", "DELETE"], "callbackUrl": callback}
    return {"clientName": "house", "objectOperations": [operations], **members}


# -- Programs and events --------------------------------------------------------------------------------------


def test_a_ven_reads_what_business_wrote(business, ven, program):
    written = done(business.create_event(prices(program, eventName="noon", duration="PT2H", priority=1)))

    assert ven.program(program.id) == program
    assert ven.find_program_by_name(program.program_name) == program
    assert ven.event(written.id) == written
    assert ven.events(programID=program.id) == [written]
    assert written.duration == pendulum.duration(hours=2)
    assert [interval.payloads[0].values for interval in written.intervals] == [
        [Decimal("0.1")],
        [Decimal("1.1")],
    ]
    assert [each.interval_period.period for each in written.resolved_intervals()] == [
        (NOON, NOON + HOUR),
        (NOON + HOUR, NOON + HOUR * 2),
    ]


def test_an_update_replaces_and_what_is_deleted_is_gone(business, ven, program):
    event = done(business.create_event(prices(program, eventName="before", priority=1)))

    updated = done(business.update_event(event.id, prices(program, eventName="after")))
    renamed = done(business.update_program(program.id, {"programName": f"{program.program_name}, renamed"}))

    assert (updated.id, updated.event_name, updated.priority) == (event.id, "after", None)
    assert updated.created == event.created
    assert updated.modified > event.modified
    assert ven.event(event.id) == updated
    assert ven.program(program.id) == renamed
    assert done(business.delete_event(event.id)) == updated
    with refused(404, f"There is no event '{event.id}'"):
        ven.event(event.id)
    assert ven.events(programID=program.id) == []


def test_events_are_filtered_and_paged(business, ven, program):
    for number, place in enumerate(["north", "south", "north"]):
        done(business.create_event(prices(program, eventName=str(number), targets=[place])))

    def names(reader, **filters):
        return [event.event_name for event in reader.events(programID=program.id, **filters)]

    assert names(business) == ["0", "1", "2"]
    assert names(business, targets=["south", "north"], skip=1, limit=2) == ["1", "2"]
    assert names(business, targets="south") == ["1"]
    assert names(business, active="true") == []
    assert names(ven) == ["0", "2"]
    assert names(ven, targets="south") == []


def test_refusals_say_why_and_change_nothing(grid, business, ven, program):
    with refused(409, f"There is already a program named '{program.program_name}'"):
        done(business.create_program({"programName": program.program_name}))
    with refused(400, "programID: there is no program 'nowhere'"):
        done(business.create_event({"programID": "nowhere"}))
    with pytest.raises(HTTPStatusError, match="403 Forbidden"):
        done(ven.create_event(prices(program)))
    with pytest.raises(HTTPStatusError, match="401 Unauthorized"):
        grid.anonymous().programs()

    assert business.events() == []
    assert business.programs() == [program]


# -- VENs and resources ---------------------------------------------------------------------------------------


def test_a_ven_and_its_resources_have_a_life(grid, business, house):
    stranger = grid.ven("stranger")
    assert (house.ven_name, house.client_id, house.targets) == ("house", "stranger", None)

    form = {"objectType": "VEN_RESOURCE_REQUEST", "venID": house.id, "resourceName": "battery"}
    battery = done(stranger.create_resource(form))
    renamed = done(stranger.update_resource(battery.id, {**form, "resourceName": "big battery"}))
    villa = done(stranger.update_ven(house.id, {"objectType": "VEN_VEN_REQUEST", "venName": "villa"}))

    assert (battery.ven_id, battery.client_id) == (house.id, "stranger")
    assert stranger.vens() == [villa]
    assert stranger.ven(house.id) == business.find_ven_by_name("villa") == villa
    assert stranger.resources() == business.resources(venID=house.id) == [renamed]
    assert business.resources(resourceName="big battery") == [renamed]
    assert business.resources(resourceName="battery") == []
    assert done(stranger.delete_resource(battery.id)) == renamed
    with refused(404, f"There is no resource '{battery.id}'"):
        stranger.resource(battery.id)


def test_what_business_grants_is_what_a_ven_sees(grid, business, program, house):
    stranger = grid.ven("stranger")
    event = done(business.create_event(prices(program, targets=["harbour", "airport"])))
    form = {"objectType": "BL_RESOURCE_REQUEST", "clientID": "stranger", "venID": house.id}

    crane = done(business.create_resource({**form, "resourceName": "crane", "targets": ["harbour"]}))

    assert [(each.id, each.targets) for each in stranger.events()] == [(event.id, ["harbour"])]
    assert business.resources(targets="harbour") == stranger.resources(targets="harbour") == [crane]
    done(business.delete_resource(crane.id))
    assert stranger.events() == []
    grant = {"objectType": "BL_VEN_REQUEST", "clientID": "stranger", "venName": "house"}
    granted = done(business.update_ven(house.id, {**grant, "targets": ["airport"]}))
    assert business.vens(targets="airport") == [granted]
    assert [each.targets for each in stranger.events()] == [["airport"]]


def test_a_client_has_one_ven_and_does_not_see_others(grid, business, ven, house):
    form = {"objectType": "VEN_VEN_REQUEST", "venName": "second home"}

    with pytest.raises(HTTPStatusError, match="409 Conflict"):
        done(grid.ven("stranger").create_ven(form))
    with refused(404, f"There is no VEN '{house.id}'"):
        ven.ven(house.id)
    with pytest.raises(HTTPStatusError, match="404 Not Found"):
        done(ven.update_ven(house.id, form))
    with pytest.raises(HTTPStatusError, match="404 Not Found"):
        done(ven.delete_ven(house.id))
    with pytest.raises(HTTPStatusError, match="403 Forbidden"):
        done(ven.create_ven({**form, "objectType": "BL_VEN_REQUEST", "clientID": "ven"}))

    assert [each.ven_name for each in ven.vens()] == ["ven"]
    assert [each.ven_name for each in business.vens()] == ["ven", "house"]


# -- Reports --------------------------------------------------------------------------------------------------


def test_a_report_has_a_life(business, ven, program):
    event = done(business.create_event(prices(program)))
    descriptor = {"objectType": "REPORT_PAYLOAD_DESCRIPTOR", "payloadType": "USAGE", "units": "KWH"}

    report = done(ven.create_report(usage(event, reportName="noon", payloadDescriptors=[descriptor])))

    assert (report.event_id, report.client_name, report.client_id) == (event.id, "house", "ven")
    assert report.payload_descriptors[0].units == "KWH"
    assert report.resources[0].intervals[0].payloads[0].values == [Decimal("1.5")]
    assert ven.report(report.id) == business.report(report.id) == report
    corrected = done(ven.update_report(report.id, usage(event, reportName="corrected")))
    assert (corrected.report_name, corrected.payload_descriptors) == ("corrected", None)
    assert business.reports(eventID=event.id) == [corrected]
    assert done(ven.delete_report(report.id)) == corrected
    with refused(404, f"There is no report '{report.id}'"):
        business.report(report.id)


def test_reports_are_filtered_and_seen_by_their_writer_and_business_only(grid, business, ven, program):
    first, second = (done(business.create_event(prices(program))) for _ in range(2))
    reports = [
        done(ven.create_report(usage(event, clientName=name)))
        for event, name in [(first, "house"), (first, "garage"), (second, "house")]
    ]

    for reader in ven, business:
        assert reader.reports(programID=program.id) == reports
        assert reader.reports(eventID=first.id) == reports[:2]
        assert reader.reports(programID=program.id, clientName="house") == [reports[0], reports[2]]
        assert reader.reports(programID=program.id, skip=1, limit=1) == [reports[1]]
    assert grid.ven("stranger").reports() == []
    with pytest.raises(HTTPStatusError, match="403 Forbidden"):
        done(business.create_report(usage(first)))
    with refused(400, "eventID: there is no event 'nowhere'"):
        done(ven.create_report({**usage(first), "eventID": "nowhere"}))


# -- Subscriptions and notifiers ------------------------------------------------------------------------------


def test_a_subscription_has_a_life(grid: Grid, business, ven, program, receiver: Receiver):
    form = subscribed(receiver.url("/echo"), programID=program.id, targets=["north"])

    subscription = done(ven.create_subscription(form))

    assert [(heard.method, [*heard.query]) for heard in receiver.heard] == [("GET", ["echo"])]
    assert (subscription.client_id, subscription.targets) == ("ven", ["north"])
    assert ven.subscriptions() == [ven.subscription(subscription.id)] == [subscription]
    assert [each.id for each in business.subscriptions(programID=program.id)] == [subscription.id]
    assert grid.ven("stranger").subscriptions() == []
    updated = done(ven.update_subscription(subscription.id, subscribed(receiver.url("/echo"))))
    assert (updated.id, updated.program_id, updated.targets) == (subscription.id, None, None)
    assert len(receiver.heard) == 1  # it has said yes before
    assert ven.subscriptions(objects=["EVENT", "VEN"], clientName="house") == [updated]
    assert ven.subscriptions(objects="VEN") == []
    assert done(ven.delete_subscription(subscription.id)) == updated
    with refused(404, f"There is no subscription '{subscription.id}'"):
        ven.subscription(subscription.id)


def test_a_receiver_that_does_not_want_it_is_not_subscribed(ven, receiver):
    silent = "objectOperations[0].callbackUrl: the callback did not give back the value of echo"

    with refused(400, silent):
        done(ven.create_subscription(subscribed(receiver.url("/silent"))))

    assert ven.subscriptions() == []


def test_notifiers_are_webhooks(business, ven):
    assert body(business.get_notifiers()) == body(ven.get_notifiers()) == {"WEBHOOK": True}


# -- Tokens ---------------------------------------------------------------------------------------------------


def test_the_scopes_that_the_client_asks_for_are_granted(grid, program):
    ven, business = grid.ven(scopes=VEN_SCOPES), grid.business(scopes=BL_SCOPES)

    for reader in ven, business:
        assert reader.programs() == [program]
        assert reader.events() == []
        assert [each.ven_name for each in reader.vens()] == ["ven"]
        assert reader.reports(programID=program.id) == reader.resources() == reader.subscriptions() == []


def test_a_scope_too_many_and_a_wrong_secret_get_no_token(grid):
    with pytest.raises(HTTPStatusError, match="400 Bad Request"):
        grid.ven(scopes=["write_programs"])
    with pytest.raises(HTTPStatusError, match="401 Unauthorized"):
        grid.anonymous().fetch_token("ven", "guessed")
