"""`/v1/license/…`: bodies, statuses and errors as Eniris documents them (tag License)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from licensing import queries
from licensing.api.described import ACTIVATE, CLAIM, OF_CONTROLLER, OF_CUSTOMER
from licensing.documents import shown
from licensing.services import licences
from licensing.wire import eniris as wire
from vtn import errors
from vtn.api.nothing_here import NothingHere
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.problem import problem_response
from vtn.wire import body

logger = logging.getLogger(__name__)


class StrictJsonBody(BaseParser):
    """A JSON body up to the limit. A null is a value here, as Eniris knows no members that may be null."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        text = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(text) > settings.MAX_BODY_BYTES:
            raise errors.TooLarge(f"The body is longer than {settings.MAX_BODY_BYTES} bytes")
        return body.decode(text)


class EnirisView(APIView):
    """A view of this door. The order of refusals is: the token, what was written, and whose it is."""

    parser_classes = [StrictJsonBody]
    dialect = Dialect.V310  # under which the document of this door is made, which has but one

    @property
    def caller(self) -> Caller:
        return cast(Caller, self.request.user)

    def get_exception_handler(self) -> Any:
        return eniris_error

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class ActivateView(EnirisView):
    http_method_names = ["post"]
    schema = ACTIVATE

    def post(self, request: Request) -> Response:
        written = wire.parse_activation(request.data)
        license = licences.activate(
            caller=self.caller, key=written.key, activated_at=written.activated_at, now=timezone.now()
        )
        return _answer(wire.LicenseActivated(success=True, license=shown(license)))


class ClaimView(EnirisView):
    http_method_names = ["post"]
    schema = CLAIM

    def post(self, request: Request) -> Response:
        written = wire.parse_claim(request.data)
        datalink = licences.claim(
            caller=self.caller, key=written.license_key, node_id=str(written.node_id), now=timezone.now()
        )
        claimed = wire.ClaimedLicense(str(datalink.license_id), written.license_key, written.node_id)
        return _answer(wire.LicenseClaimed(success=True, license=claimed))


class ControllerView(EnirisView):
    http_method_names = ["get", "head"]
    schema = OF_CONTROLLER

    def get(self, request: Request, node_id: str) -> Response:
        found = queries.licences_of_controller(self.caller, node_id)
        return _answer(wire.LicenseList([shown(license) for license in found]))


class CustomerView(EnirisView):
    http_method_names = ["get", "head"]
    schema = OF_CUSTOMER

    def get(self, request: Request, customer_id: str) -> Response:
        with_datalinks = wire.parse_switch("includeDatalinks", request.query_params.get("includeDatalinks"))
        found = queries.licences_of_customer(self.caller, wire.parse_customer_id(customer_id))
        return _answer(wire.LicenseList([shown(each, with_datalinks=with_datalinks) for each in found]))


class NothingHereView(NothingHere, EnirisView):
    pass


def eniris_error(error: Exception, context: dict[str, Any]) -> Response:
    """The body of every refusal here. The documents' own messages stay as they are; what exactly was wrong with a
    request they do not say."""
    response = problem_response(error, context)
    if response is None:
        logger.error("Answered 500", exc_info=error)
        response = Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(error, errors.BadCredentials):
        response.status_code = HTTPStatus.UNAUTHORIZED  # whatever the setting for OpenADR's doors says
    retry_after = response.get("Retry-After")
    response.data = _plain(
        wire.render_error(
            response.status_code,
            _message(error, response),
            None if retry_after is None else int(retry_after),
        )
    )
    return response


def _message(error: Exception, response: Response) -> str | None:
    """None is the documents' own, or the status' name."""
    if isinstance(error, licences.AlreadyActivated | licences.AlreadyClaimed):
        return error.detail
    if wire.has_own_message(response.status_code) or not isinstance(response.data, dict):
        return None
    return response.data["detail"]


def _answer(document: Any) -> Response:
    return Response(_plain(document))


def _plain(document: Any) -> Any:
    """As DRF's renderer takes it."""
    return body.decode_text(body.encode(document))
