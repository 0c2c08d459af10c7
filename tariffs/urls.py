"""The paths of timings."""

from django.urls import URLPattern, include, path, re_path
from django.views.decorators.common import no_append_slash

from tariffs.timings.api import rest
from tariffs.timings.api.jsonrpc import JsonRpc
from vtn.api.openadr import NothingHereView

_ONE = "<str:tpid>/timings/<str:tag>"

timings: list[URLPattern] = [
    path("<str:tpid>/timings/", rest.Timings.as_view()),
    path(_ONE, rest.OneTiming.as_view()),
    path(f"{_ONE}/windows", rest.Windows.as_view()),
    path(f"{_ONE}/active", rest.Activity.as_view()),
]

# What the API document tells of.
documented = [path("jsonrpc", JsonRpc.as_view()), path("tariffs/", include(timings))]

tariffs = [
    *documented,
    path("tariffs/<str:tpid>/timings", rest.Timings.as_view()),
    path(f"tariffs/{_ONE}/", rest.OneTiming.as_view()),
    re_path("^tariffs/", no_append_slash(NothingHereView.as_view())),
]
