"""A suite -> a file that `probes_in` reads back as the same suite: YAML, csv or jsonl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from app.errors import InputError
from app.exchange.plain import COLUMNS, SUITE_DESCRIPTION, SUITE_TITLE
from app.exchange.probe_cells import LISTS, NESTED, guarded, joined, year_cell
from app.probes.files import MAX_BYTES as MAX_YAML_BYTES
from app.probes.records import Probe, Suite
from app.probes.writing import set_fields, suite_yaml


def probes_yaml(suite: Suite) -> Iterator[str]:
    """The suite as a suite file; raises InputError for one that is larger than what is read of such files."""
    # YAML is about as long as jsonl and takes ten times as long to write: what is far too large is told at once.
    is_too_large = sum(map(len, probes_jsonl(suite))) > 2 * MAX_YAML_BYTES
    text = "" if is_too_large else suite_yaml(suite)
    if is_too_large or len(text.encode()) > MAX_YAML_BYTES:
        raise InputError(
            f"suite {suite.name!r} has more than {MAX_YAML_BYTES:,} bytes as YAML, which could not be read back; "
            "use csv or jsonl"
        )
    yield text


def probes_jsonl(suite: Suite) -> Iterator[str]:
    """One probe a line, as a JSON object of the fields that are set; the first also names title and description."""
    for number, probe in enumerate(suite.probes):
        record = {**set_fields(probe), **(_of_suite(suite) if number == 0 else {})}
        yield json.dumps(record, ensure_ascii=False) + "\n"


def probes_csv(suite: Suite) -> Iterator[str]:
    """A header and one probe a row, without the columns that no probe fills.

    Lists stand between bars, fields that hold fields are JSON, and a text that a spreadsheet would run as a formula
    gets an apostrophe before it, which is taken off again on import.
    """
    filled = {name for probe in suite.probes for name in set_fields(probe)} | {SUITE_TITLE, SUITE_DESCRIPTION}
    columns = [name for name in COLUMNS if name in filled]
    line = io.StringIO()
    writer = csv.DictWriter(line, columns)
    writer.writeheader()
    for number, probe in enumerate(suite.probes):
        of_suite = {name: guarded(text) for name, text in _of_suite(suite).items()} if number == 0 else {}
        writer.writerow({**_cells(probe), **of_suite})
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _of_suite(suite: Suite) -> dict[str, str]:
    return {SUITE_TITLE: suite.title, SUITE_DESCRIPTION: suite.description}


def _cells(probe: Probe) -> dict[str, str]:
    return {name: _cell(name, value) for name, value in set_fields(probe).items()}


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - whatever a field of a probe holds
    if name == "year":
        return guarded(year_cell(value)) if isinstance(value, str) else year_cell(value)
    if name in LISTS:
        return guarded(joined(value))
    if name in NESTED:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else guarded(value)


WRITERS: dict[str, Callable[[Suite], Iterator[str]]] = {
    "yaml": probes_yaml,
    "csv": probes_csv,
    "jsonl": probes_jsonl,
}
"""Writers by the name of their format."""


def writer_of_probes(name: str) -> Callable[[Suite], Iterator[str]]:
    """The writer of a format; raises InputError naming the formats there are."""
    if name not in WRITERS:
        raise InputError(f"--format {name} is not offered; use {', '.join(WRITERS)}")
    return WRITERS[name]
