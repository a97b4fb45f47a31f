"""The library of probes: every suite file, every probe in it, and what is known of each from runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.analysis.diagnosis import diagnose
from app.errors import NotFound, SuiteError
from app.pages.answers import CueSegment
from app.pages.facts import asked_probe_of, facts_from
from app.pages.findings import WAITING, findings_of, shown_diagnosis
from app.pages.matrix import MatrixCell, matrix_cell
from app.pages.records import fact_url, probe_url, run_url, suite_url
from app.pages.words import KIND_WORDS
from app.probes.files import find_suite, list_suites, load_notes, load_suite
from app.probes.records import Note, Probe, Suite
from app.store import queries, results
from app.store.results import ProbeTrial, TrialState
from app.store.session import Session
from app.store.tables import ProbeVersionRow, RunRow

_RUNS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the newest run of a suite found of one probe."""

    run_id: int
    url: str
    model: str
    diagnosis: str


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """A probe in a list, with its newest result or None."""

    slug: str
    url: str
    question: str
    answer: str
    work: str | None
    author: str | None
    kind: str
    verified: str | None
    is_in_demo: bool
    result: ProbeResult | None


@dataclass(frozen=True, slots=True)
class SuiteLine:
    """A suite in a list. `newest_run_url` leads to the newest run that asks it, None when none does."""

    name: str
    url: str
    title: str
    description: str
    probes: int
    demo: int
    newest_run_id: int | None
    newest_run_url: str | None
    newest_model: str | None


@dataclass(frozen=True, slots=True)
class SuitePage:
    """One suite and its probes that match `q`. `file` is its name on disk, `kinds` counts probes by kind."""

    suite: SuiteLine
    file: str
    q: str
    kinds: Mapping[str, int]
    lines: tuple[ProbeLine, ...]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """All suites with the probes that match `q`; `broken` says what is wrong with files that cannot be read."""

    q: str
    suites: tuple[SuitePage, ...]
    probes: int
    matching: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProbeVersionLine:
    """A stored version of a probe; `is_current` when it is what the suite file says now."""

    version: int
    content_sha256: str
    added_at_utc: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class RunOfProbe:
    """What one run found of a probe."""

    run_id: int
    run_url: str
    url: str
    model: str
    version: int
    diagnosis: str
    cells: tuple[MatrixCell, ...]
    when: datetime


@dataclass(frozen=True, slots=True)
class NoteShown:
    """The bundled note on a probe's topic."""

    title: str
    genre: str
    author: str
    year: int
    segments: tuple[CueSegment, ...]


@dataclass(frozen=True, slots=True)
class ProbePage:
    """One probe with everything its answers are judged by, its versions, its note, and what runs found."""

    probe: Probe
    url: str
    kind: str
    suites: tuple[SuiteLine, ...]
    versions: tuple[ProbeVersionLine, ...]
    note: NoteShown | None
    arms: tuple[str, ...]
    runs: tuple[RunOfProbe, ...]


def library_page(session: Session, folder: Path, q: str = "") -> LibraryPage:
    """All suites of a folder with the probes that have every word of `q`."""
    suites, broken = _readable(folder)
    newest = _newest_runs(session, [suite.name for suite in suites])
    pages = tuple(_suite_page(session, suite, newest.get(suite.name), q) for suite in suites)
    return LibraryPage(
        q=q,
        suites=tuple(page for page in pages if page.lines or not q),
        probes=sum(len(suite.probes) for suite in suites),
        matching=sum(len(page.lines) for page in pages),
        broken=tuple(broken),
    )


def suite_page(session: Session, folder: Path, name: str, q: str = "") -> SuitePage:
    """One suite of a folder; raises NotFound."""
    if name not in {path.stem for path in list_suites(folder)}:
        raise NotFound(f"there is no suite {name!r} in this library; a suite file run by its path is not listed")
    suite = find_suite(name, folder)
    return _suite_page(session, suite, _newest_runs(session, [name]).get(name), q)


def probe_page(session: Session, folder: Path, slug: str) -> ProbePage:
    """One probe, from its suite file or, when no file has it any more, as it was last run; raises NotFound."""
    suites, _ = _readable(folder)
    holding = [suite for suite in suites if any(probe.id == slug for probe in suite.probes)]
    versions = results.versions_of_probe(session, slug)
    if holding:
        probe = next(probe for probe in holding[0].probes if probe.id == slug)
    elif versions:
        probe = Probe.model_validate(versions[0].content)
    else:
        raise NotFound(f"there is no probe {slug!r}; /probes lists those there are")
    newest = _newest_runs(session, [suite.name for suite in holding])
    runs = _runs_of_probe(session, versions)
    return ProbePage(
        probe=probe,
        url=probe_url(slug),
        kind=KIND_WORDS[probe.kind],
        suites=tuple(_suite_line(suite, newest.get(suite.name)) for suite in holding),
        versions=tuple(
            ProbeVersionLine(
                row.version, row.content_sha256, row.added_at_utc, row.content_sha256 == probe.content_sha256
            )
            for row in versions
        ),
        note=_note(load_notes(folder).get(probe.topic or "")),
        arms=tuple(dict.fromkeys(cell.arm for run in runs for cell in run.cells)),
        runs=runs,
    )


