"""Django's own middleware as far as only the admin needs it.

Nothing else has a session, a user of Django's, or messages: the doors know their callers by tokens, and do not wait for
what they never use."""

from __future__ import annotations

from collections.abc import Awaitable

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from vtn.staff_session import admin_root


class _ForStaff(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if not request.path_info.startswith(admin_root()):
            return self.get_response(request)
        return super().__call__(request)


class SessionMiddleware(_ForStaff, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(_ForStaff, auth.AuthenticationMiddleware):
    pass


class MessageMiddleware(_ForStaff, messages.MessageMiddleware):
    pass
