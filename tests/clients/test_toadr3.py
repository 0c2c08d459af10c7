"""An independent client of 3.0.1, `toadr3` of PyPI. It cannot create programs and events: those are written in 3.1.0,
by the grid coordinators' `openadr3`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openadr3 import OpenADRClient
from toadr3 import ToadrError
from toadr3.models import (
    ObjectOperation,
    ObjectType,
    OperationType,
    Program,
    Report,
    Subscription,
    TargetType,
)

from tests.clients.grid import Grid, done
from tests.clients.toad import Toad, Waiting, refused
from tests.conftest import NOON
from tests.twins.receiver import Receiver

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def writer(grid: Grid) -> OpenADRClient:
    return grid.business()


@pytest.fixture
def program(writer: OpenADRClient, request: pytest.FixtureRequest) -> Iterator[Any]:
    """One for each story: they share the VTN."""
    program = done(writer.create_program({"programName": request.node.name}))
    yield program
    for event in writer.events(programID=program.id):
        done(writer.delete_event(event.id))
    if any(each.id == program.id for each in writer.programs()):
        done(writer.delete_program(program.id))


@pytest.fixture
def ven(toad: Toad) -> Waiting:
    return toad.client("ven")


@pytest.fixture
def business(toad: Toad) -> Waiting:
    return toad.client("retailer")


@pytest.fixture
def subscription(program: Any, receiver: Receiver, ven: Waiting) -> Iterator[Subscription]:
    yield ven.post_subscription(subscribed(program, receiver.url("/hook")))
    for subscription in ven.get_subscriptions():
        ven.delete_subscription(subscription.id)


def prices(program: Any, **members: Any) -> dict[str, Any]:
    intervals = [
        {"id": number, "payloads": [{"type": "PRICE", "values": [0.25 + number]}]} for number in (0, 1)
    ]
    period = {"start": "2026-06-01T12:00:00Z", "duration": "PT1H"}
    return {"programID": program.id, "intervalPeriod": period, "intervals": intervals, **members}


def reported(event: Any, client_name: str, **members: Any) -> Report:
    usage = {"id": 0, "payloads": [{"type": "USAGE", "values": [1.5]}]}
    meter = {"resourceName": "meter", "intervals": [usage]}
    return Report(
        program_id=event.program_id, event_id=event.id, client_name=client_name, resources=[meter], **members
    )


def subscribed(program: Any, callback: str, **members: Any) -> Subscription:
    operation = ObjectOperation(
        objects=[ObjectType.EVENT],
        operations=[OperationType.POST, OperationType.DELETE],
        callback_url=callback,
        bearer_token="open-sesame",
    )
    said = {"client_name": "house", "object_operations": [operation], **members}
    return Subscription(program_id=program.id, **said)


# -- Programs and events --------------------------------------------------------------------------------------


def test_a_ven_reads_events_that_were_written_in_the_other_version(ven, writer, program):
    done(writer.create_event(prices(program, eventName="noon", priority=2, targets=["north", "south"])))

    (event,) = ven.get_events(program_id=program.id)

    assert (event.event_name, event.priority, event.program_id) == ("noon", 2, program.id)
    assert (event.interval_period.start, event.interval_period.duration) == (NOON, HOUR)
    assert [interval.payloads[0].values for interval in event.intervals] == [[0.25], [1.25]]
    assert [(target.type, target.values) for target in event.targets] == [("GROUP", ["north"])]
    assert event.created == event.modified


def test_events_are_filtered_and_paged(ven, business, writer, program):
    for number, target in enumerate(["north", "south", "VEN_NAME:house", "north"]):
        done(writer.create_event(prices(program, eventName=str(number), targets=[target])))

    def names(reader, **filters):
        return [event.event_name for event in reader.get_events(program_id=program.id, **filters)]

    assert names(business) == ["0", "1", "2", "3"]
    assert names(business, skip=1, limit=2) == ["1", "2"]
    assert names(business, target_type=TargetType.GROUP, target_values=["north", "south"]) == ["0", "1", "3"]
    assert names(business, target_type=TargetType.VEN_NAME, target_values=["house"]) == ["2"]
    assert names(ven) == ["0", "3"]
    assert names(ven, target_type=TargetType.GROUP, target_values=["south"]) == []


def test_a_program_is_read_changed_and_deleted_by_business(ven, business, program):
    read = business.get_program(program.id)
    update = read.model_copy(update={"program_long_name": "Day-ahead prices", "country": "NL"})

    updated = business.put_program(program.id, update)

    assert (updated.id, updated.program_name) == (program.id, program.program_name)
    assert (updated.program_long_name, updated.country) == ("Day-ahead prices", "NL")
    assert updated.created_date_time == read.created_date_time
    assert updated.modification_date_time > read.modification_date_time
    assert ven.get_program(program.id) == updated
    assert ven.get_programs() == [updated]
    assert business.delete_program(program.id) == updated
    assert business.get_program(program.id) is None
    assert business.delete_program(program.id) is None
    assert business.put_program(program.id, update) is None


def test_a_ven_changes_no_program(ven, business, program):
    with refused(403):
        ven.put_program(program.id, Program(program_name="mine"))
    with refused(403):
        ven.delete_program(program.id)

    assert business.get_program(program.id).program_name == program.program_name


def test_a_name_that_is_taken_is_a_conflict(business, writer, program):
    other = done(writer.create_program({"programName": f"{program.program_name}, other"}))

    with refused(409):
        business.put_program(other.id, Program(program_name=program.program_name))

    assert business.get_program(other.id).program_name == other.program_name
    done(writer.delete_program(other.id))


# -- Reports --------------------------------------------------------------------------------------------------


def test_a_report_is_made_from_the_event_that_asks_for_it(ven, business, writer, program):
    (own,) = writer.vens(venName="ven")
    meter = {"objectType": "BL_RESOURCE_REQUEST", "clientID": "ven", "venID": own.id, "resourceName": "meter"}
    meter = done(writer.create_resource({**meter, "targets": ["RESOURCE_NAME:meter"]}))
    wanted = [{"payloadType": "USAGE", "units": "KWH", "readingType": "DIRECT_READ"}]
    asking = prices(program, targets=["RESOURCE_NAME:meter"], reportDescriptors=wanted)
    done(writer.create_event(asking))

    (event,) = ven.get_events(target_type=TargetType.RESOURCE_NAME, target_values=["meter"])
    report = ven.post_report(Report.create_report(event, "house", "USAGE", [1.5, 2], report_name="noon"))

    assert (report.event_id, report.program_id) == (event.id, program.id)
    assert report.payload_descriptors[0].units == "KWH"
    assert report.resources[0].interval_period == event.interval_period
    assert report.resources[0].intervals[0].payloads[0].values == [1.5, 2]
    assert business.get_reports(event_id=event.id) == [report]
    done(writer.delete_resource(meter.id))


def test_reports_are_filtered_and_paged(ven, business, writer, program):
    first, second = (done(writer.create_event(prices(program))) for _ in range(2))
    for number, (event, client_name) in enumerate([(first, "house"), (first, "garage"), (second, "house")]):
        ven.post_report(reported(event, client_name, report_name=str(number)))

    def names(reader, **filters):
        return [report.report_name for report in reader.get_reports(program_id=program.id, **filters)]

    for reader in ven, business:
        assert names(reader) == ["0", "1", "2"]
        assert names(reader, event_id=first.id) == ["0", "1"]
        assert names(reader, client_name="house") == ["0", "2"]
        assert names(reader, event_id=second.id, client_name="garage") == []
        assert names(reader, skip=2, limit=1) == ["2"]


def test_a_report_on_nothing_or_from_business_is_refused(toad, ven, business, writer, program):
    event = done(writer.create_event(prices(program)))
    nowhere = event.model_copy(update={"id": "nowhere"})

    with refused(400):
        ven.post_report(reported(nowhere, "house"))
    with refused(403):
        business.post_report(reported(event, "retailer"))

    assert business.get_reports(program_id=program.id) == []
    assert toad.client("stranger").get_reports() == []


# -- Subscriptions --------------------------------------------------------------------------------------------


def test_a_ven_subscribes_and_is_not_challenged(ven, program, receiver, subscription):
    assert subscription.program_id == program.id
    assert subscription.object_operations == subscribed(program, receiver.url("/hook")).object_operations
    assert ven.get_subscription(subscription.id) == subscription
    assert ven.get_subscriptions() == [subscription]
    assert receiver.heard == []


def test_an_update_replaces_the_subscription(ven, program, receiver, subscription):
    update = subscribed(program, receiver.url("/elsewhere"), client_name="villa")

    updated = ven.put_subscription(subscription.id, update)

    assert (updated.id, updated.client_name) == (subscription.id, "villa")
    assert updated.object_operations == update.object_operations
    assert updated.created == subscription.created
    assert updated.modified > subscription.modified
    assert ven.get_subscription(subscription.id) == updated


def test_subscriptions_are_filtered_and_paged(ven, program, receiver, subscription):
    values = [{"type": "GROUP", "values": ["north"]}]
    garage = ven.post_subscription(
        subscribed(program, receiver.url("/hook"), client_name="garage", targets=values)
    )

    assert ven.get_subscriptions(program_id=program.id) == [subscription, garage]
    assert ven.get_subscriptions(client_name="garage") == [garage]
    assert ven.get_subscriptions(target_type=TargetType.GROUP, target_values=["north"]) == [garage]
    assert ven.get_subscriptions(objects=[ObjectType.EVENT, ObjectType.VEN]) == [subscription, garage]
    assert ven.get_subscriptions(objects=[ObjectType.VEN]) == []
    assert ven.get_subscriptions(skip=1, limit=1) == [garage]


def test_what_is_deleted_or_of_others_is_not_there(toad, ven, subscription):
    stranger = toad.client("stranger")

    assert stranger.get_subscription(subscription.id) is None
    assert stranger.put_subscription(subscription.id, subscription) is None
    assert stranger.delete_subscription(subscription.id) is None
    assert ven.delete_subscription(subscription.id) == subscription
    assert ven.get_subscription(subscription.id) is None
    assert ven.delete_subscription(subscription.id) is None


def test_business_sees_subscriptions_without_their_tokens_and_deletes_them(ven, business, subscription):
    (seen,) = business.get_subscriptions(client_name="house")

    assert seen.id == subscription.id
    assert seen.object_operations[0].bearer_token is None
    with refused(403):
        business.put_subscription(subscription.id, seen)
    assert business.delete_subscription(subscription.id) == seen
    assert ven.get_subscriptions() == []


# -- Tokens ---------------------------------------------------------------------------------------------------


def test_a_wrong_secret_and_a_scope_too_many_are_told_apart(toad, program):
    with pytest.raises(ToadrError, match="invalid_client") as wrong:
        toad.client("ven", client_secret="guessed").get_programs()
    with pytest.raises(ToadrError, match="invalid_scope") as greedy:
        toad.client("ven", scope="write_programs").get_programs()

    assert (wrong.value.status_code, greedy.value.status_code) == (401, 400)


def test_without_a_token_nothing_is_shown(toad, program):
    with refused(401):
        toad.anonymous().get_programs()
    with refused(403):
        toad.client("retailer", scope="read_all").delete_program(program.id)
