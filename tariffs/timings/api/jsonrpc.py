"""`POST /jsonrpc`, as the engine serves it: the status is 200 whatever comes, and what goes wrong is a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from tariffs.timings.api.callers import caller_of
from tariffs.timings.api.described import JSON_RPC
from tariffs.timings.api.methods import Asked, Method, method_named
from tariffs.timings.wire.jsonrpc import Fault, answer, arguments, requests_in
from tariffs.timings.wire.jsonrpc import Request as RpcRequest
from vtn import errors
from vtn.api.openadr import OpenAdrView
from vtn.caller import Caller

_CORS = {
    "Access-Control-Allow-Methods": "POST, GET, OPTIONS, PUT, DELETE",
    "Access-Control-Allow-Headers": "Accept, Content-Type, Content-Length, Accept-Encoding, Authorization",
    "Vary": "Origin",
}


class JsonRpc(OpenAdrView):
    """The Content-Type of a request does not matter, nor does its method: what holds no request has an empty answer.

    Who calls is found out once for a body, and told to those methods that there are: what a client does wrong it hears
    in the same words whoever it is.
    """

    authentication_classes: list[Any] = []
    http_method_names = ["post"]
    schema = JSON_RPC

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Other methods bring no request along; what asks by OPTIONS is a browser."""
        response: HttpResponseBase = HttpResponse(content_type="application/json")
        if request.method == "POST":
            response = super().dispatch(request, *args, **kwargs)
        for name, value in _headers(request).items():
            response[name] = value
        return response

    def post(self, request: Request) -> HttpResponse:
        return HttpResponse(b"".join(_answers(request, timezone.now())), content_type="application/json")


def _answers(request: Request, now: datetime) -> Iterator[bytes]:
    """One line for each request, in their order. Of too many the first is told so, and no other is read: the answers to
    a body of nothing but `{}` would be forty times as long as it is."""
    caller = _caller(request, now)
    for place, each in enumerate(requests_in(request.body)):
        if place >= settings.MAX_BATCH:
            yield answer(each, error=f"SERVER_ERROR: more than {settings.MAX_BATCH} requests in one body")
            return
        try:
            yield answer(each, result=_result(each, caller, now))
        except Fault as fault:
            yield answer(each, error=fault.text)


def _result(request: RpcRequest, caller: Caller | errors.VtnError, now: datetime) -> Any:
    """In the order in which the engine looks at things. Raises `Fault`."""
    method = method_named(request.method)
    found = arguments(request.params, method.takes)
    if isinstance(caller, errors.VtnError):
        raise method.server_error(caller)
    return _called(method, Asked(found, caller, now))


def _called(method: Method, asked: Asked) -> Any:
    try:
        return method.call(asked)
    except OperationalError:
        raise method.server_error(
            errors.Busy("the database does not answer in time; try again", retry_after=2)
        ) from None


def _caller(request: Request, now: datetime) -> Caller | errors.VtnError:
    """Whoever it is, or why it is nobody."""
    try:
        return caller_of(request, now=now)
    except errors.VtnError as refusal:
        return refusal


def _headers(request: HttpRequest) -> dict[str, str]:
    """A page of any origin may call, with credentials that it has to bring along itself."""
    origin = request.META.get("HTTP_ORIGIN")
    return {"Access-Control-Allow-Origin": origin, **_CORS} if origin else {}
