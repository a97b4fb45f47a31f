"""The library of probes: every suite, built in or a user's own, every probe in it, and what runs found of each."""

from __future__ import annotations

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
from app.pages.probe_filter import CHECKED_WORDS, EVERYTHING, FilterChoices, ProbeFilter, filter_choices
from app.pages.records import fact_url, probe_url, run_url, suite_url
from app.pages.run_lines import form_of
from app.pages.words import KIND_WORDS
from app.pages.years import TimeStrip, time_strips
from app.probes.files import list_suites
from app.probes.records import Note, Probe, Suite
from app.runs.built_in import built_in_notes, built_in_suite, built_in_suites
from app.runs.suites import origin_words
from app.store import queries, results
from app.store import suites as own
from app.store.results import ProbeTrial, TrialState
from app.store.session import Session
from app.store.suite_probes import Contents, SuiteHead, contents_of_probes, contents_of_version, find_probes
from app.store.tables import ProbeVersionRow, RunRow

PROBES_PER_PAGE = 50
VERSIONS_SHOWN = 50
"""Versions that the page of a suite lists; each edit is one."""

_RUNS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What the newest run of a suite found of one probe; `form` is that of `form_of`."""

    run_id: int
    url: str
    model: str
    form: str
    diagnosis: str


@dataclass(frozen=True, slots=True)
class SuiteLink:
    """A suite that a probe stands in."""

    name: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """A probe in a list, with every suite of the list that holds it and its newest result or None."""

    slug: str
    url: str
    question: str
    answer: str
    work: str | None
    author: str | None
    year: int | str | None
    language: str | None
    less_read: bool
    kind: str
    verified: str | None
    suites: tuple[SuiteLink, ...]
    is_in_demo: bool
    result: ProbeResult | None


@dataclass(frozen=True, slots=True)
class SuiteLine:
    """A suite in a list. `newest_run_url` leads to the newest run that asks it, None when none does.

    `newest_form` is that run's form, "" where it is free and direct.
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
    newest_form: str


@dataclass(frozen=True, slots=True)
class SuiteSummary:
    """A suite and what it is about; `less_read` counts probes, `strip` is None where no work has a year."""

    suite: SuiteLine
    works: int
    authors: int
    languages: int
    less_read: int
    strip: TimeStrip | None


@dataclass(frozen=True, slots=True)
class LibraryTotals:
    """The whole library in numbers, each probe, work, author and language once."""

    probes: int
    works: int
    authors: int
    languages: int
    less_read: int


@dataclass(frozen=True, slots=True)
class ProbeList:
    """A page of the probes that a filter lets through: numbers `first` to `last` of `matching`, of `total` in all.

    `clear_url` leads to all of them.
    """

    wanted: ProbeFilter
    choices: FilterChoices
    lines: tuple[ProbeLine, ...]
    first: int
    last: int
    matching: int
    total: int
    page: int
    pages: int
    previous_url: str | None
    next_url: str | None
    clear_url: str


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
    """One suite and a page of its probes. `kinds` counts probes by kind.

    `file` is the name of a built-in suite on disk, None for a user's own; that has `versions`, the newest first, and an
    older one is shown as it was (`is_newest` is False).
    """

    summary: SuiteSummary
    suite: SuiteLine
    file: str | None
    kinds: Mapping[str, int]
    probes: ProbeList
    is_newest: bool
    versions: tuple[SuiteVersionLine, ...]
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """Every suite in a row, and a page of the probes; `broken` says what is wrong with files that cannot be read."""

    totals: LibraryTotals
    suites: tuple[SuiteSummary, ...]
    probes: ProbeList
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
    """What one run found of a probe; `form` is that of `form_of`."""

    run_id: int
    run_url: str
    url: str
    model: str
    form: str
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

    `edit_url` is None unless the probe stands in a user's own suite; `copy_url` leads to a copy of it in one. `checked`
    says in words where the gold answer was checked, None where that is not stated.
    """

    probe: Probe
    edit_url: str | None
    copy_url: str
    url: str
    kind: str
    checked: str | None
    suites: tuple[SuiteLine, ...]
    versions: tuple[ProbeVersionLine, ...]
    note: NoteShown | None
    arms: tuple[str, ...]
    runs: tuple[RunOfProbe, ...]


def library_page(session: Session, folder: Path, wanted: ProbeFilter = EVERYTHING) -> LibraryPage:
    """All suites, and a page of the probes that the filter lets through; a probe of two suites is listed once."""
    suites, broken = built_in_suites(folder)
    heads = own.suite_heads(session)
    contents = [contents_of_probes(suite.probes) for suite in suites]
    contents += [contents_of_version(session, head) for head in heads]
    newest = _newest_runs(session, [suite.name for suite in suites] + [head.name for head in heads])
    lines = [_suite_line(suite, newest.get(suite.name)) for suite in suites]
    lines += [_own_line(head, newest.get(head.name)) for head in heads]
    strips = time_strips([each.years for each in contents])
    rows = tuple(_summary(*each) for each in zip(lines, contents, strips, strict=True))
    built_in = {probe.id: probe for suite in suites for probe in suite.probes}
    probes = _probe_list(
        session,
        wanted,
        suites=[suite for suite in suites if wanted.suite in ("", suite.name)],
        heads=[head for head in heads if wanted.suite in ("", head.name)],
        newest=newest,
        choices=filter_choices(contents, [(line.name, line.title) for line in lines]),
        total=len(built_in) + sum(head.probes for head in heads),
        path="/probes",
        known={line.name: line for line in lines},
    )
    return LibraryPage(_totals(list(built_in.values()), contents, len(suites)), rows, probes, tuple(broken))


def suite_page(
    session: Session, folder: Path, name: str, wanted: ProbeFilter = EVERYTHING, *, version: int | None = None
) -> SuitePage:
    """One suite, of a user's own in the version asked for; raises NotFound."""
    newest = _newest_runs(session, [name])
    if name in {path.stem for path in list_suites(folder)}:
        suite = built_in_suite(folder, name)
        return _suite_page(session, wanted, newest, _suite_line(suite, newest.get(name)), suite=suite)
    head = own.find_head(session, name, version)
    if head is None:
        raise NotFound(f"there is no suite {name!r} in this library; a suite file run by its path is not listed")
    return _suite_page(session, wanted, newest, _own_line(head, newest.get(name)), head=head)


