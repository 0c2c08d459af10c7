"""All doors, as a table of contents."""

from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.common import no_append_slash

import events.urls
import participants.urls
import programs.urls
from vtn import problem
from vtn.api import health
from vtn.api.metrics import metrics
from vtn.api.openadr import NothingHere
from vtn.dialect import Dialect
from vtn.openapi.openadr import openadr_document
from vtn.openapi.urls import paths_of

openadr_310: list[URLPattern] = [
    *participants.urls.openadr_310,
    *programs.urls.openadr_310,
    *events.urls.openadr_310,
    re_path("", no_append_slash(NothingHere.as_view(dialect=Dialect.V310))),
]
openadr_301: list[URLPattern] = [
    *participants.urls.openadr_301,
    *programs.urls.openadr_301,
    *events.urls.openadr_301,
    re_path("", no_append_slash(NothingHere.as_view(dialect=Dialect.V301))),
]

api_documents = [
    openadr_document(Dialect.V310, roots=("/openadr3/3.1.0",), patterns=openadr_310),
    openadr_document(Dialect.V301, roots=("/openadr3/3.0.1", "/api/openadr/v1"), patterns=openadr_301),
]

urlpatterns = [
    path("openadr3/3.1.0/", include(openadr_310)),
    path("openadr3/3.0.1/", include(openadr_301)),
    path("api/openadr/v1/", include(openadr_301)),
    *paths_of(api_documents),
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics),
    path("mqtt/", include("participants.mqtt.urls")),
]

handler400 = problem.bad_request
handler404 = problem.not_found
handler500 = problem.server_error
