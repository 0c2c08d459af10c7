"""The Celery application: the engine of all work outside a request."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup

from vtn.loaded import keep_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vtn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
def _keep_loaded(**_: Any) -> None:
    """Before the children are forked, which share it."""
    keep_loaded()
