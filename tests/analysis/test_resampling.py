"""The bootstrap against a literal two-stage one and the sign-flip test against hand-worked values."""

import numpy as np
import pytest

from app.analysis.intervals import wilson_interval
from app.analysis.resampling import cluster_estimates, share_estimate, sign_flip_p


def estimate(right, k, clusters, seed=0):
    """The mean of right / k over facts, each with the variance of its own k draws."""
    shares = np.array(right, dtype=float) / k
    return cluster_estimates(shares[:, None], (shares * (1 - shares) / k)[:, None], clusters, seed=seed)[0]


def literal_bootstrap(right, k, clusters, resamples=4000):
    """Clusters drawn with replacement, then every draw of every chosen fact redrawn, one resample after the other."""
    rng = np.random.default_rng(7)
    names = sorted(set(clusters))
    members = {name: [x for x, cluster in zip(right, clusters, strict=True) if cluster == name] for name in names}
    means = []
    for _ in range(resamples):
        chosen = [x for name in rng.choice(names, size=len(names)) for x in members[name]]
        means.append(np.mean(rng.binomial(k, np.array(chosen) / k) / k))
    return np.percentile(means, [2.5, 97.5])


@pytest.mark.parametrize("facts_per_cluster", [1, 3])
def test_the_interval_agrees_with_redrawing_clusters_and_draws_one_by_one(facts_per_cluster):
    rng = np.random.default_rng(1)
    right = rng.binomial(8, rng.beta(0.5, 0.5, size=30)).tolist()
    clusters = [f"c{index // facts_per_cluster}" for index in range(30)]
    found = estimate(right, 8, clusters)
    assert (found.low, found.high) == pytest.approx(literal_bootstrap(right, 8, clusters), abs=0.015)
    assert found.value == pytest.approx(np.mean(right) / 8)
    assert (found.n, found.clusters) == (30, 30 // facts_per_cluster)


def test_facts_of_one_article_that_stand_or_fall_together_widen_the_interval():
    right = [0] * 15 + [8] * 15
    alone = estimate(right, 8, [f"c{index}" for index in range(30)])
    together = estimate(right, 8, [f"c{index // 5}" for index in range(30)])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_the_same_seed_gives_the_same_interval_and_another_seed_nearly_the_same():
    right, clusters = [0, 1, 3, 8, 8, 2, 7, 5], list("abcdefgh")
    assert estimate(right, 8, clusters, seed=5) == estimate(right, 8, clusters, seed=5)
    assert estimate(right, 8, clusters, seed=6).low == pytest.approx(estimate(right, 8, clusters, seed=5).low, abs=0.02)


@pytest.mark.parametrize(("right", "value"), [([0] * 20, 0.0), ([8] * 20, 1.0)])
def test_all_or_none_right_is_not_certainty_but_wilsons_interval_over_clusters(right, value):
    found = estimate(right, 8, [f"c{index // 2}" for index in range(20)])
    assert found.value == value
    assert (found.low, found.high) == pytest.approx(wilson_interval(round(10 * value), 10))


def test_one_cluster_tells_little_of_any_other():
    found = estimate([4, 4, 4], 8, ["same"] * 3)
    assert found.low < 0.15
    assert found.high > 0.85


def test_differences_without_spread_still_have_a_width():
    zeros = np.zeros((40, 1))
    found = cluster_estimates(zeros, zeros, [str(index) for index in range(40)], seed=0, bounds=(-1.0, 1.0))[0]
    assert found.value == 0
    assert -found.low == found.high == pytest.approx(wilson_interval(0, 40)[1])


def test_no_facts_are_refused():
    with pytest.raises(ValueError, match="no fact"):
        share_estimate([], [], seed=0)


def test_a_share_of_independent_facts_has_wilsons_interval():
    found = share_estimate([True] * 5 + [False] * 3, list("abcdefgh"), seed=0)
    assert (found.low, found.high) == pytest.approx(wilson_interval(5, 8))


def test_a_share_of_clustered_facts_is_resampled_by_cluster():
    found = share_estimate([True] * 5 + [False] * 5, list("aaaaabbbbb"), seed=0)
    assert (found.low, found.high) == (0.0, 1.0)


def test_up_to_16_clusters_every_flip_is_counted():
    # Of the 2 ** 5 flips of five equal differences only all plus and all minus are as far from 0: 2 / 32.
    assert sign_flip_p([0.5] * 5, list("abcde"), seed=0) == pytest.approx(0.0625)
    # 1 and 2 against -1: flips of (1, 2, -1) sum to 4, 2, 2, 0, 0, -2, -2, -4, and six of eight are at least 2 away.
    assert sign_flip_p([1, 2, -1], list("abc"), seed=0) == pytest.approx(0.75)


def test_facts_of_one_cluster_are_flipped_together():
    assert sign_flip_p([0.5] * 5, list("aabbb"), seed=0) == pytest.approx(0.5)


def test_no_difference_anywhere_has_a_p_of_1():
    assert sign_flip_p([0.0] * 4, list("abcd"), seed=0) == 1
    assert sign_flip_p([0.0] * 40, [str(index) for index in range(40)], seed=0) == 1


def test_random_flips_agree_with_the_exact_count_and_never_give_0():
    rng = np.random.default_rng(3)
    clusters = [str(index) for index in range(17)]
    differences = rng.integers(-8, 9, size=17) / 8
    signs = 1 - 2 * ((np.arange(2**17)[:, None] >> np.arange(17)) & 1)
    exact = np.mean(np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9)
    assert sign_flip_p(differences, clusters, seed=0) == pytest.approx(exact, abs=0.02)
    assert sign_flip_p([1.0] * 200, [str(index) for index in range(200)], seed=0) == pytest.approx(1 / 10_001)
