"""Reads of subscriptions, one query each. Their owner finds its bearer tokens in them, nobody else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from participants.models import Subscription
from participants.pages import subscriptions as pages
from participants.sealed_tokens import unsealed
from participants.wire.subscriptions.operations import with_tokens
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import list_of, with_targets
from vtn.mirror import Since, changed_since
from vtn.models import OwnedQuerySet, Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to
from vtn.sealing import CannotUnseal
from vtn.visibility import Ownership


class NoSuchSubscription(errors.NoSuchObject):
    """No subscription has this id, or none that the caller may see."""

    kind = "subscription"


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """What a list of subscriptions is narrowed to: those with any of the targets, and with any of the object types."""

    asked: frozenset[str] | None = None
    program_id: str | None = None
    client_name: str | None = None
    object_types: frozenset[str] | None = None
    since: Since | None = None

    def leads_by_ways(self, ownership: Ownership) -> bool:
        """Whether walks along targets or types are the way, as there may be many subscriptions without them: a client
        has few, and so has a name."""
        is_of_few = ownership.client_id is not None or self.client_name is not None
        return not is_of_few and (self.asked is not None or self.object_types is not None)

    def of(self, subscriptions: OwnedQuerySet[Subscription]) -> QuerySet[Subscription]:
        conditions = {
            "program_id": self.program_id,
            "client_name": self.client_name,
            "object_types__overlap": None if self.object_types is None else sorted(self.object_types),
            "targets__overlap": None if self.asked is None else sorted(self.asked),
        }
        return subscriptions.filter(
            **{name: value for name, value in conditions.items() if value is not None}
        )


def visible_subscriptions(
    caller: Caller, wanted: SubscriptionFilter, *, page: Page, dialect: Dialect
) -> Answer:
    """A page of the subscriptions that the caller may read, oldest first, as the dialect writes them."""
    inside = f"program:{wanted.program_id}" if wanted.program_id else ""
    seen = polling().see(keys.owned_dependencies("subscriptions", caller.ownership, inside=inside))
    found = wanted.of(Subscription.objects.owned_by(caller.ownership))
    if wanted.since is not None:
        body = _changed(wanted.since, wanted.program_id, found, caller, page, dialect)
    else:
        rows = _on_page(page, wanted, found, caller, dialect)
        body = list_of(shown(row, caller, dialect) for row in rows).encode()
    return answer_to(caller, body, seen, is_personal=True)


def _on_page(
    page: Page, wanted: SubscriptionFilter, found: QuerySet[Subscription], caller: Caller, dialect: Dialect
) -> Iterable[Subscription]:
    """Oldest first."""
    if not wanted.leads_by_ways(caller.ownership):
        rows = found.only(*_columns(dialect)).order_by("created_at", "id")
        return rows[page.skip : page.skip + page.limit]
    return pages.page_of(
        _columns(dialect),
        targets=wanted.asked,
        object_types=wanted.object_types,
        program_id=wanted.program_id,
        page=page,
    )


def visible_subscription(caller: Caller, subscription_id: str, dialect: Dialect) -> Answer:
    """One subscription. Raises `NoSuchSubscription`."""
    seen = polling().see(keys.owned_object_dependency("subscriptions", subscription_id, caller.ownership))
    found = Subscription.objects.owned_by(caller.ownership).filter(id=subscription_id)
    document = _by_id(found, caller, dialect).get(subscription_id)
    if document is None:
        raise NoSuchSubscription(subscription_id)
    return answer_to(caller, document.encode(), seen, is_personal=True)


def shown(subscription: Subscription, caller: Caller, dialect: Dialect) -> str:
    """A subscription as this caller may see it: tokens are null but for the owner's own. The member is always there,
    since clients in use cannot read a subscription without it."""
    whole = with_targets(subscription.document(dialect), subscription.targets, subscription.literals, dialect)
    if subscription.client_id != caller.client_id:
        return with_tokens(whole, [None] * len(subscription.sealed_tokens))
    return with_tokens(whole, unsealed(subscription.sealed_tokens, subscription.id))


def shown_deleted(subscription: Subscription, caller: Caller, dialect: Dialect) -> str:
    """The same of one that is gone. What no key opens could be deleted all the same, and is null."""
    try:
        return shown(subscription, caller, dialect)
    except CannotUnseal:
        subscription.sealed_tokens = [None for _ in subscription.sealed_tokens]
        return shown(subscription, caller, dialect)


def _by_id(subscriptions: QuerySet[Subscription], caller: Caller, dialect: Dialect) -> dict[str, str]:
    return {row.id: shown(row, caller, dialect) for row in subscriptions.only(*_columns(dialect))}


def _columns(dialect: Dialect) -> list[str]:
    """What `shown` looks at."""
    return ["id", "client_id", "targets", "literals", "sealed_tokens", dialect.document_field]


def _changed(
    since: Since,
    program_id: str | None,
    found: QuerySet[Subscription],
    caller: Caller,
    page: Page,
    dialect: Dialect,
) -> bytes:
    """As a mirror wants it. A subscription that is gone is told of whatever it asked for."""

    def documents(ids: list[str]) -> Mapping[str, str]:
        return _by_id(found.filter(id__in=ids), caller, dialect)

    deleted = Tombstone.objects.owned_by(caller.ownership)
    return changed_since(
        since,
        page,
        object_type="SUBSCRIPTION",
        objects=found,
        deleted=deleted if program_id is None else deleted.inside("program", program_id),
        documents=documents,
    )
