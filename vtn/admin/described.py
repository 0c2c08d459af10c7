"""Deliveries as people read them: to whom, with which request. Their channels know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vtn.admin.addresses import page_address
from vtn.deliveries import store
from vtn.deliveries.channels import Described, Describing
from vtn.deliveries.models import Delivery
from vtn.wire import body
from vtn.wiring import wired_by_name

__all__ = ["Described", "describe", "linked", "next_attempt", "request_text"]


def describe(deliveries: Iterable[Delivery]) -> list[Any]:
    """The same deliveries, each with what its channel says of it as `described`: None if that is nothing."""
    every: list[Any] = list(deliveries)
    by_channel: defaultdict[str, list[Delivery]] = defaultdict(list)
    for each in every:
        by_channel[each.channel].append(each)
    found: dict[int, Described] = {}
    for name, make in wired_by_name("channels").items():
        channel = make()
        if by_channel[name] and isinstance(channel, Describing):
            found |= channel.describe(by_channel[name])
    for each in every:
        each.described = found.get(each.id)
    return every


def next_attempt(delivery: Delivery) -> datetime | str:
    """When it is to be sent, or in words why there is no such time."""
    if delivery.state != Delivery.State.WAITING:
        return "–"
    if delivery.due_at is None:
        return _("behind an older one")
    return _("now") if delivery.due_at == store.AT_ONCE else delivery.due_at


def request_text(delivery: Delivery, described: Described | None) -> str:
    """The request as it was sent, or will be. Where a channel says no headers, how it is sent is for others to know."""
    head = [f"to {delivery.host if described is None else described.url}"]
    if described is not None and described.headers:
        head = [f"POST {described.url}", *(f"{name}: {value}" for name, value in described.headers.items())]
    return "\n".join([*head, "", body.indented(body.decode_text(delivery.notification.body))])


def linked(thing: Model) -> SafeString:
    """An object by its name, and the way to its page."""
    page = page_address(f"{thing._meta.app_label}_{thing._meta.model_name}", thing.pk)
    return format_html('<a href="{}">{}</a>', page, thing)
