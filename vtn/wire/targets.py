"""The reversible codec between 3.0.1's typed targets and 3.1's plain ones (decisions/openadr.md §3).

3.0.1 writes `{"type": "GROUP", "values": ["north"]}`, 3.1 writes `"north"`. What is stored is 3.1's text; every
other type is spelled out in front (`VEN_NAME:v1`), and a GROUP value that already looks typed gets `GROUP:`. No
list of known types is consulted, so what a text decodes to never depends on what was stored before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sized
from decimal import Decimal
from typing import Any

from django.conf import settings

from vtn import errors
from vtn.wire import body

_GROUP = "GROUP"
_TYPE = re.compile(r"[A-Z][A-Z0-9_]*")
_LOOKS_TYPED = re.compile(r"(GROUP:)*(?!GROUP:)[A-Z][A-Z0-9_]*:")
MAX_TARGET_LENGTH = 128

Literals = dict[str, Any]


def encode(kind: str, value: str) -> str:
    """A typed value as a 3.1 target. `kind` matches `[A-Z][A-Z0-9_]*`."""
    if kind != _GROUP:
        return f"{kind}:{value}"
    return f"{_GROUP}:{value}" if _LOOKS_TYPED.match(value) else value


def decode(target: str) -> tuple[str, str]:
    """The type and value that a 3.1 target stands for."""
    if not _LOOKS_TYPED.match(target):
        return _GROUP, target
    kind, _, value = target.partition(":")
    return kind, value


def require_few(targets: Sized) -> None:
    """Each target is a row and an entry in two indexes. Raises `Invalid`."""
    if len(targets) > settings.MAX_TARGETS:
        raise errors.Invalid(f"targets: there are more than {settings.MAX_TARGETS}")


def from_values_maps(values_maps: Iterable[dict[str, Any]]) -> tuple[list[str], Literals]:
    """3.0.1 targets as 3.1 targets, with the numbers and booleans among their values to read back as written.

    Raises `Invalid` for what 3.1 cannot hold: a type in another spelling, no value or a point, a text that is empty or
    long, and one value written both as a text and as a number.
    """
    targets: list[str] = []
    written: dict[str, Any] = {}  # the literal of each target, None where it is a text
    for values_map in values_maps:
        kind = values_map["type"]
        if not _TYPE.fullmatch(kind):
            raise errors.Invalid(
                f"targets: the type '{kind[:140]}' is not in capitals, digits and underscores"
            )
        if not values_map["values"]:
            # Taken for no target, it would show the object to everybody.
            raise errors.Invalid(f"targets: the type '{kind}' has no values")
        for value in values_map["values"]:
            target = _target(kind, value)
            literal = None if isinstance(value, str) else value
            if written.setdefault(target, literal) != literal:
                raise errors.Invalid(f"targets: '{target}' is written as a text and as a number")
            targets.append(target)
    require_few(targets)
    return targets, {target: literal for target, literal in written.items() if literal is not None}


def _target(kind: str, value: Any) -> str:
    if isinstance(value, dict):
        raise errors.Invalid("targets: a point cannot be a target's value")
    target = encode(kind, value if isinstance(value, str) else _text_of(value))
    if not 1 <= len(target) <= MAX_TARGET_LENGTH:
        raise errors.Invalid(f"targets: '{target[:140]}' is not of 1 to {MAX_TARGET_LENGTH} characters")
    return target


def _text_of(value: Any) -> str:
    """A number or boolean as it comes back from the database, which writes no exponents."""
    return format(value, "f") if isinstance(value, Decimal) else body.encode_text(value)


def to_values_maps(targets: Iterable[str], literals: Literals | None) -> list[dict[str, Any]]:
    """3.1 targets as 3.0.1 writes them: equal types together, in the order in which they first appear."""
    values: dict[str, list[str | int | bool | Decimal]] = {}
    for target in targets:
        kind, value = decode(target)
        values.setdefault(kind, []).append((literals or {}).get(target, value))
    return [{"type": kind, "values": found} for kind, found in values.items()]


def asked_for(kind: str, values: Iterable[str]) -> frozenset[str]:
    """The 3.1 targets that a 3.0.1 query names. A type that cannot be stored matches nothing."""
    return frozenset(encode(kind, value) for value in values) if _TYPE.fullmatch(kind) else frozenset()


def storable(targets: frozenset[str]) -> frozenset[str]:
    """Those that an object could have: a longer text matches nothing, and need not be carried further."""
    return frozenset(target for target in targets if 1 <= len(target) <= MAX_TARGET_LENGTH)
