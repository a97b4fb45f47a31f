"""Intervals and p values by resampling clusters of facts (method 5.5). Reads scores per fact, knows no labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.analysis.intervals import wilson_interval
from app.analysis.records import Estimate

RESAMPLES = 10_000
EXACT_CLUSTERS = 16
"""Up to so many clusters all 2 ** G sign flips are enumerated."""

_CELLS_AT_ONCE = 60_000
"""Resamples x clusters drawn in one go: few enough for the processor's cache, which is 10 times faster at scale."""

Scores = NDArray[np.float64]


def cluster_estimates(
    scores: Scores,
    draw_variances: Scores,
    clusters: Sequence[str],
    *,
    seed: int,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> list[Estimate]:
    """Mean over facts of each column of `scores`, with the 95 % percentile interval of a two-stage bootstrap.

    `scores` is facts x columns; `draw_variances` has the same shape and holds each score's variance over its own draws
    (0 where there is nothing to redraw); `clusters` names each fact's cluster; every score lies within `bounds`.
    Clusters are resampled with replacement. The second stage, redrawing each chosen fact's answers, enters through its
    sum: a normal with the exact mean and variance of the sum of binomials it stands for, since drawing 10,000 x facts
    binomials per arm is too slow for a page. Raises ValueError when there is no fact.
    """
    facts, columns = scores.shape
    if facts == 0:
        raise ValueError("no fact to estimate from")
    membership, groups = _cluster_index(clusters)
    values = scores.mean(axis=0)
    per_cluster = np.zeros((groups, 1 + 2 * columns))
    np.add.at(per_cluster, membership, np.hstack([np.ones((facts, 1)), scores, draw_variances]))

    rng = np.random.default_rng(seed)
    sums = _resampled_sums(per_cluster, rng)
    chosen, totals, variances = sums[:, :1], sums[:, 1 : 1 + columns], sums[:, 1 + columns :]
    noise = rng.standard_normal(totals.shape) * np.sqrt(np.maximum(variances, 0.0))
    means = np.clip((totals + noise) / chosen, *bounds)
    lows, highs = np.percentile(means, [2.5, 97.5], axis=0)

    estimates = []
    for column in range(columns):
        value, low, high = float(values[column]), float(lows[column]), float(highs[column])
        unvaried = bool(np.ptp(scores[:, column]) == 0 and not draw_variances[:, column].any())
        if groups == 1 or unvaried:
            low, high = _unseen_interval(value, groups, bounds)
        estimates.append(Estimate(value, low, high, facts, groups))
    return estimates


def share_estimate(hits: Sequence[bool], clusters: Sequence[str], *, seed: int) -> Estimate:
    """Share of facts that are hits: Wilson's interval when every fact is its own cluster, else the cluster bootstrap.

    Raises ValueError when there is no fact.
    """
    groups = len(set(clusters))
    if groups == len(hits) and hits:
        low, high = wilson_interval(sum(hits), len(hits))
        return Estimate(sum(hits) / len(hits), low, high, len(hits), groups)
    scores = np.asarray(hits, dtype=np.float64).reshape(-1, 1)
    return cluster_estimates(scores, np.zeros_like(scores), clusters, seed=seed)[0]


def sign_flip_p(differences: Sequence[float] | Scores, clusters: Sequence[str], *, seed: int) -> float:
    """Two-sided p of "the mean paired difference is 0", by flipping the sign of whole clusters.

    Exact up to 16 clusters, else 10,000 random flips counted with the observed one, so that p is never 0.
    """
    membership, groups = _cluster_index(clusters)
    totals = np.bincount(membership, weights=np.asarray(differences, dtype=np.float64), minlength=groups)
    tolerance = 1e-9 * max(1.0, float(np.abs(totals).sum()))
    observed = abs(float(totals.sum())) - tolerance
    if groups <= EXACT_CLUSTERS:
        flipped = np.zeros(1)
        for total in totals:
            flipped = np.concatenate([flipped + total, flipped - total])
        return float(np.mean(np.abs(flipped) >= observed))
    # Clusters of equal size flip alike, so their sum is one binomial draw: few draws even for thousands of clusters.
    sizes, counts = np.unique(np.abs(totals).round(12), return_counts=True)
    rng = np.random.default_rng(seed)
    flipped = np.zeros(RESAMPLES)
    for size, count in zip(sizes, counts, strict=True):
        if size > 0:
            flipped += size * (2 * rng.binomial(count, 0.5, size=RESAMPLES) - count)
    return float((1 + np.count_nonzero(np.abs(flipped) >= observed)) / (1 + RESAMPLES))


def _cluster_index(clusters: Sequence[str]) -> tuple[NDArray[np.intp], int]:
    """Each fact's cluster as a number, in order of first mention, and how many clusters there are."""
    numbers: dict[str, int] = {}
    membership = [numbers.setdefault(cluster, len(numbers)) for cluster in clusters]
    return np.array(membership, dtype=np.intp), len(numbers)


def _resampled_sums(per_cluster: Scores, rng: np.random.Generator) -> Scores:
    """Column sums over clusters drawn with replacement: resamples x columns."""
    groups = per_cluster.shape[0]
    sums = np.empty((RESAMPLES, per_cluster.shape[1]))
    step = max(1, _CELLS_AT_ONCE // groups)
    for start in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - start)
        picks = rng.integers(0, groups, size=(rows, groups), dtype=np.int32).astype(np.intp)
        picks += (np.arange(rows) * groups)[:, np.newaxis]
        times = np.bincount(picks.ravel(), minlength=rows * groups).reshape(rows, groups)
        sums[start : start + rows] = times.astype(np.float64) @ per_cluster
    return sums


def _unseen_interval(value: float, groups: int, bounds: tuple[float, float]) -> tuple[float, float]:
    """The interval where resampling sees no spread: all facts score alike, or there is but one cluster.

    A bootstrap would answer with a width of nothing. Wilson's high end u for 0 of G clusters bounds the share of
    clusters that could be otherwise and were not seen; these can pull the mean at most u of the way to either bound.
    For a share of 0 or 1 this is Wilson's interval over clusters.
    """
    _, unseen = wilson_interval(0, groups)
    floor, ceiling = bounds
    return value - unseen * (value - floor), value + unseen * (ceiling - value)