def probe_page(session: Session, folder: Path, slug: str) -> ProbePage:
    """One probe, from its suites or, when none has it any more, as it was last run; raises NotFound."""
    suites, _ = built_in_suites(folder)
    holding = [suite for suite in suites if any(probe.id == slug for probe in suite.probes)]
    mine = own.find_probe(session, slug)
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
        edit_url=edit_url(mine[0].name, slug) if mine is not None and not holding else None,
        copy_url=f"{probe_url(slug)}/copy",
        url=probe_url(slug),
        kind=KIND_WORDS[probe.kind],
        checked=CHECKED_WORDS[probe.verified.value] if probe.verified is not None else None,
        suites=tuple(lines),
        versions=tuple(
            ProbeVersionLine(
                row.version, row.content_sha256, row.added_at_utc, row.content_sha256 == probe.content_sha256
            )
            for row in versions
        ),
        note=_note(built_in_notes(folder).get(probe.topic or "")),
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
    wanted: ProbeFilter,
    newest: Mapping[str, RunRow],
    line: SuiteLine,
    *,
    suite: Suite | None = None,
    head: SuiteHead | None = None,
) -> SuitePage:
    """The page of a built-in suite, or of a version of a user's own."""
    heads = own.versions_of_suite(session, line.name, VERSIONS_SHOWN) if head is not None else []
    contents = (
        contents_of_version(session, head) if head is not None else contents_of_probes(suite.probes if suite else ())
    )
    is_newest = head is None or head.version == heads[0].version
    of_version = {} if is_newest or head is None else {"version": head.version}
    return SuitePage(
        summary=_summary(line, contents, *time_strips([contents.years])),
        suite=line,
        file=f"{line.name}.yaml" if suite is not None else None,
        kinds={words: contents.kinds[kind] for kind, words in KIND_WORDS.items() if contents.kinds.get(kind)},
        probes=_probe_list(
            session,
            wanted,
            suites=[suite] if suite is not None else [],
            heads=[head] if head is not None else [],
            newest=newest,
            choices=filter_choices([contents]),
            total=line.probes,
            path=line.url,
            known={line.name: line},
            of_version=of_version,
        ),
        is_newest=is_newest,
        versions=tuple(
            SuiteVersionLine(
                each.version, _address(line.url, version=each.version), each.change, each.probes, each.made_at_utc
            )
            for each in heads
        ),
        downloads=tuple(Download(name, _address(f"{line.url}.{name}", **of_version)) for name in WRITERS),
    )


