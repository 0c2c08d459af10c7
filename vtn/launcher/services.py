"""The commands the system consists of, besides the database and the broker."""

import os
import sys
from collections.abc import Mapping

from environ import Env

from vtn.launcher.home import PROJECT
from vtn.launcher.mosquitto import Mosquitto
from vtn.launcher.mosquitto import directory as mosquitto_directory
from vtn.launcher.options import Options
from vtn.launcher.process import Service
from vtn.launcher.web_address import WebAddress

Environment = Mapping[str, str]


def environment(options: Options) -> Environment:
    """What every child is told; the settings work out the rest from it."""
    mqtt = options.mosquitto.environment(options.home) if options.mosquitto else {}
    return {**os.environ, **mqtt, "VTN_HOME": str(options.home.path), "PYTHONUNBUFFERED": "1"}


def web_server(options: Options) -> Service:
    command = web_command(options.address, workers=options.workers)
    return _python("web server", command, "web", options, grace=10.0)


def web_command(address: WebAddress, *, workers: int) -> list[str]:
    """What Python is given to serve the VTN at this address."""
    return [
        # Behind a proxy nobody speaks HTTP/2 in plain text, and telling it apart costs each answer something.
        *("-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", address.host, "--port", str(address.port)),
        *("--workers", str(workers), "--respawn-failed-workers"),
        # One thread per worker reads and writes the network; a scheduler for several costs each answer some percent.
        *("--runtime-mode", "st"),
        # Left to itself it takes up to 256 threads, each with a connection to the database.
        *("--blocking-threads", os.environ.get("WEB_THREADS") or "2"),
        # Pollers keep their connections open; a stop does not wait for them to leave.
        *("--workers-kill-timeout", "5"),
        "config.wsgi:application",
    ]


def celery_worker(options: Options) -> Service:
    command = [*_celery("worker"), "--pool", "prefork", "--concurrency", str(options.workers)]
    return _python("Celery worker", command, "worker", options, grace=15.0)


def delivery_worker(options: Options) -> Service:
    """What is to be told at once waits for nothing else. It waits for the network more than it works."""
    many = ("--pool", "prefork", "--concurrency", str(options.workers))
    command = [*_celery("worker"), "--queues", "deliveries", "--hostname", "deliveries@%h", *many]
    return _python("delivery worker", command, "deliveries", options, grace=20.0)


def clock_worker(options: Options) -> Service:
    """What happens at its second waits for nothing else either."""
    command = [*_celery("worker"), "--queues", "clock", "--hostname", "clock@%h", "--pool", "solo"]
    return _python("clock worker", command, "clock", options, grace=10.0)


def celery_beat(options: Options) -> Service:
    command = [*_celery("beat"), "--schedule", str(options.home.celery_schedule), "--pidfile="]
    return _python("Celery beat", command, "beat", options, grace=5.0)


def is_announced() -> bool:
    """As the settings read it."""
    return Env().bool("MDNS", default=False)


def announcer(options: Options) -> Service:
    address = options.address
    command = ["announce", "--skip-checks", "--host", address.host, "--port", str(address.port)]
    return _manage("mDNS", command, options)


def migrate(options: Options) -> Service:
    return _manage("The migration", ["migrate", "--noinput"], options)


def mqtt_certificates(mosquitto: Mosquitto, options: Options) -> Service:
    hosts = [word for name in mosquitto.names for word in ("--host", name)]
    command = ["mqtt_certificates", "--skip-checks", str(mosquitto_directory(options.home)), *hosts]
    return _manage("Making certificates", command, options)


def create_demo(options: Options) -> Service:
    # The migration, which always comes before it, has run the checks.
    return _manage("The demo", ["create_demo", "--skip-checks"], options)


def _manage(name: str, command: list[str], options: Options) -> Service:
    return _python(name, [str(PROJECT / "manage.py"), *command], command[0], options, grace=10.0)


def _celery(what: str) -> list[str]:
    return ["-m", "celery", "--app", "config", what, "--loglevel", "info"]


def _python(name: str, command: list[str], log: str, options: Options, *, grace: float) -> Service:
    return Service(
        name=name,
        command=[sys.executable, *command],
        log=options.home.logs / f"{log}.log",
        environment=environment(options),
        grace=grace,
    )
