"""The facts of a run: from trials, labels and cues to the counts that the analysis reads, in four statements.

A fact whose trials are all over is complete and can be diagnosed; the rest are waiting. A failed trial is over: the
draws it still owes are counted with the non-answers, so that a lost arm is not taken for one never asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm
from app.cues.records import Leak
from app.grading.records import GRADABLE, Label
from app.probes.forms import Direction
from app.store import queries, results
from app.store.results import AskedProbe, LabelCount, TrialState, WrongAnswer
from app.store.session import Session
from app.store.tables import ProbeVersionRow, RunRow

UNGRADED = "ungraded"
"""How a response without a label is called where labels are counted."""


@dataclass(frozen=True, slots=True)
class ArmDraws:
    """The sampled draws of one fact in one arm: how many with each label (`ungraded` for none), and how many are owed.

    `status` is its trials': planned while one of them is, else failed if one failed, else done. `waiting` draws are
    still to come; `failed` ones never will. `leak` and `cue_source` are of its cue, None without one.
    """

    arm: str
    status: str
    leak: str | None
    cue_source: str | None
    labels: Mapping[str, int]
    waiting: int
    failed: int

    @property
    def correct(self) -> int:
        """Correct draws."""
        return self.labels.get(Label.CORRECT, 0)

    @property
    def incorrect(self) -> int:
        """Made-up draws."""
        return self.labels.get(Label.INCORRECT, 0)

    @property
    def not_attempted(self) -> int:
        """Declined draws."""
        return self.labels.get(Label.NOT_ATTEMPTED, 0)

    @property
    def other(self) -> int:
        """Non-answers, ungraded draws, and draws that never came."""
        return sum(n for label, n in self.labels.items() if label not in GRADABLE) + self.failed

    @property
    def counts(self) -> ArmCounts:
        """As the analysis reads them."""
        return ArmCounts(self.correct, self.incorrect, self.not_attempted, self.other)


@dataclass(frozen=True, slots=True)
class Strata:
    """What facts are grouped by: language of the work, whether few know it, page views a month; None where not said."""

    language: str | None
    less_read: bool | None
    popularity: int | None


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One probe of a run with its draws by arm, in the run's order of arms; `is_waiting` while a trial is not over."""

    slug: str
    version: int
    suite: str
    question: str
    answer: str
    kind: str
    topic: str
    strata: Strata
    arms: tuple[ArmDraws, ...]
    is_waiting: bool
    counts: FactCounts = field(repr=False)


def facts_of(session: Session, run_id: int) -> list[FactCounts]:
    """Counts of every complete fact of a run, in the order of its probes."""
    return [fact.counts for fact in asked_facts(session, queries.get_run(session, run_id)) if not fact.is_waiting]


def asked_facts(session: Session, run: RunRow) -> list[AskedFact]:
    """Every fact a run asks, complete or waiting, in the order of its probes."""
    return facts_from(
        run,
        results.trial_states(session, run.id),
        results.label_counts(session, run.id),
        results.wrong_answers(session, run.id),
        results.run_probes(session, run.id, run.direction),
    )


def facts_from(
    run: RunRow,
    trials: Iterable[TrialState],
    labels: Iterable[LabelCount],
    wrong: Iterable[WrongAnswer],
    probes: Iterable[AskedProbe],
) -> list[AskedFact]:
    """The facts that rows of the store make; rows of trials not given are left out."""
    labels_of: dict[int, dict[str, int]] = {}
    for count in labels:
        labels_of.setdefault(count.trial_id, {})[count.label or UNGRADED] = count.n
    wrong_of: dict[int, list[WrongAnswer]] = {}
    for answer in wrong:
        wrong_of.setdefault(answer.trial_id, []).append(answer)
    trials_of: dict[int, list[TrialState]] = {}
    for trial in trials:
        trials_of.setdefault(trial.probe_version_id, []).append(trial)
    place = {arm: index for index, arm in enumerate(run.arms)}
    facts = []
    for probe in probes:
        own = sorted(trials_of.get(probe.probe_version_id, ()), key=lambda trial: place.get(trial.arm, len(place)))
        arms = tuple(_arm_draws(list(of_arm), labels_of) for _, of_arm in groupby(own, key=lambda trial: trial.arm))
        topic = probe.wikipedia_title or probe.work or probe.slug
        facts.append(
            AskedFact(
                slug=probe.slug,
                version=probe.version,
                suite=probe.suite,
                question=probe.question,
                answer=probe.answer,
                kind=probe.kind,
                topic=topic,
                strata=Strata(probe.language, probe.less_read, probe.popularity),
                arms=arms,
                is_waiting=any(trial.status == "planned" for trial in own),
                counts=FactCounts(
                    probe=probe.slug,
                    cluster=topic,
                    arms={Arm(each.arm): each.counts for each in arms},
                    leaked=any(trial.arm == Arm.INTRO and trial.leak == Leak.LEAKS for trial in own),
                    wrong_modes=_wrong_modes(own, wrong_of),
                ),
            )
        )
    return facts


def asked_probe_of(version: ProbeVersionRow, suite: str, direction: str) -> AskedProbe:
    """A probe version as the list of probes of a run in that direction has it."""
    content = version.content
    asked = content["reverse"] if direction == Direction.REVERSE else content
    return AskedProbe(
        probe_version_id=version.id,
        suite=suite,
        slug=version.slug,
        version=version.version,
        question=asked["question"],
        answer=asked["answer"],
        kind=content["kind"],
        work=content.get("work"),
        wikipedia_title=content.get("wikipedia_title"),
        language=content.get("language"),
        less_read=content.get("less_read"),
        popularity=content.get("popularity"),
    )


def _arm_draws(trials: Sequence[TrialState], labels_of: Mapping[int, Mapping[str, int]]) -> ArmDraws:
    """The draws of an arm's trials together: one trial, or one for each variant of the probe's form."""
    labels: Counter[str] = Counter()
    waiting = failed = 0
    for trial in trials:
        own = labels_of.get(trial.id, {})
        labels.update(own)
        owed = max(0, trial.draws - sum(own.values()))
        if trial.status == "failed":
            failed += owed
        else:
            waiting += owed
    first = trials[0]
    states = {trial.status for trial in trials}
    status = next(state for state in ("planned", "failed", "done") if state in states)
    return ArmDraws(first.arm, status, first.leak, first.source, dict(labels), waiting, failed)


def _wrong_modes(trials: Sequence[TrialState], wrong_of: Mapping[int, Sequence[WrongAnswer]]) -> dict[Arm, int]:
    """By arm, the draws that give the fact's commonest wrong answer; ties go to the answer first in the alphabet."""
    total: Counter[str] = Counter()
    for trial in trials:
        for wrong in wrong_of.get(trial.id, ()):
            total[wrong.answer] += wrong.n
    if not total:
        return {}
    mode = min(total, key=lambda answer: (-total[answer], answer))
    modes: Counter[Arm] = Counter()
    for trial in trials:
        modes[Arm(trial.arm)] += sum(wrong.n for wrong in wrong_of.get(trial.id, ()) if wrong.answer == mode)
    return {arm: n for arm, n in modes.items() if n}
