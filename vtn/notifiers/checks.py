"""System checks of the settings that say whom the VTN calls, and what it tells of the MQTT broker."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from vtn.notifiers.client import tls_context
from vtn.notifiers.mqtt import SCHEMES as MQTT_SCHEMES
from vtn.notifiers.mqtt import VERSIONS as MQTT_VERSIONS
from vtn.wire.notifiers import MQTT_AUTHENTICATIONS

_UNSAFE = (
    "UNSAFE_CALLBACKS_OVER_HTTP",
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES",
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE",
)


@register(Tags.security, deploy=True)
def safe_callbacks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What takes a check away is for a laboratory."""
    return [
        Warning(f"{name} is on: any client can have this server call what it should not", id="vtn.W001")
        for name in _UNSAFE
        if getattr(settings, name)
    ]


@register()
def authorities_of_callbacks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without them nobody could be told anything."""
    try:
        tls_context(settings.CALLBACK_CA_FILE)
    except OSError as error:  # SSLError is one
        return [Error(f"CALLBACK_CA_FILE holds no certificates that can be read: {error}", id="vtn.E008")]
    return []


@register()
def mqtt_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    method = settings.MQTT_AUTHENTICATION
    found: list[CheckMessage] = []
    if method not in MQTT_AUTHENTICATIONS:
        text = f"MQTT_AUTHENTICATION is {' or '.join(MQTT_AUTHENTICATIONS)}, not '{method}'"
        found.append(Error(text, id="vtn.E002"))
    if settings.MQTT_URL and urlsplit(settings.MQTT_URL).scheme not in MQTT_SCHEMES:
        schemes = ":// or ".join(MQTT_SCHEMES)
        found.append(Error(f"MQTT_URL begins with {schemes}://", id="vtn.E003"))
    if settings.MQTT_VERSION not in MQTT_VERSIONS:
        text = f"MQTT_VERSION is {' or '.join(MQTT_VERSIONS)}, not '{settings.MQTT_VERSION}'"
        found.append(Error(text, id="vtn.E004"))
    if settings.MQTT_CALLBACK_SECRET and settings.MQTT_USERNAME != "{clientID}":
        text = "With MQTT_CALLBACK_SECRET, MQTT_USERNAME is {clientID}: by it a broker says who asks"
        found.append(Error(text, id="vtn.E005"))
    return found


@register(Tags.security, deploy=True)
def mqtt_broker(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.MQTT_URIS and not settings.MQTT_URL:
        text = "MQTT_URIS names a broker to VENs, but without MQTT_URL nothing is published there"
        found.append(Warning(text, id="vtn.W002"))
    if any(urlsplit(uri).scheme in ("mqtt", "ws") for uri in settings.MQTT_URIS):
        text = "MQTT_URIS names a broker without TLS, which 3.1.0 demands of clients"
        found.append(Warning(text, id="vtn.W003"))
    if settings.MQTT_URL and not (settings.MQTT_DYNAMIC_SECURITY or settings.MQTT_CALLBACK_SECRET):
        text = "Nobody tells the MQTT broker who may read what: MQTT_DYNAMIC_SECURITY and MQTT_CALLBACK_SECRET are off"
        found.append(Warning(text, id="vtn.W004"))
    return found
