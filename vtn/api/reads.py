"""What the gate asks when nothing was kept: the view that answers, without Django's way through a request to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import close_old_connections
from django.http import QueryDict
from django.urls import Resolver404, resolve

from vtn.api.openadr import PolledView
from vtn.caller import Caller
from vtn.polling.answers import Answer

_LONGEST_PATH = 500  # two ids of the longest, and what is around them


def ask_view(caller: Caller, path: str, query: str) -> Answer | None:
    """What the view at this path answers to a verified caller; raises what the view raises.

    None: no view that polls is there, or Django would read this path or query otherwise.
    """
    # Django decodes what is not ASCII, and refuses NUL before a view is asked.
    if len(path) > _LONGEST_PATH or "%00" in query or not (path + query).isascii():
        return None
    try:
        view, named = _view_at(path)
    except Resolver404:
        return None
    close_old_connections()  # as Django does before and after a request: those that are broken, or too old
    try:
        return view.read(caller, QueryDict(query), **named)
    finally:
        close_old_connections()


@lru_cache(maxsize=10_000)  # paths; those of lists, and of the objects that were asked for last
def _view_at(path: str) -> tuple[PolledView, dict[str, str]]:
    """A view that no request is ever given to, so that threads may share it, and what the path names. Raises
    Resolver404, which is not remembered."""
    found = resolve(path)
    view: Any = found.func  # DRF's `as_view` gives it `cls` and `initkwargs`
    if not issubclass(getattr(view, "cls", object), PolledView):
        raise Resolver404
    return view.cls(**view.initkwargs), found.kwargs
