"""The key that signs what a subscription is told: an extension, in both dialects."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from participants.api.subscriptions import SUBSCRIPTION
from participants.queries.signing_keys import signing_keys
from participants.services.signing_keys import rotate_signing_key
from participants.wire.subscriptions.signing_keys import SigningKeys
from vtn.api.openadr import OpenAdrView, stored
from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.answers import refused
from vtn.openapi.operations import Answer, Operation, OperationSchema
from vtn.wire.body import encode_text

_READ = Operation(
    "readSigningKey",
    SUBSCRIPTION.tag,
    "Extension: the keys that sign what a subscription is told",
    {HTTPStatus.OK: Answer("The keys", SigningKeys)} | refused(400, 401, 403, 404, 500),
    description="For its own client alone.",
    scopes=SUBSCRIPTION.read,
    parameters=(SUBSCRIPTION.path_parameter,),
)
_ROTATE = Operation(
    "rotateSigningKey",
    SUBSCRIPTION.tag,
    "Extension: change the key that signs what a subscription is told",
    {HTTPStatus.OK: Answer("The new key, and the one of before", SigningKeys)}
    | refused(400, 401, 403, 404, 409, 500),
    description="The key of before signs as well until oldKeyUntil; until then there is no other change.",
    scopes=SUBSCRIPTION.writes,
    parameters=(SUBSCRIPTION.path_parameter,),
)


class SigningKey(OpenAdrView):
    schema = OperationSchema({dialect: {"get": _READ, "post": _ROTATE} for dialect in Dialect})
    own_scope = Scope.WRITE_SUBSCRIPTIONS

    def get(self, request: Request, subscription_id: str) -> HttpResponse:
        self.require_read_own(self.caller)
        return stored(encode_text(signing_keys(self.caller, subscription_id, timezone.now())))

    def post(self, request: Request, subscription_id: str) -> HttpResponse:
        keys = rotate_signing_key(
            caller=self.caller,
            subscription_id=subscription_id,
            overlap=timedelta(seconds=settings.SIGNING_KEY_OVERLAP),
            now=timezone.now(),
        )
        return stored(encode_text(keys))
