"""Where tokens come from, and the keys that they are signed with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from participants.api.described import KEYS, SERVER
from participants.tokens.keys import key_ring
from vtn.api.openadr import OpenAdrView


class ServerView(OpenAdrView):
    """`/auth/server` of 3.1.0, which needs no token; the 3.0.1 roots have it too."""

    authentication_classes: list[Any] = []
    schema = SERVER

    def get(self, request: Request) -> Response:
        token_url = settings.EXTERNAL_TOKEN_URL or request.build_absolute_uri("token")
        # The address is worked out from the request's Host, which no shared cache may repeat to others.
        return Response({"tokenURL": token_url}, headers={"Cache-Control": "no-store"})


class KeysView(OpenAdrView):
    """`/auth/jwks`, an extension: whoever verifies our tokens, a message broker say, needs no shared secret."""

    authentication_classes: list[Any] = []
    schema = KEYS

    def get(self, request: Request) -> Response:
        public = key_ring().public
        if not public:
            raise Http404("Tokens are signed with a shared secret; there are no public keys")
        return Response({"keys": list(public)}, headers={"Cache-Control": "public, max-age=300"})
