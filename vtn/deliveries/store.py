"""The deliveries in the database: written, taken by one sender at a time, and written down as they end.

All times are those of the database, so that the clocks of workers do not matter. What is to be sent now is due since
`AT_ONCE` and not since now: should the clock be put back, nobody waits for it to catch up.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from vtn.relay.changes import Change
from vtn.wire.body import encode_text

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

# What finds something older in its lane is behind it. Those are found before anything is written: an index that is
# asked row by row would find what this statement has just put there, again and again. `lanes` is a constant, for only
# that is hashed: from a query, each lane that waits would be held against each of them.
_POST = """
    WITH note AS (INSERT INTO vtn_notification (body) VALUES (%(body)s) RETURNING id),
    to_whom AS MATERIALIZED (
        SELECT * FROM json_to_recordset(%(to_whom)s) AS given (recipient_id bigint, lane text, host text)
    ),
    behind AS MATERIALIZED (
        SELECT DISTINCT lane FROM vtn_delivery WHERE state = 'waiting' AND lane = ANY(%(lanes)s)
    ),
    posted AS (
        INSERT INTO vtn_delivery (
            channel, recipient_id, lane, host, entry_id, object_type, object_id, operation, notification_id, state,
            attempts, due_at, made_at, reason, answer)
        SELECT %(channel)s, recipient_id, lane, to_whom.host, %(entry_id)s, %(object_type)s, %(object_id)s,
            %(operation)s, note.id, 'waiting', 0,
            CASE WHEN behind.lane IS NULL THEN coalesce(circuit.open_until, %(at_once)s) END, %(made_at)s, '', ''
        FROM note, to_whom LEFT JOIN behind USING (lane)
        LEFT JOIN vtn_circuit circuit ON circuit.host = to_whom.host AND circuit.open_until > now()
        RETURNING lane, due_at
    )
    SELECT array_agg(lane) FILTER (WHERE due_at IS NULL) FROM posted
