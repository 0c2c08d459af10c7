"""Where the pages of the admin are."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse


def list_address(model: str, **query: object) -> str:
    """That of a list, by its model as in `vtn_delivery`, narrowed down."""
    page = reverse(f"admin:{model}_changelist")
    if not query:
        return page
    asked = QueryDict(mutable=True)
    asked.update({name: str(value) for name, value in query.items()})
    return f"{page}?{asked.urlencode()}"


def page_address(model: str, key: object) -> str:
    """That of one object's page."""
    return reverse(f"admin:{model}_change", args=[key])
