"""Programs in OpenADR 3.0.1, which has members for what 3.1 keeps among the attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from programs.content import ProgramContent
from programs.wire import v310
from vtn.wire import body
from vtn.wire.metadata import content_members, metadata, moments_of
from vtn.wire.schema import Duration, Name, Schema, ValuesMap
from vtn.wire.targets import from_values_maps
from vtn.wire.v301 import IntervalPeriod, with_start, without_start
from vtn.wire.v310 import EventPayloadDescriptor, ReportPayloadDescriptor

# 3.1.0's change log moved these to attributes. It dropped the time zone's offset without a heir, which is kept as
# a private attribute, since a 3.0.1 client wants it back.
ATTRIBUTE_OF = {
    "programLongName": "PROGRAM_LONG_NAME",
    "retailerName": "RETAILER_NAME",
    "retailerLongName": "RETAILER_LONG_NAME",
    "programType": "PROGRAM_TYPE",
    "country": "COUNTRY",
    "principalSubdivision": "PRINCIPAL_SUBDIVISION",
    "timeZoneOffset": "X_TIME_ZONE_OFFSET",
    "bindingEvents": "BINDING_EVENTS",
    "localPrice": "LOCAL",
}
_TYPES: dict[str, Any] = {
    "timeZoneOffset": Duration,
    "bindingEvents": bool,
    "localPrice": bool,
}  # others: str


class ProgramDescription(Schema, frozen=True):
    """A page about a program."""

    url: Annotated[str, Meta(extra_json_schema={"format": "uri"})] = msgspec.field(name="URL")


class ProgramRequest(Schema, frozen=True):
    """A program as a client writes it."""

    program_name: Name
    program_long_name: str | None = None
    retailer_name: str | None = None
    retailer_long_name: str | None = None
    program_type: str | None = None
    country: str | None = None
    principal_subdivision: str | None = None
    time_zone_offset: Duration | None = None
    interval_period: IntervalPeriod | None = None
    program_descriptions: list[ProgramDescription] | None = None
    binding_events: bool | None = None
    local_price: bool | None = None
    payload_descriptors: list[EventPayloadDescriptor | ReportPayloadDescriptor] | None = None
    targets: list[ValuesMap] | None = None


@dataclass(frozen=True, kw_only=True)
class ProgramContent301(ProgramContent):
    """What a 3.0.1 client can say of a program."""

    def replacing(self, stored: dict[str, Any], *, written_at: datetime) -> dict[str, Any]:
        """Attributes that 3.0.1 has no member for, and values that it does not show, cannot have been meant by its
        PUT, so they stay; those whose member says something else than was shown are replaced. Private members of 3.1
        that are named like 3.0.1's stay as well, and a start that was absent stays absent."""
        before, written = stored.get("attributes", ()), self.members.get("attributes", ())
        shown, asked = _members_of(before), _members_of(written)
        changed = {
            attribute for name, attribute in ATTRIBUTE_OF.items() if shown.get(name) != asked.get(name)
        }
        attributes = [item for item in written if item["type"] in changed]
        attributes += [item for item in before if item["type"] not in changed]
        hidden = {name: stored[name] for name in ATTRIBUTE_OF if name in stored}
        plain = {name: value for name, value in self.members.items() if name != "attributes"}
        members = without_start({**plain, **hidden}, stored)
        return {**members, "attributes": attributes} if attributes or before == [] else members


def parse_program(written: Any) -> ProgramContent:
    """Raises `Invalid` that names the member at fault."""
    written = v310.with_described_payloads(written)
    request = body.conform(written, ProgramRequest)
    targets, literals = from_values_maps(written.get("targets") or ())
    return ProgramContent301(
        program_name=request.program_name,
        targets=tuple(targets),
        members=_to_310(content_members(written)),
        literals=literals,
    )


def render_program(
    *, program_id: str, created_at: datetime, modified_at: datetime, members: dict[str, Any]
) -> dict[str, Any]:
    """The program less its targets."""
    plain = {
        name: value for name, value in members.items() if name != "attributes" and name not in ATTRIBUTE_OF
    }
    return {
        **metadata("PROGRAM", program_id, created_at, modified_at),
        **with_start(plain),
        **_members_of(members.get("attributes", ())),
    }


def recorded_in_301(document: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A program of the outbox, which is in the 3.1.0 dialect, as this one has it; less its targets."""
    created_at, modified_at = moments_of(document)
    members = content_members(document)
    return render_program(
        program_id=document["id"], created_at=created_at, modified_at=modified_at, members=members
    )


def _to_310(members: dict[str, Any]) -> dict[str, Any]:
    """`attributes` is not a member of 3.0.1; one that is sent all the same would take on a meaning here."""
    plain = {
        name: value for name, value in members.items() if name not in ATTRIBUTE_OF and name != "attributes"
    }
    attributes = [
        {"type": attribute, "values": [members[name]]}
        for name, attribute in ATTRIBUTE_OF.items()
        if name in members
    ]
    return {**plain, "attributes": attributes} if attributes else plain


def _members_of(attributes: Any) -> dict[str, Any]:
    """The first value of each attribute that has a member, where it is of that member's type."""
    first = {item["type"]: item["values"][0] for item in reversed(attributes) if item["values"]}
    wanted = {name: first[attribute] for name, attribute in ATTRIBUTE_OF.items() if attribute in first}
    return {name: value for name, value in wanted.items() if _is_of_type(value, _TYPES.get(name, str))}


def _is_of_type(value: Any, wanted: Any) -> bool:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True
