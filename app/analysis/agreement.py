"""How far graders agree: confusion of two, raw agreement, and Krippendorff's alpha for any number of them.

Reads labels as graders gave them, None where one gave none; knows no responses. Intervals resample probes, since the
answers to one question are easy or hard to grade together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.intervals import wilson_interval

RESAMPLES = 2_000
FEWEST_PROBES = 5
"""With fewer, resampling probes tells next to nothing: alpha then has no interval, unless graders never differ."""

ONE_LABEL_ONLY = "every label is the same, so no disagreement is to be expected by chance"
NO_COMMON_ANSWER = "no answer has labels of two graders"

_CELLS_AT_ONCE = 60_000
"""Resamples x clusters drawn in one go, as in resampling.py: few enough for the processor's cache."""

_Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rated:
    """Answers of one cluster (a probe) that got the same labels: `labels` has one for each grader, None for none."""

    cluster: str
    labels: tuple[str | None, ...]
    answers: int = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """Share of `answers` that two graders gave the same label, with its 95 % interval over `clusters` probes."""

    value: float
    low: float
    high: float
    answers: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha over `answers` with at least two labels; 1 is perfect, 0 what chance would bring.

    `value` is None where alpha is undefined, and then `why_missing` says why; the interval is None also where too few
    probes leave nothing to resample.
    """

    value: float | None
    low: float | None
    high: float | None
    answers: int
    clusters: int
    why_missing: str | None = None


def confusion(rated: Sequence[Rated], first: int, second: int) -> dict[tuple[str, str], int]:
    """How many answers got which label from the first and which from the second grader, of those both labelled."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in rated:
        one, other = each.labels[first], each.labels[second]
        if one is not None and other is not None:
            counts[one, other] += each.answers
    return dict(counts)


def raw_agreements(rated: Sequence[Rated], pairs: Sequence[tuple[int, int]], *, seed: int) -> list[Agreement | None]:
    """Raw agreement of each pair of graders, None for a pair without a common answer.

    Each answer counts alike. The interval comes from resampling probes and is never narrower than Wilson's over
    answers; where graders agree on all answers or on none, resampling sees no spread, and it is Wilson's over probes.
    """
    table = _table_of(rated)
    if not table.labels:
        return [None] * len(pairs)
    columns = []
    for first, second in pairs:
        one, other = table.codes[:, first], table.codes[:, second]
        both = (one >= 0) & (other >= 0)
        columns += [table.answers * both, table.answers * (both & (one == other))]
    per_cluster = table.by_cluster(columns)
    sums = resampled_sums(per_cluster, np.random.default_rng(seed))
    found: list[Agreement | None] = []
    for pair in range(len(pairs)):
        answers, agreed = (per_cluster[:, 2 * pair + column] for column in (0, 1))
        total, clusters = int(answers.sum()), int(np.count_nonzero(answers))
        if not total:
            found.append(None)
            continue
        value = float(agreed.sum()) / total
        drawn = sums[:, 2 * pair] > 0
        if value in {0.0, 1.0}:
            low, high = wilson_interval(round(value * clusters), clusters)
        elif clusters == 1:
            low, high = 0.0, 1.0
        else:
            ends = _percentiles(sums[drawn, 2 * pair + 1] / sums[drawn, 2 * pair])
            alone = wilson_interval(int(agreed.sum()), total)
            low, high = min(ends[0], alone[0]), max(ends[1], alone[1])
        found.append(Agreement(value, low, high, total, clusters))
    return found


def alphas(rated: Sequence[Rated], groups_of_graders: Sequence[Sequence[int]], *, seed: int) -> list[Alpha]:
    """Krippendorff's alpha, nominal, of each group of graders; missing labels are allowed.

    alpha = 1 - D_o / D_e from the matrix of coincidences: an answer with m labels brings each of its ordered pairs of
    labels with weight 1 / (m - 1); an answer with one label brings none. Source: Krippendorff (2011), Computing
    Krippendorff's Alpha-Reliability. Interval: percentiles over resampled probes; resamples with a single label, where
    alpha is undefined, are left out. Where graders never differ the low end takes Wilson's high end for 0 of G probes
    as the share that could differ and was not seen.
    """
    table = _table_of(rated)
    if not table.labels:
        return [Alpha(None, None, None, 0, 0, NO_COMMON_ANSWER)] * len(groups_of_graders)
    width = 1 + table.labels  # the sum of coincidences of unlike labels, then the number of labels of each kind
    columns, answers, clusters = [], [], []
    for graders in groups_of_graders:
        given = table.codes[:, list(graders)]
        counts = np.stack([(given == label).sum(axis=1) for label in range(table.labels)], axis=1, dtype=np.float64)
        m = counts.sum(axis=1)
        counted = m >= 2
        unlike = (m * m - (counts * counts).sum(axis=1)) / np.maximum(m - 1, 1)
        weights = table.answers * counted
        columns += [weights * unlike, *(weights * counts[:, label] for label in range(table.labels))]
        answers.append(int(weights.sum()))
        clusters.append(len(np.unique(table.cluster[counted])))
    per_cluster = table.by_cluster(columns)
    sums = resampled_sums(per_cluster, np.random.default_rng(seed))
    return [
        _alpha(
            per_cluster[:, group * width : (group + 1) * width],
            sums[:, group * width : (group + 1) * width],
            answers[group],
            clusters[group],
        )
        for group in range(len(groups_of_graders))
    ]


