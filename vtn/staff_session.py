"""Whether a request is for staff, and comes from staff, known before Django sees it: for how much it may send."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error
from django.http import HttpRequest, parse_cookie
from django.urls import reverse


@cache
def admin_root() -> str:
    """The path that all of the admin's begin with. Every request asks for it."""
    return reverse("admin:index")


def is_for_staff(environ: dict[str, Any]) -> bool:
    """Whether it is for the admin, whoever it comes from."""
    return bool(environ["PATH_INFO"].startswith(admin_root()))


def is_of_staff(environ: dict[str, Any]) -> bool:
    """Whether it is for the admin and has the session of somebody who may work there. One or two queries."""
    if not is_for_staff(environ):
        return False
    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    request: Any = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    try:
        user = get_user(request)
    except Error:
        return False
    return bool(user.is_active and getattr(user, "is_staff", False))
