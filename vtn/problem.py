"""Turns errors into problem bodies, and says which error of ours has which status (3.1.0 Definition, "Problem": a body
on all 40x and 500)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.response import Response

from vtn import errors
from vtn.batch import BatchRefused
from vtn.dialect import Dialect
from vtn.wiring import wired_by_name

logger = logging.getLogger(__name__)

_STATUS: dict[type[Exception], HTTPStatus] = {
    errors.Invalid: HTTPStatus.BAD_REQUEST,
    errors.MissingCredentials: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}
# RFC 9110's name, which Python knows from 3.13 on.
_TITLES = {413: "Content Too Large"}


def problem(status: int, detail: str) -> dict[str, Any]:
    """The members of `problem` that say something here; none is required by either file."""
    return {"title": _TITLES.get(status) or HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for what is nobody's fault but ours, which Django then logs and answers
    through `server_error`. Bodies are `application/json`: some clients cannot read `application/problem+json`."""
    if isinstance(error, OperationalError):
        return _unavailable(error)
    status = _status_of(error, getattr(context.get("view"), "dialect", None))
    if status is None:
        return None
    response = Response(_body(error, status), status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = _challenge(error)
    if isinstance(error, errors.TooManyAttempts | errors.Busy):
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, drf.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def body_at(path: str, status: int, detail: str) -> Any:
    """The body of a refusal by which no view is reached: as the door that this path belongs to writes it."""
    for root, body_of in wired_by_name("error_bodies").items():
        if path.startswith(root):
            return body_of(status, detail)
    return problem(status, detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any path that no door knows."""
    return JsonResponse(body_at(request.path, 404, "There is nothing at this path"), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; the log has the traceback, the client gets no more than that."""
    detail = "The server failed to answer; the failure has been logged"
    return JsonResponse(body_at(request.path, 500, detail), status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before a view is reached."""
    return JsonResponse(body_at(request.path, 400, "The request is malformed"), status=400)


def _body(error: Exception, status: int) -> dict[str, Any]:
    """The problem; that of a batch lists those of its items, each with its place (RFC 9457 §3.2: extension members)."""
    body = problem(status, str(getattr(error, "detail", "") or HTTPStatus(status).phrase))
    if isinstance(error, BatchRefused):
        body["errors"] = [
            {"index": place, **problem(_status_of(refusal, None) or 500, refusal.detail)}
            for place, refusal in error.refusals.items()
        ]
    return body


def _unavailable(error: OperationalError) -> Response:
    """The database is away, or another writer holds what this one needs. Whether a commit that was under way when the
    connection broke has happened is not known, so nothing is said of it."""
    logger.error("Answered 503: %s", error)
    body = problem(503, "The database does not answer in time; try again")
    return Response(body, status=503, headers={"Retry-After": "2"})


def _status_of(error: Exception, dialect: Dialect | None) -> int | None:
    if isinstance(error, errors.BadCredentials):
        return settings.BAD_TOKEN_STATUS[(dialect or Dialect.V310).value]
    if isinstance(error, drf.APIException):
        return error.status_code
    if isinstance(error, Http404):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, PermissionDenied):
        return HTTPStatus.FORBIDDEN
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), None)


def _challenge(error: Exception) -> str:
    """RFC 6750 §3: no error code when no credentials came, `invalid_token` when they were bad."""
    if isinstance(error, errors.BadCredentials):
        return f'Bearer realm="openadr3", error="invalid_token", error_description="{error.detail}"'
    return 'Bearer realm="openadr3"'
