"""The paths of authentication, for each OpenADR root."""

from django.urls import URLPattern, path

from participants.api.server import KeysView, ServerView
from participants.api.token import TokenView
from vtn.dialect import Dialect


def _openadr(dialect: Dialect) -> list[URLPattern]:
    return [
        path("auth/token", TokenView.as_view(dialect=dialect)),
        path("auth/server", ServerView.as_view(dialect=dialect)),
        path("auth/jwks", KeysView.as_view(dialect=dialect)),
    ]


openadr_301 = _openadr(Dialect.V301)
openadr_310 = _openadr(Dialect.V310)