def _readable(folder: Path) -> tuple[list[Suite], list[str]]:
    """The suites that can be read, and what is wrong with the rest."""
    suites, broken = [], []
    for path in list_suites(folder):
        try:
            suites.append(load_suite(path))
        except SuiteError as error:
            broken.append(str(error))
    return suites, broken


def _newest_runs(session: Session, names: Sequence[str]) -> dict[str, RunRow]:
    """The newest run that asks each suite and has stored answers."""
    newest: dict[str, RunRow] = {}
    for run in queries.runs_newest_first(session, limit=_RUNS_LOOKED_AT):
        for name in run.suites:
            if name in names and run.responses_stored:
                newest.setdefault(name, run)
    return newest


def _suite_page(session: Session, suite: Suite, run: RunRow | None, q: str) -> SuitePage:
    shown = {}
    if run is not None:
        shown = {fact.asked.slug: fact.shown for fact in findings_of(session, run).facts}
    kinds = Counter(KIND_WORDS[probe.kind] for probe in suite.probes)
    return SuitePage(
        suite=_suite_line(suite, run),
        file=f"{suite.name}.yaml",
        q=q,
        kinds=kinds,
        lines=tuple(
            _probe_line(probe, suite, run, shown.get(probe.id)) for probe in suite.probes if _matches(probe, q)
        ),
    )


def _suite_line(suite: Suite, run: RunRow | None) -> SuiteLine:
    return SuiteLine(
        name=suite.name,
        url=suite_url(suite.name),
        title=suite.title,
        description=suite.description,
        probes=len(suite.probes),
        demo=len(suite.demo),
        newest_run_id=run.id if run else None,
        newest_run_url=run_url(run.id) if run else None,
        newest_model=run.model.served_name if run else None,
    )


def _probe_line(probe: Probe, suite: Suite, run: RunRow | None, shown: str | None) -> ProbeLine:
    return ProbeLine(
        slug=probe.id,
        url=probe_url(probe.id),
        question=probe.question,
        answer=probe.answer,
        work=probe.work,
        author=probe.author,
        kind=KIND_WORDS[probe.kind],
        verified=probe.verified.value if probe.verified else None,
        is_in_demo=probe.id in suite.demo,
        result=ProbeResult(run.id, fact_url(run.id, probe.id), run.model.served_name, shown) if run and shown else None,
    )


def _matches(probe: Probe, q: str) -> bool:
    text = f"{probe.question}\n{probe.answer}\n{probe.subject}\n{probe.id}".casefold()
    return all(word in text for word in q.casefold().split())


def _note(note: Note | None) -> NoteShown | None:
    if note is None:
        return None
    return NoteShown(note.title, note.genre, note.author, note.year, (CueSegment(note.text, None, ""),))


def _runs_of_probe(session: Session, versions: Sequence[ProbeVersionRow]) -> tuple[RunOfProbe, ...]:
    """What every run found of a probe's versions, newest first."""
    by_id = {version.id: version for version in versions}
    trials: dict[int, list[ProbeTrial]] = {}
    for trial in results.trials_in_all_runs(session, list(by_id)) if by_id else ():
        trials.setdefault(trial.run.id, []).append(trial)
    ids = [trial.trial_id for of_run in trials.values() for trial in of_run]
    labels = results.label_counts_of_trials(session, ids)
    wrong = results.wrong_answers_of_trials(session, ids)
    found = []
    for of_run in trials.values():
        run, version = of_run[0].run, by_id[of_run[0].probe_version_id]
        states = [TrialState(t.trial_id, version.id, t.arm, t.status, t.draws, t.leak, None) for t in of_run]
        fact = facts_from(run, states, labels, wrong, [asked_probe_of(version, "", run.direction)])[0]
        verdict = None if fact.is_waiting else diagnose(fact.counts)
        url = fact_url(run.id, version.slug)
        found.append(
            RunOfProbe(
                run_id=run.id,
                run_url=run_url(run.id),
                url=url,
                model=run.model.served_name,
                version=version.version,
                diagnosis=shown_diagnosis(verdict.diagnosis, verdict.behaviour) if verdict else WAITING,
                cells=tuple(matrix_cell(url, draws.arm, draws) for draws in fact.arms),
                when=run.started_at_utc or run.created_at_utc,
            )
        )
    return tuple(found)
