"""Cells of a csv file <-> the values of a probe's fields, in both directions and without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

LISTS: Final = frozenset({"aliases", "must_not", "choices"})
"""Fields that hold texts; in a cell they stand between bars."""

NESTED: Final = frozenset({"plot_points", "reverse", "continuation"})
"""Fields that hold fields; in a cell they are JSON."""

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n]")
_BARRED: Final = re.compile(r"\\([\\|])|(\|)|([^\\|]+|\\)")
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,11}")


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: an apostrophe before the signs that begin one.

    A text that already begins with apostrophes and such a sign gets one more, so that `unguarded` is its inverse.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def joined(entries: Iterable[str]) -> str:
    """Texts in one cell, a bar between them; a bar or a backslash inside one gets a backslash before it."""
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", entry) for entry in entries)


def split_bars(text: str) -> list[str]:
    r"""The texts of a cell, empty ones left out. `\|` is a bar, `\\` a backslash; others stand for themselves."""
    entries = [""]
    for escaped, bar, plain in _BARRED.findall(text):
        if bar:
            entries.append("")
        else:
            entries[-1] += escaped or plain
    return [entry.strip() for entry in entries if entry.strip()]


def year_cell(year: int | str) -> str:
    """A year in a cell: a text that would be read as a number stands in quotes."""
    if isinstance(year, int):
        return str(year)
    return year if year_from(year) == year else json.dumps(year, ensure_ascii=False)


def year_from(cell: str) -> int | str:
    """The year of a cell: a whole number, else the text, without the quotes around it."""
    text = cell.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            inner = json.loads(text)
        except ValueError:
            return text
        return inner if isinstance(inner, str) else text
    return text
