"""What has changed since a moment, deletions included, so that a client can keep a mirror of a list with cheap polls.

An extension: no version of the standard has it (docs/extensions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, QuerySet, Value

from vtn import errors
from vtn.documents import list_of
from vtn.models import StoredObject, TombstoneQuerySet
from vtn.paging import Page, parse_flag, parse_time
from vtn.wire import body
from vtn.wire.metadata import tombstone


@dataclass(frozen=True, slots=True)
class Since:
    """A list is narrowed to what was changed at this moment or later, in the order of change."""

    at: datetime
    with_deleted: bool

    @classmethod
    def parse(cls, query: Mapping[str, str], *, now: datetime) -> Since | None:
        """`modifiedSince` and `includeDeleted`. Raises `Invalid`, also for a moment of which deletions are forgotten:
        what is wrong in a mirror is found by nobody."""
        at, with_deleted = parse_time(query, "modifiedSince"), parse_flag(query, "includeDeleted")
        if at is None:
            if with_deleted:
                raise errors.Invalid("includeDeleted: this needs modifiedSince as well")
            return None
        days = settings.TOMBSTONE_DAYS
        if with_deleted and at < now - timedelta(days=days):
            raise errors.Invalid(
                f"modifiedSince: deletions are remembered for {days} days; read the whole list anew"
            )
        return cls(at, with_deleted)


class _Changed(NamedTuple):
    at: datetime
    object_id: str
    created_at: datetime
    is_deleted: bool


def changed_since(
    since: Since,
    page: Page,
    *,
    object_type: str,
    objects: QuerySet[Any],
    deleted: TombstoneQuerySet,
    documents: Callable[[list[str]], Mapping[str, str]],
) -> bytes:
    """A JSON list of a page of what was changed. `objects` and `deleted` are what the caller may see of either, and
    `documents` gives the JSON texts of objects by their ids."""
    changed = _page(since, page, objects, deleted.filter(object_type=object_type))
    texts = documents([each.object_id for each in changed if not each.is_deleted])
    found = (_grave(object_type, each) if each.is_deleted else texts.get(each.object_id) for each in changed)
    # An object that is deleted between the two reads is told of as such at the next poll.
    return list_of(text for text in found if text is not None).encode()


def _page(
    since: Since, page: Page, objects: QuerySet[StoredObject], deleted: TombstoneQuerySet
) -> list[_Changed]:
    """Both sides give no more than can be on the page, so that the cost is that of the page and what is skipped."""
    most = page.skip + page.limit
    here: QuerySet[Any] = objects.filter(modified_at__gte=since.at).order_by("modified_at", "id")
    gone: QuerySet[Any] = deleted.filter(deleted_at__gte=since.at).order_by("deleted_at", "object_id")
    sides = [here.annotate(at=F("modified_at"), object_id=F("id"), is_deleted=Value(False))]
    if since.with_deleted:
        sides.append(gone.annotate(at=F("deleted_at"), is_deleted=Value(True)))
    # What Django knows to be empty it drops from a union, and the names of its columns with it.
    rows = [side.values_list(*_Changed._fields)[:most] for side in sides if not side.query.is_empty()]
    if not rows or page.limit == 0:
        return []
    first, *others = rows
    changed = first.union(*others, all=True).order_by("at", "object_id") if others else first
    return [_Changed(*row) for row in changed[page.skip : most]]


def _grave(object_type: str, gone: _Changed) -> str:
    return body.encode_text(tombstone(object_type, gone.object_id, gone.created_at, gone.at))