"""
# Only the oldest of a lane is due at all, so this has nothing to do with order. What another sender is just taking is
# passed over.
_CLAIM = """
    WITH due AS (
        SELECT id FROM vtn_delivery
        WHERE state = 'waiting' AND due_at <= now() AND host <> ALL(%(busy)s)
            AND (%(channels)s::text[] IS NULL OR channel = ANY(%(channels)s))
        ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE vtn_delivery delivery
    SET due_at = now() + %(lease)s * interval '1 second', attempts = attempts + 1, tried_at = now()
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.id, channel, recipient_id, lane, host, entry_id, object_type, object_id, operation,
        notification_id, attempts, made_at, extract(epoch FROM now() - coalesce(replayed_at, made_at))::float
"""
# Two that lock the same rows in another order each would wait for each other: so by their ids, here and below.
# Whoever has lost its lease (another attempt is counted) says nothing any more, but that it has arrived.
_END = """
    UPDATE vtn_delivery delivery
    SET state = ended.state, status = ended.status, reason = ended.reason, answer = ended.answer,
        ended_at = CASE WHEN ended.state <> 'waiting' THEN now() END,
        due_at = CASE WHEN ended.state = 'waiting' THEN now() + ended.delay * interval '1 second' END
    FROM (SELECT id FROM vtn_delivery WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE) AS mine
    JOIN json_to_recordset(%(ended)s)
        AS ended (id bigint, attempts int, state text, delay float, status int, reason text, answer text) USING (id)
    WHERE delivery.id = mine.id AND delivery.state = 'waiting'
        AND (delivery.attempts = ended.attempts OR ended.state = 'delivered')
    RETURNING delivery.id, extract(epoch FROM now() - coalesce(replayed_at, made_at))::float
"""
_GIVE_BACK = """
    UPDATE vtn_delivery delivery SET due_at = %(at_once)s, attempts = delivery.attempts - 1
    FROM (SELECT id FROM vtn_delivery WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE) AS mine
    JOIN unnest(%(ids)s::bigint[], %(attempts)s::int[]) AS given (id, attempts) USING (id)
    WHERE delivery.id = mine.id AND delivery.attempts = given.attempts AND state = 'waiting'
"""
_RELEASE = """
    UPDATE vtn_delivery delivery SET due_at = %(at_once)s FROM (
        SELECT id FROM vtn_delivery WHERE due_at IS NULL AND state = 'waiting' AND id IN (
            SELECT (SELECT id FROM vtn_delivery WHERE state = 'waiting' AND lane = ended.lane ORDER BY id LIMIT 1)
            FROM unnest(%(lanes)s::text[]) AS ended (lane)
        )
        ORDER BY id FOR NO KEY UPDATE
    ) AS oldest WHERE delivery.id = oldest.id
"""
# A sweep leaves alone what somebody else is at.
_RELEASE_ALL = """
    UPDATE vtn_delivery delivery SET due_at = %(at_once)s FROM (
        SELECT id FROM vtn_delivery behind
        WHERE due_at IS NULL AND state = 'waiting' AND NOT EXISTS (
            SELECT FROM vtn_delivery older
            WHERE older.state = 'waiting' AND older.lane = behind.lane AND older.id < behind.id
        )
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS oldest WHERE delivery.id = oldest.id
"""
# A clock that was put back shows in what was tried later than now: that waits anew for as long as it was to wait.
_CLOCK_PUT_BACK = """
    UPDATE vtn_delivery delivery SET due_at = now() + (due_at - tried_at), tried_at = now() FROM (
        SELECT id FROM vtn_delivery WHERE state = 'waiting' AND due_at > now() AND tried_at > now()
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS mine WHERE delivery.id = mine.id
"""
_HURRY = """
    UPDATE vtn_delivery delivery SET due_at = %(at_once)s FROM (
        SELECT id FROM vtn_delivery
        WHERE state = 'waiting' AND due_at > now() + %(untried)s * interval '1 second'
            AND (tried_at IS NULL OR due_at > now() + %(tried)s * interval '1 second')
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS mine WHERE delivery.id = mine.id
"""
_REPLAY = """
    UPDATE vtn_delivery
    SET state = 'waiting', due_at = NULL, attempts = 0, replayed_at = now(), ended_at = NULL
    WHERE id = ANY(%(ids)s) AND state = 'dead' RETURNING lane
"""
# What is just being sent is left to its sender: sent once more meanwhile, it could come after what follows it.
_HAND_OVER = """
    UPDATE vtn_delivery delivery
    SET recipient_id = waiting.heir_id, host = waiting.new_host,
        due_at = CASE
            WHEN due_at IS NULL OR due_at = tried_at + %(lease)s::float * interval '1 second' THEN due_at
            ELSE %(at_once)s
        END
    FROM (
        SELECT waiting.id, heir_id, recipient.host AS new_host
        FROM vtn_delivery waiting
        JOIN unnest(%(recipients)s::bigint[], %(heirs)s::bigint[], %(hosts)s::text[]) AS recipient (id, heir_id, host)
            ON recipient_id = recipient.id
        WHERE state = 'waiting' AND channel = %(channel)s ORDER BY waiting.id FOR NO KEY UPDATE OF waiting
    ) AS waiting WHERE delivery.id = waiting.id
"""


class Addressee(NamedTuple):
    """A recipient, and the host that is called for it. Those of one `line`, its own where none is named, are told of an
    object in one order: the line is the recipient that stands for them."""

    recipient_id: int
    host: str
    line: int | None = None


class LongestWaits(NamedTuple):
    """In seconds. What nobody has tried yet can only wait for a circuit; all else may wait for anything there is."""

    untried: float
    tried: float


class Claimed(NamedTuple):
    """A delivery that is this sender's to send, for the time of its lease. `age` is in seconds since the change,
    or since somebody had it sent again, `claimed_at` a moment of the sender's own monotonic clock."""

    id: int
    channel: str
    recipient_id: int
    lane: str
    host: str
    entry_id: int | None
    object_type: str
    object_id: str
    operation: str
    notification_id: int
    attempts: int
    made_at: datetime
    age: float
    claimed_at: float


class Ended(NamedTuple):
    """How an attempt is written down. `delay` is the wait in seconds of one that goes on waiting."""

    claimed: Claimed
    state: str
    delay: float
    status: int | None
    reason: str
    answer: str


def post(
    change: Change, *, channel: str, operation: str, body: str, addressees: Collection[Addressee]
) -> None:
    """Has one body sent to all of these. Inside a transaction; what waits behind something older is looked at once more
    after its end, since the older one may just have arrived."""
    to_whom = [
        {
            "recipient_id": each.recipient_id,
            "lane": f"{channel} {each.line or each.recipient_id} {change.object_id}",
            "host": each.host,
        }
        for each in addressees
    ]
    parameters: dict[str, Any] = {
        "channel": channel,
        "operation": operation,
        "body": body,
        "entry_id": change.entry_id,
        "object_type": change.object_type,
        "object_id": change.object_id,
        "made_at": change.made_at,
        "at_once": AT_ONCE,
        "to_whom": encode_text(to_whom),
        "lanes": [each["lane"] for each in to_whom],
    }
    with connection.cursor() as cursor:
        cursor.execute(_POST, parameters)
        behind = cursor.fetchone()[0]
    if behind:
        transaction.on_commit(lambda: release(behind))


def claim(
    *, most: int, lease: float, busy: Collection[str], channels: Collection[str] | None = None
) -> list[Claimed]:
    """Takes up to so many that are due, of these channels (None: of all) and of no busy host, for `lease` seconds."""
    claimed_at = time.monotonic()
    parameters: dict[str, Any] = {
        "channels": None if channels is None else list(channels),
        "most": most,
        "lease": lease,
        "busy": list(busy),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        return [Claimed._make((*row, claimed_at)) for row in cursor.fetchall()]


def end(ended: Sequence[Ended]) -> dict[int, float]:
    """Writes down how attempts ended; the ids of those that were still this sender's, with the seconds since their
    changes. `release` their lanes after the commit."""
    written = [
        {
            "id": each.claimed.id,
            "attempts": each.claimed.attempts,
            "state": each.state,
            "delay": each.delay,
            "status": each.status,
            "reason": each.reason,
            "answer": each.answer,
        }
        for each in ended
    ]
    with connection.cursor() as cursor:
        cursor.execute(_END, {"ids": [each["id"] for each in written], "ended": encode_text(written)})
        return dict(cursor.fetchall())


def give_back(claimed: Iterable[Claimed]) -> None:
    """Lets others send what this sender has taken and not tried."""
    given = list(claimed)
    parameters: dict[str, Any] = {
        "at_once": AT_ONCE,
        "ids": [each.id for each in given],
        "attempts": [each.attempts for each in given],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, parameters)


def release(lanes: Iterable[str]) -> None:
    """Makes the oldest of each lane due. It sees what was committed until now: so of the end of one delivery and the
    posting of the next, whichever comes last does it."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, {"at_once": AT_ONCE, "lanes": list(lanes)})


def sweep(*, longest: LongestWaits) -> None:
    """Finds what was left behind by a process that died between a commit and its release, and what a clock that was put
    back would have wait for longer than anything ever should."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE_ALL, {"at_once": AT_ONCE})
        cursor.execute(_CLOCK_PUT_BACK)
        waits = {"tried": longest.tried, "untried": longest.untried}
        cursor.execute(_HURRY, {"at_once": AT_ONCE, **waits})


def bodies(notification_ids: Collection[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, body FROM vtn_notification WHERE id = ANY(%s)", [list(notification_ids)])
        return dict(cursor.fetchall())


def redirect(channel: str, hosts: Mapping[int, str], *, lease: float | None = None) -> None:
    """Sends what waits for these recipients to where they are now, and at once; what is just being sent, for which
    `lease` is that of senders, only if that fails."""
    hand_over(channel, {each: Addressee(each, host) for each, host in hosts.items()}, lease=lease)


def hand_over(channel: str, heirs: Mapping[int, Addressee], *, lease: float | None = None) -> None:
    """The same with those who stand in their place now."""
    parameters: dict[str, Any] = {
        "at_once": AT_ONCE,
        "channel": channel,
        "lease": lease,
        "recipients": list(heirs),
        "heirs": [each.recipient_id for each in heirs.values()],
        "hosts": [each.host for each in heirs.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, parameters)


def replay(ids: Collection[int]) -> int:
    """Sends what was given up once more, with as much patience as at first, and of one object in its order; how many
    that were. It comes after changes of its object that were delivered meanwhile: its number tells the receiver."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REPLAY, {"ids": list(ids)})
        lanes = [lane for (lane,) in cursor.fetchall()]
        transaction.on_commit(lambda: release(lanes))
    return len(lanes)
