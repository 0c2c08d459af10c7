"""Narrows lists of VENs down to how they stand to the clock and to an event, as the overview's figures do."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants import fleet
from participants.models import Ven
from vtn.wiring import wired


class LastPollFilter(admin.SimpleListFilter):
    title = gettext_lazy("last poll")
    parameter_name = "last_poll"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("hour", _("within the hour")),
            ("late", _("more than an hour ago")),
            ("silent", _("more than a day ago")),
            ("never", _("never")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ven]) -> QuerySet[Ven]:
        wanted = fleet.by_last_poll(timezone.now()).get(self.value() or "")
        return queryset if wanted is None else queryset.filter(id__in=wanted.values("id"))


class EventFilter(admin.SimpleListFilter):
    """Takes the id of an event, and offers nothing unless one was given: there are too many to choose from."""

    parameter_name = ""
    narrow: Any = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = request.GET.get(self.parameter_name, "")
        self._facts = wired("event_facts")(wanted) if wanted else None
        name = self._facts.name if self._facts else _("There is no such event")
        return [(wanted, name)] if wanted else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ven]) -> QuerySet[Ven]:
        if self.value() is None:
            return queryset
        return (
            queryset.filter(id__in=type(self).narrow(self._facts).values("id"))
            if self._facts
            else queryset.none()
        )


class MeantFor(EventFilter):
    title, parameter_name, narrow = gettext_lazy("may see the event"), "sees", staticmethod(fleet.meant_for)


class Has(EventFilter):
    title, parameter_name, narrow = gettext_lazy("has the event"), "has", staticmethod(fleet.that_have)


class Lacks(EventFilter):
    title, parameter_name, narrow = (
        gettext_lazy("has not got the event"),
        "lacks",
        staticmethod(fleet.that_lack),
    )


class Reported(EventFilter):
    title, parameter_name, narrow = (
        gettext_lazy("has reported"),
        "reported",
        staticmethod(fleet.that_reported),
    )


class Owes(EventFilter):
    title, parameter_name = gettext_lazy("has not reported"), "owes"
    narrow = staticmethod(fleet.that_owe_a_report)


STANDING = (LastPollFilter, MeantFor, Has, Lacks, Reported, Owes)
