"""All doors, as a table of contents."""

from django.contrib import admin
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.common import no_append_slash
from django.views.i18n import set_language

import events.urls
import licensing.urls
import participants.urls
import programs.urls
import tariffs.urls
from events.admin import paths as event_pages
from events.dr_events.urls import ecosuite, ecosuite_document
from licensing.api_document import eniris_document
from tariffs.api_document import tariffs_document
from vtn import problem
from vtn.admin.overview import overview
from vtn.api import health
from vtn.api.metrics import metrics
from vtn.api.openadr import NothingHereView
from vtn.dialect import Dialect
from vtn.openapi.openadr import openadr_document
from vtn.openapi.urls import paths_of

# What is asked for most is found first.
openadr_310: list[URLPattern] = [
    *events.urls.openadr_310,
    *programs.urls.openadr_310,
    *participants.urls.openadr_310,
    re_path("", no_append_slash(NothingHereView.as_view(dialect=Dialect.V310))),
]
openadr_301: list[URLPattern] = [
    *events.urls.openadr_301,
    *programs.urls.openadr_301,
    *participants.urls.openadr_301,
    re_path("", no_append_slash(NothingHereView.as_view(dialect=Dialect.V301))),
]

api_documents = [
    openadr_document(Dialect.V310, roots=("/openadr3/3.1.0",), patterns=openadr_310),
    openadr_document(Dialect.V301, roots=("/openadr3/3.0.1", "/api/openadr/v1"), patterns=openadr_301),
    eniris_document(patterns=licensing.urls.eniris_v1),
    tariffs_document(patterns=tariffs.urls.documented),
    ecosuite_document(),
]

urlpatterns = [
    path("openadr3/3.1.0/", include(openadr_310)),
    path("openadr3/3.0.1/", include(openadr_301)),
    path("api/openadr/v1/", include(openadr_301)),
    path("v1/", include(licensing.urls.eniris_v1)),
    re_path(r"^(?:/)?", include(ecosuite)),  # Ecosuite's own documents have a second slash in front
    *tariffs.urls.tariffs,
    *paths_of(api_documents),
    path("admin/overview/", overview, name="overview"),
    path("admin/why/", include(event_pages.pages)),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics),
    path("mqtt/", include("participants.mqtt.urls")),
]

handler400 = problem.bad_request
handler404 = problem.not_found
handler500 = problem.server_error
