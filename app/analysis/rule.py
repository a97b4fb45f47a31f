"""The rule of method 5.4: from one fact's counts to its diagnosis. Knows no words for people.

The rows are tried in order and the first that matches gives the diagnosis; what matches none is `undecided`.
Thresholds are posterior probabilities, majorities are of an arm's own gradable draws. An arm that was not asked cannot
speak: without placebo there is no read error, without oracle no write error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

from app.analysis.posterior import probability_above_half, probability_below_half, probability_greater
from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm

MARGIN = 0.10
"""By how much the cue must beat unaided recall, or spoil it."""
SURE = 0.95
"""Posterior probability that a comparison, or a write error, needs."""
SURE_KNOWN = 0.8
"""Posterior probability of being right more often than not that `known` needs."""
SAME_WRONG_SHARE = 0.75
"""Share of draws with one wrong answer that makes it a belief."""


class Diagnosis(StrEnum):
    """Every diagnosis of method 5.4, in the order in which pages list them."""

    KNOWN = "known"
    READ_ERROR = "read_error"
    READ_ERROR_RECOGNISED = "read_error_recognised"
    READ_ERROR_REASONED = "read_error_reasoned"
    WRITE_ERROR = "write_error"
    MISBELIEF = "misbelief"
    INTERFERENCE = "interference"
    CONTEXT_GENERIC = "context_generic"
    LEAKED = "leaked"
    UNGRADABLE = "ungradable"
    UNDECIDED = "undecided"


NEVER_WRITTEN = (Diagnosis.WRITE_ERROR, Diagnosis.MISBELIEF)
"""The diagnoses that say the fact is not in the weights: the WRITE facts of the headline numbers."""


class Behaviour(StrEnum):
    """What the model does, unaided, with a fact it never learned."""

    DECLINED = "declined"
    MADE_UP = "made_up"
    MIXED = "mixed"


def matching_diagnosis(fact: FactCounts) -> Diagnosis:
    """The first row of the rule that the fact matches, on the counts as they are."""
    return next((diagnosis for diagnosis, matches in _RULE if matches(fact)), Diagnosis.UNDECIDED)


def behaviour_unaided(fact: FactCounts) -> Behaviour:
    """What most gradable draws do unaided; `mixed` when neither declining nor making up has the majority."""
    none = fact.arm(Arm.NONE)
    if 2 * none.not_attempted > none.gradable:
        return Behaviour.DECLINED
    if 2 * none.incorrect > none.gradable:
        return Behaviour.MADE_UP
    return Behaviour.MIXED


def placebo_read(fact: FactCounts) -> bool:
    """Whether the rule for a read error holds with the placebo in the place of the introduction: a false positive.

    A placebo has no placebo of its own, so the comparison against one is left out; what remains is a majority with the
    placebo, none unaided, and P(theta_placebo - theta_none > .10) >= .95. Without that second hurdle the rate is an
    upper bound on the rule's own. A leaked cue does not matter here, an oracle that is not read does.
    """
    return not _is_ungradable(fact, with_arm=Arm.PLACEBO) and _rescued_by(fact, Arm.PLACEBO)


def diagnosis_counts(facts: Sequence[FactCounts]) -> dict[str, int]:
    """How many facts have each diagnosis, zeros included, in the order of `Diagnosis`."""
    counts = Counter(matching_diagnosis(fact) for fact in facts)
    return {diagnosis.value: counts[diagnosis] for diagnosis in Diagnosis}


def is_mostly_correct(counts: ArmCounts) -> bool:
    """Whether more than half of the gradable draws are correct; False when there are none."""
    return 2 * counts.correct > counts.gradable


def above_half(counts: ArmCounts) -> float:
    """P(theta > 1/2) for the arm."""
    return probability_above_half(counts.correct, counts.gradable)


def below_half(counts: ArmCounts) -> float:
    """P(theta < 1/2) for the arm."""
    return probability_below_half(counts.correct, counts.gradable)


def greater(counts: ArmCounts, other: ArmCounts, margin: float) -> float:
    """P(theta - theta_other > margin) for two arms."""
    return probability_greater(counts.correct, counts.gradable, other.correct, other.gradable, margin)


def _is_ungradable(fact: FactCounts, with_arm: Arm = Arm.INTRO) -> bool:
    """The oracle was asked and is not read, or most draws are non-answers unaided or with the arm."""
    if fact.was_asked(Arm.ORACLE) and not is_mostly_correct(fact.arm(Arm.ORACLE)):
        return True
    return any(2 * fact.arm(arm).other > fact.arm(arm).total for arm in (Arm.NONE, with_arm))


def _is_leaked(fact: FactCounts) -> bool:
    return fact.leaked


def _is_known(fact: FactCounts) -> bool:
    none = fact.arm(Arm.NONE)
    return is_mostly_correct(none) and above_half(none) >= SURE_KNOWN and not _is_interference(fact)


def _is_interference(fact: FactCounts) -> bool:
    none, intro = fact.arm(Arm.NONE), fact.arm(Arm.INTRO)
    return is_mostly_correct(none) and intro.gradable > 0 and greater(none, intro, MARGIN) >= SURE


def _rescued_by(fact: FactCounts, arm: Arm) -> bool:
    """Wrong unaided, right with the arm, and better by more than the margin."""
    none, cued = fact.arm(Arm.NONE), fact.arm(arm)
    return (
        none.gradable > 0
        and not is_mostly_correct(none)
        and is_mostly_correct(cued)
        and greater(cued, none, MARGIN) >= SURE
    )


def _is_read_error(fact: FactCounts) -> bool:
    intro, placebo = fact.arm(Arm.INTRO), fact.arm(Arm.PLACEBO)
    return _rescued_by(fact, Arm.INTRO) and placebo.gradable > 0 and greater(intro, placebo, 0.0) >= SURE


def _is_context_generic(fact: FactCounts) -> bool:
    return _rescued_by(fact, Arm.INTRO) and fact.arm(Arm.PLACEBO).gradable > 0 and not _is_read_error(fact)


def _is_misbelief(fact: FactCounts) -> bool:
    return _is_write_error(fact) and all(
        fact.wrong_modes.get(arm, 0) >= SAME_WRONG_SHARE * fact.arm(arm).gradable for arm in (Arm.NONE, Arm.INTRO)
    )


def _is_write_error(fact: FactCounts) -> bool:
    none, intro = fact.arm(Arm.NONE), fact.arm(Arm.INTRO)
    return (
        none.gradable > 0
        and intro.gradable > 0
        and below_half(none) >= SURE
        and below_half(intro) >= SURE
        and is_mostly_correct(fact.arm(Arm.ORACLE))
    )


_RULE: tuple[tuple[Diagnosis, Callable[[FactCounts], bool]], ...] = (
    (Diagnosis.UNGRADABLE, _is_ungradable),
    (Diagnosis.LEAKED, _is_leaked),
    (Diagnosis.KNOWN, _is_known),
    (Diagnosis.INTERFERENCE, _is_interference),
    (Diagnosis.READ_ERROR, _is_read_error),
    (Diagnosis.CONTEXT_GENERIC, _is_context_generic),
    # Rows for a fact only recognised, or only reasoned out, belong here: their arms, recognition and thinking, are not
    # among the arms asked so far. With them a write error also needs recognition at most 4 of 8 and thinking to fail.
    (Diagnosis.MISBELIEF, _is_misbelief),
    (Diagnosis.WRITE_ERROR, _is_write_error),
)
"""Method 5.4, row by row. A misbelief is a special write error, so it is asked first."""
