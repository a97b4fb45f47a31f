"""The printed tables of method 5.4 and 6, each cell through the real rule."""

import itertools
from functools import cache

import pytest
from scipy import stats

from app.analysis.diagnosis import Diagnosis, diagnose
from app.analysis.posterior import probability_greater
from app.analysis.records import ArmCounts, FactCounts
from app.analysis.rule import is_mostly_correct, matching_diagnosis
from app.cues.arms import Arm


def fact_of(k, none, intro, placebo=0, oracle=None, leaked=False):
    """A fact with so many correct of k in each arm, the rest made up; the oracle is read unless told otherwise."""
    right = {Arm.NONE: none, Arm.INTRO: intro, Arm.PLACEBO: placebo, Arm.ORACLE: k if oracle is None else oracle}
    return FactCounts("p", "c", {arm: ArmCounts(correct=x, incorrect=k - x) for arm, x in right.items()}, leaked)


@cache
def diagnosed(k, none, intro, placebo):
    return matching_diagnosis(fact_of(k, none, intro, placebo))


def least_intro_for_read(k, none, placebo):
    return next((x for x in range(k + 1) if diagnosed(k, none, x, placebo) is Diagnosis.READ_ERROR), None)


@pytest.mark.parametrize(("k", "needed"), [(8, 6), (16, 10)])
def test_known_needs_as_many_right_as_the_table_says(k, needed):
    known = [x for x in range(k + 1) if diagnosed(k, x, k, 0) is Diagnosis.KNOWN]
    assert known == list(range(needed, k + 1))


def test_five_of_eight_unaided_is_undecided():
    assert diagnosed(8, 5, 5, 4) is Diagnosis.UNDECIDED


@pytest.mark.parametrize(("k", "most"), [(8, 1), (16, 4)])
def test_a_write_error_allows_as_many_right_as_the_table_says_in_both_arms(k, most):
    written = {
        (none, intro)
        for none, intro in itertools.product(range(k + 1), repeat=2)
        if diagnosed(k, none, intro, 0) is Diagnosis.WRITE_ERROR
    }
    assert written == set(itertools.product(range(most + 1), repeat=2))


@pytest.mark.parametrize(("k", "least"), [(8, [5, 5, 7, 7, 8]), (16, [9, 9, 9, 10, 11, 12, 13, 14, 14])])
def test_a_read_error_needs_as_many_right_with_the_cue_as_the_table_says_for_each_count_unaided(k, least):
    assert [least_intro_for_read(k, none, 0) for none in range(k // 2 + 1)] == least


def test_a_read_error_needs_as_many_right_with_the_cue_as_the_table_says_for_each_placebo_count():
    assert [least_intro_for_read(8, 0, placebo) for placebo in range(9)] == [5, 5, 6, 7, 8, 8, None, None, None]


@pytest.mark.parametrize("k", [8, 16])
def test_a_fact_mostly_right_unaided_is_never_a_read_error(k):
    assert all(least_intro_for_read(k, none, 0) is None for none in range(k // 2 + 1, k + 1))


READ_SHARES = [
    ((0.1, 0.1, 0.1), 0.002, 0.000, 0.000),
    ((0.3, 0.3, 0.3), 0.009, 0.005, 0.002),
    ((0.5, 0.5, 0.5), 0.014, 0.007, 0.004),
    ((0.6, 0.6, 0.6), 0.012, 0.007, 0.005),
    ((0.1, 0.6, 0.6), 0.070, 0.037, 0.054),
    ((0.1, 0.8, 0.8), 0.071, 0.038, 0.060),
    ((0.2, 0.6, 0.2), 0.161, 0.251, 0.444),
    ((0.1, 0.8, 0.1), 0.563, 0.827, 0.982),
    ((0.1, 0.8, 0.3), 0.420, 0.597, 0.914),
    ((0.1, 0.95, 0.1), 0.843, 0.983, 1.000),
]
"""Truth none / intro / placebo and the exact share called a read error for k = 4, 8, 16.

The columns for 8 and 16 are those printed in method 6. The one it prints for 4 is another: what comes out when 4 of 4
is not taken to beat 2 of 4, see the test after the next.
"""


def read_share(k, truth, is_read):
    weights = [stats.binom.pmf(range(k + 1), k, p) for p in truth]
    return sum(
        weights[0][none] * weights[1][intro] * weights[2][placebo]
        for none, intro, placebo in itertools.product(range(k + 1), repeat=3)
        if is_read(none, intro, placebo)
    )


@pytest.mark.parametrize(("column", "k"), [(1, 4), (2, 8), (3, 16)])
def test_the_share_called_a_read_error_is_that_of_the_exact_enumeration(column, k):
    for row in READ_SHARES:
        share = read_share(k, row[0], lambda *right: diagnosed(k, *right) is Diagnosis.READ_ERROR)
        assert share == pytest.approx(row[column], abs=0.0005 + 1e-6), row[0]


def test_the_printed_column_for_four_draws_follows_from_one_comparison_taken_as_failed():
    # P(theta_C > theta_P) for 4 of 4 against 2 of 4 is .9517 and holds; a grid of 2,000 points gives .9497.
    assert probability_greater(4, 4, 2, 4) == pytest.approx(0.95171, abs=5e-6)
    printed = [0.002, 0.008, 0.007, 0.004, 0.028, 0.011, 0.145, 0.544, 0.317, 0.805]
    for (truth, *_), expected in zip(READ_SHARES, printed, strict=True):
        share = read_share(
            4,
            truth,
            lambda none, intro, placebo: (
                diagnosed(4, none, intro, placebo) is Diagnosis.READ_ERROR and (intro, placebo) != (4, 2)
            ),
        )
        assert share == pytest.approx(expected, abs=0.0005 + 1e-6), truth


@pytest.mark.parametrize(
    ("p", "one_task", "one_against_one"),
    [
        (0.20, 0.010, 0.010),
        (0.30, 0.058, 0.055),
        (0.40, 0.174, 0.144),
        (0.50, 0.363, 0.231),
        (0.60, 0.594, 0.241),
        (0.70, 0.806, 0.156),
        (0.80, 0.944, 0.053),
        (0.90, 0.995, 0.005),
    ],
)
def test_a_majority_of_eight_draws_passes_as_often_as_the_rule_check_table_says(p, one_task, one_against_one):
    weights = stats.binom.pmf(range(9), 8, p)
    passes = sum(w for x, w in enumerate(weights) if is_mostly_correct(ArmCounts(correct=x, incorrect=8 - x)))
    assert passes == pytest.approx(one_task, abs=0.0005 + 1e-6)
    assert passes * (1 - passes) == pytest.approx(one_against_one, abs=0.0005 + 1e-6)


def test_the_whole_verdict_agrees_with_the_rule():
    for right in itertools.product(range(9), repeat=3):
        assert diagnose(fact_of(8, *right)).diagnosis is diagnosed(8, *right)
