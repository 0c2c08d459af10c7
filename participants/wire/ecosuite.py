"""Participants as Ecosuite's DR API spells them.

What is required is what its public document requires; additional members are allowed there, and ours are such.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from participants.contacts.contact import LONGEST_WEBHOOK
from participants.enrolment import LONGEST_CODE, Links, ParticipantContent
from vtn.wire import body
from vtn.wire.schema import Schema

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Message(Schema, frozen=True):
    """Why a request was refused."""

    message: str


class Participant(Schema, frozen=True):
    """A project that takes part in demand response. Extensions: contactWebhook is told of events as well, and signed
    with contactWebhookSecret, which is never shown; venID (or venIDs) and resourceIDs are what the participant stands
    for in OpenADR."""

    code: Annotated[str, Meta(min_length=1, max_length=LONGEST_CODE, examples=["NORTHMILL"])]
    contact_user: Annotated[str, Meta(examples=["ops@northmill.example"])]
    phone_contact: Annotated[str, Meta(examples=["+15550100"])]
    contact_webhook: Annotated[str, Meta(max_length=LONGEST_WEBHOOK)] | None = None
    contact_webhook_secret: Annotated[str, Meta(max_length=1_000)] | None = None
    ven_id: str | None = None
    ven_ids: list[str] | None = None
    resource_ids: list[str] | None = None


class StoredParticipant(Participant, frozen=True, kw_only=True):
    """A participant as it is stored."""

    id: str


class Participants(Schema, frozen=True):
    """All participants. The name of the member is Ecosuite's."""

    events: list[StoredParticipant]


_KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(StoredParticipant))


def error_body(status: int, detail: str) -> dict[str, Any]:
    """For what is refused before a view is reached."""
    return {"message": detail}


def parse_participant(written: Any) -> ParticipantContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, Participant)
    return ParticipantContent(
        code=request.code,
        contact_user=request.contact_user,
        phone_contact=request.phone_contact,
        webhook=request.contact_webhook or "",
        webhook_secret=request.contact_webhook_secret,
        links=_links(request),
        members={name: value for name, value in written.items() if name not in _KNOWN},
    )


def render_participant(participant: Any) -> dict[str, Any]:
    """One that was read with its links (`participants.queries.participants`)."""
    vens = participant.ven_ids
    links = {"venID": vens[0]} if len(vens) == 1 else {"venIDs": vens} if vens else {}
    if participant.resource_ids:
        links["resourceIDs"] = participant.resource_ids
    return {
        **participant.content,
        "id": participant.id,
        "code": participant.code,
        "contactUser": participant.contact_user,
        "phoneContact": participant.phone_contact,
        **({"contactWebhook": participant.webhook} if participant.webhook else {}),
        **links,
    }


def date_time(moment: datetime) -> str:
    """ISO 8601 with milliseconds and a `Z`, as everywhere in Ecosuite's API."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema of one type that refers to no other."""
    _, components = msgspec.json.schema_components([kind])
    return {"$schema": _DRAFT, **components[kind.__name__]}


def _links(request: Participant) -> Links | None:
    if request.ven_id is None and request.ven_ids is None and request.resource_ids is None:
        return None
    vens = {*(request.ven_ids or ()), *([request.ven_id] if request.ven_id else ())}
    return Links(ven_ids=frozenset(vens), resource_ids=frozenset(request.resource_ids or ()))
