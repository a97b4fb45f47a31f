"""Works on a line of time: the years that probes give, as numbers, and how many works fall where.

The line is stretched where books are many and pressed together where they are few; its scale is the same for every
suite of a page. A year given in words ("c. 5th century BC") stands in the middle of what it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.store.suite_probes import Year

_TURNS = ((-2000, 0.0), (1, 13.0), (1500, 25.0), (1800, 44.0), (1950, 100.0))
"""Where the scale changes: a year and how far along the line it stands, in percent."""
_TURNS_TO_NOW = ((-2000, 0.0), (1, 11.0), (1500, 21.0), (1800, 37.0), (1950, 84.0), (2030, 100.0))
_MARKED = ((1, "AD 1"), (1500, "1500"), (1800, "1800"), (1850, "1850"), (1900, "1900"), (1950, "1950"))
_COLUMN = 2.0  # percent: a column of marks 4 px wide on a line of 200 px
_TALLEST_PX = 32
_MARK_PX = 4  # with the gap to the next
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A year written at the line of time; `at` is in percent of its length."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """The works of a few neighbouring years; `at` is the middle of the column in percent."""

    at: float
    well_known: int
    less_read: int


@dataclass(frozen=True, slots=True)
class TimeStrip:
    """The works of a suite by year.

    `first` and `last` are the years of the oldest and newest as their probes give them, `middle` the year by which half
    were written; `undated` works have none. `mark_px` is the height of one work, less than 4 where they are many.
    """

    columns: tuple[TimeColumn, ...]
    ticks: tuple[TimeTick, ...]
    first: str
    last: str
    middle: int
    dated: int
    undated: int
    mark_px: float


def year_number(year: int | str | None) -> int | None:
    """A year as a number, negative before Christ; None where no number can be made of it."""
    if year is None or isinstance(year, int):
        return year if year is None or -5000 <= year <= 3000 else None
    text = year.casefold()
    numbers = [int(digits[:4]) for digits in _NUMBER.findall(text)[:2]]
    if not numbers:
        return None
    size = 1000 if "millenn" in text else 100 if "centur" in text else 1
    before_christ = "bc" in text
    if len(numbers) == 2 and numbers[1] < numbers[0] and not before_christ:
        numbers = numbers[:1]  # 1554-55
    middle = sum((number - 0.5) * size if size > 1 else number for number in numbers) / len(numbers)
    return -round(middle) if before_christ else round(middle)


def time_strips(suites: Sequence[Mapping[Year, int]]) -> list[TimeStrip | None]:
    """The works of some suites on one scale of time and of height; None for a suite without a dated work."""
    dated = [_dated(years) for years in suites]
    latest = max((work.number for works in dated for work in works), default=0)
    turns = _TURNS if latest <= _TURNS[-1][0] else _TURNS_TO_NOW
    ticks = tuple(TimeTick(_place(year, turns), words) for year, words in _MARKED if _place(year, turns) < turns[-1][1])
    columns = [_columns(works, turns) for works in dated]
    tallest = max((column.well_known + column.less_read for each in columns for column in each), default=1)
    mark_px = min(_MARK_PX, _TALLEST_PX / tallest)
    return [
        TimeStrip(
            columns=of_suite,
            ticks=ticks,
            first=works[0].words,
            last=works[-1].words,
            middle=_middle(works),
            dated=sum(work.n for work in works),
            undated=sum(years.values()) - sum(work.n for work in works),
            mark_px=mark_px,
        )
        if works
        else None
        for years, works, of_suite in zip(suites, dated, columns, strict=True)
    ]


class _Dated(NamedTuple):
    """Works of one year."""

    number: int
    words: str
    less_read: bool
    n: int


def _dated(years: Mapping[Year, int]) -> list[_Dated]:
    """The works that have a year, oldest first."""
    works = [
        _Dated(number, str(year), less_read, n)
        for (year, less_read), n in years.items()
        if (number := year_number(year)) is not None
    ]
    return sorted(works)


def _middle(works: Sequence[_Dated]) -> int:
    """The year by which half of the works were written."""
    half, so_far = sum(work.n for work in works) / 2, 0
    for work in works:
        so_far += work.n
        if so_far >= half:
            return work.number
    raise ValueError("there is no work")


def _columns(works: Sequence[_Dated], turns: Sequence[tuple[int, float]]) -> tuple[TimeColumn, ...]:
    counted: dict[float, list[int]] = {}
    for work in works:
        middle = (min(_place(work.number, turns), 99.9) // _COLUMN + 0.5) * _COLUMN
        counted.setdefault(middle, [0, 0])[work.less_read] += work.n
    return tuple(TimeColumn(at, well, less) for at, (well, less) in sorted(counted.items()))


def _place(year: int, turns: Sequence[tuple[int, float]]) -> float:
    """How far along the line a year stands, in percent; what lies beyond its ends stands at them."""
    for (early, start), (late, end) in pairwise(turns):
        if year <= late:
            return round(start + (end - start) * max(0.0, (year - early) / (late - early)), 2)
    return turns[-1][1]
