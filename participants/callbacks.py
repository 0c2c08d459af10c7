"""The callbacks of a subscription, and how a change finds those that asked for it."""

from __future__ import annotations

from collections.abc import Iterable

from yarl import URL

from participants.models import Callback, Subscription
from participants.subscribed import ObjectOperations, SubscriptionContent
from vtn.caller import Role
from vtn.deliveries import store

CHANNEL = "webhook"

# Of a subscription that is not bound to a program.
_ANY_PROGRAM = "*"

_KEY = ["subscription", "place"]
_WRITTEN_ANEW = [
    *("url", "host", "wants", "words"),
    *("failing_since", "failures", "failure", "broken_at", "gone_at"),
]


def wants(
    role: str, object_types: Iterable[str], operations: Iterable[str], program_id: str | None
) -> list[str]:
    """The keys of what a callback asked for."""
    program, names = program_id or _ANY_PROGRAM, list(operations)
    return sorted(f"{role} {kind} {name} {program}" for kind in object_types for name in names)


def wanted(role: Role, object_type: str, operations: Iterable[str], program_id: str | None) -> list[str]:
    """The keys of those who are to be told of a change of this kind."""
    programs = [_ANY_PROGRAM, *([program_id] if program_id else [])]
    return [key for program in programs for key in wants(role.value, [object_type], operations, program)]


def host_of(url: str) -> str:
    """Whom a URL calls: what fails there fails for all who live there."""
    address = URL(url, encoded=True)
    return f"{address.scheme}://{address.host}:{address.port}"


def write(subscription: Subscription, content: SubscriptionContent, *, is_new: bool) -> None:
    """Makes the callbacks of a saved subscription those of its content. Whatever went wrong with them is forgotten: the
    client has just said that it wants to be told there, so what waits is sent now."""
    written = [_callback(subscription, place, each) for place, each in enumerate(content.object_operations)]
    if is_new:
        Callback.objects.bulk_create(written)
    else:
        Callback.objects.bulk_create(
            written, update_conflicts=True, unique_fields=_KEY, update_fields=_WRITTEN_ANEW
        )
        subscription.callbacks.filter(place__gte=len(written)).delete()
        store.redirect(CHANNEL, {callback.id: callback.host for callback in written})


def _callback(subscription: Subscription, place: int, each: ObjectOperations) -> Callback:
    return Callback(
        subscription=subscription,
        place=place,
        url=each.callback_url,
        host=host_of(each.callback_url),
        wants=wants(subscription.role, each.object_types, each.operations, subscription.program_id),
        words=dict(each.operations),
    )
