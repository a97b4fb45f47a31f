"""Verdicts: every diagnosis by example, order of the rows, missing arms, words, and simulated models of known truth."""

import numpy as np
import pytest

from app.analysis.diagnosis import Behaviour, Check, Diagnosis, diagnose, diagnosis_counts, placebo_read
from app.analysis.records import ArmCounts, FactCounts
from app.cues.arms import Arm


def fact(leaked=False, wrong_modes=None, **arms):
    """Arms as counts, or as a number of 8 correct with the rest made up."""
    counts = {Arm(arm): x if isinstance(x, ArmCounts) else ArmCounts(x, 8 - x) for arm, x in arms.items()}
    return FactCounts("p", "c", counts, leaked, wrong_modes or {})


DECLINED = ArmCounts(not_attempted=8)


@pytest.mark.parametrize(
    ("given", "diagnosis"),
    [
        (fact(none=8, intro=8, placebo=8, oracle=8), Diagnosis.KNOWN),
        (fact(none=0, intro=7, placebo=1, oracle=8), Diagnosis.READ_ERROR),
        (fact(none=0, intro=7, placebo=7, oracle=8), Diagnosis.CONTEXT_GENERIC),
        (fact(none=0, intro=0, placebo=0, oracle=8), Diagnosis.WRITE_ERROR),
        (fact(none=8, intro=0, placebo=6, oracle=8), Diagnosis.INTERFERENCE),
        (fact(none=5, intro=0, placebo=6, oracle=8), Diagnosis.INTERFERENCE),
        (fact(none=0, intro=7, placebo=1, oracle=4), Diagnosis.UNGRADABLE),
        (fact(none=ArmCounts(3, other=5), intro=7, placebo=1, oracle=8), Diagnosis.UNGRADABLE),
        (fact(none=0, intro=ArmCounts(other=8), placebo=1, oracle=8), Diagnosis.UNGRADABLE),
        (fact(none=ArmCounts(4, other=4), intro=8, placebo=8, oracle=8), Diagnosis.KNOWN),
        (fact(none=0, intro=7, placebo=1, oracle=8, leaked=True), Diagnosis.LEAKED),
        (fact(none=2, intro=6, placebo=5, oracle=8), Diagnosis.UNDECIDED),
    ],
)
def test_each_row_of_the_rule_gives_its_diagnosis(given, diagnosis):
    assert diagnose(given).diagnosis is diagnosis


def test_the_first_matching_row_wins():
    assert diagnose(fact(none=8, intro=8, placebo=8, oracle=0, leaked=True)).diagnosis is Diagnosis.UNGRADABLE
    assert diagnose(fact(none=8, intro=8, placebo=8, oracle=8, leaked=True)).diagnosis is Diagnosis.LEAKED


@pytest.mark.parametrize(("none", "intro", "believed"), [(6, 6, True), (8, 8, True), (5, 8, False), (8, 5, False)])
def test_a_misbelief_is_a_write_error_with_one_wrong_answer_in_three_quarters_of_both_arms(none, intro, believed):
    given = fact(none=0, intro=0, placebo=0, oracle=8, wrong_modes={Arm.NONE: none, Arm.INTRO: intro})
    assert (diagnose(given).diagnosis is Diagnosis.MISBELIEF) is believed
    assert diagnose(given).behaviour is Behaviour.MADE_UP


def test_one_wrong_answer_alone_does_not_make_a_known_or_undecided_fact_a_misbelief():
    modes = {Arm.NONE: 6, Arm.INTRO: 6}
    assert diagnose(fact(none=2, intro=2, placebo=0, oracle=8, wrong_modes=modes)).diagnosis is Diagnosis.UNDECIDED


@pytest.mark.parametrize(
    ("none", "behaviour"),
    [
        (DECLINED, Behaviour.DECLINED),
        (ArmCounts(incorrect=5, not_attempted=3), Behaviour.MADE_UP),
        (ArmCounts(incorrect=4, not_attempted=4), Behaviour.MIXED),
    ],
)
def test_a_write_error_is_split_by_what_is_done_unaided(none, behaviour):
    assert diagnose(fact(none=none, intro=0, placebo=0, oracle=8)).behaviour is behaviour


