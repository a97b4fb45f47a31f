"""pydantic's errors -> what is wrong with a field of a suite or note, and what to do, in words for its author."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.probes.records import Note, PlotPoint, Probe, Suite

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("is missing", "Add it"),
    "string_too_short": ("is empty", "Write a text"),
    "string_too_long": ("is longer than {max_length:,} characters", "Shorten it"),
    "string_pattern_mismatch": ("{given!r} is not a name", "Use lower-case letters, digits and single hyphens"),
    "int_type": ("{given!r} is not a whole number", "Write one without quotes, negative for a year B.C."),
    "int_from_float": ("{given!r} is not a whole number", "Write one without quotes, negative for a year B.C."),
    "tuple_type": ("should be a list", "Put each entry on its own line after '- '"),
    "too_short": ("is an empty list", "Add at least one entry"),
    "enum": ("{given!r} is not one of the values there are", "Use {expected}"),
    "model_type": ("should hold fields such as 'title: ...'", "Indent its fields under it"),
    "model_attributes_type": ("should hold fields such as 'title: ...'", "Indent its fields under it"),
}

_HELD_BY: Final[dict[str, type[BaseModel]]] = {"probes": Probe, "plot_points": PlotPoint}


def in_words(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong and what to do; pydantic's own words for a kind of error not foreseen here."""
    kind, given = error["type"], error["input"]
    if kind == "string_type":
        return _not_a_text(given)
    if kind == "extra_forbidden":
        return "there is no such field", did_you_mean(str(error["loc"][-1]), _known_fields(error["loc"]))
    if kind == "value_error":
        reason, _, fix = str(error["ctx"]["error"]).partition("; ")
        return reason, fix[:1].upper() + fix[1:]
    if kind not in _WORDS:
        return error["msg"], ""
    reason, fix = _WORDS[kind]
    context = {"given": given, **error.get("ctx", {})}
    return reason.format_map(context), fix.format_map(context)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The nearest of the known names as a question; where none is near, the advice to remove this one."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else "Remove it"


def _not_a_text(given: object) -> tuple[str, str]:
    """A value where a text belongs. YAML reads No, 81 and 1895-01-01 as something else unless they stand in quotes."""
    quote = "Put the text in quotes"
    if given is None:
        return "is empty", "Write a text, or leave the field out if it can be"
    if isinstance(given, bool):
        return f"is read as the truth value {str(given).lower()}", quote
    if isinstance(given, int | float):
        return f"is read as the number {str(given)[:40]}", quote
    if isinstance(given, list | dict):
        # "answer: Yes: he did" and "- [a] b" look like texts to their author.
        return f"is read as a {'list' if isinstance(given, list) else 'mapping'}", "Write one text, in quotes"
    return f"is read as the date {given}", quote


def _known_fields(place: tuple[str | int, ...]) -> Sequence[str]:
    """The fields there can be where an unknown one stands."""
    holders = [step for step in place[:-1] if isinstance(step, str)]
    if holders:
        return list(_HELD_BY[holders[-1]].model_fields)
    return [*Suite.model_fields, *Note.model_fields]
