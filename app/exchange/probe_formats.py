"""The formats that questions come in: how each is told by its columns, and what makes probes of its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.errors import InputError, SuiteError
from app.exchange.datasets import popqa_values, simpleqa_values, truthfulqa_values
from app.exchange.plain import COLUMNS, cell_values, object_values
from app.exchange.probe_rows import FileKind, Rows, column_name
from app.exchange.samples import sample_values
from app.probes.wording import did_you_mean

AUTO: Final = "auto"
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ProbeFormat:
    """A format: the columns by which it is told, all it makes use of, and the values of a probe from a row's."""

    name: str
    words: str
    needs: tuple[str, ...]
    uses: Collection[str]
    values: Callable[[Values, FileKind, str], dict[str, object]]
    column_of: Mapping[str, str] = field(default_factory=dict)
    """Columns by the field of a probe that is made of them, where the two have different names."""

    def is_told_by(self, columns: Collection[str]) -> bool:
        """Whether all columns it cannot do without are there."""
        return set(self.needs) <= set(columns)


def _plain(row: Values, kind: FileKind, _suite: str) -> dict[str, object]:
    return cell_values(row) if kind is FileKind.TABLE else object_values(row)


FORMATS: Final[tuple[ProbeFormat, ...]] = (
    ProbeFormat(
        "truthfulqa",
        "TruthfulQA",
        ("question", "best_answer", "correct_answers", "incorrect_answers"),
        {"question", "best_answer", "correct_answers", "incorrect_answers", "best_incorrect_answer", "source"},
        lambda row, _kind, _suite: truthfulqa_values(row),
        {
            "answer": "best_answer",
            "aliases": "correct_answers",
            "must_not": "incorrect_answers",
            "choices": "incorrect_answers",
        },
    ),
    ProbeFormat(
        "popqa",
        "PopQA",
        ("question", "possible_answers"),
        {"id", "question", "obj", "possible_answers", "s_wiki_title", "s_pop"},
        lambda row, _kind, _suite: popqa_values(row),
        {
            "answer": "obj",
            "aliases": "possible_answers",
            "wikipedia_title": "s_wiki_title",
            "popularity": "s_pop",
        },
    ),
    ProbeFormat(
        "simpleqa",
        "SimpleQA",
        ("problem", "answer"),
        {"metadata", "problem", "answer"},
        lambda row, _kind, _suite: simpleqa_values(row),
        {"question": "problem", "wikipedia_title": "metadata", "source": "metadata"},
    ),
    ProbeFormat(
        "inspect",
        "Inspect",
        ("input", "target"),
        {"input", "target", "choices", "id", "metadata"},
        lambda row, _kind, suite: sample_values(row, suite),
        {
            "question": "input",
            "answer": "target",
            "aliases": "target",
            **dict.fromkeys(("must_not", "work", "author", "wikipedia_title", "source", "oracle"), "metadata"),
        },
    ),
    ProbeFormat("plain", "plain", ("question", "answer"), COLUMNS, _plain),
)
"""Every format, the more telling ones first: a file of TruthfulQA has a column `question` too."""

NAMES: Final = (AUTO, *(each.name for each in FORMATS))


def is_header(columns: Sequence[str]) -> bool:
    """Whether columns mean something to any format."""
    return any(each.is_told_by(columns) for each in FORMATS)


def known_format(name: str) -> str:
    """The name itself; raises InputError, which lists the formats, for one that is none."""
    if name not in NAMES:
        raise InputError(f"--format {name} is none of the formats; use {', '.join(NAMES)}")
    return name


def chosen_format(name: str, rows: Rows, shown: str) -> tuple[ProbeFormat, str]:
    """The format of a file's rows and in words how it was told.

    Raises SuiteError for a file that has not the columns of the format asked for, or, under auto, of any.
    """
    known_format(name)
    columns = [column_name(column) for column in rows.columns]
    if rows.kind is FileKind.SUITE:
        if name not in {AUTO, "plain"}:
            fix = "Leave out --format, or give the table"
            raise SuiteError(shown, f"is a suite file and holds nothing of the format {name}", fix=fix)
        return FORMATS[-1], "a suite file"
    there = f"it has {', '.join(columns[:12])}" if columns else "it has none"
    if name != AUTO:
        wanted = next(each for each in FORMATS if each.name == name)
        missing = [column for column in wanted.needs if column not in columns]
        if missing and columns:
            fix = f"Give the columns {', '.join(wanted.needs)}, or leave the format to be found"
            reason = f"there is no column {missing[0]!r} ({there})"
            raise SuiteError(shown, reason, line=1, field=missing[0], fix=fix)
        return wanted, f"{wanted.words}, as you said"
    found = next((each for each in FORMATS if each.is_told_by(columns)), None)
    if found is None:
        fix = "Name the columns question and answer, or those of SimpleQA, TruthfulQA, PopQA or Inspect"
        raise SuiteError(shown, f"has the columns of no format that is known ({there})", line=1, fix=fix)
    return found, f"{found.words}, told by {', '.join(found.needs)}"


def left_behind(found: ProbeFormat, rows: Rows, shown: str) -> tuple[str, ...]:
    """Columns that nothing is made of. In the plain format one that looks like a field misspelt is refused."""
    if rows.kind is FileKind.SUITE:  # there, a field that is none is the probe's fault
        return ()
    unused = [column for column in rows.columns if column_name(column) not in found.uses]
    if found.name == "plain":
        for column in unused:
            advice = did_you_mean(column_name(column), COLUMNS)
            if advice != "Remove it":
                raise SuiteError(shown, f"there is no field {column!r}", line=1, field=column, fix=advice)
    return tuple(unused)
