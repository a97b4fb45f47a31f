"""A file of questions -> probes for a suite, and every row that cannot be one, by its number."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.errors import SuiteError
from app.exchange.plain import SUITE_DESCRIPTION, SUITE_TITLE
from app.exchange.probe_formats import AUTO, ProbeFormat, chosen_format, is_header, left_behind
from app.exchange.probe_rows import BadRow, FileKind, Row, Rows, column_name, open_rows
from app.exchange.row_errors import RowError
from app.probes.checking import Problem, probe_from, tidied, unwanted_sign
from app.probes.records import Probe

BAD_ROWS_TOLD: Final = 1000
"""Bad rows kept with their reasons; beyond that they are only counted."""

_ID_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is there: ids of probes outside the suite, each with the suite that has it, and its own by question.

    By these a question that is imported again without an id keeps the one it was given.
    """

    taken: Mapping[str, str] = field(default_factory=dict)
    id_of_question: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds for a suite.

    `told_by` says how the format was told, `unused` names columns nothing was made of. `bad` are the first of the bad
    rows, `bad_count` is how many there are. `title` and `description` are None where the file does not say.
    """

    shown: str
    suite: str
    format_name: str
    told_by: str
    title: str | None
    description: str | None
    probes: tuple[Probe, ...]
    bad: tuple[BadRow, ...]
    bad_count: int
    unused: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows with something in them."""
        return len(self.probes) + self.bad_count


def read_probes(
    path: Path, suite: str, surroundings: Surroundings, *, shown: str | None = None, format_name: str = AUTO
) -> Reading:
    """Read a file for the suite of that name; `shown` is how the file is named to people.

    Raises SuiteError where the file as a whole cannot be read: its encoding, size, header or format.
    """
    shown = shown or str(path)
    with open_rows(path, shown, is_header) as rows:
        told = chosen_format(format_name, rows, shown)
        unused = left_behind(told[0], rows, shown)
        gathering = _Gathering(suite, surroundings, told[0], rows, unused)
        for row in rows.rows:
            gathering.take(row)
    title = _text_of_suite("title", rows.title or gathering.title, shown)
    description = _text_of_suite("description", rows.description or gathering.description, shown)
    if not gathering.probes and not gathering.bad_count:
        raise SuiteError(shown, "has a header and no row", fix="Write a row for each question")
    return Reading(
        shown=shown,
        suite=suite,
        format_name="suite file" if rows.kind is FileKind.SUITE else told[0].name,
        told_by=told[1],
        title=title,
        description=description,
        probes=tuple(gathering.probes),
        bad=tuple(gathering.bad),
        bad_count=gathering.bad_count,
        unused=unused,
    )


def _text_of_suite(name: str, value: str | None, shown: str) -> str | None:
    """What a file says of its suite; None for nothing."""
    text = tidied(value)
    if not isinstance(text, str):
        return None
    if (sign := unwanted_sign(text)) is not None:
        raise SuiteError(shown, f"the suite's {name} holds the character {sign}", field=name, fix="Remove it")
    return text


