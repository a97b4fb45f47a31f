"""The page of a run's continuations: how far a model goes on with texts, by how much of them it was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from app.analysis.continuation import Continued, Reproduction, reproduction
from app.errors import NotFound
from app.grading.continuation import measure
from app.pages.records import fact_url, run_url
from app.probes.records import Probe
from app.store import continuations, queries
from app.store.session import Session


@dataclass(frozen=True, slots=True)
class DoseLine:
    """One arm at one dose, over all texts."""

    arm: str
    dose: int
    reproduction: Reproduction


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text at one dose in one arm: `url` leads to its answers."""

    title: str
    arm: str
    dose: int
    url: str
    draws: int
    verbatim: int
    longest_run: int
    baseline_longest_run: int
    similarity: float
    baseline_similarity: float


@dataclass(frozen=True, slots=True)
class ContinuationPage:
    """The continuations of a run; `finding` says in a sentence what they show."""

    run_id: int
    run_url: str
    model: str
    finding: str
    doses: tuple[DoseLine, ...]
    texts: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A draw with the probe and the arm it belongs to."""

    arm: str
    probe: Probe
    dose: int
    measures: Continued


def continuation_page(session: Session, run_id: int) -> ContinuationPage:
    """The page; raises NotFound when there is no such run or it asks no continuation."""
    run = queries.get_run(session, run_id)
    versions = continuations.continuation_probes(session, run)
    if not versions:
        raise NotFound(f"run {run_id} asks no continuation; `cueprobe probes continuation --help` makes such probes")
    probes = {version.id: Probe.model_validate(version.content) for version in versions}
    place = {arm: index for index, arm in enumerate(run.arms)}
    answers = sorted(
        (
            _answer(probes[each.probe_version_id], each.arm, each.text)
            for each in continuations.continued_answers(session, run, list(probes))
        ),
        key=lambda answer: (place.get(answer.arm, len(place)), answer.dose, answer.probe.id),
    )
    doses = tuple(
        DoseLine(arm, dose, reproduction([answer.measures for answer in alike], seed=run.seed))
        for (arm, dose), alike in groupby(answers, key=lambda answer: (answer.arm, answer.dose))
    )
    by_text = sorted(answers, key=lambda answer: (answer.measures.text, answer.dose, place.get(answer.arm, len(place))))
    texts = tuple(
        _text_line(run_id, list(alike))
        for _, alike in groupby(by_text, key=lambda answer: (answer.arm, answer.probe.id))
    )
    return ContinuationPage(run.id, run_url(run.id), run.model.served_name, _finding(doses), doses, texts)


def _answer(probe: Probe, arm: str, text: str) -> _Answer:
    cut = probe.continuation
    assert cut is not None  # noqa: S101 - every probe of this kind has it; this tells the type checker
    own, chance = measure(text, probe.answer, probe.question), measure(text, cut.unrelated, probe.question)
    measures = Continued(
        text=probe.work or probe.id,
        longest_run=own.longest_run,
        similarity=own.similarity,
        first=own.first,
        baseline_run=chance.longest_run,
        baseline_similarity=chance.similarity,
        baseline_first=chance.first,
    )
    return _Answer(arm, probe, cut.dose, measures)


def _text_line(run_id: int, answers: list[_Answer]) -> TextLine:
    first, draws = answers[0], [answer.measures for answer in answers]
    return TextLine(
        title=first.measures.text,
        arm=first.arm,
        dose=first.dose,
        url=fact_url(run_id, first.probe.id),
        draws=len(draws),
        verbatim=sum(draw.first == 1 for draw in draws),
        longest_run=max(draw.longest_run for draw in draws),
        baseline_longest_run=max(draw.baseline_run for draw in draws),
        similarity=_mean(draw.similarity for draw in draws),
        baseline_similarity=_mean(draw.baseline_similarity for draw in draws),
    )


def _finding(doses: tuple[DoseLine, ...]) -> str:
    if not doses:
        return "No continuation is in yet."
    most = max(doses, key=lambda line: line.reproduction.longest_run).reproduction
    draws, verbatim = (sum(getattr(line.reproduction, name) for line in doses) for name in ("draws", "verbatim"))
    chance = max(line.reproduction.baseline_longest_run for line in doses)
    return (
        f"{verbatim} of {draws} answers reproduce the first 32 words to the letter; the longest run shared with "
        f"the text is {most.longest_run}, with an unrelated text {chance}."
    )


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
