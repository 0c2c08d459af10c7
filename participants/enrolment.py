"""What a participant of Ecosuite's demand response is to OpenADR: a target, and whoever that is granted to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vtn.wire.targets import MAX_TARGET_LENGTH, encode

# 3.0.1 shows these targets as {"type": "PARTICIPANT", "values": [code]}.
_KIND = "PARTICIPANT"
_PREFIX = encode(_KIND, "")
LONGEST_CODE = MAX_TARGET_LENGTH - len(_PREFIX)


def target_of(code: str) -> str:
    """The target of what is meant for the participant."""
    return encode(_KIND, code)


def code_of(target: str) -> str | None:
    """The code of the participant that a target stands for, or None for any other target."""
    return target.removeprefix(_PREFIX) if target.startswith(_PREFIX) else None


@dataclass(frozen=True, slots=True)
class Links:
    """The VENs and resources that hold the participant's target: the link is the grant, and is stored nowhere else. So
    whoever changes a grant, through whichever door, changes the link, and none outlives its VEN."""

    ven_ids: frozenset[str] = frozenset()
    resource_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ParticipantContent:
    """A participant as somebody wants it. `links` and `webhook_secret` are None where nothing is said of them; an empty
    secret takes the stored one away. `members` is what was written and means nothing to us."""

    code: str
    contact_user: str
    phone_contact: str
    webhook: str = ""
    webhook_secret: str | None = field(default=None, repr=False)
    links: Links | None = None
    members: dict[str, Any] = field(default_factory=dict)
