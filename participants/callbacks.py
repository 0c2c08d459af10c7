"""The callbacks of a subscription, and how a change finds those that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import F
from yarl import URL

from participants.content import ObjectOperations, SubscriptionContent
from participants.models import Callback, Subscription
from vtn.deliveries import store
from vtn.deliveries.store import Addressee

CHANNEL = "webhook"

# Of a subscription that is not bound to a program.
_ANY_PROGRAM = "*"

_WRITTEN_ANEW = [
    *("place", "url", "host", "wants"),
    *("failing_since", "failures", "failure", "broken_at", "gone_at"),
]


def wants(
    role: str, object_types: Iterable[str], operations: Iterable[str], program_id: str | None
) -> list[str]:
    """The keys of what a callback asked for."""
    program, names = program_id or _ANY_PROGRAM, list(operations)
    return sorted(f"{role} {kind} {name} {program}" for kind in object_types for name in names)


@lru_cache(maxsize=1024)
def wanted(
    role: str, object_type: str, operations: tuple[str, ...], program_id: str | None
) -> frozenset[str]:
    """The keys of those who are to be told of a change of this kind. Kept, since ten thousand are asked about one."""
    programs = {None, program_id}
    return frozenset(key for each in programs for key in wants(role, [object_type], operations, each))


def host_of(url: str) -> str:
    """Whom a URL calls: what fails there fails for all who live there."""
    address = URL(url, encoded=True)
    return f"{address.scheme}://{address.host}:{address.port}"


def write(subscription: Subscription, content: SubscriptionContent, *, is_new: bool) -> None:
    """Makes the callbacks of a saved subscription those of its content. Whatever went wrong with them is forgotten: the
    client has just said that it wants to be told there, so what waits is sent now, to the heirs of those it waits for.
    """
    written = [_callback(subscription, place, each) for place, each in enumerate(content.object_operations)]
    if is_new:
        Callback.objects.bulk_create(written)
        return
    # In the order in which others lock them (`notifications.health`).
    old = [*subscription.callbacks.select_for_update(no_key=True).order_by("id")]
    places = heirs(old, written)
    # Of several that become one the oldest stays: by its id goes the order of all that are told at its URL.
    for each in reversed(old):
        if each.id in places:
            written[places[each.id]].id = each.id
    _save(old, written)
    standing = {id_: Addressee(written[place].id, written[place].host) for id_, place in places.items()}
    store.hand_over(CHANNEL, standing, lease=settings.DELIVERY_LEASE)


def _save(old: Sequence[Callback], written: Sequence[Callback]) -> None:
    stay = {each.id: each for each in written if each.id}
    if gone := [each.id for each in old if each.id not in stay]:
        Callback.objects.filter(id__in=gone).delete()
    if any(each.id in stay and stay[each.id].place != each.place for each in old):
        # Out of the way: at no moment two have the same place.
        Callback.objects.filter(id__in=stay).update(place=-1 - F("place"))
    Callback.objects.bulk_update(stay.values(), _WRITTEN_ANEW)
    Callback.objects.bulk_create([each for each in written if not each.id])


def heirs(old: Sequence[Callback], new: Sequence[Callback]) -> dict[int, int]:
    """To which places goes what waits for callbacks of before, by their ids; what is for others is wanted no more.

    A URL that is still there keeps what waits for it, wherever it stands now: of several with it, the one that asks
    for most of the same. A URL that is not has moved to one that was not there before.
    """
    found: dict[int, int] = {}
    for each in old:
        if alike := [other for other in new if other.url == each.url]:
            found[each.id] = max(alike, key=lambda other: _likeness(each, other)).place
    known = {each.url for each in old}
    free = [each.place for each in new if each.url not in known]
    moved = (each for each in old if each.id not in found)
    for each in sorted(moved, key=lambda each: (each.place not in free, each.place)):
        if free:
            found[each.id] = free.pop(free.index(each.place) if each.place in free else 0)
    return found


def _likeness(old: Callback, new: Callback) -> tuple[int, bool]:
    return len({*old.wants} & {*new.wants}), old.place == new.place


def _callback(subscription: Subscription, place: int, each: ObjectOperations) -> Callback:
    return Callback(
        subscription=subscription,
        place=place,
        url=each.callback_url,
        host=host_of(each.callback_url),
        wants=wants(subscription.role, each.object_types, each.operations, subscription.program_id),
    )
