"""What went wrong in a push of several parts, of which none is to keep the others from being tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from events.backends.base import BackendError, Refused, TryLater


class Failures:
    def __init__(self) -> None:
        self._noted: list[BackendError] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Notes what is refused, or could be tried later. What all parts suffer from goes through: a host in trouble,
        and whatever staff have to see to."""
        try:
            yield
        except Refused as failure:
            self._noted.append(failure)
        except TryLater as failure:
            if failure.is_host_at_fault:
                raise
            self._noted.append(failure)

    def require_none(self, done: str) -> None:
        """Raises one for all, with `done` behind its reason: `TryLater` if another try can help any of them."""
        if not self._noted:
            return
        reason = "; ".join(each.reason for each in self._noted) + done
        later = next((each for each in self._noted if isinstance(each, TryLater)), None)
        if later is not None:
            raise TryLater(reason, status=later.status, answer=later.answer, after=later.after)
        raise Refused(reason, status=self._noted[0].status, answer=self._noted[0].answer)
