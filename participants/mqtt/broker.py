"""The broker that the settings name."""

from __future__ import annotations

from django.conf import settings

from vtn.notifiers.mqtt import BrokerRules


def broker_rules() -> BrokerRules:
    return BrokerRules(
        url=settings.MQTT_URL,
        ca_file=settings.MQTT_CA_FILE,
        version=settings.MQTT_VERSION,
        timeout=settings.MQTT_TIMEOUT,
    )
