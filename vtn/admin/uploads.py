"""Files that staff send: one limit for all of them, told before a file is sent, and when it has been."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from vtn.intake import REFUSED


class UploadField(forms.FileField):
    """A file of `most_bytes` at most, which are MAX_UPLOAD_BYTES if nothing else is said."""

    def __init__(self, *, most_bytes: int | None = None, **options: Any) -> None:
        self._most = min(most_bytes or settings.MAX_UPLOAD_BYTES, settings.MAX_UPLOAD_BYTES)
        super().__init__(**{"widget": UnfoldAdminFileFieldWidget, **options})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """What uploads.js reads."""
        limit = {"data-most-bytes": self._most, "data-too-large": lazy(_too_large, str)(self._most)}
        return {**super().widget_attrs(widget), **limit}

    def clean(self, data: Any, initial: Any = None) -> Any:
        if isinstance(data, UploadedFile) and (data.size or 0) > self._most:
            raise forms.ValidationError(_too_large(self._most))
        return super().clean(data, initial)


def _too_large(most: int) -> str:
    return _("It is too large: at most %(size)s can be sent here.") % {"size": filesizeformat(most)}


def refusals_are_told(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. What vtn/intake.py has refused of staff comes here without its body: back to the page it is from."""

    def told(request: HttpRequest) -> HttpResponse:
        status = request.META.get(REFUSED)
        if status is None:
            return get_response(request)
        messages.error(request, _why(status))
        return HttpResponseRedirect(request.get_full_path())

    return told


def _why(status: HTTPStatus) -> str:
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _too_large(settings.MAX_UPLOAD_BYTES)
    if status is HTTPStatus.REQUEST_TIMEOUT:
        return _("It was not sent in time; nothing was done with it.")
    return _("The server is busy; nothing was done. Try again.")
