"""The words people read for diagnoses: short name and one-line meaning, the same on pages and in the terminal."""

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
    "ungradable": Words("ungradable", "the answer is not read even where it is stated"),
    "undecided": Words("undecided", "the draws do not settle it"),
    "waiting": Words("waiting", "draws are still to come"),
}
"""Every diagnosis in the order of lists, write errors by what the model does instead; `waiting` for facts without."""

KIND_WORDS: dict[str, str] = {
    "short_fact": "short fact",
    "yes_no": "yes or no",
    "plot_points": "plot",
    "attribution": "attribution",
    "existence": "existence",
}
"""How the kinds of probes are called."""
