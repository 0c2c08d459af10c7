"""How what is told to the callbacks of a subscription arrives: an extension, in both dialects."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from rest_framework.request import Request

from participants.api.subscriptions import SUBSCRIPTION
from participants.queries.callbacks import visible_callbacks
from participants.wire.subscriptions.callbacks import Callback
from vtn.api.openadr import OpenAdrView, stored
from vtn.dialect import Dialect
from vtn.openapi.answers import refused
from vtn.openapi.operations import Answer, Operation, OperationSchema
from vtn.wire.body import encode_text

_SEARCH = Operation(
    "searchCallbacks",
    SUBSCRIPTION.tag,
    "Extension: how what is told to the callbacks of a subscription arrives",
    {HTTPStatus.OK: Answer("The callbacks, in the order of objectOperations", list[Callback])}
    | refused(400, 401, 403, 404, 500),
    description="For its client, and for business logic.",
    scopes=SUBSCRIPTION.read,
    parameters=(SUBSCRIPTION.path_parameter,),
)


class Callbacks(OpenAdrView):
    schema = OperationSchema({dialect: {"get": _SEARCH} for dialect in Dialect})

    def get(self, request: Request, subscription_id: str) -> HttpResponse:
        self.require_read_own(self.caller)
        return stored(encode_text(visible_callbacks(self.caller, subscription_id)))