def _probe_list(
    session: Session,
    wanted: ProbeFilter,
    *,
    suites: Sequence[Suite],
    heads: Sequence[SuiteHead],
    newest: Mapping[str, RunRow],
    choices: FilterChoices,
    total: int,
    path: str,
    known: Mapping[str, SuiteLine],
    of_version: Mapping[str, int] | None = None,
) -> ProbeList:
    """A page of the probes of built-in suites, each once, and then of users' own."""
    holding: dict[str, list[str]] = {}
    for suite in suites:
        for probe in suite.probes:
            holding.setdefault(probe.id, []).append(suite.name)
    there = {probe.id: probe for suite in suites for probe in suite.probes}
    passing = [probe for probe in there.values() if wanted.wanted.lets_through(probe)]
    page = wanted.page
    while True:
        offset = (page - 1) * PROBES_PER_PAGE
        shown = [(holding[probe.id], probe) for probe in passing[offset : offset + PROBES_PER_PAGE]]
        found = find_probes(
            session,
            heads,
            wanted.wanted,
            offset=max(0, offset - len(passing)),
            limit=PROBES_PER_PAGE - len(shown),
        )
        matching = len(passing) + found.matching
        pages = max(1, -(-matching // PROBES_PER_PAGE))
        if page <= pages:
            break
        page = pages  # a page past the last is the last
    shown += [([name], probe) for name, probe in found.probes]
    in_demo = {slug for suite in suites for slug in suite.demo}
    shown_by = _shown_by_run(session, newest, {name for names, _ in shown for name in names})
    extra = of_version or {}
    return ProbeList(
        wanted=wanted,
        choices=choices,
        lines=tuple(
            _probe_line(probe, [known[name] for name in names], newest, shown_by, is_in_demo=probe.id in in_demo)
            for names, probe in shown
        ),
        first=offset + 1 if shown else 0,
        last=offset + len(shown),
        matching=matching,
        total=total,
        page=page,
        pages=pages,
        previous_url=path + wanted.query(page=page - 1, **extra) if page > 1 else None,
        next_url=path + wanted.query(page=page + 1, **extra) if page < pages else None,
        clear_url=_address(path, **extra),
    )


def _shown_by_run(
    session: Session, newest: Mapping[str, RunRow], names: set[str]
) -> dict[int, tuple[RunRow, dict[str, str]]]:
    """What the newest runs of these suites found of each fact, by run, newest first."""
    runs = {run.id: run for name, run in newest.items() if name in names}
    return {
        run.id: (run, {fact.asked.slug: fact.shown for fact in findings_of(session, run).facts})
        for run in sorted(runs.values(), key=lambda run: -run.id)
    }


def _totals(built_in: Sequence[Probe], contents: Sequence[Contents], files: int) -> LibraryTotals:
    """The library in numbers: what stands in several suites is counted once."""
    of_files, others = contents_of_probes(built_in), contents[files:]
    every = [of_files, *others]
    return LibraryTotals(
        probes=sum(each.probes for each in every),
        works=len(frozenset[str]().union(*(each.works for each in every))),
        authors=len(frozenset[str]().union(*(each.authors for each in every))),
        languages=len({language for each in every for language in each.languages}),
        less_read=sum(each.less_read for each in every),
    )


def _summary(line: SuiteLine, contents: Contents, strip: TimeStrip | None) -> SuiteSummary:
    return SuiteSummary(
        suite=line,
        works=len(contents.works),
        authors=len(contents.authors),
        languages=len(contents.languages),
        less_read=contents.less_read,
        strip=strip,
    )


def _address(path: str, **query: str | int) -> str:
    """A path with the parts of its query that say something."""
    said = {name: value for name, value in query.items() if value}
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
        newest_form=form_of(run) if run else "",
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
        newest_form=form_of(run) if run else "",
    )


def _probe_line(
    probe: Probe,
    suites: Sequence[SuiteLine],
    newest: Mapping[str, RunRow],
    shown_by: Mapping[int, tuple[RunRow, Mapping[str, str]]],
    *,
    is_in_demo: bool,
) -> ProbeLine:
    asking = {newest[line.name].id for line in suites if line.name in newest}
    result = next(
        (
            ProbeResult(run.id, fact_url(run.id, probe.id), run.model.served_name, form_of(run), shown[probe.id])
            for run, shown in shown_by.values()
            if run.id in asking and probe.id in shown
        ),
        None,
    )
    return ProbeLine(
        slug=probe.id,
        url=probe_url(probe.id),
        question=probe.question,
        answer=probe.answer,
        work=probe.work,
        author=probe.author,
        year=probe.year,
        language=probe.language,
        less_read=probe.less_read,
        kind=KIND_WORDS[probe.kind],
        verified=probe.verified.value if probe.verified else None,
        suites=tuple(SuiteLink(line.name, line.title, line.url) for line in suites),
        is_in_demo=is_in_demo,
        result=result,
    )


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
                form=form_of(run),
                version=version.version,
                diagnosis=shown_diagnosis(verdict.diagnosis, verdict.behaviour) if verdict else WAITING,
                cells=tuple(matrix_cell(url, draws.arm, draws) for draws in fact.arms),
                when=run.started_at_utc or run.created_at_utc,
            )
        )
    return tuple(found)
