"""Subscriptions in the admin: to read, and to delete the broken ones. Their clients write them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from participants.models import Subscription
from participants.services import subscriptions
from vtn.admin.base import ServiceAdmin
from vtn.wire import body


@admin.display(description="callbacks")
def callbacks(subscription: Subscription) -> SafeString:
    """Each URL once."""
    urls = dict.fromkeys(item["callbackUrl"] for item in subscription.content["objectOperations"])
    return format_html_join(SafeString("<br>"), "{}", ((url,) for url in urls))


@admin.register(Subscription)
class SubscriptionAdmin(ServiceAdmin):
    list_display = (
        "client_name",
        "client_id",
        "role",
        "program_id",
        "object_types",
        callbacks,
        "modified_at",
    )
    list_filter = ("role", "dialect")
    search_fields = ("client_name", "client_id", "program_id__exact", "id__exact", "content__icontains")
    search_help_text = "A name, a client's id, a program's id, an id, or a part of a callback URL"
    ordering = ("-created_at", "id")
    fields = (
        *("client_name", "client_id", "role", "dialect", "program_id", "targets"),
        *("as_written", "verified", "tokens", "id", "created_at", "modified_at"),
    )
    readonly_fields = fields

    @admin.display(description="content")
    def as_written(self, subscription: Subscription) -> SafeString:
        return format_html("<pre>{}</pre>", body.indented(subscription.content))

    @admin.display(description="have answered the challenge")
    def verified(self, subscription: Subscription) -> SafeString | str:
        urls = ((url,) for url in subscription.verified_urls)
        return format_html_join(SafeString("<br>"), "{}", urls) or "–"

    @admin.display(description="bearer tokens")
    def tokens(self, subscription: Subscription) -> str:
        """How many; their text is shown to nobody but their owner."""
        return f"{sum(token is not None for token in subscription.sealed_tokens)}, sealed"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Subscription) -> None:
        subscriptions.delete_subscription(
            caller=self.caller(request), subscription_id=obj.id, now=timezone.now()
        )
