"""Commands on the library: `probes list`, `probes show` and `probes check`."""

from __future__ import annotations

from pathlib import Path

import typer
from rich import box
from rich.table import Table

from app.cli.terminal import paper, people, print_json
from app.config import load_settings
from app.errors import NotFound, SuiteError
from app.probes.files import check_suite, list_suites, load_suite
from app.probes.records import Probe, Suite

EXIT_BROKEN = 2


def list_probes(*, data: Path | None, as_json: bool) -> None:
    """List the suites and their probes."""
    suites = _suites(data)
    if as_json:
        print_json(
            [
                {
                    "suite": suite.name,
                    "title": suite.title,
                    "probes": [probe.model_dump(mode="json") for probe in suite.probes],
                }
                for suite in suites
            ]
        )
        return
    for suite in suites:
        paper.print(f"{suite.name}: {len(suite.probes)} probes, {len(suite.demo)} of them in the demo", style="bold")
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("probe", "kind", "question", "answer"):
            table.add_column(column, no_wrap=column == "probe")
        for probe in suite.probes:
            table.add_row(probe.id, probe.kind, probe.question, probe.answer)
        paper.print(table)


def show_probe(slug: str, *, data: Path | None, as_json: bool) -> None:
    """Show one probe with everything its answers are judged by."""
    suite, probe = _find(slug, _suites(data))
    if as_json:
        print_json({"suite": suite.name, "version_sha256": probe.content_sha256, **probe.model_dump(mode="json")})
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
        ("suite", suite.name),
    ]
    table = Table(box=None, show_header=False, title=probe.id, title_justify="left")
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in lines:
        if value:
            table.add_row(name, value)
    paper.print(table)


def check_probes(file: Path | None, *, data: Path | None, as_json: bool) -> None:
    """Check suite files; exits with 2 when one is broken."""
    files = [file] if file else list_suites(load_settings(data).suites_dir)
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
            count = sum(len(load_suite(path).probes) for path in files)
            paper.print(f"{len(files)} suite{'s' if len(files) != 1 else ''}, {count} probes: nothing wrong")
    if problems:
        raise typer.Exit(EXIT_BROKEN)


def _suites(data: Path | None) -> list[Suite]:
    return [load_suite(path) for path in list_suites(load_settings(data).suites_dir)]


def _find(slug: str, suites: list[Suite]) -> tuple[Suite, Probe]:
    for suite in suites:
        for probe in suite.probes:
            if probe.id == slug:
                return suite, probe
    raise NotFound(f"there is no probe {slug!r}; `cueprobe probes list` shows those there are")