class _Gathering:
    """Probes and bad rows as they come, with what must be known of those before."""

    def __init__(
        self, suite: str, surroundings: Surroundings, form: ProbeFormat, rows: Rows, unused: tuple[str, ...]
    ) -> None:
        self._suite, self._surroundings, self._form, self._kind = suite, surroundings, form, rows.kind
        self._headers = rows.headers
        self._row = "line" if rows.kind is FileKind.LINES else "row"
        self._unused = frozenset(unused)
        self._ids_in_suite = frozenset(surroundings.id_of_question.values())
        self._row_of_id: dict[str, int] = {}
        self._row_of_question: dict[str, int] = {}
        self.probes: list[Probe] = []
        self.bad: list[BadRow] = []
        self.bad_count = 0
        self.title: str | None = None
        self.description: str | None = None

    def take(self, row: Row | BadRow) -> None:
        """Take one row."""
        if isinstance(row, BadRow):
            self._refuse(row)
            return
        try:
            values = self._values(row)
        except RowError as error:
            self._refuse(BadRow(row.number, row.line, self._column(error.field), error.reason, error.fix))
            return
        is_made = tidied(values.get("id")) is None
        if is_made:
            values["id"] = self._made_id(values.get("question"))
        probe = probe_from(values)
        problems = probe if isinstance(probe, list) else list(self._clashes(probe, is_made=is_made))
        if isinstance(probe, list) or problems:
            first, more = problems[0], len(problems) - 1
            reason = first.reason + (f" (and {more} more {'fault' if more == 1 else 'faults'})" if more else "")
            self._refuse(BadRow(row.number, row.line, self._column(first.field), reason, first.fix))
            return
        self._row_of_id[probe.id] = row.number
        self._row_of_question.setdefault(probe.question, row.number)
        self.probes.append(probe)

    def _column(self, field_name: str | None) -> str | None:
        """What the file itself calls the column that a field is made of."""
        if field_name is None:
            return None
        name = field_name.partition(", ")[0]
        made_of = self._form.column_of.get(name, name)
        if made_of == name and name not in self._headers:
            return field_name
        header = self._headers.get(made_of, made_of)
        # An entry of a list that was put together of columns has another number there.
        return header if made_of != name else header + field_name.removeprefix(name)

    def _refuse(self, row: BadRow) -> None:
        self.bad_count += 1
        if len(self.bad) < BAD_ROWS_TOLD:
            self.bad.append(row)

    def _values(self, row: Row) -> dict[str, object]:
        """The values of the probe in a row; those of the suite are taken out of it."""
        held = row.values
        if self._kind is not FileKind.SUITE:
            held = {column_name(name): value for name, value in held.items() if name not in self._unused}
        if self._form.name != "plain":  # there, a field that is none is the row's fault
            held = {name: value for name, value in held.items() if name in self._form.uses}
        values = self._form.values(held, self._kind, self._suite)
        for name in (SUITE_TITLE, SUITE_DESCRIPTION):
            told = tidied(values.pop(name, None))
            if isinstance(told, str) and name == SUITE_TITLE:
                self.title = self.title or told
            elif isinstance(told, str):
                self.description = self.description or told
        return values

    def _made_id(self, question: object) -> str:
        """An id for a question: the one it has in the suite already, else one made of its words.

        Where other probes have that, some signs of the question's hash are added. Which row comes first matters for
        nothing but two questions of the same words, so that an edited file gives its other questions the same ids.
        """
        text = tidied(question)
        if not isinstance(text, str):
            return "question"  # what is wrong with it is told as a fault of the question
        known = self._surroundings.id_of_question.get(text)
        if known is not None and known not in self._row_of_id:
            return known
        slug = slug_of(text)
        if self._is_free(slug):
            return slug
        return f"{slug}-{_digest(self._suite + ': ' + text)}"

    def _is_free(self, slug: str) -> bool:
        return not (slug in self._row_of_id or slug in self._surroundings.taken or slug in self._ids_in_suite)

    def _clashes(self, probe: Probe, *, is_made: bool) -> Iterator[Problem]:
        """What speaks against a probe beside those that are there."""
        earlier = self._row_of_question.get(probe.question)
        if is_made and earlier is not None:
            fix = "Remove one, or give each an id" if "id" in self._form.uses else "Remove one"
            yield Problem("question", f"is asked already in {self._row} {earlier}", fix)
        elif probe.id in self._row_of_id:
            reason = f"the id {probe.id!r} is given twice, first in {self._row} {self._row_of_id[probe.id]}"
            yield Problem("id", reason, "Give one another id, or remove it")
        elif probe.id in self._surroundings.taken:
            reason = f"the suite {self._surroundings.taken[probe.id]!r} has a probe {probe.id!r} already"
            yield Problem("id", reason, "Give this one another id")


def slug_of(question: str) -> str:
    """Words of a question as an id, at most 60 signs; a hash where it has no Latin letters or digits to speak of."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:_ID_LENGTH]
        if len(longer) > _ID_LENGTH:
            break
        slug = longer
    return slug if len(slug) >= 3 else f"q-{_digest(question)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
