"""Whatever staff can read is there in Dutch, and what is compiled is what stands there to be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django import conf
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext

from tests.vtn.admin.texts import APPS, is_dutch, of_admin, said_in, sources, unmarked_in

# Words that are no language's: of the standard, of formats, of the web.
SAME = {"UTC", "OpenADR", "POST", "VEN", "BL", "3.0.1", "3.1.0"}
# Pages for others than staff.
FOR_OTHERS = ("openapi", "twins")
NAMELESS = ("action_checkbox",)
COMPILED = "locale/nl/LC_MESSAGES/django.mo"


def named(path):
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", [*sources("py"), *sources("html")], ids=named)
def test_everything_that_is_said_has_its_dutch(path):
    assert {text for text in said_in(path) if not is_dutch(text)} == set()


@pytest.mark.parametrize("path", [*filter(of_admin, sources("py")), *sources("html")], ids=named)
def test_nothing_is_said_in_one_language_only(path):
    if set(FOR_OTHERS).isdisjoint(path.parts):
        assert unmarked_in(path) - SAME == set()


def texts_of(page: Any, request: Any) -> Iterator[Any]:
    """What the pages of a model are put together from: names, columns, fields, choices, actions, filters."""
    model = page.model
    yield from (model._meta.verbose_name, model._meta.verbose_name_plural, page.search_help_text)
    form = page.get_form(request, model())()
    shown = [*page.get_list_display(request), *flatten_fieldsets(page.get_fieldsets(request, model()))]
    nameless = {*NAMELESS, *form.fields}
    yield from (label_for_field(name, model, page) for name in shown if name not in nameless)
    yield from (description for _, _, description in page.get_actions(request).values())
    for field in form.visible_fields():
        yield from (field.label, field.help_text)
    yield from (label for field in model._meta.local_fields for _, label in field.flatchoices)
    yield from (each.title for each in page.get_list_filter(request) if isinstance(each, type))


@pytest.mark.parametrize("page", admin.site._registry.values(), ids=lambda page: page.model._meta.label)
def test_what_pages_are_put_together_from_has_its_dutch(db, page):
    request = RequestFactory().get("/admin/")
    request.user = User.objects.create_superuser("root")
    said = {}
    for language in ("en", "nl"):
        with translation.override(language):
            said[language] = [str(text or "") for text in texts_of(page, request)]

    same = {english for english, dutch in zip(said["en"], said["nl"], strict=True) if english == dutch}
    with translation.override("nl"):
        assert {text for text in same if text and not (is_dutch(text) and gettext(text) == text)} <= SAME


@pytest.mark.parametrize("app", APPS)
def test_what_is_compiled_is_what_stands_there(app):
    folder = settings.BASE_DIR / app / "locale/nl/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as compiled:
        catalogue = GNUTranslations(compiled)._catalog
    written = entries((folder / "django.po").read_text())

    # Plural forms are filed under a text and a number.
    known = {
        key if isinstance(key, str) else key[0]: value for key, value in sorted(catalogue.items(), key=str)
    }
    assert {key: value for key, value in known.items() if key} == {
        key: value for key, value in written if key
    }
    assert len(written) == len(dict(written))


@pytest.mark.parametrize("app", APPS)
def test_what_django_says_too_is_said_in_djangos_words(app):
    """One catalogue overrides the other: buttons of all pages would say what was meant for one column."""
    theirs = [Path(each.path) for each in apps.get_app_configs() if each.name.startswith("django.")]
    found = [path for folder in (Path(conf.__file__).parent, *theirs) for path in folder.glob(COMPILED)]
    ours = entries((settings.BASE_DIR / app / "locale/nl/LC_MESSAGES/django.po").read_text())

    for path in found:
        with path.open("rb") as compiled:
            said = GNUTranslations(compiled)._catalog
        assert {text: dutch for text, dutch in ours if text and said.get(text, dutch) != dutch} == {}


def entries(catalogue: str) -> list[tuple[str, str]]:
    """Each text with its Dutch, which of plural forms is the last one. A context stands before its text as in what is
    compiled."""
    strings = r'((?:"(?:[^"\\]|\\.)*"\n)+)'
    found = re.findall(
        rf"^(?:msgctxt {strings})?msgid {strings}(?:msgid_plural {strings})?(?:msgstr(?:\[\d\])? {strings})+",
        catalogue,
        re.MULTILINE,
    )
    return [
        (f"{_joined(context)}\x04{_joined(text)}" if context else _joined(text), _joined(dutch))
        for context, text, _, dutch in found
    ]


def _joined(strings: str) -> str:
    return "".join(ast.literal_eval(line) for line in strings.splitlines())
