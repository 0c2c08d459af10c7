"""What waits for the broker is published once and for all, whatever happens to the broker meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.core.cache import cache
from django.utils import timezone

from participants.models import Publication
from participants.mqtt import publishing, tasks
from participants.mqtt.audience import vens_granted
from participants.mqtt.broker import broker_rules
from participants.mqtt.publishing import TURN, publish_again, publish_waiting
from tests.conftest import event_request
from tests.participants.conftest import make_resource, make_ven
from tests.participants.mqtt.conftest import read
from vtn.notifiers.mqtt import BrokerAway
from vtn.turns import long_turn


def publish_for(seconds):
    return publish_waiting(broker_rules(), now=timezone.now(), run_for=seconds)


@pytest.fixture(autouse=True)
def broker_was_never_away():
    cache.clear()
    yield
    cache.clear()


def names(listener):
    return [notification["object"]["eventName"] for _, notification in read(listener.heard)]


def test_what_was_written_while_the_broker_was_dead_arrives_in_order(
    broker, business, program, listen, give_access, publish, relay
):
    give_access()
    publish()
    office = listen(business, f"/programs/{program['id']}/events")
    broker.kill()
    office.wait_until_cut_off()
    for number in range(20):
        business.post("/events", event_request(program, eventName=f"event {number}"))
    relay()

    with pytest.raises(BrokerAway, match="cannot be reached"):
        publish_for(60)
    assert Publication.objects.waiting().count() == 20

    broker.start()
    office.wait_until_connected()
    assert office.may_subscribe(f"business/events/programs/{program['id']}/+")
    assert not publish_for(60)
    office.wait_for(20)
    assert names(office) == [f"event {number}" for number in range(20)]
    assert not Publication.objects.exists()


def test_a_broker_that_is_killed_in_the_middle_gets_all_again_from_there_on(
    broker, business, house, program, own, listen, give_access, publish, relay, monkeypatch
):
    """At least once: some come twice. In order: without those that come twice, each is there, and none before another
    that is older."""
    monkeypatch.setattr(publishing, "_SAVE_EVERY", 10)
    give_access()
    publish()
    ven_id = own(house)["id"]
    at_house = listen(house, f"/vens/{ven_id}/events")
    for number in range(400):
        business.post("/events", event_request(program, eventName=f"{number:03}", targets=["north"]))
    relay()

    killer = threading.Thread(target=lambda: (at_house.wait_for(150), broker.kill()))
    killer.start()
    with pytest.raises(BrokerAway):
        publish_for(60)
    killer.join()
    left = Publication.objects.waiting().count()
    assert 0 < left < 400
    at_house.wait_until_cut_off()
    before = len(at_house.heard)
    assert 400 - left <= before, "some are taken for published that were not"

    broker.start()
    at_house.wait_until_connected()
    assert at_house.may_subscribe(f"events/vens/{ven_id}/+")
    assert not publish_for(60)

    at_house.wait_for(before + left)
    heard = names(at_house)
    assert heard[:before] == [f"{number:03}" for number in range(before)]
    assert heard[before:] == [f"{number:03}" for number in range(400 - left, 400)]
    assert not Publication.objects.exists()


def test_copies_go_on_after_the_last_that_has_its_receipt(
    broker, business, program, listen, give_access, publish, relay
):
    give_access()
    publish()
    ids = sorted(
        make_ven(f"VEN {number}", client_id=f"ven-{number}", targets=["wide"]).id for number in range(6)
    )
    relay()
    Publication.objects.all().delete()
    office = listen(business, "/events")
    assert office.may_subscribe("events/vens/+/+")
    business.post("/events", event_request(program, targets=["wide"]))
    relay()
    Publication.objects.update(told_until=ids[2])

    assert not publish_for(60)

    topics = [topic for topic, _ in office.wait_for(3)]
    assert topics == [f"events/vens/{ven_id}/create" for ven_id in ids[3:]]


def test_a_publication_that_takes_long_stops_and_goes_on(
    broker, business, program, listen, give_access, publish, relay, monkeypatch
):
    monkeypatch.setattr(publishing, "_SAVE_EVERY", 2)
    give_access()
    for number in range(6):
        make_ven(f"VEN {number}", client_id=f"ven-{number}", targets=["wide"])
    publish()
    office = listen(business, "/events")
    assert office.may_subscribe("events/vens/+/+")
    business.post("/events", event_request(program, targets=["wide"]))
    relay()

    runs = 0
    while publish_for(1e-9):
        runs += 1
        assert runs < 20, "it comes no further"

    assert len(office.wait_for(1 + 6)) == 7


def test_a_change_that_takes_long_is_told_to_its_end_before_the_next_begins(
    broker, business, house, program, listen, give_access, publish, relay, monkeypatch
):
    monkeypatch.setattr(publishing, "_SAVE_EVERY", 4)
    give_access()
    for number in range(9):
        make_ven(f"VEN {number}", client_id=f"ven-{number}", targets=["wide"])
    made = business.post("/events", event_request(program, targets=["wide"])).json()
    publish()
    at_house = listen(house, f"/programs/{program['id']}/events")
    business.put(f"/events/{made['id']}", event_request(program))
    business.delete(f"/events/{made['id']}")
    relay()

    while publish_for(1e-9):
        pass

    heard = [topic for topic, _ in at_house.wait_for(2)]
    assert heard == [f"events/programs/{program['id']}/{operation}" for operation in ("create", "delete")]


def test_what_the_broker_refuses_stays_with_the_reason_until_it_is_published_again(
    broker, business, house, own, listen, give_access, publish, relay
):
    give_access()
    publish()
    office = listen(business, "/programs")
    broker.forbid("business/programs/create")
    business.post("/programs", {"programName": "refused"})
    relay()

    assert not publish_for(60)

    (dead,) = Publication.objects.all()
    assert (dead.reason, dead.refused_at is None) == ("Not authorized", False)
    assert not Publication.objects.waiting().exists()
    assert office.heard == []

    broker.allow("business/programs/create")
    assert publish_again([dead.pk]) == 1
    assert not publish_for(60)
    (told,) = read(office.wait_for(1))
    assert told[1]["object"]["programName"] == "refused"
    assert not Publication.objects.exists()


def test_what_is_larger_than_the_broker_takes_is_refused_and_holds_up_nothing(
    broker, business, program, listen, give_access, publish, relay
):
    """It would be thrown out for it, each time anew."""
    broker.limit(packet=20_000)
    give_access()
    publish()
    office = listen(business, f"/programs/{program['id']}/events")
    many = [{"id": number, "payloads": [{"type": "PRICE", "values": [0.1]}]} for number in range(1_000)]
    for name, members in (("before", {}), ("too large", {"intervals": many}), ("after", {})):
        business.post("/events", event_request(program, eventName=name, **members))
    relay()

    assert not publish_for(60)

    office.wait_for(2)
    assert names(office) == ["before", "after"]
    (refused,) = Publication.objects.all()
    assert refused.reason == "Larger than the 20000 bytes that the broker takes"
    assert refused.refused_at is not None


def test_one_process_publishes_at_a_time(broker, business, relay):
    business.post("/programs", {"programName": "waiting"})
    relay()
    held, let_go = threading.Event(), threading.Event()

    def other() -> None:
        from django.db import connection

        with long_turn(TURN) as is_ours:
            assert is_ours
            held.set()
            let_go.wait(60)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(60)

    assert not publish_for(60)
    assert Publication.objects.count() > 0

    let_go.set()
    thread.join()
    assert not publish_for(60)
    assert not Publication.objects.exists()


def test_a_broker_that_is_away_is_left_in_peace_for_a_while(broker, business, relay, caplog):
    business.post("/programs", {"programName": "waiting"})
    relay()
    broker.stop()

    for _ in range(3):
        tasks.publish()

    warnings = [each.getMessage() for each in caplog.records if "MQTT broker" in each.getMessage()]
    assert len(warnings) == 1
    assert warnings[0].endswith("trying again in 2 s")
    assert Publication.objects.exists()

    broker.start()
    cache.clear()
    tasks.publish()
    assert not Publication.objects.exists()


def test_without_mqtt_nothing_waits(db, settings, business, relay):
    settings.MQTT_URL = ""
    business.post("/programs", {"programName": "day-ahead"})

    relay()
    tasks.publish()
    tasks.bring_access_up_to_date()

    assert not Publication.objects.exists()


def test_a_target_is_granted_to_a_ven_by_itself_or_by_a_resource(db):
    first = make_ven("first", targets=["a", "b"])
    second = make_ven("second", targets=["c"])
    make_resource(second.id, "boiler", targets=["a"])
    make_resource(second.id, "heater", targets=["a", "b"])
    make_ven("third", targets=["d"])

    found = {ven_id: sorted(granted) for ven_id, granted in vens_granted(["a", "b"], after="")}

    assert found == {first.id: ["a", "b"], second.id: ["a", "b"]}
    assert list(vens_granted(["a", "b"], after=max(first.id, second.id))) == []
    assert list(vens_granted([], after="")) == []
