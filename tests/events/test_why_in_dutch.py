"""What the pages about a VEN, an event and a report say is in the Dutch catalogues."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings

from tests.vtn.admin.test_translations import said_in

ROOT = settings.BASE_DIR
SOURCES = [
    *(ROOT / "events/why").glob("*.py"),
    *(ROOT / "events/admin" / f"{name}.py" for name in ("why", "seen")),
    *(ROOT / "events/templates/admin/events/why").glob("*.html"),
    *(ROOT / "events/reports" / f"{name}.py" for name in ("admin", "chart_shown")),
    *(ROOT / "events/templates/admin/events/report").glob("*.html"),
    *(ROOT / "participants/admin" / f"{name}.py" for name in ("vens", "ven_shown", "onboarding")),
    *(ROOT / "participants/templates/admin/participants/ven").glob("*.html"),
]


def known() -> set[str]:
    """The texts of all three; a key of plural forms has its number beside it."""
    found: set[str] = set()
    for app in ("vtn", "events", "participants"):
        with (ROOT / app / "locale/nl/LC_MESSAGES/django.mo").open("rb") as compiled:
            keys = GNUTranslations(compiled)._catalog
            found |= {key if isinstance(key, str) else key[0] for key in keys}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: Path(path).name)
def test_everything_that_is_said_has_its_dutch(path):
    assert said_in(path) - known() == set()
