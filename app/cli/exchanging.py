"""Commands that carry probes in and out: `probes import` and `probes export`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

from app.cli.database import opened
from app.cli.reading import reading
from app.cli.terminal import machine_output, paper, people, print_json
from app.cli.whole_file import whole_file
from app.config import load_settings
from app.exchange.imports import Import, keep_import, read_import
from app.exchange.probe_formats import known_format
from app.exchange.probes_out import writer_of_probes
from app.runs.suites import find_suite, own_suite_name
from app.store.suites import SavedSuite

EXIT_BAD_ROWS: Final = 2
_BAD_ROWS_PRINTED: Final = 20


def import_probes(
    file: Path,
    *,
    suite: str,
    format_name: str,
    keep_good: bool,
    title: str | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Import a file into a suite of the user's; exits with 2 and writes nothing when a row is bad, unless told to."""
    settings = load_settings(data)
    known_format(format_name)
    own_suite_name(suite, settings.suites_dir)
    with opened(settings) as database:
        with database.read() as session:
            read = read_import(session, settings.suites_dir, file, suite, format_name=format_name, title=title)
        saved = None
        if keep_good or not read.reading.bad_count:
            with database.write() as session:
                saved = keep_import(session, read)
    if as_json:
        print_json(_as_record(read, saved))
    else:
        _print_import(read, saved)
    if saved is None:
        raise typer.Exit(EXIT_BAD_ROWS)


def export_probes(suite: str, format_name: str, out: Path | None, *, data: Path | None) -> None:
    """Write a suite, built in or the user's, as a file that `probes import` reads back."""
    write = writer_of_probes(format_name)
    settings = load_settings(data)
    with reading(settings) as session:
        found = find_suite(session, suite, settings.suites_dir).suite
    if out is None:
        machine_output().writelines(write(found))
    else:
        with whole_file(out) as stream:
            stream.writelines(write(found))


def _as_record(read: Import, saved: SavedSuite | None) -> dict[str, object]:
    reading = read.reading
    return {
        "suite": reading.suite,
        "version": saved.version if saved else None,
        "changed": saved.is_new if saved else False,
        "changes": read.changes if saved else None,
        "format": reading.format_name,
        "rows": reading.rows,
        "good": len(reading.probes),
        "kept": len(reading.probes) if saved else 0,
        "bad_count": reading.bad_count,
        "bad": reading.bad,
        "unused_columns": reading.unused,
    }


def _print_import(read: Import, saved: SavedSuite | None) -> None:
    reading = read.reading
    people.print(f"Format: {reading.told_by}", soft_wrap=True)
    if reading.unused:
        people.print(f"Columns that nothing was made of: {', '.join(reading.unused)}", soft_wrap=True)
    for row in reading.bad[:_BAD_ROWS_PRINTED]:
        people.print(f"{reading.shown}: {row}", soft_wrap=True)
    if reading.bad_count > _BAD_ROWS_PRINTED:
        people.print(f"... and {reading.bad_count - _BAD_ROWS_PRINTED} more bad rows; --json names up to 1000")
    good, bad = _counted(len(reading.probes), "probe"), _counted(reading.bad_count, "bad row")
    if saved is None and reading.probes:
        advice = f"correct {'it' if reading.bad_count == 1 else 'them'}, or keep the other {good} with --keep-good"
        people.print(f"Nothing was written: {bad} of {reading.rows}; {advice}", soft_wrap=True)
    elif saved is None:
        people.print(f"Nothing was written: all rows are bad ({reading.bad_count})", soft_wrap=True)
    elif saved.is_new:
        left_out = f"; {bad} left out" if reading.bad_count else ""
        changes = f": {read.changes}" if read.before is not None else ""
        paper.print(f"{reading.suite}: {good}, version {saved.version}{changes}{left_out}", soft_wrap=True)
    else:
        paper.print(f"{reading.suite}: nothing has changed, version {saved.version} stays", soft_wrap=True)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
