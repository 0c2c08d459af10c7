"""`/auth/token`: a client id and a secret in, a token out (RFC 6749 §4.4, decisions/openadr.md §4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from participants import issuing
from participants.api.described import TOKEN
from participants.attempts import Attempts, address_of
from participants.wire.token import (
    InvalidClient,
    TokenRefused,
    parse_form,
    parse_token_request,
    render_token,
)
from vtn import errors
from vtn.api.openadr import OpenAdrView
from vtn.problem import problem, problem_response


class FormBody(BaseParser):
    """The only body that the token endpoint takes, as its parameters by name."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        text = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(text) > settings.MAX_BODY_BYTES:
            raise errors.TooLarge(f"The body is longer than {settings.MAX_BODY_BYTES} bytes")
        return parse_form(text)


class TokensElsewhere(APIException):
    """3.1.0 Definition, "Token endpoint discovery": a VTN that issues no tokens answers 501 and says where to go."""

    status_code = HTTPStatus.NOT_IMPLEMENTED


class TokenView(OpenAdrView):
    """Issues tokens. Every answer says that it must not be stored, refusals included."""

    authentication_classes: list[Any] = []
    parser_classes = [FormBody]
    schema = TOKEN

    def post(self, request: Request) -> Response:
        if settings.EXTERNAL_TOKEN_URL:
            raise TokensElsewhere(f"Tokens are issued at {settings.EXTERNAL_TOKEN_URL}")
        now = timezone.now()
        form = cast(dict[str, str], request.data)  # what FormBody made; {} when there is no body
        asked = parse_token_request(form, request.META.get("HTTP_AUTHORIZATION", ""))
        attempts = Attempts.of(client_id=asked.client_id, address=address_of(request.META), now=now)
        attempts.require_few()
        try:
            issued = issuing.issue_token(asked, now=now)
        except InvalidClient:
            attempts.count_failure()
            raise
        attempts.forget()
        return Response(
            render_token(access_token=issued.text, expires_in=issued.expires_in, scopes=issued.scopes)
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"  # RFC 6749 §5.1
        response["Pragma"] = "no-cache"
        return response

    def get_exception_handler(self) -> Any:
        return token_problem


def token_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """A body that is both `authError` and `problem`, so that OAuth libraries and OpenADR clients can read it."""
    if isinstance(error, errors.TooManyAttempts):
        response = problem_response(error, context)
        assert response is not None
        response.data |= {"error": TokenRefused.error, "error_description": error.detail}
        return response
    if not isinstance(error, TokenRefused):
        return problem_response(error, context)
    # Interpretation: "invalid_client – Client authentication failed […]. Send an HTTP 401 response in this case."
    # (`authError` in both files, though 3.0.1 lists no 401.)
    status = HTTPStatus.UNAUTHORIZED if isinstance(error, InvalidClient) else HTTPStatus.BAD_REQUEST
    body = {"error": error.error, "error_description": error.detail, **problem(status, error.detail)}
    headers = {"WWW-Authenticate": 'Basic realm="openadr3"'} if status == HTTPStatus.UNAUTHORIZED else None
    return Response(body, status=status, headers=headers)
