"""Takes changes from the relay, to be published, and wakes whoever does that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction

from participants.models import Publication
from participants.mqtt.access import Concerned, concerned_by
from vtn.relay.changes import Change

# Those that there are topics for: what the clock does to an event is not told.
_OPERATIONS = frozenset({"CREATE", "UPDATE", "DELETE"})
_WITHOUT_TOPICS = frozenset({"LICENSE"})
# A worker that is told later than this finds the work by itself.
_EXPIRES = 5.0


def tell(changes: Sequence[Change]) -> None:
    """A row for each change that the broker is to be told of, in the relay's transaction."""
    published = [
        each for each in changes if each.operation in _OPERATIONS and each.object_type not in _WITHOUT_TOPICS
    ]
    if not settings.MQTT_URL or not published:
        return
    rows = [Publication(entry_id=each.entry_id) for each in published]
    Publication.objects.bulk_create(rows, ignore_conflicts=True)
    _after_commit(partial(_send, "publish"))
    access_changed(concerned_by(published))


def access_changed(concerned: Concerned) -> None:
    """Has the broker told at once, after the commit, of those whose access may be another now."""
    if not concerned or not settings.MQTT_URL or not settings.MQTT_DYNAMIC_SECURITY:
        return
    known = {"client_ids": sorted(concerned.client_ids), "ven_ids": sorted(concerned.ven_ids)}
    # It has no expiry: nobody should keep on reading because all workers were busy.
    _after_commit(partial(_send, "bring_access_up_to_date", expires=None, **known))


def clients_changed(client_ids: Iterable[str]) -> None:
    """The same where clients were enabled or disabled, or have other scopes."""
    access_changed(Concerned(client_ids=frozenset(client_ids)))


def _after_commit(send: Callable[[], None]) -> None:
    # Only a hint, and robust: the rows are the promise, and the sweeps find whatever nobody was woken for.
    # Not a partial itself: Django logs a failure by the name of what failed, which those have not.
    transaction.on_commit(lambda: send(), robust=True)  # noqa: PLW0108


def _send(task: str, expires: float | None = _EXPIRES, **arguments: object) -> None:
    current_app.send_task(
        f"participants.mqtt.tasks.{task}", kwargs=arguments, retry=False, expires=expires, ignore_result=True
    )
