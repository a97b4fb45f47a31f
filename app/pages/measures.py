"""What several pages show of a run's findings: the finding in words, how each arm was answered, headline numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.analysis.headline import Headline, Headnumber
from app.analysis.records import ArmCounts, Estimate
from app.analysis.rule import placebo_read
from app.cues.arms import ARM_MEANING, Arm
from app.grading.records import GRADABLE, Label
from app.pages.facts import UNGRADED
from app.pages.findings import Findings
from app.store.tables import RunRow


@dataclass(frozen=True, slots=True)
class ArmReport:
    """How one arm was answered.

    `counts` are its sampled draws, of waiting facts too; `left_out` has those without a gradable label by label,
    `ungraded` for none; a draw that a failed trial still owes counts as `transport_error`. The rates are means over
    complete facts of each fact's share, None when there is none; `facts` is how many they are taken over.
    """

    arm: str
    meaning: str
    counts: ArmCounts
    ungraded: int
    left_out: Mapping[str, int]
    trials: int
    trials_over: int
    facts: int
    correct: Estimate | None
    incorrect: Estimate | None
    not_attempted: Estimate | None

    @property
    def graded(self) -> int:
        """The draws rates are computed over."""
        return self.counts.gradable


@dataclass(frozen=True, slots=True)
class HeadlineNumber:
    """One headline number. `kind` says how it reads: a share in `percent`, or a difference in `points`."""

    name: str
    kind: str
    value: Estimate | None
    explanation: str
    why_missing: str | None


def arm_reports(run: RunRow, findings: Findings) -> tuple[ArmReport, ...]:
    """Every arm of a run, in its order."""
    reports = []
    for arm in run.arms:
        draws = [each for fact in findings.facts for each in fact.asked.arms if each.arm == arm]
        labels: Counter[str] = Counter()
        for each in draws:
            labels.update(each.labels)
            labels[Label.TRANSPORT_ERROR.value] += each.failed
        left_out = {label: n for label, n in labels.items() if n and label not in GRADABLE}
        rates = findings.rates[Arm(arm)]
        reports.append(
            ArmReport(
                arm=arm,
                meaning=ARM_MEANING[Arm(arm)],
                counts=ArmCounts(
                    correct=labels[Label.CORRECT],
                    incorrect=labels[Label.INCORRECT],
                    not_attempted=labels[Label.NOT_ATTEMPTED],
                    other=sum(left_out.values()),
                ),
                ungraded=left_out.get(UNGRADED, 0),
                left_out=left_out,
                trials=len(draws),
                trials_over=sum(each.status != "planned" for each in draws),
                facts=rates.facts if rates else 0,
                correct=rates.correct if rates else None,
                incorrect=rates.incorrect if rates else None,
                not_attempted=rates.not_attempted if rates else None,
            )
        )
    return tuple(reports)


def headline_numbers(numbers: Headline) -> tuple[HeadlineNumber, ...]:
    """The headline numbers in the order pages show them."""
    shares = (numbers.recovery, numbers.placebo_read_rate, numbers.honest_decline)
    rest = (numbers.interference_rate, numbers.undecided)
    return (
        _number(numbers.net_cue_effect, "points"),
        *(_number(each, "percent") for each in shares),
        _number(numbers.overclaim, "points"),
        _number(numbers.placebo_effect, "points"),
        *(_number(each, "percent") for each in rest),
    )


def finding_of(run: RunRow, findings: Findings) -> tuple[str, ...]:
    """What a run shows, in words; every odd entry is a figure."""
    model, complete = run.model.served_name, findings.complete
    if not complete:
        over = run.trials_done + run.trials_failed
        return (f"No fact is complete yet: {over} of {run.planned_trials} trials are over.",)
    known, ungradable = findings.diagnoses["known"], findings.diagnoses["ungradable"]
    parts = [f"Of {complete} {_plural(complete, 'fact')} {model} knows ", str(known)]
    recovery = findings.headline.recovery.estimate
    if recovery is None:
        parts.append(".")
    else:
        read = findings.diagnoses["read_error"]
        cue = f"an introduction that does not state {_them(recovery.n)}"
        parts += [
            f". Of the {recovery.n} it does not reliably know, ",
            str(read),
            f" {_comes(read)} back when {cue} is put in front. An unrelated introduction brings back ",
            str(sum(placebo_read(fact.asked.counts) for fact in findings.facts if _is_not_known(fact.shown))),
            ".",
        ]
    if ungradable:
        parts[-1] += f" {ungradable} could not be graded."
    return tuple(parts)


def _is_not_known(shown: str) -> bool:
    return shown not in {"known", "ungradable", "waiting"}


def _number(number: Headnumber, kind: str) -> HeadlineNumber:
    return HeadlineNumber(number.name, kind, number.estimate, number.explanation, number.why_missing)


def _comes(n: int) -> str:
    return "comes" if n == 1 else "come"


def _them(n: int) -> str:
    return "it" if n == 1 else "them"


def _plural(n: int, noun: str) -> str:
    return noun if n == 1 else f"{noun}s"
