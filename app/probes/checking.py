"""Values from anywhere -> a Probe, or everything that is wrong with them, in words.

What suite files are checked for with their lines is checked here for one probe alone: a row of a table, a filled form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.probes.records import Probe
from app.probes.wording import in_words

_UNWANTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters: no database and no terminal takes all of them."""

_LISTS: Final = ("aliases", "must_not", "choices", "any_of")

# The words for suite files speak of YAML; these say the same of a cell, a JSON value or a field of a form.
_FIXES: Final = {
    "tuple_type": "Give a list of texts",
    "int_type": "Write a whole number",
    "int_from_float": "Write a whole number",
    "string_too_short": "Write a text",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a probe's values: the field, or None where it is none's alone, what is wrong, what to do."""

    field: str | None
    reason: str
    fix: str

    def __str__(self) -> str:
        """One line for people."""
        subject = f"{self.field}: " if self.field else ""
        return f"{subject}{self.reason}" + (f". {self.fix}" if self.fix else "")


def probe_from(values: Mapping[str, object]) -> Probe | list[Problem]:
    """The probe with these values, or what keeps them from being one.

    Line ends are made one kind, entries of lists one line each; what is empty counts as not given.
    """
    wanted = {name: tidied(value, name) for name, value in values.items()}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    found = list(_unwanted(wanted))
    if found:
        return found
    try:
        return Probe.model_validate(wanted)
    except ValidationError as invalid:
        return [_problem(error) for error in invalid.errors()]


def tidied(value: object, name: str = "") -> object:
    """A value without what only looks like content: other line ends, empty texts and empty lists (None instead)."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        return text or None
    if isinstance(value, list | tuple):
        entries = [tidied(entry) for entry in value]
        if name in _LISTS:
            entries = [re.sub(r"\s*\n\s*", " ", entry) if isinstance(entry, str) else entry for entry in entries]
        return [entry for entry in entries if entry is not None] or None
    if isinstance(value, dict):
        inner = {key: tidied(held, str(key)) for key, held in value.items()}
        return {key: held for key, held in inner.items() if held is not None} or None
    return value


def unwanted_sign(text: str) -> str | None:
    """The first control character of a text or half of a character by its number ("U+0000"); None without any."""
    found = _UNWANTED.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def _unwanted(value: object, name: str | None = None) -> Iterator[Problem]:
    """Signs and numbers that cannot be stored, each with the field it stands in."""
    if isinstance(value, str) and (sign := unwanted_sign(value)) is not None:
        reason = "is cut in half" if "U+D800" <= sign <= "U+DFFF" else "is a control character"
        yield Problem(name, f"the character {sign} in it {reason}", "Remove it, or save the file in the encoding UTF-8")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(name, f"{value} is no number that can be kept", "Write a number")
    elif isinstance(value, dict):
        for key, held in value.items():
            if unwanted_sign(str(key)) is not None:
                yield Problem(name, "the name of a field holds a control character", "Remove it")
            else:
                yield from _unwanted(held, name or str(key))
    elif isinstance(value, list):
        for entry in value:
            yield from _unwanted(entry, name)


def _problem(error: ErrorDetails) -> Problem:
    """One of pydantic's errors; its place is given as in a suite, which is what the words for it expect."""
    place: tuple[int | str, ...] = ("probes", 0, *error["loc"])
    reason, fix = in_words({**error, "loc": place})
    fix = _FIXES.get(error["type"], fix)
    if error["type"] == "value_error" and ": " in reason:
        named, _, reason = reason.partition(": ")
        return Problem(named, reason, fix.removesuffix(", in quotes"))
    # Of a value that may be of several types pydantic names the type too; only the field is a place people know.
    steps = [f"entry {step + 1}" if isinstance(step, int) else step for step in error["loc"]]
    field = ", ".join(steps if steps[:1] != ["year"] else steps[:1]) or None
    return Problem(field, reason, fix)
