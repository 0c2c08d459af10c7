"""Answers brokers that ask over HTTP: EMQX 5, Mosquitto with mosquitto-go-auth, and what speaks like them.

Each answer says the same in both their ways. A refusal is a 200 too: to EMQX any other status means that it should
decide by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Struct

from participants import queries, tokens
from participants.mqtt.access import readable_filters
from participants.mqtt.broker import broker_rules
from vtn import errors
from vtn.notifiers.topics import covers
from vtn.wire import body

# What mosquitto-go-auth calls reading and subscribing.
_READS = {1, 4}

Answer = dict[str, Any]


class Question(Struct, frozen=True):
    """What either asks. EMQX names the `action`, mosquitto-go-auth the number of the access."""

    username: str = ""
    password: str = ""
    topic: str = ""
    action: str = ""
    acc: int = 0

    @property
    def is_to_read(self) -> bool:
        return self.action == "subscribe" or (not self.action and self.acc in _READS)

    @property
    def is_of_vtn(self) -> bool:
        return bool(self.username) and constant_time_compare(self.username, broker_rules().username)


def _asked(answer: Callable[[Question], Answer]) -> Callable[..., JsonResponse]:
    """A view that hands the question on, from whoever knows the secret. To all others there is nothing here."""

    @csrf_exempt
    @require_POST
    @wraps(answer)
    def view(request: HttpRequest, secret: str) -> JsonResponse:
        expected = settings.MQTT_CALLBACK_SECRET
        if not expected or not constant_time_compare(secret, expected):
            raise Http404
        try:
            question = body.conform(body.decode(request.body), Question)
        except errors.Invalid:
            return JsonResponse(_no("The body is not a question that is known here"))
        return JsonResponse(answer(question), headers={"Cache-Control": "no-store"})

    return view


@_asked
def authenticate(question: Question) -> Answer:
    """Whether the password is an access token of the client that the username names; or the VTN's own."""
    if question.is_of_vtn:
        is_right = constant_time_compare(question.password, broker_rules().password)
        return {**_yes(), "is_superuser": True} if is_right else _no("This is not the password of the VTN")
    try:
        claims = tokens.verify(question.password)
    except errors.BadCredentials as refusal:
        return _no(refusal.detail)
    if claims.client_id != question.username:
        return _no("The token is of another client")
    if queries.caller_of(claims.client_id, claims.scopes) is None:
        return _no("The client of this token is not known, or disabled")
    # EMQX from 5.8 on ends the connection then; others know nothing of it.
    return {**_yes(), "is_superuser": False, "expire_at": int(claims.expires_at)}


@_asked
def superuser(question: Question) -> Answer:
    return _yes() if question.is_of_vtn else _no("Only the VTN may do everything")


@_asked
def authorize(question: Question) -> Answer:
    """Whether a client may subscribe to the filter, or be sent what is published to the topic. None may publish."""
    if question.is_of_vtn:
        return _yes()
    if not question.is_to_read:
        return _no("Only the VTN publishes")
    if any(covers(allowed, question.topic) for allowed in readable_filters(question.username)):
        return _yes()
    return _no("This is not for this client to read")


def _yes() -> Answer:
    return {"result": "allow", "Ok": True, "Error": ""}


def _no(reason: str) -> Answer:
    return {"result": "deny", "Ok": False, "Error": reason}
