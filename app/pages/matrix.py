"""Every fact of a run by arm, grouped by diagnosis, with the filters that stand in the page's address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.grading.records import Label
from app.pages.facts import UNGRADED, ArmDraws
from app.pages.findings import Fact, Findings
from app.pages.records import fact_url, run_url
from app.pages.words import DIAGNOSIS_WORDS, KIND_WORDS, READING_ORDER
from app.store.tables import RunRow

PER_PAGE = 200
DRAWS, SHARE = "draws", "share"
LABELS = (*(label.value for label in Label), UNGRADED)
_GROUPS = {"write_error": ("write_declined", "write_made_up", "write_mixed")}
"""Names of method 5.4 that stand for several diagnoses as lists have them."""


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which facts to show. Empty strings let everything through; `arm` and `label` ask for any draw that has both.

    `q` is looked for in question, gold answer, topic and slug; `page` counts from 1. `cells` is how draws are shown, as
    marks (`draws`) or as the share correct (`share`); it lets everything through.
    """

    q: str = ""
    diagnosis: str = ""
    kind: str = ""
    arm: str = ""
    label: str = ""
    page: int = 1
    cells: str = DRAWS

    def query(self, **changes: Any) -> str:  # noqa: ANN401 - values of the fields above
        """The filter, changed, as the part of an address after the path; empty when it lets everything through."""
        values = {**asdict(self), "page": 1, **changes}
        given = {
            name: value for name, value in values.items() if value not in {"", DRAWS} and (name, value) != ("page", 1)
        }
        return f"?{urlencode(given)}" if given else ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The draws of one fact in one arm; `other` has no gradable label, `waiting` is still to come."""

    arm: str
    url: str
    correct: int
    not_attempted: int
    incorrect: int
    other: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One fact by arm."""

    url: str
    slug: str
    question: str
    answer: str
    kind: str
    topic: str
    diagnosis: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """Facts with one diagnosis: how many the filter lets through, and those on this page."""

    diagnosis: str
    total: int
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value a filter can take, in words, with the number of facts behind it where that is known."""

    value: str
    words: str
    facts: int | None = None


@dataclass(frozen=True, slots=True)
class FactMatrix:
    """The facts that pass the filter, 200 a page. `csv_url` and `jsonl_url` give all of them, not only this page's."""

    arms: tuple[str, ...]
    wanted: FactFilter
    groups: tuple[MatrixGroup, ...]
    shown: int
    matching: int
    pages: int
    previous_url: str | None
    next_url: str | None
    csv_url: str
    jsonl_url: str
    diagnosis_choices: tuple[Choice, ...]
    kind_choices: tuple[Choice, ...]
    has_waiting: bool
    has_other: bool


def fact_matrix(run: RunRow, findings: Findings, wanted: FactFilter) -> FactMatrix:
    """The matrix of a run's facts that pass the filter; a page past the last is the last."""
    facts = matching_facts(findings, wanted)
    pages = max(1, -(-len(facts) // PER_PAGE))
    wanted = replace(wanted, page=min(max(wanted.page, 1), pages))
    shown = facts[(wanted.page - 1) * PER_PAGE : wanted.page * PER_PAGE]
    totals = Counter(fact.shown for fact in facts)
    arms = tuple(run.arms)
    by_diagnosis: dict[str, list[MatrixRow]] = {}
    for fact in shown:
        by_diagnosis.setdefault(fact.shown, []).append(_row(run.id, fact, arms))
    url = run_url(run.id)
    kinds = Counter(fact.asked.kind for fact in findings.facts)
    return FactMatrix(
        arms=arms,
        wanted=wanted,
        groups=tuple(MatrixGroup(name, totals[name], tuple(rows)) for name, rows in by_diagnosis.items()),
        shown=len(shown),
        matching=len(facts),
        pages=pages,
        previous_url=f"{url}{wanted.query(page=wanted.page - 1)}#facts" if wanted.page > 1 else None,
        next_url=f"{url}{wanted.query(page=wanted.page + 1)}#facts" if wanted.page < pages else None,
        csv_url=f"{url}/facts.csv{wanted.query()}",
        jsonl_url=f"{url}/facts.jsonl{wanted.query()}",
        diagnosis_choices=tuple(
            Choice(key, words.name, findings.counts[key])
            for key, words in DIAGNOSIS_WORDS.items()
            if findings.counts.get(key)
        ),
        kind_choices=tuple(Choice(kind, KIND_WORDS[kind], n) for kind, n in sorted(kinds.items())),
        has_waiting=any(cell.waiting for rows in by_diagnosis.values() for row in rows for cell in row.cells),
        has_other=any(cell.other for rows in by_diagnosis.values() for row in rows for cell in row.cells),
    )


def diagnosis_urls(run_id: int) -> dict[str, str]:
    """Where the facts with each diagnosis stand on a run's page."""
    return {key: f"{run_url(run_id)}{FactFilter(diagnosis=key).query()}#facts" for key in DIAGNOSIS_WORDS}


def matching_facts(findings: Findings, wanted: FactFilter) -> list[Fact]:
    """The facts that pass the filter, by diagnosis in the order of reading, then in the order of the run."""
    order = {key: place for place, key in enumerate(READING_ORDER)}
    found = [fact for fact in findings.facts if _passes(fact, wanted)]
    return sorted(found, key=lambda fact: order[fact.shown])


def _passes(fact: Fact, wanted: FactFilter) -> bool:
    asked = fact.asked
    if wanted.diagnosis and fact.shown not in _GROUPS.get(wanted.diagnosis, (wanted.diagnosis,)):
        return False
    if wanted.kind and asked.kind != wanted.kind:
        return False
    if wanted.q:
        text = f"{asked.question}\n{asked.answer}\n{asked.topic}\n{asked.slug}".casefold()
        if not all(word in text for word in wanted.q.casefold().split()):
            return False
    if wanted.label:
        return any(arm.labels.get(wanted.label) for arm in asked.arms if wanted.arm in {"", arm.arm})
    return True


def _row(run_id: int, fact: Fact, arms: Sequence[str]) -> MatrixRow:
    asked, url = fact.asked, fact_url(run_id, fact.asked.slug)
    draws = {each.arm: each for each in asked.arms}
    return MatrixRow(
        url=url,
        slug=asked.slug,
        question=asked.question,
        answer=asked.answer,
        kind=KIND_WORDS[asked.kind],
        topic=asked.topic,
        diagnosis=fact.shown,
        cells=tuple(matrix_cell(url, arm, draws.get(arm)) for arm in arms),
    )


def matrix_cell(url: str, arm: str, draws: ArmDraws | None) -> MatrixCell:
    """The draws of a fact in an arm, linked to its answers on the fact's page at `url`; None was not asked."""
    if draws is None:
        return MatrixCell(arm, f"{url}#{arm}", 0, 0, 0, 0, 0)
    return MatrixCell(
        arm, f"{url}#{arm}", draws.correct, draws.not_attempted, draws.incorrect, draws.other, draws.waiting
    )