def test_other_diagnoses_have_no_behaviour():
    assert diagnose(fact(none=0, intro=7, placebo=1, oracle=8)).behaviour is None


@pytest.mark.parametrize(
    ("given", "diagnosis"),
    [
        (fact(none=0, intro=8, placebo=0), Diagnosis.READ_ERROR),
        (fact(none=0, intro=0, placebo=0), Diagnosis.UNDECIDED),
        (fact(none=0, intro=8, oracle=8), Diagnosis.UNDECIDED),
        (fact(none=0, oracle=8), Diagnosis.UNDECIDED),
        (fact(none=8), Diagnosis.KNOWN),
        (fact(intro=8, oracle=8), Diagnosis.UNDECIDED),
        (fact(), Diagnosis.UNDECIDED),
        (fact(none=0, intro=8, placebo=ArmCounts(other=8), oracle=8), Diagnosis.UNDECIDED),
    ],
)
def test_an_arm_that_was_not_asked_cannot_speak(given, diagnosis):
    assert diagnose(given).diagnosis is diagnosis


def test_a_fact_that_waits_for_planned_draws_is_undecided_and_says_so():
    given = fact(none=ArmCounts(incorrect=5), intro=8, placebo=0, oracle=8)
    verdict = diagnose(given, k=8)
    assert verdict.diagnosis is Diagnosis.UNDECIDED
    assert verdict.sentence == "Undecided: draws are still missing (none 5 of 8)."
    assert diagnose(given).diagnosis is Diagnosis.READ_ERROR
    assert diagnose(fact(none=0, intro=8, placebo=0, oracle=8), k=8).diagnosis is Diagnosis.READ_ERROR


def test_a_read_error_is_explained_in_one_sentence_with_its_checks():
    verdict = diagnose(fact(none=0, intro=7, placebo=1, oracle=8))
    assert verdict.sentence == (
        "Read error: 0 of 8 right unaided, 7 of 8 with an introduction that does not say it, "
        "1 of 8 with an unrelated one."
    )
    assert verdict.checks == (
        Check("cue beats unaided by over 10 points: P > .999, needs .95", passed=True),
        Check("cue beats placebo: P .999, needs .95", passed=True),
        Check("oracle read: 8 of 8", passed=True),
        Check("cue clean: L0 to L2", passed=True),
    )


def test_an_undecided_fact_shows_which_check_failed():
    verdict = diagnose(fact(none=0, intro=4, placebo=0, oracle=8))
    assert verdict.diagnosis is Diagnosis.UNDECIDED
    assert [check.text for check in verdict.checks if check.passed is False] == [
        "right with the cue in over half: 4 of 8",
        "right less often than not with the cue: P .500, needs .95",
    ]


def test_a_check_without_draws_is_neither_passed_nor_failed():
    checks = {check.text: check.passed for check in diagnose(fact(none=0, intro=8)).checks}
    assert checks["cue beats placebo: no graded draw to tell from"] is None
    assert checks["oracle read: not asked"] is None


@pytest.mark.parametrize("right", range(9))
def test_a_probability_that_fails_never_reads_as_if_it_met_its_threshold(right):
    for none in range(5):
        for check in diagnose(fact(none=none, intro=right, placebo=4, oracle=8)).checks:
            if ": P ." in check.text and "needs ." in check.text:
                shown, needed = (float(part.split(",")[0]) for part in check.text.split(": P ")[1].split(" needs "))
                assert (shown >= needed) is check.passed


EVERY = [
    fact(none=8, intro=8, placebo=8, oracle=8),
    fact(none=0, intro=7, placebo=1, oracle=8),
    fact(none=0, intro=7, placebo=7, oracle=8),
    fact(none=0, intro=1, placebo=0, oracle=8),
    fact(none=0, intro=0, placebo=0, oracle=8, wrong_modes={Arm.NONE: 8, Arm.INTRO: 7}),
    fact(none=8, intro=0, placebo=6, oracle=8),
    fact(none=0, intro=7, placebo=1, oracle=3),
    fact(none=ArmCounts(other=8), intro=7, placebo=1, oracle=8),
    fact(none=0, intro=7, placebo=1, oracle=8, leaked=True),
    fact(none=2, intro=6, placebo=5, oracle=8),
    fact(none=2, intro=6),
    fact(),
]


