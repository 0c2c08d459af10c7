"""Servers leave what they have loaded alone when they collect garbage."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

_SAY = (
    "import gc, sys; print(gc.get_freeze_count(), gc.get_threshold()[0], int('config.urls' in sys.modules))"
)
_STARTED = {
    "web": "import config.wsgi",
    "worker": "from config.celery import app; from celery.signals import celeryd_after_setup; "
    "import django; django.setup(); celeryd_after_setup.send(sender='worker', instance=None, conf=app.conf)",
    "command": "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import django; django.setup()",
}


def said_by(server):
    code = f"{_STARTED[server]}; {_SAY}"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    return [int(number) for number in ran.stdout.split()]


@pytest.mark.parametrize("server", ["web", "worker"])
def test_what_a_server_has_loaded_is_not_collected(server):
    kept, threshold, _ = said_by(server)

    assert kept > 50_000
    assert threshold == 20_000


def test_views_are_loaded_before_somebody_asks():
    assert said_by("web")[2] == 1
    assert said_by("command")[2] == 0


def test_a_command_collects_as_python_does():
    assert said_by("command")[0] < 10_000
