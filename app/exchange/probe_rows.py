"""A file of questions -> its rows, whatever they mean: csv and tsv with a header, jsonl, and suite files.

Rows come one after another, so that memory does not grow with the file. What is wrong with the file as a whole is a
SuiteError; what is wrong with one row is a BadRow, and reading goes on.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TextIO

from app.errors import SuiteError
from app.probes.files import MAX_BYTES as MAX_YAML_BYTES
from app.probes.positions import read_document

MAX_BYTES: Final = 50_000_000
"""Largest table read."""

MAX_CELL: Final = 1_000_000
"""Longest cell, in characters: a quotation mark that is not closed would make the rest of the file one cell."""

_CHUNK: Final = 1 << 20
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP: Final = b"PK\x03\x04"
_DELIMITERS: Final = (",", "\t", ";")
_SAVE_AS_UTF8: Final = "Save it in the encoding UTF-8"


class FileKind(StrEnum):
    """How rows stand in a file."""

    TABLE = "table"
    LINES = "lines"
    SUITE = "suite"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number among the rows, the line of the file it begins on, its values by column, empty ones left out.

    The header of a table is no row. In jsonl a row's number is its line, as a person counts there.
    """

    number: int
    line: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be kept: where it is, the field, what is wrong and what to do."""

    number: int
    line: int
    field: str | None
    reason: str
    fix: str

    def __str__(self) -> str:
        """One line for people."""
        where = f"line {self.line}" if self.line == self.number else f"row {self.number} (line {self.line})"
        subject = f" field {self.field!r}:" if self.field else ""
        return f"{where}:{subject} {self.reason}" + (f". {self.fix}" if self.fix else "")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an open file, the columns of its header or first object, and what it says of the suite as a whole.

    `headers` gives columns as the file writes them.
    """

    kind: FileKind
    columns: tuple[str, ...]
    rows: Iterator[Row | BadRow]
    headers: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    description: str | None = None


@contextmanager
def open_rows(path: Path, shown: str, is_header: Callable[[Sequence[str]], bool]) -> Iterator[Rows]:
    """The rows of a file, readable inside the block. `shown` is how errors name it.

    `is_header` knows headers that mean something, by which the sign between columns is found. Raises SuiteError for a
    file that is missing, unreadable, too large, not UTF-8, empty, or has no usable header.
    """
    _refuse_other_encodings(path, shown)
    kind = _kind_of(path, shown)
    if kind is FileKind.SUITE:
        yield _suite_rows(path, shown)
        return
    with path.open(encoding="utf-8-sig", newline="" if kind is FileKind.TABLE else "\n") as stream:
        if kind is FileKind.LINES:
            yield _line_rows(stream, shown)
        else:
            yield _table_rows(stream, shown, is_header)


def column_name(header: str) -> str:
    """A column as its readers know it: "Best Answer" is best_answer."""
    return "_".join(header.split()).casefold()


