"""Rates per arm: what counts, what is left out, and the edges."""

import pytest

from app.analysis.intervals import wilson_interval
from app.analysis.rates import arm_rates
from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm
from app.grading.records import Label


def fact(name, counts, cluster=None, arm=Arm.NONE):
    return FactCounts(name, cluster or name, {arm: counts})


def test_a_rate_is_the_mean_of_item_scores_and_not_of_draws():
    facts = [fact("a", ArmCounts(correct=8)), fact("b", ArmCounts(incorrect=1, not_attempted=1))]
    rates = arm_rates(facts, Arm.NONE, seed=0)
    assert rates.correct.value == 0.5
    assert rates.incorrect.value == rates.not_attempted.value == 0.25
    assert (rates.facts, rates.draws, rates.correct.n, rates.correct.clusters) == (2, 10, 2, 2)


def test_non_answers_are_left_out_of_rates_and_counted_beside_them():
    facts = [fact("a", ArmCounts(correct=4, other=4)), fact("b", ArmCounts(other=8))]
    rates = arm_rates(facts, Arm.NONE, seed=0)
    assert rates.correct.value == 1
    assert (rates.facts, rates.draws, rates.other) == (1, 4, 12)


@pytest.mark.parametrize("facts", [[], [fact("a", ArmCounts(other=8))], [fact("a", ArmCounts(8), arm=Arm.INTRO)]])
def test_an_arm_without_a_gradable_draw_has_no_rates(facts):
    assert arm_rates(facts, Arm.NONE, seed=0) is None


def test_one_draw_per_independent_fact_has_wilsons_interval():
    facts = [fact(f"f{index}", ArmCounts(correct=index < 5, incorrect=index >= 5)) for index in range(8)]
    rates = arm_rates(facts, Arm.NONE, seed=0)
    assert (rates.correct.low, rates.correct.high) == pytest.approx(wilson_interval(5, 8))
    assert (rates.not_attempted.low, rates.not_attempted.high) == pytest.approx(wilson_interval(0, 8))


def test_one_draw_per_fact_of_shared_articles_is_resampled_by_article():
    facts = [
        fact(f"f{index}", ArmCounts(correct=index < 4, incorrect=index >= 4), f"c{index // 2}") for index in range(8)
    ]
    rates = arm_rates(facts, Arm.NONE, seed=0)
    assert rates.correct.clusters == 4
    assert (rates.correct.low, rates.correct.high) != pytest.approx(wilson_interval(4, 8), abs=0.02)


@pytest.mark.parametrize(("counts", "value"), [(ArmCounts(correct=8), 1.0), (ArmCounts(incorrect=8), 0.0)])
def test_all_or_none_right_keeps_an_honest_width(counts, value):
    rates = arm_rates([fact(f"f{index}", counts) for index in range(48)], Arm.NONE, seed=0)
    assert rates.correct.value == value
    assert rates.correct.high - rates.correct.low == pytest.approx(0.074, abs=0.001)


def test_every_interval_holds_its_value():
    facts = [fact(f"f{index}", ArmCounts(index % 9, 8 - index % 9)) for index in range(30)]
    rates = arm_rates(facts, Arm.NONE, seed=0)
    for each in (rates.correct, rates.incorrect, rates.not_attempted):
        assert 0 <= each.low <= each.value <= each.high <= 1


def test_counts_are_given_for_gradable_labels_only():
    counts = ArmCounts(correct=1, incorrect=2, not_attempted=3, other=4)
    assert (counts.gradable, counts.total) == (6, 10)
    assert [counts.count(label) for label in (Label.CORRECT, Label.INCORRECT, Label.NOT_ATTEMPTED)] == [1, 2, 3]
    with pytest.raises(ValueError, match="not a gradable label"):
        counts.count(Label.TRUNCATED)
