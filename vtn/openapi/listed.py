"""The differences that are meant, each with its reason, read from the document that tells people about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_ROW = re.compile(r"\| `(?P<difference>[^`]+)` \| (?P<reason>.*\S) +\|")


@dataclass(frozen=True)
class Listed:
    """In `difference`, `*` stands for any text."""

    versions: frozenset[str]
    difference: str
    reason: str

    def covers(self, difference: str) -> bool:
        wanted = ".*".join(map(re.escape, self.difference.split("*")))
        return re.fullmatch(wanted, difference) is not None


def read_listed(document: Path) -> list[Listed]:
    """The rows of the tables. The heading above a table names the versions it is about."""
    listed: list[Listed] = []
    versions: frozenset[str] = frozenset()
    for line in document.read_text().splitlines():
        if line.startswith("#"):
            versions = frozenset(_VERSION.findall(line))
        elif row := _ROW.fullmatch(line.strip()):
            listed.append(Listed(versions, row["difference"], row["reason"]))
    return listed


def complaints(version: str, differences: Iterable[str], listed: Iterable[Listed]) -> list[str]:
    """What is different and not listed, and what is listed and not different any more."""
    differences = list(differences)
    rows = [row for row in listed if version in row.versions]
    unlisted = [
        f"{version}: not listed: {each}" for each in differences if not any(row.covers(each) for row in rows)
    ]
    stale = [
        f"{version}: listed, but not so any more: {row.difference}"
        for row in rows
        if not any(row.covers(each) for each in differences)
    ]
    return unlisted + stale
