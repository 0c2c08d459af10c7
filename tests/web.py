"""The web server as `make run` starts it, on the test database: real processes and real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from django.db import connection

from vtn.launcher.services import web_command
from vtn.launcher.web_address import WebAddress, free_port


@dataclass(frozen=True)
class Web:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(*, workers: int, **environment: str) -> Iterator[Web]:
    """Starts it and waits until it is ready; stops it afterwards."""
    address = WebAddress("127.0.0.1", free_port())
    command = [sys.executable, *web_command(address, workers=workers)]
    process = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": _test_database_url(), **environment}, process_group=0
    )
    try:
        _wait_until_ready(address.url, process)
        yield Web(address.url, process)
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
