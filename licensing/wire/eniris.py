"""The JSON of Eniris' licence API, spelled as its documents spell it (tag License).

The served API document is made from these types. Bodies are strict: a member that is not named here is refused.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from vtn import errors
from vtn.wire import body
from vtn.wire.moments import NOW, parse_moment

LONGEST_KEY = 50
LONGEST_NODE_ID = 128  # of our own: the documents name none

# RFC 9110's names, of which Python 3.11 spells one otherwise.
_NAMES = {413: "Content Too Large"}
# As the documents have them: whoever reads them by text finds what it looks for.
_MESSAGES = {
    400: "Missing or misformatted query parameter or body",
    401: "Failed to verify token",
    403: "User does not have sufficient rights",
    404: "Resource not found",
}


class EnirisSchema(Struct, frozen=True, rename="camel"):
    """A JSON object whose names are in camel case: `nodeId`, not `nodeID`."""


class StrictSchema(EnirisSchema, frozen=True, forbid_unknown_fields=True):
    """One that has no other members than these."""


Key = Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY, examples=["SGO-7Q2M-11"])]
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, examples=["2026-12-01T00:00:00Z"])]
# Interpretation: the documents say "nodeId* ≥ 1", which may be of a number or of a text's length. Both are taken; a
# number is the text of its digits.
NodeId = (
    Annotated[int, Meta(ge=1, le=2**63 - 1)] | Annotated[str, Meta(min_length=1, max_length=LONGEST_NODE_ID)]
)


class LicenseActivation(StrictSchema, frozen=True):
    """Which licence is activated, and from when on: without a moment from now on."""

    key: Key
    activation_iso: Moment | UnsetType = UNSET

    def __post_init__(self) -> None:
        _moment(self.activation_iso)

    @property
    def activated_at(self) -> datetime | None:
        return _moment(self.activation_iso)


class LicenseClaim(StrictSchema, frozen=True):
    """Which licence is claimed for which controller. The key is `licenseKey` here, and `key` in an activation."""

    license_key: Key
    node_id: NodeId


class LicenseShown(EnirisSchema, frozen=True):
    """A licence. Each kW is null where the licence says nothing of it; deactivationDate is its end, whether it was set
    or follows from duration, and null while there is none."""

    id: Uuid
    key: Key
    grid_kw: int | None
    solar_kw: int | None
    battery_kw: int | None
    ev_kw: int | None
    creation_date: Moment
    activation_date: Moment | None
    duration: int
    deactivation_date: Moment | None
    type: Literal["residential", "commercial"]
    datalinks: list[Uuid] | UnsetType = UNSET


class LicenseActivated(EnirisSchema, frozen=True):
    success: Literal[True]
    license: LicenseShown


class ClaimedLicense(EnirisSchema, frozen=True):
    id: Uuid
    key: Key
    node_id: NodeId


class LicenseClaimed(EnirisSchema, frozen=True):
    success: Literal[True]
    license: ClaimedLicense


class LicenseList(EnirisSchema, frozen=True):
    licenses: list[LicenseShown]


class EnirisError(EnirisSchema, frozen=True):
    """Why a request was refused. retryAfter are the seconds to wait, after a 429 and a 503."""

    status_code: int
    error: str
    message: str
    retry_after: int | UnsetType = UNSET


def parse_activation(written: Any) -> LicenseActivation:
    """Raises `Invalid`."""
    return body.conform(written, LicenseActivation)


def parse_claim(written: Any) -> LicenseClaim:
    """Raises `Invalid`."""
    return body.conform(written, LicenseClaim)


def error_body(status: int, detail: str) -> dict[str, Any]:
    """For what is refused before a view is reached."""
    message = None if has_own_message(status) else detail
    return msgspec.to_builtins(render_error(int(status), message))


def has_own_message(status: int) -> bool:
    """Whether the documents print one."""
    return status in _MESSAGES


def parse_customer_id(text: str) -> uuid.UUID:
    """Raises `Invalid` for what is not written as RFC 9562 writes them."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        parsed = None
    # Python's own also takes braces, a prefix and missing dashes.
    if parsed is None or str(parsed) != text.lower():
        raise errors.Invalid("customerId is not a UUID")
    return parsed


def parse_switch(name: str, text: str | None) -> bool:
    """A query parameter that is `true` or `false`, and false when it is not there. Raises `Invalid`."""
    if text not in (None, "true", "false"):
        raise errors.Invalid(f"{name} is neither true nor false")
    return text == "true"


def render_error(status: int, message: str | None, retry_after: int | None = None) -> EnirisError:
    """Without a message it is the documents' own for this status."""
    name = _NAMES.get(status) or HTTPStatus(status).phrase
    return EnirisError(
        status_code=status,
        error=name,
        message=message or _MESSAGES.get(status, name),
        retry_after=UNSET if retry_after is None else retry_after,
    )


def _moment(text: str | UnsetType) -> datetime | None:
    """ValueError, which msgspec turns into its own, for what is no date-time with an offset."""
    if text is UNSET or isinstance(text, UnsetType):
        return None
    moment = parse_moment(text)
    if moment is NOW:
        raise ValueError("activationIso: the beginning of time means nothing here")
    return moment
