"""What a page says is deleted along with an object: all that has a name. What is kept to find an object by, or to work
with it, has none; nobody has heard of it, and of one event there may be thousands."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst

from vtn.admin.described import linked


def deleted_objects(objs: Any, request: HttpRequest, site: AdminSite) -> tuple[Any, Any, set[str], list[str]]:
    """As Django's `get_deleted_objects` gives it."""
    collector = _Named(using=DEFAULT_DB_ALIAS, origin=objs)
    collector.collect(objs)
    not_permitted = set()

    def said(thing: Any) -> str:
        names = thing._meta
        if not site.is_registered(type(thing)):
            return f"{capfirst(names.verbose_name)}: {thing}"
        if not site.get_model_admin(type(thing)).has_delete_permission(request, thing):
            not_permitted.add(str(names.verbose_name))
        return format_html("{}: {}", capfirst(names.verbose_name), linked(thing))

    by_model: Any = collector.model_objs
    counted = {model._meta.verbose_name_plural: len(found) for model, found in by_model.items()}
    return collector.nested(said), counted, not_permitted, [said(each) for each in collector.protected]


class _Named(NestedObjects):
    def related_objects(self, related_model: Any, related_fields: Any, objs: Any) -> QuerySet[Any]:
        found = super().related_objects(related_model, related_fields, objs)
        return found.none() if related_model.__str__ is Model.__str__ else found
