"""Gives the test run a PostgreSQL and a Redis of its own, unless DATABASE_URL and REDIS_URL name some.

A pytest plugin, loaded by `-p tests.services` before pytest-django reads the settings.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.postgres import EmbeddedPostgres
from vtn.launcher.valkey import EmbeddedValkey

_running = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """A wrapper comes before all that are none, and so before pytest-django."""
    try:
        home = _running.enter_context(_throwaway_home())
        # Never the developer's own data, not even the key file.
        os.environ["VTN_HOME"] = str(home.path)
        if not os.environ.get("DATABASE_URL"):
            _start(EmbeddedPostgres(home, tell=print, durable=False))
            os.environ["DATABASE_URL"] = home.database_url
        if not os.environ.get("REDIS_URL"):
            # REDIS_URL stays unset: redis-py and Celery spell a socket differently, settings know both.
            _start(EmbeddedValkey(home, tell=print, durable=False))
    except CannotStart as error:
        _running.close()
        raise pytest.UsageError(str(error)) from error
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()


@contextmanager
def _throwaway_home() -> Generator[Home, None, None]:
    # Not $TMPDIR: its path may be too long for a socket.
    directory = Path(tempfile.mkdtemp(prefix="vtn-test-", dir="/tmp"))
    try:
        yield Home.at(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _start(server: EmbeddedPostgres | EmbeddedValkey) -> None:
    _running.callback(server.stop)
    server.start()
