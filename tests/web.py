"""The web server as `make run` starts it, on the test database: real processes and real sockets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Web:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(*, workers: int, **environment: str) -> Iterator[Web]:
    """Starts it and waits until it is ready; stops it afterwards."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        str(settings.WEB_THREADS),
        "config.wsgi:application",
    ]
    process = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": _test_database_url(), **environment}, process_group=0
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield Web(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _test_database_url() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the web server has stopped"
        assert time.monotonic() < until, "the web server is not ready"
        try:
            if requests.get(f"{url}/health/ready", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
