"""System checks of the settings that say whom the VTN calls, and what it tells of the MQTT broker."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

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
def mqtt_authentication(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.MQTT_AUTHENTICATION in MQTT_AUTHENTICATIONS:
        return []
    known = " or ".join(MQTT_AUTHENTICATIONS)
    return [Error(f"MQTT_AUTHENTICATION is {known}, not '{settings.MQTT_AUTHENTICATION}'", id="vtn.E002")]
