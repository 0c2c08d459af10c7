"""Publishes what waits for it, one process at a time, and writes down how far it got."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from participants.models import Publication
from participants.mqtt import messages
from participants.mqtt.audience import vens_granted
from participants.mqtt.messages import Copies, Message
from vtn.models import OutboxEntry
from vtn.notifiers.mqtt import Broker, BrokerRules
from vtn.turns import long_turn

TURN = "participants.mqtt.publishing"
# Changes that are read at once, and copies after which the row says how far it is.
_AT_A_TIME, _SAVE_EVERY = 100, 2_000


@dataclass(slots=True)
class _Telling:
    """How far a change is on its way."""

    entry_id: int
    told_until: str | None
    open: int = 0
    is_sent: bool = False
    refusal: str = ""


# What comes back with the receipt: the change, and how far it is told then, if that says more than before.
_Note = tuple[_Telling, str | None]


def publish_waiting(rules: BrokerRules, *, now: datetime, run_for: float) -> bool:
    """Publishes what waits, and what comes meanwhile, for about `run_for` seconds. True if more is waiting.

    False too if another process is at it. Raises `BrokerAway`; all that has its receipt until then stays published.
    """
    stop_at = time.monotonic() + run_for
    # Once more after the lock is given back: what came in between found it taken.
    while Publication.objects.waiting().exists():
        with long_turn(TURN) as is_ours:
            if not is_ours:
                return False
            _Publisher(now).run(rules, stop_at)
        if time.monotonic() >= stop_at:
            return Publication.objects.waiting().exists()
    return False


def publish_again(entry_ids: list[int]) -> int:
    """Gives what was refused another try, from its beginning; tells how many that are."""
    refused = Publication.objects.filter(entry_id__in=entry_ids).exclude(refused_at=None)
    return refused.update(refused_at=None, reason="", told_until=None)


class _Publisher:
    def __init__(self, now: datetime) -> None:
        self._now = now
        self._tellings: list[_Telling] = []

    def run(self, rules: BrokerRules, stop_at: float) -> None:
        try:
            with Broker(rules, receipt=_receive) as broker:
                while rows := _next_rows():
                    for row in rows:
                        # The time is up: what is newer comes after the rest of this one.
                        if not self._tell(row, broker, stop_at):
                            break
                    broker.settle()
                    self._save()
                    if time.monotonic() >= stop_at:
                        return
        finally:
            self._save()

    def _tell(self, row: Publication, broker: Broker, stop_at: float) -> bool:
        """Publishes the change, or, where it has very many copies, so much of it as there is time for. Whether that was
        all."""
        telling = _Telling(row.entry_id, row.told_until)
        self._tellings.append(telling)
        for count, (message, told_until) in enumerate(_messages(row.entry, row.told_until)):
            if count and count % _SAVE_EVERY == 0:
                self._save()
                if time.monotonic() >= stop_at:
                    return False
            telling.open += 1
            broker.publish(message.topic, message.payload, (telling, told_until))
        telling.is_sent = True
        return True

    def _save(self) -> None:
        ended = [each for each in self._tellings if each.is_sent and not each.open]
        self._tellings = [each for each in self._tellings if not (each.is_sent and not each.open)]
        taken = [each.entry_id for each in ended if not each.refusal]
        if taken:
            Publication.objects.filter(entry_id__in=taken).delete()
        for each in ended:
            if each.refusal:
                refused = Publication.objects.filter(entry_id=each.entry_id)
                refused.update(refused_at=self._now, reason=each.refusal, told_until=None)
        for each in self._tellings:
            if each.told_until is not None and not each.refusal:
                Publication.objects.filter(entry_id=each.entry_id).update(told_until=each.told_until)


def _next_rows() -> list[Publication]:
    return list(Publication.objects.waiting().select_related("entry")[:_AT_A_TIME])


def _messages(entry: OutboxEntry, told_until: str | None) -> Iterator[tuple[Message, str | None]]:
    """What is left to be published, and how far the change is told with each.

    The order is the same at every try: what comes again after an interruption is always the end of what there is, and
    never an older word after a newer one.
    """
    if told_until is None:
        first = messages.opening(entry)
        yield from ((each, None) for each in first[:-1])
        yield from ((each, "") for each in first[-1:])
    copies = Copies(entry)
    for ven_id, granted in vens_granted(messages.copied_targets(entry), after=told_until or ""):
        if copy := copies.of(ven_id, granted):
            yield copy, ven_id
    yield from ((each, None) for each in messages.closing(entry))


def _receive(note: _Note, refusal: str | None) -> None:
    telling, told_until = note
    telling.open -= 1
    telling.told_until = told_until if told_until is not None else telling.told_until
    telling.refusal = telling.refusal or refusal or ""
