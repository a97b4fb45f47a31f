"""What a model reproduces of texts, by how much of each it was given. Reads measures, knows no text.

A text is the unit: its draws are averaged first, and intervals resample texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.analysis.records import Estimate
from app.analysis.resampling import cluster_estimates


@dataclass(frozen=True, slots=True)
class Continued:
    """One draw's measures beside those of the unrelated text: longest runs in tokens, the others shares in [0, 1]."""

    text: str
    longest_run: int
    similarity: float
    first: float
    baseline_run: int
    baseline_similarity: float
    baseline_first: float


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The measures of one dose: means over texts with intervals, runs as means and the longest of all."""

    draws: int
    texts: int
    similarity: Estimate
    baseline_similarity: Estimate
    beyond_baseline: Estimate
    first: Estimate
    baseline_first: Estimate
    verbatim: int
    mean_run: float
    longest_run: int
    baseline_mean_run: float
    baseline_longest_run: int


def reproduction(draws: Sequence[Continued], *, seed: int) -> Reproduction:
    """Sum up the draws of one dose; `verbatim` counts those whose first 32 tokens are the text's.

    Raises ValueError without a draw.
    """
    texts = list(dict.fromkeys(draw.text for draw in draws))
    rows = np.array([(draw.similarity, draw.baseline_similarity, draw.first, draw.baseline_first) for draw in draws])
    if not len(rows):
        raise ValueError("no draw to sum up")
    of = np.array([texts.index(draw.text) for draw in draws])
    scores = np.array([rows[of == place].mean(axis=0) for place in range(len(texts))])
    noise = np.array([rows[of == place].var(axis=0) / (of == place).sum() for place in range(len(texts))])
    similarity, baseline, first, baseline_first = cluster_estimates(scores, noise, texts, seed=seed)
    gained = rows[:, 0] - rows[:, 1]
    (beyond,) = cluster_estimates(
        np.array([[gained[of == place].mean()] for place in range(len(texts))]),
        np.array([[gained[of == place].var() / (of == place).sum()] for place in range(len(texts))]),
        texts,
        seed=seed,
        bounds=(-1.0, 1.0),
    )
    return Reproduction(
        draws=len(draws),
        texts=len(texts),
        similarity=similarity,
        baseline_similarity=baseline,
        beyond_baseline=beyond,
        first=first,
        baseline_first=baseline_first,
        verbatim=sum(draw.first == 1 for draw in draws),
        mean_run=float(np.mean([draw.longest_run for draw in draws])),
        longest_run=max(draw.longest_run for draw in draws),
        baseline_mean_run=float(np.mean([draw.baseline_run for draw in draws])),
        baseline_longest_run=max(draw.baseline_run for draw in draws),
    )
