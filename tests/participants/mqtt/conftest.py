"""A real Mosquitto with its dynamic security plugin, the VTN that tells it of changes, and clients that listen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from participants.mqtt.broker import broker_rules
from participants.mqtt.dynamic_security import bring_up_to_date
from participants.mqtt.publishing import publish_waiting
from participants.mqtt.telling import tell
from tests.conftest import Actor
from tests.twins.mosquitto import Broker, Listener, mosquitto_home
from vtn.models import OutboxEntry
from vtn.relay.changes import Change
from vtn.wire import body

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TOPICS = "/notifiers/mqtt/topics"


@pytest.fixture
def broker(transactional_db: None, settings: Any) -> Iterator[Broker]:
    """Runs, and knows nobody but the VTN."""
    with mosquitto_home() as (mosquitto, home):
        broker = Broker(mosquitto, home)
        settings.MQTT_URL = broker.environment["MQTT_URL"]
        settings.MQTT_URIS = [broker.environment["MQTT_URIS"]]
        settings.MQTT_AUTHENTICATION = broker.environment["MQTT_AUTHENTICATION"]
        settings.MQTT_DYNAMIC_SECURITY = True
        settings.MQTT_TIMEOUT = 5.0
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


@pytest.fixture
def listen(broker: Broker) -> Iterator[Callable[..., Listener]]:
    """Connects an actor as /notifiers tells it, and subscribes to what the paths of topics name for it."""
    listeners: list[Listener] = []

    def listen(actor: Actor, *paths: str) -> Listener:
        binding = actor.get("/notifiers").json()["MQTT"]
        assert binding["URIS"] == [f"mqtts://127.0.0.1:{broker.port}"]
        listener = Listener(broker.port, binding["authentication"]).connect()
        listeners.append(listener)
        for path in paths:
            answer = actor.get(TOPICS + path)
            assert answer.status_code == 200, answer.content
            assert listener.may_subscribe(answer.json()["topics"]["ALL"])
        return listener

    yield listen
    for listener in listeners:
        listener.close()


@pytest.fixture
def give_access(broker: Broker) -> Callable[[], int]:
    """What the sweep does."""
    return bring_up_to_date


@pytest.fixture
def relay() -> Callable[[], None]:
    """Hands over the changes that were recorded since it was last called."""
    told = 0

    def relay() -> None:
        nonlocal told
        fresh = OutboxEntry.objects.filter(id__gt=told).exclude(object_type="CLIENT").order_by("id")
        tell(changes := [_change(entry) for entry in fresh])
        told = changes[-1].entry_id if changes else told

    return relay


def _change(entry: OutboxEntry) -> Change:
    before, after = (None if each is None else body.encode_text(each) for each in (entry.before, entry.after))
    kind = (entry.object_type, entry.object_id, entry.operation)
    return Change(entry.pk, *kind, None, entry.made_at, {}, before, after)


@pytest.fixture
def publish(relay: Callable[[], None]) -> Callable[[], None]:
    """Publishes all that has changed."""

    def publish() -> None:
        relay()
        assert not publish_waiting(broker_rules(), now=timezone.now(), run_for=60)

    return publish


def read(heard: list[tuple[str, bytes]]) -> list[tuple[str, dict[str, Any]]]:
    return [(topic, json.loads(payload)) for topic, payload in heard]
