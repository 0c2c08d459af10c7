"""What every view of the OpenADR doors does the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpResponse, QueryDict
from rest_framework import status
from rest_framework.request import Request
from rest_framework.views import APIView

from vtn import errors
from vtn.api.nothing_here import NothingHere
from vtn.caller import Caller, Scope, scopes_to_read, scopes_to_read_own
from vtn.dialect import Dialect
from vtn.polling.answers import Answer
from vtn.polling.gate import RAISED
from vtn.polling.representation import represent
from vtn.polling.state import polling


class OpenAdrView(APIView):
    """A view of one dialect."""

    http_method_names = ["get", "head", "post", "put", "delete"]
    dialect: Dialect = Dialect.V310
    write_scope: Scope | None = None  # of what only business logic writes
    own_scope: Scope | None = None  # of what both roles write, each its own

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refusals that need no more than the head of the request; who may not write is told so before the body
        is looked at."""
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "PUT", "DELETE"):
            self._require_write()
        if "%00" in request.META.get("QUERY_STRING", ""):
            _refuse_nul(request.query_params)

    @property
    def caller(self) -> Caller:
        """Who asks: the authentication class has put it there."""
        return cast(Caller, self.request.user)

    def require_read(self, caller: Caller) -> None:
        """Of programs and events."""
        caller.require(*scopes_to_read(caller.role, self.dialect))

    def require_read_own(self, caller: Caller) -> None:
        """Of what belongs to clients."""
        caller.require(*scopes_to_read_own(caller.role, self.dialect))

    def _require_write(self) -> None:
        if self.write_scope is not None:
            self.caller.require_business(self.write_scope)
        if self.own_scope is not None:
            self.caller.require(self.own_scope)


class PolledView(OpenAdrView):
    """A view whose GET is a poll. Of a request, `read` sees its arguments alone: the gate asks it without one
    (vtn/api/reads.py)."""

    # read(caller, query, **what the path names); raises what refuses it. Not a method, for each path names others.
    read: Callable[..., Answer]

    def get(self, request: Request, **named: str) -> HttpResponse:
        """The answer as this request wants it, kept for the next one that asks the same. Raises what was raised for the
        gate already."""
        meta = request.META
        if RAISED in meta:
            raise meta[RAISED]
        answer = self.read(self.caller, request.query_params, **named)
        polling().keep(self.caller, meta["PATH_INFO"], meta.get("QUERY_STRING", ""), answer)
        representation = represent(
            answer,
            accept_encoding=meta.get("HTTP_ACCEPT_ENCODING", ""),
            if_none_match=meta.get("HTTP_IF_NONE_MATCH", ""),
        )
        response = HttpResponse(representation.ready.body, status=int(representation.status[:3]))
        del response["Content-Type"]
        for name, value in representation.headers:
            response[name] = value
        return response


def stored(document: str, status_code: int = status.HTTP_200_OK) -> HttpResponse:
    """A stored document as the answer to a write. It is of this moment, so nobody keeps it."""
    return HttpResponse(
        document, status=status_code, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _refuse_nul(query: QueryDict) -> None:
    """PostgreSQL has no NUL in text, and no client means one."""
    for name, values in query.lists():
        if any("\0" in text for text in (name, *values)):
            raise errors.Invalid(f"{name}: NUL characters are not accepted")


class NothingHereView(NothingHere, OpenAdrView):
    pass
