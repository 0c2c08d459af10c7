"""What the tests of backends stand on: bindings, something to push to, and a way to have everything carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from events.bindings.models import Binding
from events.bindings.services import save_binding
from tests.events.backends.other_side import OtherSide
from vtn import tasks
from vtn.caller import Caller
from vtn.deliveries.models import Delivery

STAFF = Caller.staff("anna")

HTTP = {
    "method": "POST",
    "phases": ["announced", "active", "ended", "cancelled"],
    "body": '{"name": {{ name|json }}, "phase": {{ phase|json }}, "value": {{ value|json }}}',
    "content_type": "application/json",
    "headers": "",
    "secret_header": "Authorization",
    "taken": "200-299",
    "refused": "410",
    "held": "401, 403",
    "timeout": 5,
}


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    with OtherSide().running() as side:
        yield side


@pytest.fixture
def bind(db: None) -> Callable[..., Binding]:
    def bind(backend: str = "console", name: str = "log", **members: Any) -> Binding:
        settings = members.pop("settings", {})
        binding = Binding(name=name, backend=backend, **members)
        return save_binding(caller=STAFF, binding=binding, settings=settings, now=datetime.now(UTC))

    return bind


@pytest.fixture
def bind_http(bind: Callable[..., Binding], other_side: OtherSide) -> Callable[..., Binding]:
    def bind_http(name: str = "there", path: str = "/events", **settings: Any) -> Binding:
        members = {
            each: settings.pop(each) for each in ("mapping", "targets", "program_ids") if each in settings
        }
        return bind("http", name, settings={**HTTP, "url": other_side.root + path, **settings}, **members)

    return bind_http


def carry_out(times: int = 1) -> None:
    """Everything that is due, and what was put off, so many times."""
    for _ in range(times):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE vtn_delivery SET due_at = '1970-01-01Z' WHERE state = 'waiting' AND due_at IS NOT NULL"
            )
        tasks.sweep()


def states() -> list[tuple[str, str, str]]:
    """(state, answer, reason) of all deliveries to bindings, in their order."""
    return list(
        Delivery.objects.filter(channel="backend").order_by("id").values_list("state", "answer", "reason")
    )
