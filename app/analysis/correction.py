"""Rates of an arm freed of the errors that a grader is known to make, from answers that people labelled too (5.1, 5.5).

The people's labels must be of answers drawn at random: of answers chosen because graders differ they would show a worse
grader than there is. How often a grader errs is taken to be the same in every arm, since it is never told the arm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.analysis.agreement import resampled_sums
from app.analysis.rates import ArmRates, arm_rates
from app.analysis.records import Estimate, FactCounts
from app.cues.arms import Arm
from app.grading.records import GRADABLE, Label

LABELS_NEEDED = 30
"""Human labels of each class below which rates stay uncorrected (method 5.5)."""

UNINFORMATIVE = "people’s labels show that the graders do not tell the labels apart better than chance"

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Sampled answers of one cluster (a probe) that a person and the grader labelled, both with gradable labels."""

    cluster: str
    person: str
    grader: str
    answers: int = 1


@dataclass(frozen=True, slots=True)
class CorrectedRates:
    """Shares of the gradable labels of one arm as the grader gave them, and corrected; None for an uncorrected one."""

    arm: Arm
    uncorrected: ArmRates
    correct: Estimate | None
    incorrect: Estimate | None
    not_attempted: Estimate | None


@dataclass(frozen=True, slots=True)
class Correction:
    """The arms of a run with their rates corrected.

    `human_labels` counts people's labels by class, `missing` how many more each class needs; with any missing nothing
    is corrected, and `why_not` says why nothing is.
    """

    arms: tuple[CorrectedRates, ...]
    human_labels: Mapping[str, int]
    missing: Mapping[str, int]
    why_not: str | None


def bias_adjusted(shares: _Array, misclassified: _Array) -> _Array:
    """The true shares behind `shares` of a grader's labels: draws x classes in, draws x classes out, on the simplex.

    `misclassified` (draws x classes x classes) holds, for each true class in a row, how often the grader gives which
    label. The true shares s solve shares = s @ misclassified; where that has a negative share they are the point of
    the simplex whose labels come nearest, found on its faces. For two classes this is the estimator
    (share + specificity - 1) / (sensitivity + specificity - 1), cut to [0, 1], of Lee et al., arXiv:2511.21140.
    """
    draws, classes = shares.shape
    found, error = np.zeros((draws, classes)), np.full(draws, np.inf)
    open_ = np.arange(draws)
    for size in range(classes, 0, -1):
        for face in combinations(range(classes), size):
            on_face = _on_face(shares[open_], misclassified[open_], list(face))
            distance = ((shares[open_] - np.einsum("dk,dkj->dj", on_face, misclassified[open_])) ** 2).sum(axis=1)
            better = (on_face.min(axis=1) >= -1e-9) & (distance < error[open_])
            found[open_[better]], error[open_[better]] = on_face[better], distance[better]
        if size == classes:
            open_ = np.flatnonzero(np.isinf(error))  # a solution inside the simplex leaves no error
    found = np.clip(found, 0.0, 1.0)
    adjusted: _Array = found / found.sum(axis=1, keepdims=True)
    return adjusted


def corrected_rates(
    facts: Sequence[FactCounts], arms: Sequence[Arm], calibrated: Sequence[Calibrated], *, seed: int
) -> Correction:
    """Rates of the arms corrected by the people's labels; `facts` count the grader's labels, without any of people's.

    A class that neither people nor the grader ever gave is left out of the matrix. Interval: percentiles of a bootstrap
    in which both sides vary: the probes of the human labels are resampled, and independently of them each arm's
    clusters and the draws within. One answer for each entry of the matrix is resampled along with the human labels, as
    Lee et al. add one to every count: an error that 30 labels do not show may still be there.
    """
    rates = [rate for arm in arms if (rate := arm_rates(facts, arm, seed=seed))]
    given = {label: sum(fact.arm(rate.arm).count(label) for fact in facts for rate in rates) for label in GRADABLE}
    human = {label: sum(each.answers for each in calibrated if each.person == label) for label in GRADABLE}
    graded = {label: sum(each.answers for each in calibrated if each.grader == label) for label in GRADABLE}
    classes = [label for label in GRADABLE if given[label] or human[label] or graded[label]]
    missing = {
        label.value: LABELS_NEEDED - human[label]
        for label in classes
        if human[label] < LABELS_NEEDED and len(classes) > 1
    }
    labels = {label.value: human[label] for label in GRADABLE}
    why_not = _why_not(rates, classes, missing)
    if why_not is None:
        matrix = _misclassified(_counts_by_cluster(calibrated, classes).sum(axis=0), len(classes))[0]
        if not _is_informative(matrix):
            why_not = UNINFORMATIVE
    if why_not is not None:
        uncorrected = tuple(CorrectedRates(rate.arm, rate, None, None, None) for rate in rates)
        return Correction(uncorrected, labels, missing, why_not)
    rng = np.random.default_rng(seed)
    drawn = _drawn_matrices(calibrated, classes, matrix, rng)
    return Correction(
        tuple(_corrected(facts, rate, classes, matrix, drawn=drawn, rng=rng) for rate in rates), labels, missing, None
    )


def _why_not(rates: Sequence[ArmRates], classes: Sequence[Label], missing: Mapping[str, int]) -> str | None:
    if not rates:
        return "no draw has a gradable label"
    if len(classes) < 2:
        return "there is only one label, so there is nothing to correct"
    if missing:
        return f"fewer than {LABELS_NEEDED} human labels of a class"
    return None