def resampled_sums(per_cluster: _Sums, rng: np.random.Generator, resamples: int = RESAMPLES) -> _Sums:
    """Column sums over clusters drawn with replacement: resamples x columns."""
    groups, columns = per_cluster.shape
    sums = np.zeros((resamples, columns))
    step = max(1, _CELLS_AT_ONCE // max(1, groups))
    for start in range(0, resamples if groups and columns else 0, step):
        rows = min(step, resamples - start)
        picks = rng.integers(0, groups, size=(rows, groups)) + (np.arange(rows) * groups)[:, np.newaxis]
        times = np.bincount(picks.ravel(), minlength=rows * groups).reshape(rows, groups)
        sums[start : start + rows] = times.astype(np.float64) @ per_cluster
    return sums


def _alpha(per_cluster: _Sums, resampled: _Sums, answers: int, clusters: int) -> Alpha:
    """Alpha from the coincidences of one group of graders, by cluster and resampled."""
    if not answers:
        return Alpha(None, None, None, 0, 0, NO_COMMON_ANSWER)
    totals = per_cluster.sum(axis=0, keepdims=True)
    value = float(_alphas_of(totals)[0])
    if np.isnan(value):
        return Alpha(None, None, None, answers, clusters, ONE_LABEL_ONLY)
    if totals[0, 0] == 0:
        n = totals[0, 1:].sum()
        by_chance = 1 - (totals[0, 1:] @ (totals[0, 1:] - 1)) / (n * (n - 1))
        _, unseen = wilson_interval(0, clusters)
        return Alpha(value, max(-1.0, 1 - unseen / float(by_chance)), 1.0, answers, clusters)
    if clusters < FEWEST_PROBES:
        return Alpha(value, None, None, answers, clusters)
    drawn = _alphas_of(resampled)
    low, high = _percentiles(drawn[~np.isnan(drawn)])
    return Alpha(value, min(low, value), max(high, value), answers, clusters)


def _alphas_of(sums: _Sums) -> _Sums:
    """Alpha of each row of sums, nan where only one kind of label occurs."""
    unlike, by_label = sums[:, 0], sums[:, 1:]
    n = by_label.sum(axis=1)
    expected = n * n - (by_label * by_label).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: _Sums = np.where(expected > 0, 1 - (n - 1) * unlike / expected, np.nan)
    return found


def _percentiles(values: _Sums) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class _Table:
    """The records as arrays: each one's cluster, answers, and labels by grader, numbered; -1 for none."""

    cluster: NDArray[np.intp]
    clusters: int
    answers: _Sums
    codes: NDArray[np.int8]
    labels: int

    def by_cluster(self, columns: Sequence[_Sums]) -> _Sums:
        """Sums of columns over the records of each cluster: clusters x columns."""
        sums = np.zeros((self.clusters, len(columns)))
        for place, column in enumerate(columns):
            sums[:, place] = np.bincount(self.cluster, weights=column, minlength=self.clusters)
        return sums


def _table_of(rated: Sequence[Rated]) -> _Table:
    clusters: dict[str, int] = {}
    numbers: dict[str | None, int] = {None: -1}
    cluster = [clusters.setdefault(each.cluster, len(clusters)) for each in rated]
    codes = [[numbers.setdefault(label, len(numbers) - 1) for label in each.labels] for each in rated]
    graders = len(rated[0].labels) if rated else 0
    return _Table(
        np.array(cluster, dtype=np.intp),
        len(clusters),
        np.array([each.answers for each in rated], dtype=np.float64),
        np.array(codes, dtype=np.int8).reshape(len(rated), graders),
        len(numbers) - 1,
    )
