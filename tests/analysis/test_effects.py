"""Paired effects: pairing, families, when tests are shown, and the exact tests' printed values."""

import pytest

from app.analysis.effects import (
    OVERCLAIM,
    benjamini_hochberg,
    effects,
    holm,
    mcnemar_exact,
    paired_effect,
)
from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm
from app.grading.records import Label


def fact(name, cluster=None, **right):
    """So many of 8 correct in each arm named, the rest made up."""
    arms = {Arm(arm): ArmCounts(correct=x, incorrect=8 - x) for arm, x in right.items()}
    return FactCounts(name, cluster or name, arms)


READERS = [fact(f"r{index}", none=0, intro=8, placebo=0, oracle=8) for index in range(20)]


def test_an_effect_is_the_mean_difference_over_facts_asked_in_both_arms():
    facts = [fact("a", intro=8, placebo=4), fact("b", intro=6, placebo=6), fact("c", intro=8), fact("d", placebo=8)]
    effect = paired_effect(facts, "intro − placebo", Arm.INTRO, Arm.PLACEBO, seed=0)
    assert effect.estimate == pytest.approx(0.25)
    assert effect.low <= 0.25 <= effect.high
    assert (effect.n, effect.clusters, effect.p, effect.p_adjusted, effect.primary) == (2, 2, 1.0, None, False)


def test_an_effect_without_a_pair_is_none():
    assert paired_effect([fact("a", intro=8)], "x", Arm.INTRO, Arm.NONE, seed=0) is None
    assert paired_effect([], "x", Arm.INTRO, Arm.NONE, seed=0) is None


def test_an_effect_can_be_on_made_up_answers():
    effect = paired_effect([fact("a", none=6, intro=2)], "x", Arm.INTRO, Arm.NONE, seed=0, label=Label.INCORRECT)
    assert effect.estimate == 0.5


def test_effects_of_readers_are_the_whole_way_in_accuracy_and_no_overclaim_is_named():
    found = {effect.name: effect for effect in effects(READERS, seed=0, tests=True)}
    assert list(found) == ["intro − placebo", "intro − none", "placebo − none", "oracle − none"]
    assert found["intro − placebo"].primary
    assert found["intro − placebo"].estimate == 1
    assert found["intro − placebo"].p < 0.001
    assert found["placebo − none"].estimate == 0
    assert found["placebo − none"].p == 1


def test_overclaim_is_measured_on_write_errors_alone():
    declining = {
        Arm.NONE: ArmCounts(not_attempted=8),
        Arm.INTRO: ArmCounts(incorrect=6, not_attempted=2),
        Arm.PLACEBO: ArmCounts(not_attempted=8),
        Arm.ORACLE: ArmCounts(correct=8),
    }
    facts = [*READERS, *(FactCounts(f"w{index}", f"w{index}", declining) for index in range(6))]
    overclaim = {effect.name: effect for effect in effects(facts, seed=0, tests=True)}[OVERCLAIM]
    assert overclaim.primary
    assert overclaim.n == 6
    assert overclaim.estimate == pytest.approx(0.75)
    assert overclaim.p == pytest.approx(2 / 2**6)
    assert overclaim.p_adjusted == pytest.approx(2 / 2**6)


def test_effects_of_arms_that_were_not_asked_are_left_out():
    assert [effect.name for effect in effects([fact("a", none=1, intro=5)], seed=0, tests=True)] == ["intro − none"]
    assert effects([], seed=0, tests=True) == []


def test_before_the_planned_n_there_are_intervals_but_no_tests():
    found = effects(READERS, seed=0, tests=False)
    assert all(effect.p is None and effect.p_adjusted is None for effect in found)
    assert all(effect.low < effect.high for effect in found)


def test_every_shown_p_is_adjusted_within_its_family():
    found = effects(READERS, seed=0, tests=True)
    exploratory = [effect for effect in found if not effect.primary]
    assert [effect.p_adjusted for effect in exploratory] == benjamini_hochberg([effect.p for effect in exploratory])
    assert all(effect.p_adjusted >= effect.p for effect in found)


def test_holm_multiplies_by_what_is_left_and_never_falls():
    # By hand: .01 * 4, .03 * 3, .03 (.04 * 2 = .08 is below .09), and .5 * 1.
    assert holm([0.04, 0.01, 0.5, 0.03]) == pytest.approx([0.09, 0.04, 0.5, 0.09])
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []


def test_benjamini_hochberg_gives_its_published_example():
    # Benjamini and Hochberg (1995), section 4: at 5 % the four smallest of these fifteen are rejected.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    adjusted = benjamini_hochberg(p)
    assert [value <= 0.05 for value in adjusted] == [True] * 4 + [False] * 11
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)
    assert benjamini_hochberg([0.04, 0.01, 0.03]) == pytest.approx([0.04, 0.03, 0.04])
    assert benjamini_hochberg([]) == []


@pytest.mark.parametrize(
    ("b", "c", "p"), [(5, 0, 0.0625), (6, 0, 0.031), (8, 1, 0.039), (10, 2, 0.039), (15, 5, 0.041), (30, 15, 0.036)]
)
def test_exact_mcnemar_gives_the_printed_values(b, c, p):
    assert mcnemar_exact(b, c) == mcnemar_exact(c, b) == pytest.approx(p, abs=0.0005)


def test_mcnemar_without_discordant_facts_or_with_as_many_on_both_sides_is_1():
    assert mcnemar_exact(0, 0) == 1
    assert mcnemar_exact(4, 4) == 1
    with pytest.raises(ValueError, match="not counts"):
        mcnemar_exact(-1, 2)
