"""One word of a text, as the matcher compares it."""

from __future__ import annotations

from typing import NamedTuple

from app.grading.lexicon import listed

NEGATORS = listed("not never no nor neither cannot nobody none without nothing hardly")


class Word(NamedTuple):
    """One word: `key` in lower case, `term` its form for comparing (stem, or the digits of a number).

    `start` and `end` are its half-open range in the raw text. `clause` and `sentence` count up from 0; `quoted` is true
    inside quotation marks.
    """

    key: str
    term: str
    start: int
    end: int
    capital: bool
    quoted: bool
    sentence: int
    clause: int

    @property
    def negates(self) -> bool:
        """Whether the word turns the statement after it round."""
        return self.key in NEGATORS or self.key.endswith("n't")

    @property
    def is_number(self) -> bool:
        """Whether the word states a number, in digits or in words."""
        return self.term.isdecimal()
