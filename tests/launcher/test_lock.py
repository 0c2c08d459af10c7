import os
import subprocess

import pytest

from vtn.launcher.errors import CannotStart
from vtn.launcher.lock import HomeLock


def test_a_second_start_names_the_first_and_leaves_it_alone(home, told):
    with HomeLock(home, address="http://127.0.0.1:8000", tell=told.append):
        written = home.lock.read_text()

        with (
            pytest.raises(CannotStart) as refusal,
            HomeLock(home, address="http://127.0.0.1:8001", tell=told.append),
        ):
            pass

        assert home.lock.read_text() == written
    assert str(refusal.value).startswith(
        f"It is already running in {home.path}: process {os.getpid()} at http://127.0.0.1:8000.\n"
    )


def test_the_next_start_may_begin_when_the_first_is_over(home, told):
    with HomeLock(home, address="http://127.0.0.1:8000", tell=told.append):
        pass

    with HomeLock(home, address="http://127.0.0.1:8001", tell=told.append):
        assert "8001" in home.lock.read_text()


def test_a_start_waits_for_the_services_of_one_that_was_killed(home, told):
    with HomeLock(home, address="http://127.0.0.1:8000", tell=told.append) as lock:
        left_behind = subprocess.Popen(["sleep", "0.5"], pass_fds=[lock.descriptor])
    home.lock.write_text('{"pid": 4194305, "address": "http://127.0.0.1:8000"}')  # above any process id

    with HomeLock(home, address="http://127.0.0.1:8001", tell=told.append):
        ended = left_behind.poll()

    left_behind.wait()
    assert ended == 0 or left_behind.returncode == 0
    assert "8001" in home.lock.read_text()
