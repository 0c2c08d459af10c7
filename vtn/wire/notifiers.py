"""What 3.1.0 tells of notifiers: which there are, and the topics of MQTT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from vtn.wire.schema import Schema

MQTT_AUTHENTICATIONS = ("ANONYMOUS", "OAUTH2_BEARER_TOKEN", "CERTIFICATE")


class MqttNotifierAuthenticationAnonymous(Schema, frozen=True, tag_field="method", tag="ANONYMOUS"):
    """Anybody may connect."""


class MqttNotifierAuthenticationOauth2BearerToken(
    Schema, frozen=True, tag_field="method", tag="OAUTH2_BEARER_TOKEN"
):
    """A client connects with its access token as the password. In the username, `{clientID}` stands for its own."""

    username: Annotated[str, Meta(examples=["{clientID}"])]


class MqttNotifierAuthenticationCertificate(Schema, frozen=True, tag_field="method", tag="CERTIFICATE"):
    """A client connects with this certificate and key, which are its own alone, as PEM. By `caCert` it knows the
    broker."""

    ca_cert: str
    client_cert: str
    client_key: str


class MqttNotifierBindingObject(Schema, frozen=True):
    """Where the MQTT broker is, and how to connect to it."""

    uris: list[Annotated[str, Meta(extra_json_schema={"format": "uri"})]] = msgspec.field(name="URIS")
    serialization: Literal["JSON"]
    authentication: (
        MqttNotifierAuthenticationAnonymous
        | MqttNotifierAuthenticationOauth2BearerToken
        | MqttNotifierAuthenticationCertificate
    )


class NotifiersResponse(Schema, frozen=True):
    """The ways in which clients can be told of changes."""

    webhook: bool = msgspec.field(name="WEBHOOK")
    mqtt: MqttNotifierBindingObject | msgspec.UnsetType = msgspec.field(name="MQTT", default=msgspec.UNSET)


class NotifierOperationsTopics(Schema, frozen=True):
    """A topic for each operation, and a filter for all of them."""

    update: str = msgspec.field(name="UPDATE")
    delete: str = msgspec.field(name="DELETE")
    create: str | msgspec.UnsetType = msgspec.field(name="CREATE", default=msgspec.UNSET)
    all: str | msgspec.UnsetType = msgspec.field(name="ALL", default=msgspec.UNSET)


class NotifierTopicsResponse(Schema, frozen=True):
    """The topics to subscribe to at the broker."""

    topics: NotifierOperationsTopics


def render_notifiers(*, uris: Sequence[str], authentication: Mapping[str, str]) -> dict[str, Any]:
    """Webhooks, always ("Currently MUST be true"), and MQTT where there is a broker."""
    webhook = {"WEBHOOK": True}
    if not uris:
        return webhook
    return {**webhook, "MQTT": {"URIS": [*uris], "serialization": "JSON", "authentication": authentication}}
