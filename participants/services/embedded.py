"""Writes the resources that a 3.0.1 client puts inside its VEN (decisions/openadr.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from participants.content import ResourceContent
from participants.models import Resource, Ven
from participants.services.forms import keeping_grant
from participants.services.resources import ResourceTaken, add_resource, change_resource
from vtn.caller import Caller


def put_resources(ven: Ven, wanted: Sequence[ResourceContent], caller: Caller, now: datetime) -> None:
    """Inside the transaction that holds the VEN: creates those whose name is new to it, and changes the others where
    they differ. What is not named stays. Raises `ResourceTaken`."""
    names = [content.resource_name for content in wanted]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ResourceTaken(f"resources: there are two named '{twice}'")
    known = {resource.resource_name: resource for resource in ven.resources.filter(resource_name__in=names)}
    for content in wanted:
        resource = known.get(content.resource_name)
        if resource is None:
            add_resource(ven, content, caller, now)
        elif not _is_as_wanted(resource, content):
            change_resource(resource, ven, content, caller, now)


def _is_as_wanted(resource: Resource, content: ResourceContent) -> bool:
    wanted = keeping_grant(content, resource)
    return (
        resource.targets == [*wanted.targets]
        and (resource.literals or {}) == wanted.literals
        and _is_same_json(resource.content, wanted.members)
    )


def _is_same_json(one: Any, other: Any) -> bool:
    """To Python, true is 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same_json(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same_json, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other
