"""Recognises that a response gives no answer, and why; also hedges and withdrawals. Knows no probe.

Patterns run over a reading's line of lower-case words, so that punctuation and markup cannot hide them. They are plain
alternatives without nested repetition: linear on any text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from app.grading.normalise import Reading
from app.grading.records import DeclineKind

_I_AM = r"(?:i am|i'm|im)"
_CANNOT = (
    r"(?:i (?:really |simply |honestly )?(?:cannot|can not|can't|could not|couldn't)|^ unable to|"
    rf"{_I_AM} (?:unable|not able)(?: to)?|{_I_AM} afraid i (?:cannot|can't))"
)
_DO_NOT = r"(?:do not|don't|dont|did not|didn't)"
_KNOW = r"(?:know|recall|remember|possess|have (?:any |enough |the |specific |sufficient |access|that|information))"
_WORK = r"(?:story|stories|novel|novella|book|work|works|tale|play|text|author|character|title|chapter|question|person)"

# `^` stands for the head of the text.
_PATTERNS: dict[DeclineKind, tuple[str, ...]] = {
    DeclineKind.POLICY: (
        r"as an ai(?: language)?(?: model)?(?: assistant)? (?:i )?(?:cannot|can't|do not|don't|am not|i'm not)",
        rf"{_CANNOT} (?:assist|engage|discuss|comply|fulfill|reproduce|share|continue)",
        r"against my (?:policy|guidelines)",
        r"not appropriate for me",
    ),
    DeclineKind.QUESTION_PREMISE: (
        r"not (?:aware|heard) of (?:any|a|an|the|this|that|such)",
        r"(?:not familiar|isn't familiar|unfamiliar) with",
        r"never heard of",
        rf"(?:there is|there's|there exists) no (?:such )?(?:known |published )?{_WORK}",
        rf"no such (?:\w+ )?{_WORK}",
        rf"(?:does not|doesn't|{_DO_NOT})(?: actually| really| appear to| seem to)? exist",
        r"(?:no|not any|any) record of",
        rf"(?:cannot|can't|could not|couldn't) find (?:any|a) {_WORK}",
        r"(?:you may|you might|seems to|may|might) be (?:thinking of|confus\w+|mistaken|a mistake|some confusion)",
        r"question (?:seems|appears) to (?:be|contain)",
    ),
    DeclineKind.LACKS_KNOWLEDGE: (
        rf"i (?:really |simply |just |honestly |actually )?{_DO_NOT} (?:really |actually |currently )?{_KNOW}",
        rf"{_I_AM} (?:not|un)\s?(?:entirely |quite |really |completely |totally |100 )?(?:sure|certain)",
        rf"{_I_AM} not able to (?:determine|provide|answer|find|say|give|recall|confirm|verify)",
        rf"{_I_AM} (?:unsure|uncertain)",
        rf"{_CANNOT} (?:answer|recall|remember|provide|determine|confirm|say|verify|identify|help|give|tell|find)",
        r"i(?:'ve| have| have got) no (?:idea|information|knowledge|clue|way)",
        r"^ (?:no idea|not sure|unknown|don't know|do not know)",
        r"(?:is|are|was|it's) not (?:explicitly )?(?:known|clear|specified|stated|mentioned|possible to)",
        r"(?:is|are|was|it's) (?:unknown|unclear)",
        r"cannot be (?:determined|known|answered)",
        r"no (?:specific )?information",
        r"beyond my knowledge",
        r"je ne sais pas",
        r"ich weiss (?:es )?nicht",
        r"no lo se",
        r"non lo so",
        r"nao sei",
        r"(?:я )?не знаю",
    ),
    DeclineKind.ASKS_BACK: (
        r"please (?:provide|clarify|specify|tell me|share|give|let me)",
        r"(?:could|can|would|will) you (?:please |kindly )?(?:provide|clarify|specify|tell|give|share|explain|repeat)",
        r"(?:could|can) you (?:please )?(?:rephrase|be more)",
        r"what do you mean",
        r"which \w+ (?:are you|do you)",
        r"(?:what )?would you like",
        r"let me know",
        r"do you (?:mean|want|have)",
        r"how (?:can|may) i (?:help|assist)",
        r"did i miss",
        r"more context",
    ),
}


def _phrases(*alternatives: str) -> re.Pattern[str]:
    """Any of the alternatives, as whole words of a reading's line."""
    joined = "|".join(alternatives).replace("^ ", "(?<=^ )")
    return re.compile(rf"(?<= )(?:{joined})(?![\w'])")


_DECLINE = _phrases(*(f"(?P<{kind.value}>{'|'.join(patterns)})" for kind, patterns in _PATTERNS.items()))
_GUESS = _phrases(
    "but", "however", "perhaps", "maybe", "probably", "possibly", "likely", "i think", "i believe", "i guess",
    "my (?:best )?guess", "if i had to", "i would (?:guess|say)", "i'd (?:guess|say)", "(?:might|may|could) be",
)  # fmt: skip
_HEDGE = _phrases(
    "perhaps", "maybe", "probably", "possibly", "presumably", "apparently", "likely", "i think", "i believe", "i guess",
    "i suppose", "my guess", "i would guess", "i'd guess", "(?:might|may|could) (?:be|have)", "(?:seems|appears) to",
    "not (?:entirely |quite |completely )?(?:sure|certain)", "if i (?:remember|recall)", "as far as i know",
)  # fmt: skip
_WITHDRAWAL = _phrases(
    "actually (?:no|wait)", "no actually", "no wait", "wait no", "correction", "scratch that", "strike that",
    "on second thoughts?", "let me correct", "i made (?:a mistake|an error)", "my mistake", "i was wrong",
    "(?:that is|that's) (?:wrong|incorrect)", "i mean", "i meant", "sorry (?:it is|it's|that)", "or rather",
    "i take that back", "i misspoke",
)  # fmt: skip
_MOST_DECLINES = 20


@dataclass(frozen=True, slots=True)
class Decline:
    """A declining phrase: half-open range of words, and its kind."""

    kind: DeclineKind
    start: int
    end: int


def find_declines(reading: Reading) -> list[Decline]:
    """All declining phrases, in order."""
    found = []
    for match in _DECLINE.finditer(reading.line):
        kind = DeclineKind(match.lastgroup or DeclineKind.NO_ANSWER)
        found.append(Decline(kind, _word_at(reading, match.start()), _word_at(reading, match.end() - 1) + 1))
    return found[:_MOST_DECLINES]


def find_guess(reading: Reading, start: int) -> int | None:
    """The first word after a word that announces a guess, at or after `start`; None where none does."""
    if start >= len(reading.words):
        return None
    match = _GUESS.search(reading.line, reading.line_starts[start])
    return None if match is None else _word_at(reading, match.end() - 1) + 1


def is_hedged(reading: Reading) -> bool:
    """Whether the text says somewhere that it is not sure."""
    return _HEDGE.search(reading.line) is not None


def last_withdrawal(reading: Reading) -> tuple[int, int] | None:
    """Half-open word range of the last words that take back what was said before them; None where nothing was said."""
    last = None
    for match in _WITHDRAWAL.finditer(reading.line):
        start = _word_at(reading, match.start())
        if start > 0:
            last = (start, _word_at(reading, match.end() - 1) + 1)
    return last


def _word_at(reading: Reading, place: int) -> int:
    return bisect_right(reading.line_starts, place) - 1
