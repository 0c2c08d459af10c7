"""The paths of the plain way."""

from django.http import HttpResponse
from django.urls import path
from rest_framework.routers import DefaultRouter

from tests.benchmarks.baseline.api import EventViewSet

router = DefaultRouter(trailing_slash=False)
router.register("events", EventViewSet, basename="event")
urlpatterns = [path("health/live", lambda request: HttpResponse()), *router.urls]
