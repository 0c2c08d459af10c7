"""What every service here asks before it writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vtn import errors
from vtn.wire.targets import require_few

_LONGEST = 128  # of names and targets, in both files
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def checked_name(member: str, text: str) -> str:
    """Raises `Invalid` that names the member."""
    if not 1 <= len(text) <= _LONGEST:
        raise errors.Invalid(f"{member}: 1 to {_LONGEST} characters")
    if _CONTROL.search(text):
        raise errors.Invalid(f"{member}: control characters are not allowed")
    return text


def checked_targets(targets: Iterable[str]) -> list[str]:
    """Each once, in the order they were given. Raises `Invalid`."""
    checked = list(dict.fromkeys(checked_name("targets", target) for target in targets))
    require_few(checked)
    return checked
