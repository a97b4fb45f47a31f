"""Paired differences between two arms, fact by fact, with intervals and p values (method 5.5).

Two families: the primary one (introduction against placebo in accuracy, and made-up answers with against without the
introduction on facts never written) is adjusted by Holm, the exploratory one by Benjamini-Hochberg.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scipy import special  # not stats, which takes a second to import

from app.analysis.rates import label_shares
from app.analysis.records import Estimate, FactCounts
from app.analysis.resampling import Scores, cluster_estimates, sign_flip_p
from app.analysis.rule import NEVER_WRITTEN, matching_diagnosis
from app.cues.arms import Arm
from app.grading.records import Label

OVERCLAIM = "intro − none, made up on write errors"
"""Name of the one effect that is not about accuracy."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean over facts of arm minus baseline, in [-1, 1], with its 95 % interval over `n` facts in `clusters` clusters.

    `p` is two-sided; `p_adjusted` is p within its family. Both are None where no test was made.
    """

    name: str
    arm: Arm
    baseline: Arm
    estimate: float
    low: float
    high: float
    n: int
    clusters: int
    p: float | None
    p_adjusted: float | None
    primary: bool


def effects(facts: Sequence[FactCounts], *, seed: int, tests: bool) -> list[Effect]:
    """Every effect whose two arms were asked, primary first; an effect without facts is left out.

    With `tests` False (a run still going, or short of its planned n) all p are None: method 5.5, looking early.
    """
    never_written = [fact for fact in facts if matching_diagnosis(fact) in NEVER_WRITTEN]
    primary = [
        paired_effect(facts, "intro − placebo", Arm.INTRO, Arm.PLACEBO, seed=seed),
        paired_effect(never_written, OVERCLAIM, Arm.INTRO, Arm.NONE, seed=seed, label=Label.INCORRECT),
    ]
    exploratory = [
        paired_effect(facts, f"{arm} − {Arm.NONE}", arm, Arm.NONE, seed=seed)
        for arm in (Arm.INTRO, Arm.PLACEBO, Arm.ORACLE)
    ]
    found_primary = [replace(effect, primary=True) for effect in primary if effect]
    found_exploratory = [effect for effect in exploratory if effect]
    if not tests:
        return [replace(effect, p=None) for effect in found_primary + found_exploratory]
    return _adjusted(found_primary, holm) + _adjusted(found_exploratory, benjamini_hochberg)


def paired_effect(
    facts: Sequence[FactCounts], name: str, arm: Arm, baseline: Arm, *, seed: int, label: Label = Label.CORRECT
) -> Effect | None:
    """The effect in the share of `label`, over facts with gradable draws in both arms; None when there is no such fact.

    It belongs to no family yet: `p` is unadjusted, `p_adjusted` None and `primary` False.
    """
    estimate = paired_difference(facts, arm, baseline, seed=seed, label=label)
    if estimate is None:
        return None
    paired = _paired(facts, arm, baseline)
    differences, _ = _differences(paired, arm, baseline, label)
    return Effect(
        name=name,
        arm=arm,
        baseline=baseline,
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        clusters=estimate.clusters,
        p=sign_flip_p(differences, [fact.cluster for fact in paired], seed=seed),
        p_adjusted=None,
        primary=False,
    )


def paired_difference(
    facts: Sequence[FactCounts], arm: Arm, baseline: Arm, *, seed: int, label: Label = Label.CORRECT
) -> Estimate | None:
    """Mean over facts of the label's share in `arm` minus that in `baseline`; None when no fact has both."""
    paired = _paired(facts, arm, baseline)
    if not paired:
        return None
    differences, variances = _differences(paired, arm, baseline, label)
    clusters = [fact.cluster for fact in paired]
    bounds = (-1.0, 1.0)
    return cluster_estimates(differences[:, None], variances[:, None], clusters, seed=seed, bounds=bounds)[0]


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided exact McNemar p for b facts right only in the one arm and c only in the other; 1 when both are 0.

    The binomial test of b against b + c at one half. Source: McNemar (1947), doi:10.1007/BF02295996.
    Raises ValueError for a negative count.
    """
    if b < 0 or c < 0:
        raise ValueError(f"{b} and {c} discordant facts are not counts")
    return min(1.0, 2 * float(special.bdtr(min(b, c), b + c, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Family-wise adjusted p in the order given. Source: Holm (1979), jstor.org/stable/4615733."""
    adjusted, highest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(_ascending(p_values)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """False-discovery-rate adjusted p in the order given. Source: doi:10.1111/j.2517-6161.1995.tb02031.x."""
    adjusted, lowest = [0.0] * len(p_values), 1.0
    for place, index in reversed(list(enumerate(_ascending(p_values), start=1))):
        lowest = min(lowest, len(p_values) / place * p_values[index])
        adjusted[index] = lowest
    return adjusted


def _ascending(p_values: Sequence[float]) -> list[int]:
    return sorted(range(len(p_values)), key=p_values.__getitem__)


def _adjusted(family: Sequence[Effect], adjust: Callable[[Sequence[float]], list[float]]) -> list[Effect]:
    p_values = [effect.p for effect in family if effect.p is not None]
    return [replace(effect, p_adjusted=p) for effect, p in zip(family, adjust(p_values), strict=True)]


def _paired(facts: Sequence[FactCounts], arm: Arm, baseline: Arm) -> list[FactCounts]:
    return [fact for fact in facts if fact.arm(arm).gradable and fact.arm(baseline).gradable]


def _differences(paired: Sequence[FactCounts], arm: Arm, baseline: Arm, label: Label) -> tuple[Scores, Scores]:
    """Each fact's difference in the label's share, and its variance over the draws of both arms."""
    shares, variances = label_shares([fact.arm(arm) for fact in paired], label)
    baseline_shares, baseline_variances = label_shares([fact.arm(baseline) for fact in paired], label)
    return shares - baseline_shares, variances + baseline_variances
