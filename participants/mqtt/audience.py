"""Which VENs get a copy of what has targets."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import connection

# By the ways of `participants.rows`; the order is what a publication that was interrupted goes on by.
_GRANTED = """
    SELECT ven_id, array_agg(DISTINCT target) FROM (
        SELECT ven_id, target FROM participants_ventarget WHERE target = ANY(%(targets)s)
        UNION ALL
        SELECT ven_id, target FROM participants_resourcetarget WHERE target = ANY(%(targets)s)
    ) way WHERE ven_id COLLATE "C" > %(after)s GROUP BY ven_id ORDER BY ven_id COLLATE "C"
"""


def vens_granted(targets: Collection[str], *, after: str) -> Iterator[tuple[str, list[str]]]:
    """The VENs behind `after` to which one of the targets is granted, themselves or through a resource of theirs, each
    with those that are. One query, of which a part at a time is held."""
    if not targets:
        return
    # Outside of a transaction the database keeps the result for us, so that none is open while a broker takes its time.
    with connection.chunked_cursor() as cursor:
        cursor.execute(_GRANTED, {"targets": [*targets], "after": after})
        while rows := cursor.fetchmany(2_000):
            yield from rows
