import signal

import psutil
import pytest

from tests.launcher.processes import descendants, eventually
from vtn.launcher.crew import Crew
from vtn.launcher.errors import CannotStart
from vtn.launcher.process import GuardedProcess, Service
from vtn.launcher.restarts import Restarts


@pytest.fixture
def crew(told):
    crew = Crew(tell=told.append)
    yield crew
    crew.stop()


def child(name, script, home):
    return GuardedProcess(Service(name, ["sh", "-c", script], log=home.logs / f"{name}.log"))


def main_process(process):
    return next(iter(descendants(process.guard_pid)), None) if process.guard_pid else None


def test_a_child_that_was_killed_is_started_again(home, crew, told):
    web = child("web", "exec sleep 1000", home)
    crew.start(web)
    assert eventually(lambda: main_process(web) is not None)
    first = main_process(web)
    first.send_signal(signal.SIGKILL)

    def is_back():
        crew.look_after()
        return web.guard_pid is not None and main_process(web) not in (None, first)

    assert eventually(is_back)
    assert told == ["web ended (killed by SIGKILL); starting it again"]


def test_a_child_whose_guard_was_killed_is_started_again(home, crew, told):
    web = child("web", "exec sleep 1000", home)
    crew.start(web)
    first = psutil.Process(web.guard_pid)
    first.kill()

    def is_back():
        crew.look_after()
        return web.guard_pid not in (None, first.pid)

    assert eventually(is_back)
    assert told == ["web ended (its guard was killed by SIGKILL); starting it again"]


def test_a_child_that_dies_again_and_again_is_given_up_and_the_others_are_left_to_stop(
    home, told, monkeypatch
):
    monkeypatch.setattr("vtn.launcher.restarts.FIRST_DELAY", 0.001)
    crew = Crew(tell=told.append)
    steady = child("steady", "exec sleep 1000", home)
    crew.start(steady)
    crew.start(child("web", "exit 7", home))

    def look_for_ever():
        while True:
            crew.look_after()

    with pytest.raises(CannotStart, match=r"web ends again and again \(exit code 7\)"):
        look_for_ever()

    assert steady.ended() is None
    crew.stop()


def test_children_stop_in_the_reverse_of_their_order(home, crew, told):
    for name in ("database", "broker", "web"):
        crew.start(child(name, "exec sleep 1000", home))

    crew.stop()

    assert told == ["Stopping web", "Stopping broker", "Stopping database"]


def test_each_death_in_a_row_waits_longer_until_none_is_allowed():
    restarts = Restarts()

    delays = [restarts.delay(lived=0.1) for _ in range(7)]

    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, None]


def test_a_long_life_clears_the_record():
    restarts = Restarts(in_a_row=6)

    assert restarts.delay(lived=10.0) == 0.2
