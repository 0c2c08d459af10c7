"""System checks of the settings that say where the VTN is found."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from vtn.discovery.announcement import fault_of


@register()
def mdns_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.MDNS_URL and (fault := fault_of(settings.MDNS_URL)):
        found.append(Error(f"MDNS_URL is '{settings.MDNS_URL}': {fault}", id="vtn.E006"))
    for address in settings.MDNS_ADDRESSES:
        try:
            ip_address(address)
        except ValueError as error:
            found.append(Error(f"MDNS_ADDRESSES: {error}", id="vtn.E007"))
    return found
