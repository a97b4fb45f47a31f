"""Intervals of one share against the printed figures of method 6 and the edges."""

import pytest

from app.analysis.intervals import beta_interval, wilson_interval


@pytest.mark.parametrize(
    ("correct", "graded", "low", "high"), [(0, 8, 0.0, 0.32), (5, 8, 0.31, 0.86), (8, 8, 0.68, 1.0)]
)
def test_wilson_agrees_with_the_printed_intervals_of_method_6(correct, graded, low, high):
    assert wilson_interval(correct, graded) == pytest.approx((low, high), abs=0.005)


def test_wilson_agrees_with_wilsons_published_example():
    # 81 of 263 is the first example of Newcombe (1998), Statistics in Medicine 17, 857.
    assert wilson_interval(81, 263, z=1.959964) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(
    ("correct", "graded", "low", "high"),
    [(0, 8, 0.0, 0.26), (1, 8, 0.01, 0.45), (7, 8, 0.55, 0.99), (8, 8, 0.74, 1.0)],
)
def test_beta_interval_gives_the_figures_beside_a_probes_bars(correct, graded, low, high):
    assert beta_interval(correct, graded) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize("interval", [wilson_interval, beta_interval])
@pytest.mark.parametrize("graded", [1, 2, 8, 500])
def test_an_interval_holds_its_share_and_stays_within_0_and_1(interval, graded):
    for correct in {0, 1, graded // 2, graded}:
        low, high = interval(correct, graded)
        assert 0 <= low <= correct / graded <= high <= 1


@pytest.mark.parametrize("interval", [wilson_interval, beta_interval])
def test_no_trials_are_not_a_rate_of_zero(interval):
    with pytest.raises(ValueError, match="no trials is not a rate of zero"):
        interval(0, 0)


@pytest.mark.parametrize("interval", [wilson_interval, beta_interval])
@pytest.mark.parametrize("correct", [-1, 9])
def test_impossible_counts_are_refused(interval, correct):
    with pytest.raises(ValueError, match="not possible"):
        interval(correct, 8)
