"""The file: the program as a 3.1.0 request, and what belongs to it under the names of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from programs.content import ProgramContent
from programs.wire import v310
from vtn import errors
from vtn.content import Content
from vtn.models import TargetedObject
from vtn.wire import body
from vtn.wire.schema import Schema

FORMAT, VERSION = "openadr3-program", 1

Checked = TypeVar("Checked", bound=Content)


class Written(Schema, frozen=True, forbid_unknown_fields=True):
    """An object: `request` is what a client of 3.1.0 would write, `literals` the numbers and booleans that a client of
    3.0.1 wrote among its targets (vtn/wire/targets.py)."""

    request: dict[str, Any]
    literals: dict[str, Any] | None = None


class ProgramFile(Schema, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    program: Written
    parts: dict[str, list[Any]]
    four_eyes: bool = False


def parse_file(document: bytes) -> ProgramFile:
    """Raises `Invalid`."""
    written = body.decode(document)
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise errors.Invalid(
            _("This is no file of a program: format is not '%(format)s'") % {"format": FORMAT}
        )
    if written.get("version") != VERSION:
        raise errors.Invalid(_("version: this VTN reads version %(version)s") % {"version": VERSION})
    return body.conform(written, ProgramFile)


def parse_program(written: Written) -> ProgramContent:
    """Raises `Invalid`."""
    return with_literals(v310.parse_program(written.request), written)


def with_literals(content: Checked, written: Written) -> Checked:
    """Raises `Invalid`."""
    literals = written.literals or {}
    if not all(isinstance(value, bool | int | Decimal) for value in literals.values()):
        raise errors.Invalid(_("literals: expected numbers and booleans"))
    return replace(content, literals=literals)


def render_object(stored: TargetedObject, *left_out: str) -> dict[str, Any]:
    """As `Written` reads it. What the VTN has added is not there."""
    members = {name: value for name, value in stored.content.items() if name not in left_out}
    targets = {"targets": stored.targets} if stored.targets else {}
    literals = {"literals": stored.literals} if stored.literals else {}
    return {"request": {**members, **targets}, **literals}


def render_file(
    program: dict[str, Any], parts: Mapping[str, Iterable[dict[str, Any]]], *, four_eyes: bool
) -> Iterator[bytes]:
    """The file piece by piece, each object of a part in a line of its own."""
    head = {"format": FORMAT, "version": VERSION, "fourEyes": four_eyes, "program": program}
    yield b"{\n"
    for name, value in head.items():
        yield b"  %b: %b,\n" % (body.encode(name), body.encode(value))
    yield b'  "parts": {'
    for place, (name, objects) in enumerate(parts.items()):
        yield b"%b\n    %b: [" % (b"," if place else b"", body.encode(name))
        for number, each in enumerate(objects):
            yield b"%b\n      %b" % (b"," if number else b"", body.encode(each))
        yield b"\n    ]"
    yield b"\n  }\n}\n"
