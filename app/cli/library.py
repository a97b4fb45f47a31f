"""Commands on the library: `probes list`, `probes show` and `probes check`."""

from __future__ import annotations

from pathlib import Path

import typer
from rich import box
from rich.table import Table

from app.cli.reading import reading
from app.cli.terminal import paper, people, print_json
from app.config import Settings, load_settings
from app.errors import NotFound, SuiteError
from app.probes.files import check_suite, list_suites, load_suite
from app.probes.records import Probe
from app.runs.suites import FoundSuite, own_suites

EXIT_BROKEN = 2


def list_probes(*, data: Path | None, as_json: bool) -> None:
    """List the suites and their probes."""
    suites = _suites(data)
    if as_json:
        print_json(
            [
                {
                    "suite": found.suite.name,
                    "origin": found.origin,
                    "title": found.suite.title,
                    "probes": [probe.model_dump(mode="json") for probe in found.suite.probes],
                }
                for found in suites
            ]
        )
        return
    for found in suites:
        suite = found.suite
        in_demo = f", {len(suite.demo)} of them in the demo" if suite.demo else ""
        paper.print(f"{suite.name} ({found.origin}): {len(suite.probes)} probes{in_demo}", style="bold")
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("probe", "kind", "question", "answer"):
            table.add_column(column, no_wrap=column == "probe")
        for probe in suite.probes:
            table.add_row(probe.id, probe.kind, probe.question, probe.answer)
        paper.print(table)


def show_probe(slug: str, *, data: Path | None, as_json: bool) -> None:
    """Show one probe with everything its answers are judged by."""
    found, probe = _find(slug, _suites(data))
    if as_json:
        origin = {"suite": found.suite.name, "origin": found.origin}
        print_json({**origin, "version_sha256": probe.content_sha256, **probe.model_dump(mode="json")})
        return
    lines = [
        ("question", probe.question),
        ("answer", probe.answer),
        ("also right", "; ".join(probe.aliases)),
        ("known wrong", "; ".join(probe.must_not)),
        ("options", "; ".join(probe.choices)),
        ("events", "; ".join(point.event for point in probe.plot_points or ())),
        ("work", ", ".join(str(part) for part in (probe.work, probe.author, probe.year, probe.chapter) if part)),
        ("cue", f"introduction of {probe.topic!r}" if probe.topic else "none: it names neither work nor article"),
        ("oracle", probe.oracle_text),
        ("statements", "; ".join(part for part in (probe.true_statement, probe.false_statement) if part)),
        ("reverse", f"{probe.reverse.question} {probe.reverse.answer}" if probe.reverse else ""),
        ("verified", ": ".join(part for part in (probe.verified, probe.source) if part)),
        ("evidence", probe.evidence or ""),
        ("suite", f"{found.suite.name} ({found.origin})"),
    ]
    table = Table(box=None, show_header=False, title=probe.id, title_justify="left")
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in lines:
        if value:
            table.add_row(name, value)
    paper.print(table)


def check_probes(file: Path | None, *, data: Path | None, as_json: bool) -> None:
    """Check suite files; exits with 2 when one is broken. Users' suites were checked when they were made."""
    settings = load_settings(data)
    files = [file] if file else list_suites(settings.suites_dir)
    problems: list[SuiteError] = [problem for path in files for problem in check_suite(path)]
    if as_json:
        print_json(
            [
                {"file": str(p.path), "line": p.line, "probe": p.probe_id, "field": p.field, "message": str(p)}
                for p in problems
            ]
        )
    else:
        for problem in problems:
            people.print(str(problem), soft_wrap=True)
        if not problems:
            yours = [] if file else _own(settings)
            checked = [*map(load_suite, files), *(found.suite for found in yours)]
            count = len({probe.id for suite in checked for probe in suite.probes})  # one may be in several suites
            suites = len(files) + len(yours)
            told = f" ({len(yours)} of them yours)" if yours else ""
            probes = f"{count} probe{'s' if count != 1 else ''}"
            paper.print(f"{suites} suite{'s' if suites != 1 else ''}{told}, {probes}: nothing wrong")
    if problems:
        raise typer.Exit(EXIT_BROKEN)


def _suites(data: Path | None) -> list[FoundSuite]:
    """The built-in suites and then the user's own."""
    settings = load_settings(data)
    return [*(FoundSuite(load_suite(path)) for path in list_suites(settings.suites_dir)), *_own(settings)]


def _own(settings: Settings) -> list[FoundSuite]:
    with reading(settings) as session:
        return own_suites(session)


def _find(slug: str, suites: list[FoundSuite]) -> tuple[FoundSuite, Probe]:
    for found in suites:
        for probe in found.suite.probes:
            if probe.id == slug:
                return found, probe
    raise NotFound(f"there is no probe {slug!r}; `cueprobe probes list` shows those there are")
