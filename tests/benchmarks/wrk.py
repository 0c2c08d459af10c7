"""Asks one question as fast as it is answered, with wrk."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Written in Lua because that is what wrk runs; the summary on its standard output is for people.
_SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 64


class Refused(Exception):
    """A server gave something else than the answer, so its speed means nothing."""


@dataclass(frozen=True)
class Question:
    """A GET. `unlike` makes each asking another question with the same answer, so that none is answered from
    what was kept."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    unlike: bool = False


@dataclass(frozen=True)
class Run:
    """What one load gave: answers a second, and how long the middle one and the slowest hundredth waited."""

    per_second: float
    p50_ms: float
    p99_ms: float


def ask(question: Question, *, seconds: float) -> Run:
    """Raises `Refused` when a single answer was no 2xx or 3xx."""
    headers = [part for name, value in question.headers.items() for part in ("-H", f"{name}: {value}")]
    command = [
        *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
        *("--timeout", "30s", "--script", str(_SCRIPT), *headers, question.url),
        *("--", "unlike" if question.unlike else "same"),
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(output.rpartition("RESULT ")[2])
    if found["refused"] or found["broken"]:
        raise Refused(
            f"{question.url}: {found['answers']} answers, of which {found['refused']} were refusals, "
            f"and {found['broken']} broken connections"
        )
    return Run(
        per_second=found["answers"] / (found["microseconds"] / 1e6),
        p50_ms=found["p50"] / 1_000,
        p99_ms=found["p99"] / 1_000,
    )


def is_installed() -> bool:
    return shutil.which("wrk") is not None
