"""Works out who is told of a change, and posts a delivery for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from participants.callbacks import CHANNEL
from participants.notifications.audience import listeners
from participants.notifications.bodies import Bodies
from participants.notifications.sight import Seen, as_seen
from vtn.deliveries import store
from vtn.deliveries.store import Addressee
from vtn.dialect import Dialect
from vtn.relay.changes import Change


def tell(changes: Sequence[Change]) -> None:
    """Posts the notifications of these changes, in their order."""
    for change in changes:
        _tell(change)


def _tell(change: Change) -> None:
    """Most of ten thousand subscribers see the same of a change: one body, and one statement for them all."""
    alike: defaultdict[tuple[Seen, str, Dialect], list[Addressee]] = defaultdict(list)
    told: set[tuple[str, str]] = set()
    for listener in listeners(change):
        seen = as_seen(change, listener.subscriber)
        if seen is None:
            continue
        word = listener.word_for(seen.operation, change)
        called = listener.subscription_id, listener.url
        # A URL that a subscription names twice is called once.
        if word is not None and called not in told:
            told.add(called)
            addressee = Addressee(listener.callback_id, listener.host, listener.line)
            alike[seen, word, listener.dialect].append(addressee)
    bodies = Bodies(change)
    for (seen, word, dialect), addressees in alike.items():
        store.post(
            change,
            channel=CHANNEL,
            operation=seen.operation,
            body=bodies.of(seen, word, dialect),
            addressees=addressees,
        )
