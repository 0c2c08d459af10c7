"""Everything that changes timings. One function is one transaction: rows and audit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tariffs.timings.changes import Change, record_change, record_changes, tell_publisher
from tariffs.timings.content import LISTS, TODAY, Limits, TimingContent
from tariffs.timings.models import StoredTiming
from tariffs.timings.queries import NoSuchTiming
from vtn import errors
from vtn.caller import Caller, Scope
from vtn.ids import new_id
from vtn.models import later_than
from vtn.turns import wait_for_turn

_AT_ONCE = 2_000


class TimingExists(errors.Conflict):
    """The tariff plan has a timing with this tag already."""


@dataclass(frozen=True)
class Difference:
    """What a plan has to become what a file says: by tag, in the order of the file."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    deleted: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        return bool(self.created or self.updated or self.deleted)


@transaction.atomic
def create_timing(*, caller: Caller, content: TimingContent, now: datetime, limits: Limits) -> StoredTiming:
    """Raises `TimingExists`, `UnfitTiming`: in this order, as the engine of 2013 did."""
    require_write(caller)
    if "\0" not in content.tpid + content.tag:
        _take_plan(content.tpid)
        if StoredTiming.objects.filter(tpid=content.tpid, tag=content.tag).exists():
            raise TimingExists(
                f"There is already a timing '{content.tag}' in the tariff plan '{content.tpid}'"
            )
    content.require_fit(limits)
    return _create(caller, content, now)


@transaction.atomic
def set_timing(*, caller: Caller, content: TimingContent, now: datetime) -> tuple[StoredTiming, bool]:
    """Creates the timing or replaces it, and tells whether it is new. One that stays the same is not touched.

    Raises `UnfitTiming`.
    """
    require_write(caller)
    content.require_fit(TODAY)
    _take_plan(content.tpid)
    stored = StoredTiming.objects.filter(tpid=content.tpid, tag=content.tag).first()
    if stored is None:
        return _create(caller, content, now), True
    before = stored.content
    if before != content:
        _change(stored, content, now).save()
        record_change(stored.id, before=before, after=content, caller=caller, now=now)
        tell_publisher(content.tpid, now=now)
    return stored, False


@transaction.atomic
def delete_timing(*, caller: Caller, tpid: str, tag: str, now: datetime) -> StoredTiming:
    """Deletes the timing and returns it as it was. Raises `NoSuchTiming`."""
    require_write(caller)
    if "\0" in tpid + tag:
        raise NoSuchTiming(tpid, tag)
    _take_plan(tpid)
    stored = StoredTiming.objects.filter(tpid=tpid, tag=tag).first()
    if stored is None:
        raise NoSuchTiming(tpid, tag)
    StoredTiming.objects.filter(id=stored.id).delete()
    record_change(stored.id, before=stored.content, after=None, caller=caller, now=now)
    tell_publisher(tpid, now=now)
    return stored


@transaction.atomic
def import_timings(
    *,
    caller: Caller,
    tpid: str,
    contents: Sequence[TimingContent],
    is_replacing: bool,
    is_dry_run: bool,
    now: datetime,
) -> Difference:
    """Brings these timings, of different tags, into a plan; when replacing, others are deleted. A fixed number of
    queries for each thousand. A dry run tells what would be done.

    Raises `UnfitTiming`.
    """
    require_write(caller)
    for content in contents:
        content.require_fit(TODAY)
    _take_plan(tpid)
    stored = {each.tag: each for each in StoredTiming.objects.filter(tpid=tpid)}
    difference = _difference(stored, contents, is_replacing)
    if not is_dry_run:
        _bring(stored, {each.tag: each for each in contents}, difference, caller, now)
        if difference.is_any:
            tell_publisher(tpid, now=now)
    return difference


def require_write(caller: Caller) -> None:
    """Prices are for business logic to write, and so is when they hold. Raises `Forbidden`."""
    caller.require_business(Scope.WRITE_EVENTS)


def _take_plan(tpid: str) -> None:
    """One writer at a time for a plan, until the transaction ends: none of two that create the same timing fails."""
    wait_for_turn(f"tariffs.timings {tpid}")


def _create(caller: Caller, content: TimingContent, now: datetime) -> StoredTiming:
    stored = _new(content, now)
    stored.save(force_insert=True)
    record_change(stored.id, before=None, after=content, caller=caller, now=now)
    tell_publisher(content.tpid, now=now)
    return stored


def _new(content: TimingContent, now: datetime) -> StoredTiming:
    return StoredTiming(
        id=new_id(), tpid=content.tpid, tag=content.tag, **content.texts, created_at=now, modified_at=now
    )


def _change(stored: StoredTiming, content: TimingContent, now: datetime) -> StoredTiming:
    for name, text in content.texts.items():
        setattr(stored, name, text)
    stored.modified_at = later_than(stored.modified_at, now)
    return stored


def _difference(
    stored: dict[str, StoredTiming], contents: Sequence[TimingContent], is_replacing: bool
) -> Difference:
    known = [each for each in contents if each.tag in stored]
    named = {each.tag for each in contents}
    return Difference(
        created=tuple(each.tag for each in contents if each.tag not in stored),
        updated=tuple(each.tag for each in known if stored[each.tag].content != each),
        unchanged=tuple(each.tag for each in known if stored[each.tag].content == each),
        deleted=tuple(tag for tag in stored if tag not in named) if is_replacing else (),
    )


def _bring(
    stored: dict[str, StoredTiming],
    contents: dict[str, TimingContent],
    difference: Difference,
    caller: Caller,
    now: datetime,
) -> None:
    before = {tag: stored[tag].content for tag in (*difference.updated, *difference.deleted)}
    created = [_new(contents[tag], now) for tag in difference.created]
    updated = [_change(stored[tag], contents[tag], now) for tag in difference.updated]
    deleted = [stored[tag] for tag in difference.deleted]
    StoredTiming.objects.bulk_create(
        [*created, *updated],
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*LISTS, "time", "modified_at"],
    )
    StoredTiming.objects.filter(id__in=[each.id for each in deleted]).delete()
    changes: list[Change] = [(each.id, None, each.content) for each in created]
    changes += [(each.id, before[each.tag], each.content) for each in updated]
    changes += [(each.id, before[each.tag], None) for each in deleted]
    record_changes(changes, caller=caller, now=now)
