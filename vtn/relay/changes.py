"""A change as those see it who are to tell others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from vtn.wire import body
from vtn.wire.targets import Literals


@dataclass(frozen=True)
class Change:
    """An entry of the outbox. `before` and `after` are the object in the 3.1.0 dialect with all its targets: None
    before it was created, and after it was deleted. They are parsed when they are first looked at."""

    entry_id: int
    object_type: str
    object_id: str
    operation: str
    program_id: str | None
    made_at: datetime
    literals: Literals
    before_text: str | None
    after_text: str | None

    @cached_property
    def before(self) -> dict[str, Any] | None:
        return None if self.before_text is None else body.decode_text(self.before_text)

    @cached_property
    def after(self) -> dict[str, Any] | None:
        return None if self.after_text is None else body.decode_text(self.after_text)

    @property
    def last(self) -> dict[str, Any]:
        """The object as it is, or, where it is gone, as it was last."""
        known = self.before if self.after is None else self.after
        assert known is not None  # an entry has one of the two
        return known
