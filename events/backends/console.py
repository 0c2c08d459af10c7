"""The harmless twin of all backends: writes what it is told into the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from events.backends.base import BackendRequest, Bound, EventChange, Receipt

logger = logging.getLogger(__name__)


class ConsoleBackend:
    """A `events.backends.base.Backend` that nothing can go wrong with."""

    title: ClassVar[str] = "Console"
    only_newest_matters: ClassVar[bool] = False

    class SettingsForm(forms.Form):
        prefix_text = forms.CharField(
            label=gettext_lazy("Prefix"),
            max_length=80,
            required=False,
            help_text=gettext_lazy("in front of each line of the log"),
        )

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def host(self) -> str:
        return "console"

    def push(self, change: EventChange) -> Receipt:
        line = self._line(change)
        logger.info("%s", line)
        return Receipt(answer=line)

    def check_connection(self) -> str:
        return "it writes to the log, which is always there"

    def dry_run(self, change: EventChange) -> Sequence[BackendRequest]:
        return [BackendRequest(method="LOG", url=logger.name, headers={}, body=self._line(change))]

    def _line(self, change: EventChange) -> str:
        values = "; ".join(
            f"{payload['type']} {' '.join(map(str, payload['values']))}"
            for interval in change.intervals
            for payload in interval.payloads
        )
        prefix = self._bound.settings.get("prefix_text", "")
        said = f"{change.name or change.event_id} is {change.phase}"
        return " ".join(filter(None, [prefix, f"{said}: {values}" if values else said]))
