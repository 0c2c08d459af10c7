"""The language of the admin: what a person has chosen, or else what the browser asks for. No API ever speaks it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from vtn.staff_session import admin_root


def admin_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Django's own would translate errors of the doors as well, and say so in the headers of every answer;
    and what it activates stays with the thread, for whoever is served by it next."""

    def in_language(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(admin_root()):
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE or "")
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return in_language
