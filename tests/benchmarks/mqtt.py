"""How many private copies of one event the broker takes receipt of in a second, and what each costs the VTN."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from events.services import create_event
from events.wire import v310 as events_wire
from participants.models import Publication
from participants.mqtt.broker import broker_rules
from participants.mqtt.publishing import publish_waiting
from programs.services import create_program
from programs.wire import v310 as programs_wire
from vtn.caller import Caller
from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.mosquitto import EmbeddedMosquitto, Mosquitto, directory
from vtn.launcher.web_address import free_port
from vtn.models import OutboxEntry

_TARGET = "mqtt-bench"
# Only what the copies are found by: the ways from the target to the VENs.
_WAYS = """
    INSERT INTO participants_ventarget (ven_id, target, created_at)
    SELECT gen_random_uuid()::text, %s, now() FROM generate_series(1, %s)
"""


@dataclass(frozen=True)
class CopyPace:
    """Copies with their receipts per second, and microseconds of one core for each: of the publisher alone."""

    copies: int
    per_second: float
    core_us: float


def measure(vens: int, *, repeats: int, tell: Callable[[str], None]) -> list[CopyPace]:
    """Raises CannotStart where there is no Mosquitto."""
    home = Home.from_environment()
    mosquitto = Mosquitto.found(host="127.0.0.1", port=free_port())
    if mosquitto is None:
        raise CannotStart("The part mqtt needs Mosquitto: on Debian, apt install mosquitto")
    settings.MQTT_URL = mosquitto.environment(home)["MQTT_URL"]
    call_command("mqtt_certificates", str(directory(home)), host=mosquitto.names)
    broker = EmbeddedMosquitto(mosquitto, home, tell=tell)
    broker.start()
    try:
        _set_up(vens)
        return [_publish(vens) for _ in range(repeats)]
    finally:
        broker.stop()


def _set_up(vens: int) -> None:
    staff = Caller.staff("bench")
    content = programs_wire.parse_program({"programName": "mqtt-bench"})
    program = create_program(caller=staff, content=content, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, [_TARGET, vens])
        cursor.execute("ANALYZE participants_ventarget")
    hours = [{"id": hour, "payloads": [{"type": "PRICE", "values": [0.1 + hour]}]} for hour in range(24)]
    written = {
        "programID": program.id,
        "targets": [_TARGET],
        "intervalPeriod": {"start": "2026-06-01T00:00:00Z", "duration": "PT1H"},
        "intervals": hours,
    }
    create_event(caller=staff, content=events_wire.parse_event(written), now=timezone.now())


def _publish(vens: int) -> CopyPace:
    entry = OutboxEntry.objects.filter(object_type="EVENT").latest("id")
    Publication.objects.all().delete()
    Publication.objects.create(entry=entry)
    began, began_cpu = time.perf_counter(), time.process_time()
    while publish_waiting(broker_rules(), now=timezone.now(), run_for=60):
        pass
    elapsed, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return CopyPace(vens, vens / elapsed, cpu / vens * 1e6)
