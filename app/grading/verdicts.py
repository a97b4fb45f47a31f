"""What a room of the matcher hands back: a label with the words it rests on, before it becomes a Grade."""

from __future__ import annotations

from dataclasses import dataclass

from app.grading.normalise import Reading
from app.grading.records import DeclineKind, Flag, Label


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label and why; `words` is the half-open range of words it rests on. A label of None is "not sure"."""

    label: Label | None
    reason: str
    words: tuple[int, int] | None = None
    answer: str | None = None
    flags: frozenset[Flag] = frozenset()
    decline_kind: DeclineKind | None = None
    score: float | None = None


def nothing_said(reading: Reading, *, is_cut: bool, reason: str = "no answer") -> Verdict:
    """The verdict on a text that answers nothing: cut off before it could, or ended without (rules 10 and 12)."""
    if is_cut:
        return Verdict(Label.TRUNCATED, f"{reason} before the text breaks off")
    return Verdict(Label.NOT_ATTEMPTED, reason, (0, len(reading.words)), decline_kind=DeclineKind.NO_ANSWER)


def unsure(reason: str, words: tuple[int, int] | None = None, *flags: Flag) -> Verdict:
    """No verdict: the response goes to the next grader."""
    return Verdict(None, reason, words, flags=frozenset(flags))
