"""The library of probes: every suite, built in or a user's own, every probe in it, and what runs found of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from app.analysis.diagnosis import diagnose
from app.errors import NotFound
from app.exchange.probes_out import WRITERS
from app.pages.answers import CueSegment
from app.pages.facts import asked_probe_of, facts_from
from app.pages.findings import WAITING, findings_of, shown_diagnosis
from app.pages.matrix import MatrixCell, matrix_cell
from app.pages.records import fact_url, probe_url, run_url, suite_url
from app.pages.words import KIND_WORDS
from app.probes.files import list_suites, load_notes, load_suite
from app.probes.records import Note, Probe, Suite
from app.runs.suites import built_in_suites, origin_words
from app.store import queries, results
from app.store import suites as own
from app.store.results import ProbeTrial, TrialState
from app.store.session import Session
from app.store.suites import SuiteHead
from app.store.tables import ProbeVersionRow, RunRow

PROBES_PER_PAGE = 200
"""Probes that the page of a suite shows at once; an imported suite may hold tens of thousands."""

_RUNS_LOOKED_AT = 200
_SHOWN_OF_OWN = 50


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
    """A suite in a list. `newest_run_url` leads to the newest run that asks it, None when none does.

    `version` is that of a user's own suite, None for a built-in one; `origin` says the same in words.
    """

    name: str
    url: str
    title: str
    description: str
    probes: int
    demo: int
    version: int | None
    origin: str
    newest_run_id: int | None
    newest_run_url: str | None
    newest_model: str | None


@dataclass(frozen=True, slots=True)
class SuiteVersionLine:
    """A version of a user's suite: what was done, and how many probes it had then."""

    version: int
    url: str
    change: str
    probes: int
    made_at_utc: datetime


@dataclass(frozen=True, slots=True)
class Download:
    """A suite as a file."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SuitePage:
    """One suite and its probes that match `q`, a page of them. `kinds` counts probes by kind.

    `file` is the name of a built-in suite on disk, None for a user's own; that has `versions`, the newest first, and an
    older one is shown as it was (`is_newest` is False).
    """

    suite: SuiteLine
    file: str | None
    q: str
    kinds: Mapping[str, int]
    lines: tuple[ProbeLine, ...]
    matching: int
    page: int
    pages: int
    previous_url: str | None
    next_url: str | None
    is_newest: bool
    versions: tuple[SuiteVersionLine, ...]
    downloads: tuple[Download, ...]


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
    """A stored version of a probe; `is_current` when it is what its suite says now."""

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
    """One probe with everything its answers are judged by, its versions, its note, and what runs found.

    `edit_url` is None unless the probe stands in a user's own suite; `copy_url` leads to a copy of it in one.
    """

    probe: Probe
    edit_url: str | None
    copy_url: str
    url: str
    kind: str
    suites: tuple[SuiteLine, ...]
    versions: tuple[ProbeVersionLine, ...]
    note: NoteShown | None
    arms: tuple[str, ...]
    runs: tuple[RunOfProbe, ...]


def library_page(session: Session, folder: Path, q: str = "") -> LibraryPage:
    """All suites with the probes that have every word of `q`; of users' own without `q` the first fifty."""
    suites, broken = built_in_suites(folder)
    heads = own.suite_heads(session)
    newest = _newest_runs(session, [suite.name for suite in suites] + [head.name for head in heads])
    pages = [_suite_page(session, suite, newest.get(suite.name), q, PROBES_PER_PAGE * 100) for suite in suites]
    for head in heads:
        probes = own.first_probes(session, head.name, head.probes if q else _SHOWN_OF_OWN)
        if probes:
            suite = Suite(name=head.name, title=head.title, description=head.description, probes=tuple(probes))
            pages.append(_suite_page(session, suite, newest.get(head.name), q, _SHOWN_OF_OWN, head=head))
    return LibraryPage(
        q=q,
        suites=tuple(page for page in pages if page.lines or not q),
        probes=sum(page.suite.probes for page in pages),
        matching=sum(page.matching if q else page.suite.probes for page in pages),
        broken=tuple(broken),
    )


def suite_page(
    session: Session, folder: Path, name: str, q: str = "", *, version: int | None = None, page: int = 1
) -> SuitePage:
    """One suite, of a user's own in the version asked for; raises NotFound."""
    run = _newest_runs(session, [name]).get(name)
    if name in {path.stem for path in list_suites(folder)}:
        return _suite_page(session, load_suite(folder / f"{name}.yaml"), run, q, PROBES_PER_PAGE, page=page)
    stored = own.find_suite(session, name, version)
    if stored is None:
        raise NotFound(f"there is no suite {name!r} in this library; a suite file run by its path is not listed")
    heads = own.versions_of_suite(session, name)
    head = next(head for head in heads if head.version == stored.version)
    return _suite_page(session, stored.suite, run, q, PROBES_PER_PAGE, page=page, head=head, heads=heads)


