"""What the MQTT broker has not been told of, in the Django admin: mostly what it refuses, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Publication
from participants.mqtt.publishing import publish_again
from vtn.admin.base import PlainAdmin


@admin.register(Publication)
class PublicationAdmin(PlainAdmin):
    list_display = ("entry", "made_at", "refused_at", "reason")
    list_filter = (("refused_at", admin.EmptyFieldListFilter),)
    list_select_related = ("entry",)
    fields = ("entry", "made_at", "told_until", "refused_at", "reason")
    readonly_fields = fields
    ordering = ("entry_id",)
    actions = ("publish_again",)

    @admin.display(description=gettext_lazy("made"))
    def made_at(self, publication: Publication) -> Any:
        return publication.entry.made_at

    @admin.action(description=gettext_lazy("Publish again"), permissions=["change"])
    def publish_again(self, request: HttpRequest, queryset: QuerySet[Publication]) -> None:
        count = publish_again([each.pk for each in queryset])
        self.message_user(request, _("%(count)s refused publications are waiting again.") % {"count": count})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing can be edited; but with it, "publish again" is for those who may change."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
