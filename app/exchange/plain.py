"""Rows of our own shape -> the values of probes: question, answer and any other field by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from app.exchange.probe_cells import LISTS, NESTED, split_bars, unguarded, year_from
from app.exchange.row_errors import RowError
from app.probes.records import Probe

SUITE_TITLE, SUITE_DESCRIPTION = "suite_title", "suite_description"
"""Columns of our own exports that speak of the suite; they are filled in the first row alone."""

COLUMNS: Final = (*Probe.model_fields, SUITE_TITLE, SUITE_DESCRIPTION)
"""The columns in order."""


def cell_values(row: Mapping[str, object]) -> dict[str, object]:
    """The values of a csv row, whose cells are all text."""
    return {name: _value(name, unguarded(cell)) for name, cell in row.items() if isinstance(cell, str)}


def object_values(row: Mapping[str, object]) -> dict[str, object]:
    """The values of a JSON object or of a probe in a suite file; a text where a list belongs is read like a cell."""
    return {
        name: split_bars(value) if name in LISTS and isinstance(value, str) else value for name, value in row.items()
    }


def _value(name: str, cell: str) -> object:
    if name in LISTS:
        return split_bars(cell)
    if name in NESTED:
        return _nested(name, cell)
    reader = _READERS.get(name)
    return cell if reader is None else reader(name, cell.strip())


def _nested(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise RowError(name, "is not JSON", "Write it as JSON, as `cueprobe probes export` does") from None


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise RowError(name, f"{text[:40]!r} is no whole number", "Write the page views a month, such as 1200")
    return int(text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise RowError(name, f"{text[:40]!r} is no number", "Write a number such as 0.5") from None


def _truth(name: str, text: str) -> bool:
    if text.casefold() not in {"true", "false", "yes", "no", "1", "0"}:
        raise RowError(name, f"{text[:40]!r} is neither true nor false", "Write true or false")
    return text.casefold() in {"true", "yes", "1"}


_READERS: Final[dict[str, Callable[[str, str], object]]] = {
    "year": lambda _name, text: year_from(text),
    "popularity": _count,
    "tolerance": _number,
    "less_read": _truth,
}
