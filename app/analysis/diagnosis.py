"""Why a fact is answered as it is: the verdict of method 5.4 on one fact's counts, with its reasons in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.analysis.reasons import Check, checks_behind, sentence
from app.analysis.records import FactCounts
from app.analysis.rule import (
    NEVER_WRITTEN,
    Behaviour,
    Diagnosis,
    behaviour_unaided,
    diagnosis_counts,
    matching_diagnosis,
    placebo_read,
)
from app.cues.arms import Arm

__all__ = ["Behaviour", "Check", "Diagnosis", "Verdict", "diagnose", "diagnosis_counts", "placebo_read"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fact's diagnosis, the behaviour of a write error (else None), one plain sentence and the checks behind it."""

    diagnosis: Diagnosis
    behaviour: Behaviour | None
    sentence: str
    checks: tuple[Check, ...]


def diagnose(fact: FactCounts, *, k: int | None = None) -> Verdict:
    """The verdict on one fact.

    With `k`, the draws planned per arm, a fact that still lacks draws in an arm it was asked in stays `undecided`: the
    rule is not read before its time. Without it the counts are taken as they are.
    """
    waiting = [arm for arm in Arm if k is not None and 0 < fact.arm(arm).total < k]
    if waiting:
        drawn = ", ".join(f"{arm} {fact.arm(arm).total} of {k}" for arm in waiting)
        return Verdict(
            Diagnosis.UNDECIDED,
            None,
            f"Undecided: draws are still missing ({drawn}).",
            (Check(f"all drawn: {drawn}", passed=False),),
        )
    diagnosis = matching_diagnosis(fact)
    return Verdict(
        diagnosis,
        behaviour_unaided(fact) if diagnosis in NEVER_WRITTEN else None,
        sentence(fact, diagnosis),
        checks_behind(fact, diagnosis),
    )
