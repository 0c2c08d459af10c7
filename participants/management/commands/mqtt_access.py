"""Tells Mosquitto's dynamic security plugin who may read what: all that it does not know yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from participants.mqtt.dynamic_security import SomebodyElseIsAtIt, bring_up_to_date, put_into
from vtn.notifiers.mqtt import BrokerAway


class Command(BaseCommand):
    help = "Brings the clients and roles of the MQTT broker (Mosquitto's dynamic security plugin) up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        text = (
            "write it into the plugin's file instead, of a broker that does not run: faster for a large fleet"
        )
        parser.add_argument("--file", type=Path, help=text)

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        if file is not None:
            put_into(file)
            return
        if not settings.MQTT_URL:
            raise CommandError("MQTT_URL names no broker")
        try:
            count = bring_up_to_date()
        except BrokerAway as reason:
            raise CommandError(f"The MQTT broker {reason}") from reason
        except SomebodyElseIsAtIt as error:
            text = "Another process tells the MQTT broker at this moment who may read what; try again when it is done"
            raise CommandError(text) from error
        self.stdout.write(f"Changes at the MQTT broker: {count}")
