import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.launcher.processes import all_gone, descendants, eventually
from vtn.launcher.errors import CannotStart
from vtn.launcher.process import GuardedProcess, Service, run_to_end

# Starts a child in its own group and one in a session of its own, as real servers do.
FAMILY = "sleep 1000 & setsid sleep 1001 & wait"
STUBBORN = "trap '' TERM INT; while true; do sleep 0.1; done"

LAUNCHER = """
import sys, time
from pathlib import Path
from vtn.launcher.process import GuardedProcess, Service
process = GuardedProcess(Service("family", ["sh", "-c", sys.argv[1]], log=Path(sys.argv[2]), grace=0.5))
process.start()
time.sleep(1000)
"""


@pytest.fixture
def log(tmp_path):
    return tmp_path / "service.log"


def shell(script, log, **options):
    return Service("service", ["sh", "-c", script], log=log, **options)


def test_a_service_is_stopped_with_all_it_has_started(log):
    process = GuardedProcess(shell(FAMILY, log))
    process.start()
    assert eventually(lambda: len(descendants(process.guard_pid)) == 3)
    family = descendants(process.guard_pid)

    process.stop()

    assert all_gone(family)


def test_a_service_that_does_not_want_to_stop_is_killed_after_its_grace(log):
    process = GuardedProcess(shell(STUBBORN, log, grace=0.3))
    process.start()
    assert eventually(lambda: len(descendants(process.guard_pid)) == 2)
    family = descendants(process.guard_pid)

    process.stop()

    assert all_gone(family)


@pytest.mark.parametrize("script", [FAMILY, STUBBORN])
def test_nothing_outlives_a_launcher_that_is_killed(log, script):
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, script, str(log)])
    assert eventually(lambda: len(descendants(launcher.pid)) >= 3)
    family = descendants(launcher.pid)

    launcher.kill()
    launcher.wait()

    assert eventually(lambda: all_gone(family))


def test_what_a_service_leaves_behind_is_ended_when_its_main_process_is_killed(log):
    process = GuardedProcess(shell(FAMILY, log))
    process.start()
    assert eventually(lambda: len(descendants(process.guard_pid)) == 3)
    family = descendants(process.guard_pid)

    psutil.Process(process.guard_pid).children()[0].kill()

    assert eventually(lambda: process.ended() is not None)
    assert process.ended() == 128 + signal.SIGKILL
    assert all_gone(family)
    process.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_service_is_told_to_stop_when_its_guard_is_killed(log):
    process = GuardedProcess(shell("exec sleep 1000", log))
    process.start()
    assert eventually(lambda: len(descendants(process.guard_pid)) == 1)
    family = descendants(process.guard_pid)

    os.kill(process.guard_pid, signal.SIGKILL)

    assert eventually(lambda: all_gone(family))
    process.stop()


def test_the_service_inherits_neither_the_lifeline_nor_what_the_guard_holds(log):
    with open(os.devnull) as held:
        output = run_to_end(shell("ls /proc/self/fd | wc -l", log), tell=print, held=[held.fileno()])

    assert output.strip() == "4"  # the three standard ones and the listing's own


def test_a_service_stays_in_the_session_of_its_launcher_but_leaves_its_group(log):
    output = run_to_end(shell("ps -o sid=,pgid=,pid= -p $$", log), tell=print)

    session, group, pid = output.split()
    assert int(session) == os.getsid(0)
    assert group == pid


def test_a_command_that_fails_shows_the_end_of_its_log(log):
    log.write_text("of an earlier run\n")

    with pytest.raises(CannotStart) as refusal:
        run_to_end(shell("echo went wrong >&2; exit 3", log), tell=print)

    assert str(refusal.value) == f"service failed (exit code 3).\n  | went wrong\n  The whole log: {log}"


def test_a_command_that_does_not_exist_is_named(log):
    with pytest.raises(CannotStart, match="no-such-command: No such file or directory"):
        run_to_end(Service("service", ["no-such-command"], log=log), tell=print)
