"""Creates many objects at once, all or none: an extension (docs/extensions.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from vtn import errors

Made = TypeVar("Made")


class BatchRefused(errors.Invalid):
    """Some items were refused, so nothing was created; `refusals` are theirs, by their places in the list."""

    def __init__(self, refusals: dict[int, errors.VtnError]) -> None:
        super().__init__(f"Nothing was created: {len(refusals)} of the items were refused")
        self.refusals = refusals


def create_all(written: Any, create: Callable[[Any], Made]) -> list[Made]:
    """What `create` makes of each item of a list, in one transaction. Raises `BatchRefused`, `Invalid`."""
    if not isinstance(written, list):
        raise errors.Invalid("Expected a list")
    if len(written) > settings.MAX_BATCH:
        raise errors.Invalid(f"There are more than {settings.MAX_BATCH} items")
    with transaction.atomic():
        made, refusals = [], {}
        for place, item in enumerate(written):
            try:
                with transaction.atomic():
                    made.append(create(item))
            except errors.VtnError as refusal:
                refusals[place] = refusal
        if refusals:
            raise BatchRefused(refusals)
    return made
