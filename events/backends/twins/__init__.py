"""Twins: small real servers that behave as other systems are documented to, for demonstrations and tests."""

from __future__ import annotations

from django.utils.module_loading import import_string

from events.backends.twins.serving import Twin

# By the names that `manage.py twin` knows them by, as dotted names.
TWINS = {
    "eniris": "events.backends.twins.eniris.twin.EnirisTwin",
    "tygron": "events.backends.twins.tygron.TygronTwin",
}


def twin_named(name: str) -> type[Twin]:
    """The class. Raises `KeyError`."""
    return import_string(TWINS[name])
