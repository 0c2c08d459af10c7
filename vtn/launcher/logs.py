"""Gives each start a log of its own and keeps those of a few earlier ones."""

import os
from pathlib import Path

KEPT = 3


def rotate(directory: Path) -> None:
    """Moves web.log to web.log.1, that to web.log.2, and so on; the oldest is overwritten."""
    for log in directory.glob("*.log"):
        for number in range(KEPT, 0, -1):
            newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
            if newer.exists():
                os.replace(newer, log.with_name(f"{log.name}.{number}"))
