"""What may be chosen from the environment when the system is started."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.mosquitto import Mosquitto
from vtn.launcher.web_address import WebAddress


@dataclass(frozen=True)
class Options:
    home: Home
    address: WebAddress
    workers: int
    embed_database: bool = True
    embed_redis: bool = True
    mosquitto: Mosquitto | None = None

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises CannotStart when a number is none."""
        host = os.environ.get("HOST") or "127.0.0.1"
        return cls(
            home=Home.from_environment(),
            address=WebAddress(host, _number(os.environ, "PORT", 8000, most=65535)),
            workers=_number(os.environ, "WEB_WORKERS", default_workers(), most=1024),
            embed_database=not os.environ.get("DATABASE_URL"),
            embed_redis=not os.environ.get("REDIS_URL"),
            mosquitto=_mosquitto(host),
        )


def _mosquitto(host: str) -> Mosquitto | None:
    """That of the machine, unless another broker is named, or none is wanted."""
    if os.environ.get("MQTT_URL") or os.environ.get("MQTT_PORT") == "0":
        return None
    return Mosquitto.found(host=host, port=_number(os.environ, "MQTT_PORT", 8883, most=65535))


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
