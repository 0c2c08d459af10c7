"""What the admin pages of this app have in common: they write through services, in the name of a member of staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from vtn.caller import Caller
from vtn.errors import VtnError


class ServiceAdmin(admin.ModelAdmin):
    """Forms find most mistakes first; what a service still refuses is shown, and nothing is saved."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answered(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answered(request, super().delete_view, *args, **kwargs)

    def _answered(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except VtnError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def staff(request: HttpRequest) -> Caller:
    """Who acts; Django has checked that this person may."""
    assert isinstance(request.user, User)
    return Caller.staff(request.user.get_username())
