"""`make test-services`: the tests that talk to a broker, against Debian's own Redis and Mosquitto on free ports.

`make test` takes the Redis-compatible server from a wheel, so that nothing has to be installed; this is the one that
most operators run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from vtn.launcher.web_address import free_port

# Where there is a broker, a worker, or what wakes one.
_TESTS = [
    "tests/notifications",
    "tests/vtn/deliveries",
    "tests/vtn/relay",
    "tests/participants/mqtt",
    "tests/faults",
]
# Servers mostly lie where only root's PATH leads.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_PACKAGES = {"redis-server": "redis-server", "mosquitto": "mosquitto"}
_PATIENCE = 20.0


def main() -> int:
    missing = [package for server, package in _PACKAGES.items() if not shutil.which(server, path=_PLACES)]
    if missing:
        print(
            f"This needs {' and '.join(missing)}: on Debian, apt install {' '.join(missing)}", file=sys.stderr
        )
        return 1
    with _redis() as url:
        command = [sys.executable, "-m", "pytest", *(sys.argv[1:] or _TESTS)]
        return subprocess.run(command, env={**os.environ, "REDIS_URL": url}, check=False).returncode


@contextmanager
def _redis() -> Iterator[str]:
    """Its URL. It keeps nothing, and is gone at the end."""
    port = free_port()
    server = shutil.which("redis-server", path=_PLACES)
    assert server is not None
    with tempfile.TemporaryDirectory(prefix="vtn-redis-") as directory:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory]
        with (Path(directory) / "log").open("wb") as log:
            process = subprocess.Popen([server, *options], stdout=log, stderr=log)
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    give_up_at = time.monotonic() + _PATIENCE
    while not _answers(port):
        if time.monotonic() > give_up_at:
            raise TimeoutError("redis-server does not start")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port).ping())
    except redis.ConnectionError:
        return False


if __name__ == "__main__":
    sys.exit(main())
