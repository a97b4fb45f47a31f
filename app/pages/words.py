"""The words people read for diagnoses and kinds, the same on pages and in the terminal; remarks as sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How a diagnosis is called, and what it means."""

    name: str
    meaning: str


DIAGNOSIS_WORDS: dict[str, Words] = {
    "known": Words("known", "right most of the time, unaided"),
    "read_error": Words("read error", "an introduction that does not say it brings it out"),
    "read_error_recognised": Words("read error, recognised", "only picked out from four options"),
    "read_error_reasoned": Words("read error, reasoned", "comes out only when the model thinks first"),
    "write_declined": Words("write error, declined", "not in the weights; the model says so"),
    "write_made_up": Words("write error, made up", "not in the weights; asserted anyway"),
    "write_mixed": Words("write error, mixed", "not in the weights; sometimes declined, sometimes asserted"),
    "misbelief": Words("misbelief", "the same wrong answer, with and without cue"),
    "interference": Words("interference", "known, and the introduction spoils it"),
    "context_generic": Words("context-generic", "any text in front helps as much"),
    "leaked": Words("cue leaks", "no clean cue to be had"),
    "ungradable": Words("ungradable", "missed even where it is stated, or most draws have no label"),
    "undecided": Words("undecided", "the draws do not settle it"),
    "waiting": Words("waiting", "draws are still to come"),
}
"""Every diagnosis in the order of lists, write errors by what the model does instead; `waiting` for facts without."""

READING_ORDER: tuple[str, ...] = (
    "read_error",
    "read_error_recognised",
    "read_error_reasoned",
    "write_made_up",
    "write_declined",
    "write_mixed",
    "misbelief",
    "interference",
    "context_generic",
    "undecided",
    "known",
    "leaked",
    "ungradable",
    "waiting",
)
"""The same in the order in which facts are read: what the instrument is for first, what it cannot say last."""

KIND_WORDS: dict[str, str] = {
    "short_fact": "short fact",
    "yes_no": "yes or no",
    "plot_points": "plot",
    "attribution": "attribution",
    "existence": "existence",
    "continuation": "continuation",
}
"""How the kinds of probes are called."""


def as_sentence(remark: str) -> str:
    """A remark of a run as a sentence: with a capital and a full stop."""
    text = remark.strip()
    if not text:
        return text
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"
