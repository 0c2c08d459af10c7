"""The paths of the API documents, and of the pages that show them."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

from vtn.openapi.document import ApiDocument


def paths_of(documents: Sequence[ApiDocument]) -> list[URLPattern]:
    """`/openapi/….json` for machines, `/docs/…/` for people, and `/docs/` as a list of them."""
    index = path("docs/", _index, {"documents": documents}, name="api-documents")
    return [index, *(each for document in documents for each in _paths_of(document))]


def _paths_of(document: ApiDocument) -> list[URLPattern]:
    address = f"openapi/{document.name}.json"
    page = SpectacularSwaggerSplitView.as_view(
        url=f"/{address}", title=document.title, authentication_classes=[]
    )
    return [
        path(address, _json, {"document": document}),
        path(f"docs/{document.name}/", page),
    ]


@require_safe
def _json(request: HttpRequest, document: ApiDocument) -> HttpResponse:
    return HttpResponse(document.json, content_type="application/json")


@require_safe
def _index(request: HttpRequest, documents: Sequence[ApiDocument]) -> HttpResponse:
    return render(request, "openapi/index.html", {"documents": documents})
