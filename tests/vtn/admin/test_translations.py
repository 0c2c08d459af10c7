"""What the pages of this part say is in the Dutch catalogue, and what is compiled is what stands there to be read."""

from __future__ import annotations

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "vtn/locale/nl/LC_MESSAGES"
SOURCES = [
    *(settings.BASE_DIR / "vtn/admin").glob("*.py"),
    *(settings.BASE_DIR / "participants/admin" / f"{name}.py" for name in ("panels", "standing")),
    *(settings.BASE_DIR / "events/admin" / f"{name}.py" for name in ("panels", "drawing")),
    settings.BASE_DIR / "config/look.py",
]
TEMPLATES = [
    *(settings.BASE_DIR / "vtn/templates/admin/vtn").glob("*.html"),
    settings.BASE_DIR / "participants/templates/admin/participants/client/add_secret.html",
]


def catalogue() -> GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def said_in(path: Path) -> set[str]:
    if path.suffix == ".html":
        return {text for _, text in re.findall(r"{% translate (['\"])(.*?)\1", path.read_text())}
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    marked = (call for call in calls if getattr(call.func, "id", "") in ("_", "gettext", "gettext_lazy"))
    return {each.args[0].value for each in marked if isinstance(each.args[0], ast.Constant)}


@pytest.mark.parametrize("path", [*SOURCES, *TEMPLATES], ids=lambda path: path.name)
def test_everything_that_is_said_has_its_dutch(path):
    known = catalogue()._catalog

    assert {text for text in said_in(path) if text not in known} == set()


def test_what_is_compiled_is_what_stands_there():
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (FOLDER / "django.po").read_text(), re.MULTILINE)

    compiled = {key: value for key, value in catalogue()._catalog.items() if key}
    assert compiled == dict(written)
