"""What stands behind all paths of a door, so that an unknown one is refused in the door's own form."""

from __future__ import annotations

from typing import Any, NoReturn

from rest_framework.views import APIView

from vtn import errors


class NoSuchPath(errors.NotFound):
    """Not an object that is missing: this door has no such path."""


class NothingHere(APIView):
    """In front of the class that all views of the door are of."""

    authentication_classes = ()
    schema = None
    http_method_names: list[str] = []

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NoSuchPath("There is nothing at this path")
