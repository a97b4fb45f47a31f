"""Rates corrected for a grader's errors: against the binary formula, on the simplex, with both uncertainties."""

import math

import numpy as np
import pytest

from app.analysis.correction import UNINFORMATIVE, Calibrated, bias_adjusted, corrected_rates
from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm

CLASSES = ("correct", "incorrect", "not_attempted")


def facts(*counts, repeat=1):
    """Facts asked unaided with (correct, incorrect, not_attempted) each, every one a cluster of its own."""
    return [FactCounts(f"p{n}", f"c{n}", {Arm.NONE: ArmCounts(*each)}) for n, each in enumerate([*counts] * repeat)]


def human(**given):
    """Calibration from counts, each human class by the grader's label, correct=(90, 10): every answer a probe."""
    return [
        Calibrated(f"{person}-{grader}-{n}", person, grader)
        for person, counts in given.items()
        for grader, times in zip(CLASSES, counts, strict=False)
        for n in range(times)
    ]


def corrected(asked, calibrated, seed=1):
    return corrected_rates(asked, [Arm.NONE], calibrated, seed=seed)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.5, 0.83, 0.9, 1.0])
@pytest.mark.parametrize(("sensitivity", "specificity"), [(1.0, 1.0), (0.9, 0.8), (0.6, 0.55), (0.99, 0.7)])
def test_two_classes_give_the_formula_of_lee_et_al(share, sensitivity, specificity):
    matrix = np.array([[[sensitivity, 1 - sensitivity], [1 - specificity, specificity]]])
    formula = (share + specificity - 1) / (sensitivity + specificity - 1)
    found = bias_adjusted(np.array([[share, 1 - share]]), matrix)[0]
    assert found[0] == pytest.approx(min(1.0, max(0.0, formula)), abs=1e-9)
    assert found.sum() == pytest.approx(1)


def test_three_classes_are_brought_back_exactly_when_the_errors_are_known():
    rng = np.random.default_rng(0)
    matrices = rng.dirichlet([1, 1, 1], size=(200, 3)) * 0.4 + 0.6 * np.eye(3)
    truth = rng.dirichlet([1, 1, 1], size=200)
    assert bias_adjusted(np.einsum("dk,dkj->dj", truth, matrices), matrices) == pytest.approx(truth, abs=1e-6)


def test_shares_that_no_mixture_explains_go_to_the_nearest_point_of_the_simplex():
    rng = np.random.default_rng(1)
    matrix = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.1, 0.7]])
    corners = rng.dirichlet([1, 1, 1], size=60_000)
    for shares in ([0.98, 0.01, 0.01], [0.5, 0.5, 0.0], [0.0, 0.1, 0.9]):
        found = bias_adjusted(np.array([shares]), matrix[np.newaxis])[0]
        assert found.min() >= 0
        assert found.sum() == pytest.approx(1)
        nearest = ((np.array(shares) - corners @ matrix) ** 2).sum(axis=1).min()
        assert ((np.array(shares) - found @ matrix) ** 2).sum() <= nearest + 1e-12


def test_the_binary_interval_is_that_of_the_delta_method_with_both_uncertainties():
    sensitivity, specificity, m, n = 0.9, 0.8, 200, 400
    asked = facts(*[(1, 0, 0)] * 260, *[(0, 1, 0)] * 140)
    arm = corrected(asked, human(correct=(180, 20), incorrect=(40, 160))).arms[0]
    p, gap = 260 / n, sensitivity + specificity - 1
    true = (p + specificity - 1) / gap
    variance = p * (1 - p) / n + (1 - true) ** 2 * specificity * (1 - specificity) / m
    variance = (variance + true**2 * sensitivity * (1 - sensitivity) / m) / gap**2
    assert arm.correct.value == pytest.approx(true)
    assert arm.uncorrected.correct.value == pytest.approx(p)
    half = 1.96 * math.sqrt(variance)
    assert (arm.correct.low, arm.correct.high) == pytest.approx((true - half, true + half), abs=0.015)
    assert arm.incorrect.value == pytest.approx(1 - true)
    assert arm.not_attempted.value == 0


def test_fewer_human_labels_widen_the_interval():
    asked = facts((6, 2, 0), (1, 7, 0), (4, 4, 0), repeat=20)
    wide = corrected(asked, human(correct=(27, 3), incorrect=(3, 27))).arms[0].correct
    narrow = corrected(asked, human(correct=(900, 100), incorrect=(100, 900))).arms[0].correct
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_human_labels_of_few_probes_say_less_than_those_of_many():
    asked = facts((6, 2, 0), (1, 7, 0), (4, 4, 0), repeat=20)
    apart = human(correct=(80, 20), incorrect=(20, 80))
    lumped = [Calibrated(f"{each.person}-{each.grader}", each.person, each.grader) for each in apart]
    wide, narrow = (corrected(asked, each).arms[0].correct for each in (lumped, apart))
    assert wide.value == narrow.value
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_a_grader_that_never_erred_on_30_labels_may_still_err():
    arm = corrected(facts((8, 0, 0), (0, 8, 0), repeat=200), human(correct=(30, 0), incorrect=(0, 30))).arms[0]
    assert arm.correct.value == pytest.approx(0.5)
    assert arm.correct.low < 0.46
    assert arm.correct.high > 0.54


def test_the_same_seed_gives_the_same_intervals():
    asked, labels = (
        facts((5, 2, 1), (1, 6, 1), repeat=9),
        human(correct=(30, 3, 1), incorrect=(2, 40), not_attempted=(1, 1, 33)),
    )
    assert corrected(asked, labels, seed=4) == corrected(asked, labels, seed=4)


def test_below_30_labels_of_a_class_nothing_is_corrected_and_it_says_how_many_are_missing():
    found = corrected(facts((5, 2, 1)), human(correct=(40, 2, 0), incorrect=(0, 29, 0), not_attempted=(0, 0, 4)))
    assert found.missing == {"incorrect": 1, "not_attempted": 26}
    assert found.human_labels == {"correct": 42, "incorrect": 29, "not_attempted": 4}
    assert "fewer than 30" in found.why_not
    assert (found.arms[0].correct, found.arms[0].incorrect, found.arms[0].not_attempted) == (None, None, None)
    assert found.arms[0].uncorrected.correct.value == 5 / 8


def test_without_any_human_label_every_class_is_missing():
    found = corrected(facts((5, 2, 1)), [])
    assert found.missing == dict.fromkeys(CLASSES, 30)


def test_a_class_that_nobody_ever_gave_needs_no_labels():
    found = corrected(facts((5, 3, 0)), human(correct=(40, 2), incorrect=(3, 30)))
    assert found.missing == {}
    assert found.arms[0].correct is not None


def test_a_grader_no_better_than_chance_is_not_corrected():
    found = corrected(facts((5, 3, 0)), human(correct=(20, 20), incorrect=(20, 20)))
    assert found.why_not == UNINFORMATIVE
    assert found.arms[0].correct is None


def test_only_one_label_leaves_nothing_to_correct():
    assert "only one label" in corrected(facts((8, 0, 0)), human(correct=(40,))).why_not
    assert corrected([], []).why_not == "no draw has a gradable label"


def test_an_arm_that_is_all_right_keeps_the_interval_its_facts_give_it():
    found = corrected(facts((8, 0, 0), repeat=12), human(correct=(40, 2), incorrect=(3, 30))).arms[0]
    assert found.correct.value == 1
    assert found.correct.low <= found.uncorrected.correct.low < 1