def probe_page(session: Session, folder: Path, slug: str) -> ProbePage:
    """One probe, from its suite or, when none has it any more, as it was last run; raises NotFound."""
    suites, _ = built_in_suites(folder)
    holding = [suite for suite in suites if any(probe.id == slug for probe in suite.probes)]
    mine = own.find_probe(session, slug) if not holding else None
    versions = results.versions_of_probe(session, slug)
    if holding:
        probe = next(probe for probe in holding[0].probes if probe.id == slug)
    elif mine is not None:
        probe = mine[1]
    elif versions:
        probe = Probe.model_validate(versions[0].content)
    else:
        raise NotFound(f"there is no probe {slug!r}; /probes lists those there are")
    newest = _newest_runs(session, [suite.name for suite in holding] + ([mine[0].name] if mine else []))
    lines = [_suite_line(suite, newest.get(suite.name)) for suite in holding]
    if mine is not None:
        lines.append(_own_line(mine[0], newest.get(mine[0].name)))
    runs = _runs_of_probe(session, versions)
    return ProbePage(
        probe=probe,
        edit_url=edit_url(mine[0].name, slug) if mine is not None else None,
        copy_url=f"{probe_url(slug)}/copy",
        url=probe_url(slug),
        kind=KIND_WORDS[probe.kind],
        suites=tuple(lines),
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


def edit_url(suite: str, slug: str) -> str:
    """Address of the form that edits a probe of a user's suite."""
    return f"{suite_url(suite)}/probes/{slug}/edit"


def _newest_runs(session: Session, names: Sequence[str]) -> dict[str, RunRow]:
    """The newest run that asks each suite and has stored answers."""
    newest: dict[str, RunRow] = {}
    for run in queries.runs_newest_first(session, limit=_RUNS_LOOKED_AT):
        for name in run.suites:
            if name in names and run.responses_stored:
                newest.setdefault(name, run)
    return newest


def _suite_page(
    session: Session,
    suite: Suite,
    run: RunRow | None,
    q: str,
    limit: int,
    *,
    page: int = 1,
    head: SuiteHead | None = None,
    heads: Sequence[SuiteHead] = (),
) -> SuitePage:
    """A page of a suite; `head` is the version of a user's own, `heads` are all of its versions."""
    shown = {}
    if run is not None:
        shown = {fact.asked.slug: fact.shown for fact in findings_of(session, run).facts}
    matching = [probe for probe in suite.probes if _matches(probe, q)]
    pages = max(1, -(-len(matching) // limit))
    page = min(page, pages)
    newest = heads[0].version if heads else None
    is_newest = head is None or newest is None or head.version == newest
    of_version = {} if is_newest or head is None else {"version": head.version}
    url = suite_url(suite.name)
    return SuitePage(
        suite=_suite_line(suite, run) if head is None else _own_line(head, run),
        file=f"{suite.name}.yaml" if head is None else None,
        q=q,
        kinds=Counter(KIND_WORDS[probe.kind] for probe in suite.probes),
        lines=tuple(
            _probe_line(probe, suite, run, shown.get(probe.id)) for probe in matching[(page - 1) * limit : page * limit]
        ),
        matching=len(matching),
        page=page,
        pages=pages,
        previous_url=_address(url, q=q, **of_version, page=page - 1) if page > 1 else None,
        next_url=_address(url, q=q, **of_version, page=page + 1) if page < pages else None,
        is_newest=is_newest,
        versions=tuple(
            SuiteVersionLine(
                each.version, _address(url, version=each.version), each.change, each.probes, each.made_at_utc
            )
            for each in heads
        ),
        downloads=tuple(Download(name, _address(f"{url}.{name}", **of_version)) for name in WRITERS),
    )


def _address(path: str, **query: str | int) -> str:
    """A path with the parts of its query that say something."""
    said = {name: value for name, value in query.items() if value and not (name == "page" and value == 1)}
    return f"{path}?{urlencode(said)}" if said else path


def _own_line(head: SuiteHead, run: RunRow | None) -> SuiteLine:
    return SuiteLine(
        name=head.name,
        url=suite_url(head.name),
        title=head.title,
        description=head.description,
        probes=head.probes,
        demo=0,
        version=head.version,
        origin=origin_words(head.version),
        newest_run_id=run.id if run else None,
        newest_run_url=run_url(run.id) if run else None,
        newest_model=run.model.served_name if run else None,
    )


def _suite_line(suite: Suite, run: RunRow | None) -> SuiteLine:
    return SuiteLine(
        name=suite.name,
        url=suite_url(suite.name),
        title=suite.title,
        description=suite.description,
        probes=len(suite.probes),
        demo=len(suite.demo),
        version=None,
        origin=origin_words(None),
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
