"""What may be chosen from the environment when the system is started."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.web_address import WebAddress


@dataclass(frozen=True)
class Options:
    home: Home
    address: WebAddress
    workers: int
    embed_database: bool = True
    embed_redis: bool = True

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises CannotStart when a number is none."""
        return cls(
            home=Home.from_environment(),
            address=WebAddress(
                os.environ.get("HOST") or "127.0.0.1", _number(os.environ, "PORT", 8000, most=65535)
            ),
            workers=_number(os.environ, "WEB_WORKERS", default_workers(), most=1024),
            embed_database=not os.environ.get("DATABASE_URL"),
            embed_redis=not os.environ.get("REDIS_URL"),
        )


def default_workers() -> int:
    """One for each core, but not so many that a large machine spends its memory on them."""
    return min(_cores(), 4)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _number(environment: Mapping[str, str], name: str, otherwise: int, *, most: int) -> int:
    text = environment.get(name)
    if not text:
        return otherwise
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise CannotStart(f"{name} is '{text}'; it has to be a number from 1 to {most}.")
    return int(text)
