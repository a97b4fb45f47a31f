"""The facts of a run: from trials, labels and cues to the counts that the analysis reads, in four statements.

A fact whose trials are all over is complete and can be diagnosed; the rest are waiting. A failed trial is over: the
draws it still owes are counted with the non-answers, so that a lost arm is not taken for one never asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm
from app.cues.records import Leak
from app.grading.records import GRADABLE, Label
from app.store import queries, results
from app.store.results import AskedProbe, LabelCount, TrialState, WrongAnswer
from app.store.session import Session
from app.store.tables import ProbeVersionRow, RunRow

UNGRADED = "ungraded"
"""How a response without a label is called where labels are counted."""


@dataclass(frozen=True, slots=True)
class ArmDraws:
    """The sampled draws of one fact in one arm: how many with each label (`ungraded` for none), and how many are owed.

    `status` is its trial's: planned, done or failed. `waiting` draws are still to come; `failed` ones never will.
    `leak` and `cue_source` are of its cue, None without one.
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
class AskedFact:
    """One probe of a run with its draws by arm, in the run's order of arms; `is_waiting` while a trial is not over."""

    slug: str
    version: int
    suite: str
    question: str
    answer: str
    kind: str
    topic: str
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
        results.run_probes(session, run.id),
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
        arms = tuple(_arm_draws(trial, labels_of.get(trial.id, {}), run.k) for trial in own)
        topic = probe.wikipedia_title or probe.work
        facts.append(
            AskedFact(
                slug=probe.slug,
                version=probe.version,
                suite=probe.suite,
                question=probe.question,
                answer=probe.answer,
                kind=probe.kind,
                topic=topic,
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


def asked_probe_of(version: ProbeVersionRow, suite: str) -> AskedProbe:
    """A probe version as a run's list of probes has it."""
    content = version.content
    return AskedProbe(
        probe_version_id=version.id,
        suite=suite,
        slug=version.slug,
        version=version.version,
        question=content["question"],
        answer=content["answer"],
        kind=content["kind"],
        work=content["work"],
        wikipedia_title=content.get("wikipedia_title"),
    )


def _arm_draws(trial: TrialState, labels: Mapping[str, int], k: int) -> ArmDraws:
    owed = max(0, k - sum(labels.values()))
    failed = owed if trial.status == "failed" else 0
    return ArmDraws(trial.arm, trial.status, trial.leak, trial.source, labels, owed - failed, failed)


def _wrong_modes(trials: Sequence[TrialState], wrong_of: Mapping[int, Sequence[WrongAnswer]]) -> dict[Arm, int]:
    """By arm, the draws that give the fact's commonest wrong answer; ties go to the answer first in the alphabet."""
    total: Counter[str] = Counter()
    for trial in trials:
        for wrong in wrong_of.get(trial.id, ()):
            total[wrong.answer] += wrong.n
    if not total:
        return {}
    mode = min(total, key=lambda answer: (-total[answer], answer))
    return {Arm(trial.arm): wrong.n for trial in trials for wrong in wrong_of.get(trial.id, ()) if wrong.answer == mode}
