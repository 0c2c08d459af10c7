"""The paths of Eniris' licence API."""

from django.urls import URLPattern, path, re_path
from django.views.decorators.common import no_append_slash

from licensing.api import eniris

eniris_v1: list[URLPattern] = [
    path("license/activate", eniris.ActivateView.as_view()),
    path("license/claim", eniris.ClaimView.as_view()),
    path("license/controller/<str:node_id>", eniris.ControllerView.as_view()),
    path("license/customer/<str:customer_id>", eniris.CustomerView.as_view()),
    re_path("", no_append_slash(eniris.NothingHereView.as_view())),
]