def _refuse_other_encodings(path: Path, shown: str) -> None:
    """Read the file once for nothing but its encoding, so that a wrong one is told before any row."""
    try:
        if path.is_dir():
            raise SuiteError(shown, "is a folder", fix="Name a file in it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            fix = "Split it into several files"
            raise SuiteError(shown, f"has {size:,} bytes, more than the {MAX_BYTES:,} that are read", fix=fix)
        with path.open("rb") as stream:
            head = stream.read(4096)
            if head.startswith(_ZIP):
                fix = "Save it as csv in the encoding UTF-8"
                raise SuiteError(shown, "is a zip archive, as spreadsheets' own files are", fix=fix)
            if head.startswith(_UTF16) or head.count(0) > len(head) // 4:
                raise SuiteError(shown, "is not UTF-8 text, it looks like UTF-16", line=1, fix=_SAVE_AS_UTF8)
            stream.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")()
            line = 1
            while chunk := stream.read(_CHUNK):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    line += error.object.count(b"\n", 0, error.start)
                    raise SuiteError(shown, "is not UTF-8 text", line=line, fix=_SAVE_AS_UTF8) from None
                line += chunk.count(b"\n")
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                fix = "It may have been cut off; get it again"
                raise SuiteError(shown, "ends in the middle of a character", line=line, fix=fix) from None
    except FileNotFoundError:
        raise SuiteError(shown, "there is no such file", fix="Check its name") from None
    except OSError as error:
        raise SuiteError(shown, f"cannot be read ({error.strerror})") from error


def _kind_of(path: Path, shown: str) -> FileKind:
    """By the name where it says so, else by how the file begins."""
    suffix = Path(shown).suffix.casefold()
    if suffix in {".yaml", ".yml"}:
        return FileKind.SUITE
    if suffix in {".jsonl", ".ndjson"}:
        return FileKind.LINES
    with path.open(encoding="utf-8-sig") as stream:
        head = stream.read(4096).lstrip()
    if not head:
        raise SuiteError(shown, "is empty", fix="Give a header and a row for each question")
    if head.startswith("["):
        raise SuiteError(shown, "is one JSON list", line=1, fix="Write one object a line, as jsonl")
    if suffix not in {".csv", ".tsv"}:
        if head.startswith("{"):
            return FileKind.LINES
        first = next((line for line in head.splitlines() if line.strip() and not line.startswith(("#", "---"))), "")
        if first.partition(":")[0] in {"name", "title", "description", "probes", "demo"} and ":" in first:
            return FileKind.SUITE
    return FileKind.TABLE


def _table_rows(stream: TextIO, shown: str, is_header: Callable[[Sequence[str]], bool]) -> Rows:
    """A table; its header may stand below blank lines."""
    # One number for the whole process, and the same whoever sets it.
    csv.field_size_limit(MAX_CELL)
    delimiter = _delimiter(stream, shown, is_header)
    stream.seek(0)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    header = next(cells for cells in reader if any(cell.strip() for cell in cells))
    columns = [column_name(cell) for cell in header]
    for name in columns:
        if name and columns.count(name) > 1:
            raise SuiteError(shown, f"the column {name!r} is there twice", line=1, fix="Remove or rename one of them")
    headers = {name: cell.strip() for name, cell in zip(columns, header, strict=True) if name}
    return Rows(FileKind.TABLE, tuple(headers), _records(reader, columns), headers)


def _delimiter(stream: TextIO, shown: str, is_header: Callable[[Sequence[str]], bool]) -> str:
    """The sign between columns: the first under which the header means something, else the one that parts it most."""
    most, best = 0, ","
    for delimiter in _DELIMITERS:
        stream.seek(0)
        try:
            header = next((row for row in csv.reader(stream, delimiter=delimiter) if any(c.strip() for c in row)), [])
        except csv.Error as error:
            raise SuiteError(shown, f"the header cannot be read ({error})", line=1, fix="Name the columns") from None
        columns = [column_name(cell) for cell in header]
        if is_header(columns):
            return delimiter
        if len(columns) > most:
            most, best = len(columns), delimiter
    return best


def _records(reader: Any, columns: Sequence[str]) -> Iterator[Row | BadRow]:  # noqa: ANN401 - csv's reader has no public type
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            is_open = "field limit" in str(error) or "unexpected end" in str(error)
            if is_open:
                fix = "Close the quotation mark; double those inside a quoted cell"
                yield BadRow(number, line, None, "a quotation mark is opened and not closed", fix)
                return  # the rest of the file stands inside the cell
            fix = "Put the cell in quotation marks and double those inside it"
            yield BadRow(number, line, None, "a quotation mark stands where none can be", fix)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if any(cell.strip() for cell in cells[len(columns) :]):
            reason = f"has {len(cells)} cells, the header {len(columns)}"
            yield BadRow(number, line, None, reason, "Put a cell that holds the separating sign in quotation marks")
            continue
        pairs = zip(columns, cells, strict=False)
        yield Row(number, line, {name: cell for name, cell in pairs if name and cell.strip()})


def _line_rows(stream: TextIO, shown: str) -> Rows:
    """One JSON object a line."""
    first = next((row for row in _objects(stream) if isinstance(row, Row)), None)
    stream.seek(0)
    if first is None and not any(line.strip("\ufeff \t\r\n") for line in stream):
        raise SuiteError(shown, "is empty", fix="Write one JSON object a line")
    stream.seek(0)
    columns = tuple(first.values) if first else ()
    return Rows(FileKind.LINES, columns, _objects(stream), {column_name(name): name for name in columns})


def _objects(stream: TextIO) -> Iterator[Row | BadRow]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            value = _DECODER.decode(line.strip())
        except json.JSONDecodeError as error:
            yield BadRow(number, number, None, f"is not JSON ({error.msg})", "Write one JSON object a line")
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, _Odd) else "is JSON beyond what can be read"
            yield BadRow(number, number, None, reason, "Write one JSON object a line")
        else:
            if isinstance(value, dict):
                yield Row(number, number, {name: held for name, held in value.items() if held is not None})
            else:
                yield BadRow(number, number, None, "is JSON, but no object", "Write one JSON object a line")


class _Odd(ValueError):
    """JSON that Python would read and no other program."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"the key {twice[:40]!r} is given twice")
    return found


def _refuse_constant(name: str) -> None:
    raise _Odd(f"{name} is no number of JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


def _suite_rows(path: Path, shown: str) -> Rows:
    """The probes of a suite file. Its faults of form are the file's own: YAML that is broken has no rows to keep."""
    if (size := path.stat().st_size) > MAX_YAML_BYTES:
        reason = f"has {size:,} bytes, more than the {MAX_YAML_BYTES:,} that are read of a suite file"
        raise SuiteError(shown, reason, fix="Use csv or jsonl for large suites")
    document = read_document(path.read_text(encoding="utf-8-sig"))
    inside = [fault for fault in document.faults if fault.place[:1] == ("probes",) and len(fault.place) > 1]
    for fault in document.faults:
        if not document.complete or fault not in inside:
            raise SuiteError(shown, fault.reason, line=fault.line, fix=fault.fix)
    probes = document.at(("probes",))
    if not isinstance(probes, list) or not probes:
        raise SuiteError(shown, "holds no probes", line=document.line_of(("probes",)), fix="List them under 'probes:'")
    faulty = {fault.place[1]: fault for fault in inside}

    def rows() -> Iterator[Row | BadRow]:
        for index, value in enumerate(probes):
            number, line = index + 1, document.line_of(("probes", index)) or 1
            if index in faulty:
                fault = faulty[index]
                field = next((str(step) for step in fault.place[2:3]), None)
                yield BadRow(number, fault.line or line, field, fault.reason, fault.fix)
            elif isinstance(value, dict):
                yield Row(number, line, {name: held for name, held in value.items() if held is not None})
            else:
                yield BadRow(number, line, None, "holds no fields of a probe", "Write the probe out in full")

    told = [document.at((name,)) for name in ("title", "description")]
    title, description = (text if isinstance(text, str) else None for text in told)
    columns = {str(name): None for value in probes if isinstance(value, dict) for name in value}
    return Rows(FileKind.SUITE, tuple(columns), rows(), title=title, description=description)
