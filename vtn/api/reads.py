"""What the gate asks when nothing was kept: the view that answers, without Django's way through a request to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import close_old_connections
from django.http import QueryDict
from django.urls import Resolver404, resolve

from vtn.api.openadr import ReadView
from vtn.caller import Caller
from vtn.polling.answers import Answer


def read(caller: Caller, path: str, query: str) -> Answer | None:
    """What the view at this path answers to a verified caller; raises what the view raises.

    None: there is no view that reads, or a request would bring it something else than this.
    """
    if "%00" in query or not (path + query).isascii():
        return None
    found = _view_at(path)
    if found is None:
        return None
    view, named = found
    close_old_connections()  # as at the beginning of a request: those that are broken, or too old
    return view.read(caller, QueryDict(query), **named)


@lru_cache(maxsize=10_000)
def _view_at(path: str) -> tuple[ReadView, dict[str, str]] | None:
    """A view that no request is ever given to, so that threads may share it, and what the path names."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    view: Any = found.func  # as `as_view` has made it, with these two attributes
    if not issubclass(getattr(view, "cls", object), ReadView):
        return None
    return view.cls(**view.initkwargs), found.kwargs