def _corrected(
    facts: Sequence[FactCounts],
    rates: ArmRates,
    classes: Sequence[Label],
    matrix: _Array,
    *,
    drawn: _Array,
    rng: np.random.Generator,
) -> CorrectedRates:
    """One arm's corrected shares with their intervals."""
    by_label = dict(zip(GRADABLE, (rates.correct, rates.incorrect, rates.not_attempted), strict=True))
    shares = np.array([[by_label[label].value for label in classes]])
    values = bias_adjusted(shares, matrix[np.newaxis])[0]
    lows, highs = np.percentile(
        bias_adjusted(_drawn_shares(facts, rates.arm, classes, rng), drawn), [2.5, 97.5], axis=0
    )
    found: dict[Label, Estimate] = {}
    for label in GRADABLE:
        plain = by_label[label]
        if label not in classes:
            found[label] = plain
            continue
        place = classes.index(label)
        value, low, high = float(values[place]), float(lows[place]), float(highs[place])
        if plain.value in {0.0, 1.0}:  # the facts show no spread; their own interval says what that may hide
            low, high = min(low, plain.low), max(high, plain.high)
        found[label] = Estimate(value, min(low, value), max(high, value), plain.n, plain.clusters)
    return CorrectedRates(rates.arm, rates, *(found[label] for label in GRADABLE))


def _drawn_shares(facts: Sequence[FactCounts], arm: Arm, classes: Sequence[Label], rng: np.random.Generator) -> _Array:
    """Mean shares of an arm's facts in a two-stage bootstrap: clusters redrawn, then the draws of each fact.

    The second stage enters through the sums of the facts' multinomial covariances, as in resampling.py; here labels
    must vary together, since they are corrected together.
    """
    counted = [fact for fact in facts if fact.arm(arm).gradable]
    numbers: dict[str, int] = {}
    cluster = [numbers.setdefault(fact.cluster, len(numbers)) for fact in counted]
    counts = np.array([[fact.arm(arm).count(label) for label in classes] for fact in counted], dtype=np.float64)
    k, width = counts.sum(axis=1, keepdims=True), len(classes)
    shares = counts / k
    own = np.einsum("fi,ij->fij", shares, np.eye(width)) - np.einsum("fi,fj->fij", shares, shares)
    per_fact = np.hstack([np.ones_like(k), shares, (own / k[:, :, np.newaxis]).reshape(len(counted), -1)])
    per_cluster = np.zeros((len(numbers), per_fact.shape[1]))
    np.add.at(per_cluster, cluster, per_fact)
    sums = resampled_sums(per_cluster, rng)
    chosen, totals, covariances = sums[:, :1], sums[:, 1 : 1 + width], sums[:, 1 + width :].reshape(-1, width, width)
    sizes, axes = np.linalg.eigh(covariances)
    steps = rng.standard_normal(totals.shape) * np.sqrt(np.maximum(sizes, 0.0))
    means = np.clip((totals + np.einsum("dij,dj->di", axes, steps)) / chosen, 0.0, 1.0)
    drawn: _Array = means / means.sum(axis=1, keepdims=True)
    return drawn


def _drawn_matrices(
    calibrated: Sequence[Calibrated], classes: Sequence[Label], matrix: _Array, rng: np.random.Generator
) -> _Array:
    """Matrices of misclassification from resampled probes and one more answer for each entry."""
    width = len(classes)
    by_cluster = np.vstack([_counts_by_cluster(calibrated, classes), np.eye(width * width)])
    return _misclassified(resampled_sums(by_cluster, rng), width, otherwise=matrix)


def _counts_by_cluster(calibrated: Sequence[Calibrated], classes: Sequence[Label]) -> _Array:
    """Clusters x (human class, grader's label): how many answers."""
    place = {label.value: n for n, label in enumerate(classes)}
    numbers: dict[str, int] = {}
    cluster = [numbers.setdefault(each.cluster, len(numbers)) for each in calibrated]
    counts = np.zeros((len(numbers), len(classes) ** 2))
    for row, each in zip(cluster, calibrated, strict=True):
        counts[row, place[each.person] * len(classes) + place[each.grader]] += each.answers
    return counts


def _misclassified(counts: _Array, width: int, otherwise: _Array | None = None) -> _Array:
    """Counts as shares of each human class; a class that a resample has lost keeps the shares it had."""
    matrices = counts.reshape(-1, width, width)
    of_class = matrices.sum(axis=2, keepdims=True)
    rows: _Array = matrices / np.maximum(of_class, 1e-12)
    return rows if otherwise is None else np.where(of_class > 0, rows, otherwise)


def _is_informative(matrix: _Array) -> bool:
    """Whether every label is given to its own class more often than to any other, and no class is a mix of the rest.

    For two classes: sensitivity and specificity add up to more than 1.
    """
    own = np.diag(matrix)
    others = np.where(np.eye(len(matrix), dtype=bool), -np.inf, matrix).max(axis=0)
    return bool((own > others).all() and np.linalg.det(matrix) > 1e-6)


def _on_face(shares: _Array, misclassified: _Array, face: Sequence[int]) -> _Array:
    """For each draw the point nearest to its labels on the plane through some corners of the simplex."""
    draws, classes = shares.shape
    point = np.zeros((draws, classes))
    corner, rest = face[0], face[1:]
    if rest:
        edges = misclassified[:, rest] - misclassified[:, [corner]]
        gram = np.einsum("dik,djk->dij", edges, edges) + 1e-12 * np.eye(len(rest))
        reach = np.einsum("dik,dk->di", edges, shares - misclassified[:, corner])
        point[:, rest] = np.linalg.solve(gram, reach[:, :, np.newaxis])[:, :, 0]
    point[:, corner] = 1 - point.sum(axis=1)
    return point
