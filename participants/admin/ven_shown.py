"""How a VEN's credentials, its grant and what that opens are shown on its page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from participants.models import ClientSecret, ResourceTarget, Ven
from participants.queries.vens import granted_to
from vtn.admin.addresses import list_address, page_address
from vtn.admin.tables import heads
from vtn.shown_moments import moment_text
from vtn.wiring import wired

_MOST_SHOWN = 200


def credentials_of(ven: Ven) -> SafeString | str:
    """Its secrets by label and expiry. Their texts are nowhere."""
    if ven.client_id is None:
        return "–"
    now = timezone.now()
    secrets = ClientSecret.objects.filter(client_id=ven.client_id).order_by("id")
    rows = [(str(each), _state(each, now)) for each in secrets]
    head = heads(_("secret"), _("good until"))
    return _table(head, rows) if rows else _("It has no secret.")


def ways_to_rotate(ven: Ven) -> SafeString:
    """To one more secret, and to fewer: the old ones stay good until somebody ends them, so that a secret is rotated
    without a pause."""
    links = (
        (reverse("admin:participants_client_add_secret", args=[ven.client_id]), _("Make a new secret")),
        (page_address("participants_client", ven.client_id), _("End old ones, scopes")),
    )
    return format_html_join(" · ", '<a href="{}">{}</a>', links)


def grant_of(ven: Ven) -> SafeString | str:
    """Each target with where it comes from (3.1.0 Definition, "BL created object privacy")."""
    own = [(target, _("this VEN")) for target in ven.targets]
    ways = ResourceTarget.objects.filter(ven_id=ven.pk).values("target").order_by("target")
    found = ways.annotate(count=Count("resource_id"), name=Min("resource_name"), one=Min("resource_id"))
    of_resources = [
        (each["target"], _by_resources(ven, each["count"], each["name"], each["one"]))
        for each in found[: _MOST_SHOWN + 1]
    ]
    rows = [*own, *of_resources[:_MOST_SHOWN]]
    if not rows:
        return _("nothing: it sees what has no targets")
    more = _("And more.") if len(of_resources) > _MOST_SHOWN else ""
    return format_html("{}{}", _table(heads(_("target"), _("granted by")), rows), more)


def opened_by(ven: Ven) -> SafeString:
    """Now, as it is stored. Programs and events are beyond this app, so what they are is asked for by wiring."""
    lines = [
        (f"{found.count}+" if found.is_more else found.count, found.name, _links(found.first))
        for found in wired("seen_with_targets")(granted_to(ven))
    ]
    listed = format_html_join("", "<li>{} {}{}</li>", lines)
    return format_html("<ul>{}</ul>{}", listed, _("And all that have no targets."))


def _state(secret: ClientSecret, now: Any) -> str:
    if secret.expires_at is None:
        return _("no end")
    moment = moment_text(secret.expires_at)
    return moment if secret.expires_at > now else _("%s: it is over") % moment


def _by_resources(ven: Ven, count: int, name: str, resource_id: str) -> SafeString:
    """The one resource; of several one name, and the way to all."""
    if count == 1:
        page, more = page_address("participants_resource", resource_id), ""
    else:
        page = list_address("participants_resource", q=ven.pk)
        more = _(" and %(count)s other resources") % {"count": count - 1}
    return format_html('<a href="{}">{}</a>{}', page, name, more)


def _table(head: SafeString, rows: list[tuple[Any, Any]]) -> SafeString:
    found = format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows)
    return format_html("<table><tr>{}</tr>{}</table>", head, found)


def _links(objects: list[Any]) -> SafeString:
    pages = [
        (page_address(f"{each._meta.app_label}_{each._meta.model_name}", each.pk), each) for each in objects
    ]
    links = format_html_join(", ", '<a href="{}">{}</a>', pages)
    return format_html(": {}", links) if links else links
