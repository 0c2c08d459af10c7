"""What a client is told of how to connect to the broker."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from participants.mqtt.access import broker_name
from participants.mqtt.certificates import authority


def authentication_of(client_id: str, *, now: datetime) -> dict[str, str]:
    """One of 3.1.0's three. With certificates each call makes a new one, for this client alone."""
    method = settings.MQTT_AUTHENTICATION
    if method == "OAUTH2_BEARER_TOKEN":
        return {"method": method, "username": settings.MQTT_USERNAME}
    if method != "CERTIFICATE":
        return {"method": method}
    ours = authority(now=now)
    lifetime = timedelta(days=settings.MQTT_CERTIFICATE_DAYS)
    mine = ours.for_client(broker_name(client_id), now=now, lifetime=lifetime)
    trusted = Path(settings.MQTT_CA_FILE).read_text("ascii") if settings.MQTT_CA_FILE else ours.text
    return {"method": method, "caCert": trusted, "clientCert": mine.text, "clientKey": mine.key}
