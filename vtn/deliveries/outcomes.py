"""How an attempt may end, and what follows from that: pure rules."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

# A receiver that wants to be left alone for longer is asked again after this all the same.
LONGEST_WISH = 24 * 3600.0


class End(Enum):
    """What has become of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"  # another try can help
    REFUSED = "refused"  # no other try can
    HELD = "held"  # none can before people have done something, for which it waits as long as it takes
    GONE = "gone"  # the recipient wants nothing any more
    DROPPED = "dropped"  # it was not sent at all, and need not be


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status`, `answer` and `reason` are for people. `is_host_at_fault` says that others at the same host will hardly
    fare better; `wish` are the seconds after which the receiver wants to be asked again."""

    end: End
    status: int | None = None
    answer: str = ""
    reason: str = ""
    is_host_at_fault: bool = False
    wish: float | None = None

    @property
    def shows_the_host_is_there(self) -> bool:
        """Somebody has answered, and for himself only."""
        return (self.end is End.DELIVERED or self.status is not None) and not self.is_host_at_fault


@dataclass(frozen=True, slots=True)
class Retries:
    """When a failed delivery is tried again. Times are in seconds."""

    first: float
    most: float
    give_up_after: float

    def delay(self, attempts: int, wish: float | None) -> float:
        """The wait after this many attempts: twice as long each time, and never the same for two, so that those who
        failed together do not come back together. The receiver's own wish is heeded where it is longer."""
        doubled = min(self.first * 2.0 ** min(attempts - 1, 40), self.most)
        scattered = doubled * random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains by guessing it
        return max(scattered, min(wish or 0.0, LONGEST_WISH))

    def is_given_up(self, age: float) -> bool:
        return age >= self.give_up_after


def wish_of(retry_after: str | None, now: datetime) -> float | None:
    """The seconds of a `Retry-After` header, a number or a date (RFC 9110 §10.2.3); None where it is neither."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:10]), LONGEST_WISH)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)


def of_reply(status: int, body: bytes, retry_after: str | None, now: datetime) -> Outcome:
    """3.1.0 Definition, "Subscriptions": a receiver answers 200; any 2xx is taken for that. 410 ends it for good. All
    else may be a receiver that is being repaired, a redirect too, which is not followed."""
    answer = body[:1000].decode(errors="replace").replace("\0", "\ufffd")
    if 200 <= status < 300:
        return Outcome(End.DELIVERED, status, answer)
    if status == 410:
        return Outcome(End.GONE, status, answer, "is gone (410)")
    return Outcome(
        End.FAILED,
        status,
        answer,
        f"answered {status}",
        is_host_at_fault=status >= 500,
        wish=wish_of(retry_after, now),
    )


def failed(reason: str) -> Outcome:
    """What nobody else has to suffer for."""
    return Outcome(End.FAILED, reason=reason)


def no_reply(reason: str) -> Outcome:
    return Outcome(End.FAILED, reason=reason, is_host_at_fault=True)
