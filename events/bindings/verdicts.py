"""What came of a push, whatever a backend did: nothing of somebody else's code comes further than this.

What it says is kept and shown, so it is cut, and its secrets are masked: servers give back what they were sent, and
errors name the URL.
"""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from events.backends.base import BackendError, OnHold, Receipt, Refused, TryLater
from events.backends.masking import masked
from vtn.deliveries import outcomes
from vtn.deliveries.outcomes import End, Outcome

logger = logging.getLogger(__name__)

_LONGEST_TEXT = 1_000
_ENDS = {OnHold: End.HELD, Refused: End.REFUSED, TryLater: End.FAILED}


class Push(NamedTuple):
    """A call of a backend that is about to be made, with the secrets of its binding. `note` is put in front of what the
    other side says."""

    call: Callable[[], Receipt]
    about: str
    binding_id: int
    secrets: Sequence[str]
    note: str = ""


def outcome_of(push: Push) -> Outcome:
    """Pushes it. Raises nothing."""
    try:
        receipt = push.call()
        if not isinstance(receipt, Receipt):
            return outcomes.failed(
                shown(f"the backend gave back {receipt!r}, which is no Receipt", push.secrets)
            )
        answer = "nothing to do there" if receipt.nothing_to_do else receipt.answer
        told = f"{push.note}; {answer}" if push.note else answer
        return Outcome(End.DELIVERED, _status(receipt.status), shown(told, push.secrets))
    except BackendError as error:
        return _outcome_of_error(error, push.secrets)
    except BaseException as error:  # SystemExit too, of which a worker must not die
        trace = "".join(traceback.format_exception(error))
        logger.error("A backend, on %s: %s", push.about, masked(trace, push.secrets))  # noqa: TRY400 - masked
        return outcomes.failed(shown(f"the backend raised {error!r}", push.secrets))


def shown(text: Any, secrets: Sequence[str]) -> str:
    """As it may be kept, and read by staff."""
    storable = masked(str(text), secrets).replace("\0", "\ufffd")
    return storable.encode(errors="replace").decode()[:_LONGEST_TEXT]


def _outcome_of_error(error: BackendError, secrets: Sequence[str]) -> Outcome:
    end = next((end for kind, end in _ENDS.items() if isinstance(error, kind)), End.FAILED)
    return Outcome(
        end,
        _status(error.status),
        shown(error.answer, secrets),
        shown(error.reason, secrets),
        is_host_at_fault=bool(getattr(error, "is_host_at_fault", False)),
        wish=_seconds(getattr(error, "after", None)),
    )


def _status(said: Any) -> int | None:
    return said if isinstance(said, int) and 0 <= said <= 999 else None


def _seconds(said: Any) -> float | None:
    is_time = isinstance(said, int | float) and math.isfinite(said) and said >= 0
    return float(said) if is_time else None
