"""Everything that changes subscriptions. Callbacks are checked first, outside of any transaction; then row, documents
and outbox entry are written together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from participants import callbacks
from participants.content import SubscriptionContent
from participants.models import Subscription
from participants.queries.subscriptions import NoSuchSubscription
from participants.rows import write_ways_to_subscription
from participants.sealed_tokens import resealed, sealed
from participants.signing_keys import new_key, resealed_keys
from participants.wire.subscriptions import v301, v310
from vtn import errors, publishing
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.notifiers.callbacks import require_well_formed, require_willing
from vtn.notifiers.rules import CallbackRules
from vtn.polling import keys
from vtn.publishing import Kind, Operation, Write
from vtn.wire import body

_SUBSCRIPTION = Kind("SUBSCRIPTION", "subscriptions")

SeesProgram = Callable[[Caller, str], bool]
# Receivers may take their time to answer, and whoever asks what has changed compares the times of writes: so the time
# is looked up when there is something to write.
Clock = Callable[[], datetime]


class UnknownProgram(errors.Invalid):
    """A subscription names a program that is not there, or that its client does not see."""


class NotItsClient(errors.Forbidden):
    """Business logic sees all subscriptions and deletes broken ones, but what a client is told, and where, is for that
    client to say: nobody else has the bearer tokens that a replacement would have to repeat."""


def create_subscription(
    *,
    caller: Caller,
    content: SubscriptionContent,
    dialect: Dialect,
    sees_program: SeesProgram,
    clock: Clock,
) -> Subscription:
    """Raises `UnknownProgram`, `CallbackRefused`, `Busy`."""
    caller.require(Scope.WRITE_SUBSCRIPTIONS)
    _require_program(content, caller, sees_program)
    verified = _verified(content, dialect, known=())
    with transaction.atomic():
        now = clock()
        subscription = Subscription(
            id=new_id(), created_at=now, client_id=caller.client_id, role=caller.role.value
        )
        subscription.sealed_keys = [new_key(subscription.id)]
        write = Write(Operation.CREATE, caller, now)
        return _publish(subscription, content, dialect, verified, write)


def update_subscription(
    *,
    caller: Caller,
    subscription_id: str,
    content: SubscriptionContent,
    dialect: Dialect,
    sees_program: SeesProgram,
    clock: Clock,
) -> Subscription:
    """Replaces the subscription, tokens included; URLs that have answered the challenge are not asked again. Raises
    `NoSuchSubscription`, `NotItsClient`, `UnknownProgram`, `CallbackRefused`, `Busy`."""
    caller.require(Scope.WRITE_SUBSCRIPTIONS)
    before = Subscription.objects.owned_by(caller.ownership).filter(id=subscription_id).first()
    if before is None:
        raise NoSuchSubscription(subscription_id)
    if before.client_id != caller.client_id:
        raise NotItsClient("Only its own client changes a subscription; business logic may delete it")
    _require_program(content, caller, sees_program)
    verified = _verified(content, dialect, known=before.verified_urls)
    with transaction.atomic():
        subscription = _locked(caller, subscription_id)
        return _publish(subscription, content, dialect, verified, Write(Operation.UPDATE, caller, clock()))


@transaction.atomic
def delete_subscription(*, caller: Caller, subscription_id: str, now: datetime) -> Subscription:
    """Deletes the subscription and returns it as it was: a VEN its own, business logic any. Raises
    `NoSuchSubscription`."""
    caller.require(Scope.WRITE_SUBSCRIPTIONS)
    subscription, write = _locked(caller, subscription_id), Write(Operation.DELETE, caller, now)
    Subscription.objects.filter(id=subscription_id).delete()
    programs = _programs(subscription.program_id)
    _record(subscription, write, before=recorded(subscription), after=None, programs=programs)
    publishing.bury(subscription, _SUBSCRIPTION, write, client_id=subscription.client_id, inside=programs)
    return subscription


def reseal_tokens() -> int:
    """Puts all bearer tokens and signing keys under the newest key, so that older ones can go; no reader notices. Tells
    how many subscriptions that were. Raises `CannotUnseal`."""
    count = 0
    for subscription_id in Subscription.objects.order_by("id").values_list("id", flat=True).iterator():
        with transaction.atomic():
            subscription = Subscription.objects.select_for_update().filter(id=subscription_id).first()
            if subscription is not None:
                tokens = resealed(subscription.sealed_tokens, subscription_id)
                keys_ = resealed_keys(subscription.sealed_keys, subscription_id)
                Subscription.objects.filter(id=subscription_id).update(
                    sealed_tokens=tokens, sealed_keys=keys_
                )
                count += 1
    return count


def _require_program(content: SubscriptionContent, caller: Caller, sees_program: SeesProgram) -> None:
    if content.program_id is not None and not sees_program(caller, content.program_id):
        raise UnknownProgram(f"programID: there is no program '{content.program_id}'")


def _verified(content: SubscriptionContent, dialect: Dialect, *, known: Iterable[str]) -> list[str]:
    """Those of the callbacks that have answered the challenge, now or before. Raises `CallbackRefused`, `Busy`."""
    rules, callbacks = CallbackRules.of(dialect), content.callbacks
    require_well_formed(callbacks, rules)
    new = {url: member for url, member in callbacks.items() if url not in known}
    require_willing(new, rules)
    return [url for url in callbacks if rules.challenge or url not in new]


def _publish(
    subscription: Subscription,
    content: SubscriptionContent,
    dialect: Dialect,
    verified: list[str],
    write: Write,
) -> Subscription:
    """Row, documents and outbox entry."""
    programs = _programs(subscription.program_id, content.program_id)
    before = publishing.begin(subscription, content, content.members, write)
    subscription.dialect = dialect.value
    subscription.client_name, subscription.program_id = content.client_name, content.program_id
    subscription.object_types = content.object_types
    subscription.verified_urls = verified
    tokens = (each.bearer_token for each in content.object_operations)
    subscription.sealed_tokens = sealed(tokens, subscription.id)
    subscription.document_310 = body.encode_text(_rendered(subscription, v310.render_subscription))
    subscription.document_301 = body.encode_text(_rendered(subscription, v301.render_subscription))
    subscription.save(force_insert=write.is_new)
    write_ways_to_subscription(subscription, is_new=write.is_new)
    callbacks.write(subscription, content, is_new=write.is_new)
    _record(subscription, write, before=before.document, after=recorded(subscription), programs=programs)
    return subscription


def _record(
    subscription: Subscription,
    write: Write,
    *,
    before: str | None,
    after: str | None,
    programs: Iterable[str],
) -> None:
    moves = keys.owned_changed(
        "subscriptions", subscription.id, clients=[subscription.client_id], inside=programs
    )
    publishing.record(
        _SUBSCRIPTION,
        subscription.id,
        write,
        before=before,
        after=after,
        moves=moves,
        program_id=subscription.program_id,
        literals=subscription.literals,
    )


def _programs(*program_ids: str | None) -> list[str]:
    """What a subscription is part of, as kept answers and tombstones call it."""
    return [f"program:{program_id}" for program_id in program_ids if program_id]


def _rendered(subscription: Subscription, render: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return render(
        subscription_id=subscription.id,
        created_at=subscription.created_at,
        modified_at=subscription.modified_at,
        client_id=subscription.client_id,
        members=subscription.content,
    )


def _locked(caller: Caller, subscription_id: str) -> Subscription:
    found = Subscription.objects.select_for_update().owned_by(caller.ownership)
    subscription = found.filter(id=subscription_id).first()
    if subscription is None:
        raise NoSuchSubscription(subscription_id)
    return subscription
