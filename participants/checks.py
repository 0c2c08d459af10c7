"""Checks of the settings of tokens and maps, so that a mistake is found at the start and not at the first use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from participants.tokens.keys import key_ring

_OF_TILES = ("{z}", "{x}", "{y}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@register()
def token_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        key_ring()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="participants.E001")]
    return []


@register()
def external_issuer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """All of it or nothing: without an audience, tokens for any other application of the issuer would do."""
    named = [settings.EXTERNAL_ISSUER, settings.EXTERNAL_JWKS_URL, settings.EXTERNAL_AUDIENCE]
    found: list[CheckMessage] = []
    if any(named) and not all(named):
        text = "EXTERNAL_ISSUER, EXTERNAL_JWKS_URL and EXTERNAL_AUDIENCE go together; set all three"
        found.append(Error(text, id="participants.E002"))
    if settings.EXTERNAL_ISSUER and settings.EXTERNAL_ISSUER == settings.TOKEN_ISSUER:
        found.append(Error("EXTERNAL_ISSUER must differ from TOKEN_ISSUER", id="participants.E003"))
    address = urlsplit(settings.EXTERNAL_JWKS_URL)
    if address.scheme not in ("", "https") and address.hostname not in _LOOPBACK:
        text = "EXTERNAL_JWKS_URL is not https: whoever is on the way can make tokens"
        found.append(Warning(text, id="participants.W001"))
    return found


@register()
def map_tiles(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A map without its ground would be a riddle to whoever looks at it."""
    tiles = settings.MAP_TILES_URL
    if not tiles or (tiles.startswith(("https://", "http://")) and all(each in tiles for each in _OF_TILES)):
        return []
    return [
        Error(
            "MAP_TILES_URL must begin with https:// or http:// and have {z}, {x} and {y}",
            id="participants.E004",
        )
    ]
