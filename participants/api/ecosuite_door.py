"""What all views of Ecosuite's DR API do the same way: who may, how they refuse, what their API document says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, cast

import msgspec
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from participants.wire.ecosuite import Message, Participant, json_schema
from vtn import errors, problem
from vtn.api.nothing_here import NoSuchPath, NothingHere
from vtn.api.openadr import stored
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.openapi.operations import Answer, Operation, OperationSchema, Parameter
from vtn.wire.body import encode_text

logger = logging.getLogger(__name__)

_READERS = (Scope.READ_ALL, Scope.READ_BL)
_DIALECT = Dialect.V310  # of what is said about scopes; this door has no dialects


class EcosuiteView(APIView):
    """A view whose refusals are `{"message": …}`, for business logic alone: whoever reads here reads of everybody."""

    http_method_names = ["get", "head", "post", "put", "delete"]
    dialect = _DIALECT
    write_scope: ClassVar[Scope]
    invalid_id = "Invalid id"

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Ecosuite's own clients send the bare token, others put `Bearer` in front."""
        token = request.META.get("HTTP_AUTHORIZATION", "").strip()
        if token and " " not in token:
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who may not do it is told so before the body is looked at."""
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "PUT", "DELETE"):
            self.caller.require_business(self.write_scope)
        elif not self.caller.is_business:
            raise errors.Forbidden("Only business logic may read this: it is of all participants")
        else:
            self.caller.require(*_READERS)

    @property
    def caller(self) -> Caller:
        """Who asks: the authentication class has put it there."""
        return cast(Caller, self.request.user)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return message_response

    def answer(self, value: Any) -> HttpResponse:
        """It is of this moment, so nobody keeps it."""
        return stored(encode_text(value))


def message_response(error: Exception, context: dict[str, Any]) -> Response:
    """What `vtn.problem` makes of an error, as this API says it: an id that is not there is a 400, as is all else that
    contradicts what is stored, and a failure of ours has the same form."""
    view = context["view"]
    if isinstance(error, errors.MissingCredentials | errors.BadCredentials):
        # As the gateway in front of Ecosuite's own server says it, whatever was wrong.
        return _message(HTTPStatus.UNAUTHORIZED, "Unauthorized", {"WWW-Authenticate": "Bearer"})
    if isinstance(error, NoSuchPath):
        return _message(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND.phrase)
    if isinstance(error, errors.NotFound):
        return _message(HTTPStatus.BAD_REQUEST, view.invalid_id)
    response = problem.problem_response(error, context)
    if response is None:
        logger.error("Ecosuite's door failed", exc_info=error)
        got_request_exception.send(sender=type(view), request=context["request"])
        return _message(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; the failure has been logged")
    status = response.status_code
    if status == HTTPStatus.CONFLICT:
        # Its public document knows 200 and 400; the others are those of HTTP.
        status = HTTPStatus.BAD_REQUEST
    return _message(status, response.data["detail"], dict(response.headers))


def _message(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    kept = {name: value for name, value in (headers or {}).items() if name != "Content-Type"}
    return Response({"message": text}, status=status, headers=kept)


def operations(**by_method: Operation) -> OperationSchema:
    return OperationSchema({_DIALECT: by_method})


def operation(
    name: str,
    summary: str,
    answer: Answer,
    *,
    scope: Scope | None,
    path: tuple[Parameter, ...] = (),
    request: Any = None,
    description: str = "",
    tag: str = "demandresponse",
) -> Operation:
    """With the refusals that each may have."""
    refusals = {HTTPStatus.BAD_REQUEST: Answer("The message says what is wrong", Message)} if scope else {}
    if scope:
        refusals |= {
            HTTPStatus.UNAUTHORIZED: Answer("There is no token, or not a good one", Message),
            HTTPStatus.FORBIDDEN: Answer("The caller may not do this", Message),
        }
    return Operation(
        name,
        tag,
        summary,
        {HTTPStatus.OK: answer, **refusals},
        description=description,
        scopes=None if scope is None else dict.fromkeys(Dialect, scope),
        parameters=path,
        request=request,
    )


def no_content() -> HttpResponse:
    """200 without any, as its document has it."""
    response = HttpResponse(status=HTTPStatus.OK)
    del response["Content-Type"]
    return response


class _OpenView(EcosuiteView):
    """To all, without a token."""

    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        APIView.initial(self, request, *args, **kwargs)


class SchemaView(_OpenView):
    """`/schemas/…`, as open as the API documents are. A view has its `kind`."""

    kind: type[msgspec.Struct] = Participant

    def get(self, request: Request) -> HttpResponse:
        return self.answer(json_schema(self.kind))


class NothingHereView(NothingHere, _OpenView):
    pass