@pytest.mark.parametrize("given", EVERY)
def test_every_sentence_names_its_diagnosis_and_ends_like_one(given):
    verdict = diagnose(given)
    openings = {"context_generic": "Any context helps", "leaked": "Cue leaks"}
    opening = openings.get(verdict.diagnosis, verdict.diagnosis.replace("_", " ").capitalize())
    assert verdict.sentence.startswith(opening)
    assert verdict.sentence.endswith(".")
    assert verdict.checks


def test_the_failed_check_of_an_ungradable_or_leaked_fact_is_the_reason():
    oracle_fails, no_grades, leaks = (diagnose(EVERY[index]) for index in (6, 7, 8))
    assert Check("oracle read: 3 of 8", passed=False) in oracle_fails.checks
    assert Check("draws with a grade unaided: 0 of 8, needs half", passed=False) in no_grades.checks
    assert Check("cue clean: L0 to L2", passed=False) in leaks.checks


def test_counts_of_diagnoses_name_every_diagnosis_in_a_fixed_order():
    counts = diagnosis_counts(EVERY)
    assert list(counts) == [diagnosis.value for diagnosis in Diagnosis]
    assert (counts["known"], counts["ungradable"], counts["undecided"], counts["read_error_reasoned"]) == (1, 2, 3, 0)
    assert set(diagnosis_counts([]).values()) == {0}


def test_a_placebo_read_is_the_rule_with_the_placebo_in_place_of_the_cue():
    assert placebo_read(fact(none=0, intro=0, placebo=5, oracle=8))
    assert not placebo_read(fact(none=2, intro=0, placebo=6, oracle=8))
    assert not placebo_read(fact(none=0, intro=8, placebo=4, oracle=8))
    assert not placebo_read(fact(none=0, intro=8, placebo=8, oracle=2))
    assert not placebo_read(fact(none=0, intro=8, oracle=8))


def simulated(none, intro, placebo, facts=300, k=8, oracle=0.99):
    """Facts of a model whose every draw is right with the arm's probability."""
    rng = np.random.default_rng(11)
    arms = {Arm.NONE: none, Arm.INTRO: intro, Arm.PLACEBO: placebo, Arm.ORACLE: oracle}
    draws = {arm: rng.binomial(k, p, size=facts) for arm, p in arms.items()}
    return [
        FactCounts(f"p{i}", f"c{i}", {arm: ArmCounts(int(x[i]), k - int(x[i])) for arm, x in draws.items()})
        for i in range(facts)
    ]


@pytest.mark.parametrize(
    ("truth", "diagnosis", "least"),
    [
        ((0.98, 0.98, 0.98), "known", 0.99),
        ((0.02, 0.95, 0.02), "read_error", 0.99),
        ((0.02, 0.02, 0.02), "write_error", 0.95),
        ((0.98, 0.05, 0.98), "interference", 0.99),
        ((0.02, 0.95, 0.95), "context_generic", 0.9),
    ],
)
def test_models_of_known_truth_come_out_as_what_they_are(truth, diagnosis, least):
    assert diagnosis_counts(simulated(*truth))[diagnosis] >= least * 300


@pytest.mark.parametrize("p", [0.25, 0.5])
def test_guessers_whom_no_context_helps_are_left_undecided_and_hardly_ever_called_read_errors(p):
    counts = diagnosis_counts(simulated(p, p, p))
    assert counts["undecided"] == max(counts.values())
    assert counts["read_error"] + counts["context_generic"] <= 0.05 * 300


def test_a_model_that_cannot_read_is_ungradable():
    assert diagnosis_counts(simulated(0.1, 0.1, 0.1, oracle=0.1))["ungradable"] >= 0.99 * 300
