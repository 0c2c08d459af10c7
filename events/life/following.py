"""Keeps for each event the moment at which the clock has something to do about it, as the relay tells of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from events.life.models import Turn
from events.life.moments import Life
from vtn.relay.changes import Change

# The clock may have been there already: what it has seen to is not seen to again.
_FOLLOW = """
    INSERT INTO events_turn AS turn (event_id, turned_at, due_at) VALUES (%(event_id)s, %(turned_at)s, %(due_at)s)
    ON CONFLICT (event_id) DO UPDATE SET
        turned_at = greatest(turn.turned_at, excluded.turned_at), due_at = excluded.due_at
"""


def tell(changes: Sequence[Change]) -> None:
    """Of each event that was written, when it does something next; of one that is gone, nothing more."""
    for change in changes:
        if change.object_type == "EVENT" and change.operation == "DELETE":
            Turn.objects.filter(event_id=change.object_id).delete()
        elif change.object_type == "EVENT" and change.operation != "PHASE":
            assert change.after is not None
            life = Life(change.after)
            began_at = life.began(change.made_at)
            parameters: dict[str, Any] = {
                "event_id": change.object_id,
                "turned_at": began_at,
                "due_at": life.next_after(began_at),
            }
            with connection.cursor() as cursor:
                cursor.execute(_FOLLOW, parameters)
