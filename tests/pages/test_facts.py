"""Facts of a run: what counts, what waits, what was lost."""

import pytest

from app.cues.arms import Arm
from app.cues.records import Leak
from app.pages.facts import asked_facts, facts_of
from app.store import queries
from tests.factories import AskedFact, make_probe, make_run

WRONG = ["incorrect"] * 8
RIGHT = ["correct"] * 8


@pytest.fixture
def facts(database):
    def read(run_id):
        with database.read() as session:
            return facts_of(session, run_id)

    return read


def test_counts_are_sampled_draws_by_label_and_the_greedy_answer_is_not_among_them(database, facts):
    labels = ["correct", "incorrect", "incorrect", "not_attempted", None, "truncated", "correct", "correct"]
    (fact,) = facts(make_run(database, none=labels, greedy="correct"))
    counts = fact.arm(Arm.NONE)
    assert (counts.correct, counts.incorrect, counts.not_attempted, counts.other) == (3, 2, 1, 2)


def test_a_fact_with_an_unfinished_arm_waits_and_is_not_among_the_complete_ones(database, facts):
    run_id = make_run(database, none=RIGHT, intro=["correct"] * 3)
    assert facts(run_id) == []
    with database.read() as session:
        (asked,) = asked_facts(session, queries.get_run(session, run_id))
    assert asked.is_waiting
    assert [arm.waiting for arm in asked.arms] == [0, 5]


def test_the_draws_a_failed_trial_owes_count_as_left_out(database, facts):
    fact = AskedFact(make_probe(), {"none": RIGHT, "intro": ["correct", "correct"]}, failed={"intro": "500"})
    (found,) = facts(make_run(database, [fact], k=8))
    assert (found.arm(Arm.INTRO).correct, found.arm(Arm.INTRO).other) == (2, 6)


def test_only_an_introduction_that_leaks_makes_a_fact_leak(database, facts):
    asked = [
        AskedFact(make_probe("one"), {"none": WRONG, "intro": WRONG}, leak=Leak.LEAKS),
        AskedFact(make_probe("two"), {"none": WRONG, "intro": WRONG}, leak=Leak.CUT),
    ]
    assert [fact.leaked for fact in facts(make_run(database, asked))] == [True, False]


def test_the_commonest_wrong_answer_is_one_and_the_same_over_all_arms(database, facts):
    (fact,) = facts(make_run(database, none=["incorrect"] * 7 + ["correct"], intro=["incorrect"] * 5 + ["correct"] * 3))
    assert fact.wrong_modes == {Arm.NONE: 7, Arm.INTRO: 5}


def test_facts_of_one_article_are_one_cluster_and_a_probe_without_one_clusters_by_its_work(database, facts):
    asked = [
        AskedFact(make_probe("one", wikipedia_title="George Orwell"), {"none": RIGHT}),
        AskedFact(make_probe("two", wikipedia_title=None, work="Ariadne"), {"none": RIGHT}),
    ]
    assert [fact.cluster for fact in facts(make_run(database, asked))] == ["George Orwell", "Ariadne"]
