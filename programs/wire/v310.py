"""Programs in OpenADR 3.1.0."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from programs.content import ProgramContent
from vtn import errors
from vtn.wire import body
from vtn.wire.metadata import content_members, metadata
from vtn.wire.payloads import EVENT_PAYLOADS, REPORT_PAYLOADS
from vtn.wire.schema import IntervalPeriod, Name, Schema, Target, Uri, ValuesMap
from vtn.wire.targets import require_few
from vtn.wire.v310 import EventPayloadDescriptor, ReportPayloadDescriptor, with_sentinel

_EVENT, _REPORT = "EVENT_PAYLOAD_DESCRIPTOR", "REPORT_PAYLOAD_DESCRIPTOR"


class ProgramDescription(Schema, frozen=True):
    """A page about a program."""

    url: Uri = msgspec.field(name="URL")


class ProgramRequest(Schema, frozen=True):
    """A program as a client writes it."""

    program_name: Name
    interval_period: IntervalPeriod | None = None
    program_descriptions: list[ProgramDescription] | None = None
    payload_descriptors: list[EventPayloadDescriptor | ReportPayloadDescriptor] | None = None
    attributes: list[ValuesMap] | None = None
    targets: list[Target] | None = None


def parse_program(written: Any) -> ProgramContent:
    """Raises `Invalid` that names the member at fault."""
    written = with_described_payloads(written)
    request = body.conform(written, ProgramRequest)
    require_few(request.targets or ())
    return ProgramContent(
        program_name=request.program_name,
        targets=tuple(request.targets or ()),
        members=content_members(written),
    )


def render_program(
    *, program_id: str, created_at: datetime, modified_at: datetime, members: dict[str, Any]
) -> dict[str, Any]:
    """The program less its targets."""
    return {**metadata("PROGRAM", program_id, created_at, modified_at), **with_sentinel(members)}


def with_described_payloads(written: Any) -> Any:
    """Gives payload descriptors the `objectType` that the User Guide's examples leave out, where their payload
    type tells it (decisions/openadr.md §5). Takes anything: the schema is checked afterwards."""
    descriptors = written.get("payloadDescriptors") if isinstance(written, dict) else None
    if not isinstance(descriptors, list):
        return written
    return {**written, "payloadDescriptors": [_with_object_type(descriptor) for descriptor in descriptors]}


def _with_object_type(descriptor: Any) -> Any:
    if not isinstance(descriptor, dict) or "objectType" in descriptor:
        return descriptor
    if not isinstance(descriptor.get("payloadType"), str):
        return {"objectType": _EVENT, **descriptor}  # wrong anyway; the schema will say why
    if "currency" in descriptor or descriptor["payloadType"] in EVENT_PAYLOADS:
        return {"objectType": _EVENT, **descriptor}
    if descriptor["payloadType"] in REPORT_PAYLOADS or not descriptor.keys().isdisjoint(
        ("readingType", "accuracy", "confidence")
    ):
        return {"objectType": _REPORT, **descriptor}
    raise errors.Invalid("payloadDescriptors: objectType is missing, and the payload type does not tell it")
