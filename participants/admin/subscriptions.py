"""Subscriptions in the admin: to read, to see how their callbacks fare and to try them, and to delete the broken ones.
Their clients write them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from participants.admin.callbacks import HealthFilter, health_table, latest_deliveries, test_buttons, worst
from participants.models import Callback, Subscription
from participants.notifications.trial import send_test
from participants.services import subscriptions
from vtn.admin.addresses import page_address
from vtn.admin.base import ServiceAdmin
from vtn.errors import VtnError
from vtn.wire import body


@admin.display(description=gettext_lazy("callbacks"))
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
        "health",
        "modified_at",
    )
    list_filter = (HealthFilter, "role", "dialect")
    search_fields = ("client_name", "client_id", "program_id__exact", "id__exact", "content__icontains")
    search_help_text = gettext_lazy(
        "A name, a client's id, a program's id, an id, or a part of a callback URL"
    )
    ordering = ("-created_at", "id")
    fields = (
        *("client_name", "client_id", "role", "dialect", "program_id", "targets"),
        *("callbacks_and_health", "test", "latest", "as_written", "verified", "tokens"),
        *("id", "created_at", "modified_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).prefetch_related("callbacks")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name != "test" or self._may_test(request)]

    @admin.display(description=gettext_lazy("health"))
    def health(self, subscription: Subscription) -> str:
        return worst(subscription.callbacks.all())

    @admin.display(description=gettext_lazy("callbacks"))
    def callbacks_and_health(self, subscription: Subscription) -> SafeString:
        return health_table(subscription.callbacks.order_by("place"))

    @admin.display(description=gettext_lazy("last deliveries"))
    def latest(self, subscription: Subscription) -> SafeString | str:
        return latest_deliveries(subscription.callbacks.all())

    @admin.display(description=gettext_lazy("test"))
    def test(self, subscription: Subscription) -> SafeString:
        return test_buttons(subscription)

    @admin.display(description=gettext_lazy("content"))
    def as_written(self, subscription: Subscription) -> SafeString:
        return format_html("<pre>{}</pre>", body.indented(subscription.content))

    @admin.display(description=gettext_lazy("have answered the challenge"))
    def verified(self, subscription: Subscription) -> SafeString | str:
        urls = ((url,) for url in subscription.verified_urls)
        return format_html_join(SafeString("<br>"), "{}", urls) or "–"

    @admin.display(description=gettext_lazy("bearer tokens"))
    def tokens(self, subscription: Subscription) -> str:
        """How many; their text is shown to nobody but their owner."""
        return _("%(number)s, sealed") % {
            "number": sum(token is not None for token in subscription.sealed_tokens)
        }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Subscription) -> None:
        subscriptions.delete_subscription(
            caller=self.caller(request), subscription_id=obj.id, now=timezone.now()
        )

    def get_urls(self) -> list[URLPattern]:
        test = self.admin_site.admin_view(require_POST(self.send_test))
        where = "<path:object_id>/test/<int:callback_id>/"
        return [path(where, test, name="participants_subscription_test"), *super().get_urls()]

    def send_test(self, request: HttpRequest, object_id: str, callback_id: int) -> HttpResponse:
        """Sends a test notification and shows what came of it. Not in a transaction: the receiver may take its time."""
        callbacks_of_it = Callback.objects.filter(subscription_id=object_id).select_related("subscription")
        callback = callbacks_of_it.filter(pk=callback_id).first()
        if callback is None:
            raise Http404
        if not self._may_test(request):
            raise PermissionDenied
        try:
            tried = send_test(callback, now=timezone.now())
        except VtnError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            page = page_address("participants_subscription", object_id)
            return HttpResponseRedirect(page)
        outcome = tried.outcome.reason or _("answered %(status)s") % {"status": tried.outcome.status}
        message = _("Sent a test notification to %(url)s, which %(outcome)s.") % {
            "url": tried.url,
            "outcome": outcome,
        }
        self.log_change(request, callback.subscription, message)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Test notification"),
            "subscription": callback.subscription,
            "tried": tried,
            "milliseconds": round(tried.seconds * 1000),
            "body": body.indented(body.decode_text(tried.body)),
        }
        return TemplateResponse(request, "admin/participants/subscription/tested.html", context)

    def _may_test(self, request: HttpRequest) -> bool:
        """It is a call in the name of the subscription, with its token: more than to look."""
        return request.user.has_perm("participants.change_subscription")
