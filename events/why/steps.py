"""A step of an explanation, and how its facts are put into words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

_NAMED = 10


class Says(StrEnum):
    """NOTE decides nothing."""

    YES = "yes"
    NO = "no"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    says: Says
    fact: str


def listed(targets: Collection[str]) -> str:
    names = list(targets)
    if not names:
        return _("none")
    shown = ", ".join(f"“{name}”" for name in names[:_NAMED])
    return f"{shown}, …" if len(names) > _NAMED else shown
