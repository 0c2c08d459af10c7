"""Decides whether and when something that died is started again."""

from dataclasses import dataclass

# In seconds. What cannot start at all is dead long before.
LONG_ENOUGH = 10.0
FIRST_DELAY = 0.2
MOST_IN_A_ROW = 6


@dataclass
class Restarts:
    """The deaths of one child. One that lived long enough starts with a clean record."""

    in_a_row: int = 0

    def delay(self, *, lived: float) -> float | None:
        """How long to wait before the next start, or None when there should be none."""
        self.in_a_row = 1 if lived >= LONG_ENOUGH else self.in_a_row + 1
        if self.in_a_row > MOST_IN_A_ROW:
            return None
        return FIRST_DELAY * 2 ** (self.in_a_row - 1)
