"""Whether a licence is in force: pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from licensing import terms
from licensing.terms import Term


@dataclass(frozen=True, slots=True)
class Licence:
    key: str
    activated_at: datetime | None
    deactivated_at: datetime | None
    duration: int


def licences_of(answer: Any) -> list[Licence]:
    """Those of `{"licenses": [License]}`. Raises `ValueError`."""
    try:
        return [_licence(each) for each in answer["licenses"]]
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not what licences look like: {error!r}") from None


def is_active(licence: Licence, *, at: datetime, unit: str) -> bool:
    return not why_not(licence, at=at, unit=unit)


def why_not(licence: Licence, *, at: datetime, unit: str) -> str:
    """What keeps the licence from being in force, in words; nothing if it is: `licensing.terms`."""
    term = Term(licence.activated_at, licence.deactivated_at, licence.duration)
    return terms.why_not(term, at=at, unit=unit)


def none_active(node_id: int, licences: Sequence[Licence], *, at: datetime, unit: str) -> str:
    """For staff: why nothing is sent to this controller."""
    if not licences:
        return f"Controller {node_id} has no licence"
    reasons = ", ".join(f"{each.key} {why_not(each, at=at, unit=unit)}" for each in licences)
    return f"Controller {node_id} has no active licence: {reasons}"


def _licence(value: Mapping[str, Any]) -> Licence:
    duration = value.get("duration") or 0
    return Licence(
        key=str(value["key"]),
        activated_at=_moment(value.get("activationDate")),
        deactivated_at=_moment(value.get("deactivationDate")),
        duration=int(duration),
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
