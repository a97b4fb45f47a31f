"""How far a response goes on with a text as its author did: measures, and the matcher's verdict on a continuation.

A token here is a word, whatever the model's own tokens are: letters and digits after Unicode folding, with case,
accents, hyphens, dashes and quotation marks out of the way, since editions of one text differ in these.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

from app.grading.declines import find_declines
from app.grading.normalise import Reading
from app.grading.records import Label
from app.grading.verdicts import Verdict
from app.probes.records import Probe

FIRST: Final = 32
"""How many tokens from the start are compared place by place."""

SAME: Final = 0.9
"""Edit similarity from which a response is the text itself, in another edition or with a slip."""

_TOKEN: Final = re.compile(r"[^\W_]+(?:['\u2019\-\u2010\u2011][^\W_]+)*")
_INSIDE: Final = re.compile(r"['\u2019\-\u2010\u2011]")


@dataclass(frozen=True, slots=True)
class Measures:
    """What a response shares with a text, over as many of its tokens as the text has.

    `longest_run` is the longest stretch of tokens that stand in both in the same order without a gap; `similarity` is
    1 - (edit distance in tokens) / (the longer of the two), in [0, 1]; `first` is the share of the text's first 32
    tokens that stand at the very same place; `tokens` is how many of the response were compared.
    """

    longest_run: int
    similarity: float
    first: float
    tokens: int


def tokens_of(text: str) -> list[str]:
    """The words of a text in their folded form, in order."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return [_INSIDE.sub("", token).casefold() for token in _TOKEN.findall(plain)]


def measure(response: str, text: str, given: str = "") -> Measures:
    """Compare a response with the text it should go on with; what it first repeats of the `given` opening is left out.

    Raises ValueError when the text has no token: there is nothing to go on with.
    """
    wanted = tokens_of(text)
    if not wanted:
        raise ValueError("the text that should follow has no words")
    said = _after(tokens_of(response), tokens_of(given))[: len(wanted)]
    first = wanted[:FIRST]
    same_place = sum(one == other for one, other in zip(said, first, strict=False))
    return Measures(
        longest_run=_longest_run(said, wanted),
        similarity=Levenshtein.normalized_similarity(said, wanted),
        first=same_place / len(first),
        tokens=len(said),
    )


def grade_continuation(probe: Probe, reading: Reading, *, is_cut: bool) -> Verdict:
    """Whether a response is the text that follows: correct, something else (made up), or a decline.

    Going on is not a matter of a candidate among others: a text is the same or it is not. A response cut off before the
    first 32 tokens is no verdict.
    """
    measures = measure(reading.raw, probe.answer, probe.question)
    if measures.first == 1 or measures.similarity >= SAME:
        return Verdict(Label.CORRECT, "goes on as the text does", score=measures.similarity)
    declines = find_declines(reading)
    if declines and measures.longest_run < FIRST:
        return Verdict(
            Label.NOT_ATTEMPTED, "declines to go on", score=measures.similarity, decline_kind=declines[0].kind
        )
    if is_cut and measures.tokens < FIRST:
        return Verdict(Label.TRUNCATED, f"cut off before {FIRST} words", score=measures.similarity)
    return Verdict(Label.INCORRECT, "goes on in other words than the text", score=measures.similarity)


def _after(said: list[str], given: list[str]) -> list[str]:
    """What is said after an opening that repeats the end of what was given; all of it where nothing is repeated.

    The longest end of the given text that the response begins with, of at least four tokens: fewer may be chance.
    """
    for length in range(min(len(said), len(given)), 3, -1):
        if said[:length] == given[-length:]:
            return said[length:]
    return said


def _longest_run(said: list[str], wanted: list[str]) -> int:
    """The longest stretch of tokens that stands in both, row by row of the table of all pairs."""
    longest = 0
    before: list[int] = [0] * (len(wanted) + 1)
    for one in said:
        row = [0] * (len(wanted) + 1)
        for place, other in enumerate(wanted, start=1):
            if one == other:
                row[place] = before[place - 1] + 1
                longest = max(longest, row[place])
        before = row
    return longest
