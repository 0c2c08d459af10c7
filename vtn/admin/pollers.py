"""Who asks, in the admin: the last time of each client, and its last questions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vtn.admin.base import ReadOnlyAdmin
from vtn.admin.tables import heads
from vtn.polling.models import Poller
from vtn.polling.queries import polls_of
from vtn.shown_moments import moment_text


@admin.register(Poller)
class PollerAdmin(ReadOnlyAdmin):
    list_display = ("client_id", "polled_at")
    search_fields = ("client_id__exact",)
    search_help_text = gettext_lazy("A client's id, as a whole")
    ordering = ("-polled_at", "client_id")
    sortable_by = ()
    fields = ("client_id", "polled_at", "questions")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("questions"))
    def questions(self, poller: Any) -> SafeString:
        return polls_table(poller.client_id)


def polls_table(client_id: str) -> SafeString:
    """The last questions of a client, with what they were answered with."""
    rows = ((str(poll), moment_text(poll.polled_at), poll.status) for poll in polls_of(client_id))
    found = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
    if not found:
        return SafeString(_("none"))
    head = heads(_("question"), _("asked"), _("answered with"))
    return format_html("<table><tr>{}</tr>{}</table>", head, found)
