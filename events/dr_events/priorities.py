"""The three words that Ecosuite has for priorities, and the numbers of OpenADR: a pure rule."""

from __future__ import annotations

from typing import Literal, get_args

Word = Literal["high", "medium", "low"]
WORDS: tuple[Word, ...] = get_args(Word)

# 0 is the highest (User Guide 3.1.0, §7.1). The numbers are those that Ecosuite's other events know; between them,
# and before the first, there is room for those of others.
_NUMBERS: dict[Word, int] = {"high": 1, "medium": 5, "low": 10}


def number_of(word: Word) -> int:
    return _NUMBERS[word]


def word_of(number: int | None) -> Word:
    """The nearest one, the more important of two. No priority is the lowest."""
    if number is None:
        return "low"
    return min(WORDS, key=lambda word: abs(_NUMBERS[word] - number))
