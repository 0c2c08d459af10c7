"""What stands behind all paths of a door, so that an unknown one is refused in the door's own form."""

from __future__ import annotations

from typing import Any, NoReturn

from rest_framework.views import APIView

from vtn import errors


class NoSuchPath(errors.NotFound):
    """Not an object that is missing: this door has no such path."""


class NothingHere(APIView):
    """The first of two bases; the second is what all views of the door are, which gives the refusal its form."""

    authentication_classes = ()
    schema = None
    # No method is known, so that every request comes to `http_method_not_allowed`.
    http_method_names: list[str] = []

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NoSuchPath("There is nothing at this path")
