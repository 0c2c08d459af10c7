"""The texts that staff see, as they are found in the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

APPS = ("vtn", "licensing", "participants", "programs", "events", "tariffs")
_MARKS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
# Where a text stands that is shown: as an argument by name, at a place in a call, under a name; and what fills a cell.
_KEYWORDS = ("label", "help_text", "description", "caption", "title")
_CALLS = {"ValidationError": 0, "message_user": 1, "add_error": 1}
_NAMES = ("search_help_text", "title", "help_texts", "labels")


def sources(ending: str) -> list[Path]:
    """Ours, migrations left out."""
    found = [path for app in APPS for path in (settings.BASE_DIR / app).rglob(f"*.{ending}")]
    return sorted(path for path in found if "migrations" not in path.parts)


def of_admin(path: Path) -> bool:
    """Whether it is a module of pages, or of a form on them."""
    return "admin" in (*path.parts, path.stem) or path.stem in ("settings", "form", "http_form", "console")


def said_in(path: Path) -> set[str]:
    """What is marked to be translated; of plural forms the first."""
    if path.suffix == ".html":
        marked = re.findall(r"gettext\(u?(['\"].*?['\"])(?=[,)])", templatize(path.read_text()))
        constants = re.findall(r"[^\w]_\((['\"].*?['\"])\)", path.read_text())
        return {ast.literal_eval(text).replace("%%", "%") for text in (*marked, *constants)}
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    texts = (call.args[0] for call in calls if getattr(call.func, "id", "") in _MARKS and call.args)
    return {text.value for text in texts if isinstance(text, ast.Constant)}


def unmarked_in(path: Path) -> set[str]:
    """What is shown and not marked."""
    if path.suffix == ".html":
        return set(_plain(path.read_text()))
    shown = (text for node in ast.walk(ast.parse(path.read_text())) for text in _shown(node))
    plain = (ast.unparse(text) for text in shown if isinstance(text, ast.Constant | ast.JoinedStr))
    return {text for text in plain if re.search("[A-Za-z]{2}", re.sub(r"{.*?}", "", text[2:]))}


def is_dutch(text: str) -> bool:
    """Whether a catalogue has it, ours or Django's, as it stands or beginning with a small letter."""
    catalogue = trans_real.translation("nl")._catalog
    written = (text, text[:1].lower() + text[1:])
    return any(each in catalogue or (each, 0) in catalogue for each in written)


def _shown(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        place = _CALLS.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
        named = [each.value for each in node.keywords if each.arg in _KEYWORDS]
        yield from (*named, *(node.args[place : place + 1] if place is not None else ()))
    elif isinstance(node, ast.Assign) and any(getattr(each, "id", "") in _NAMES for each in node.targets):
        yield from node.value.values if isinstance(node.value, ast.Dict) else (node.value,)
    elif isinstance(node, ast.FunctionDef) and any(map(_fills_cells, node.decorator_list)):
        yield from (
            text for each in ast.walk(node) if isinstance(each, ast.Return) for text in _given(each.value)
        )
    elif isinstance(node, ast.Dict):
        keys = (getattr(key, "value", None) for key in node.keys)
        yield from (value for key, value in zip(keys, node.values, strict=True) if key == "title")


def _fills_cells(decorator: ast.AST) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "admin.display"


def _given(value: ast.expr | None) -> Iterator[ast.AST]:
    """What a function may return: each side of an `or` and of an `if`."""
    if isinstance(value, ast.BoolOp | ast.IfExp):
        for each in value.values if isinstance(value, ast.BoolOp) else (value.body, value.orelse):
            yield from _given(each)
    elif value is not None:
        yield value


def _plain(template: str) -> Iterator[str]:
    """Words between tags, and in attributes that are shown."""
    text = re.sub(r"(?s){% blocktranslate.*?{% endblocktranslate %}|{#.*?#}", "", template)
    yield from re.findall(r'{% include[^%]*? title="([^"]*)"', text)
    text = re.sub(r"(?s){%.*?%}|{{.*?}}|<script.*?</script>|<style.*?</style>", " ", text)
    yield from re.findall(
        r'(?:aria-label|title|placeholder|alt|type="submit"[^>]*? value)="([^"]*[a-z]{2}[^"]*)"', text
    )
    words = re.sub(r"(?s)<[^>]*>", "\n", text).split("\n")
    yield from (word.strip() for word in words if re.search("[A-Za-z]{2}", word))
