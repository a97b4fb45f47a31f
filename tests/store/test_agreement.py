"""Grades read for agreement: which of them stand, and what labels rest on, in both databases."""

import pytest

from app.config import RESOURCES
from app.grading.records import Grade, Label
from app.store import agreement, results
from app.store.agreement import Pattern, Rater
from app.store.grades import add_grades
from app.store.session import open_database
from tests.factories import AskedFact, make_probe, make_run

MATCHER, JUDGE, ANNA, BEN = (
    Rater("matcher", None),
    Rater("judge", "wren"),
    Rater("person", "anna"),
    Rater("person", "ben"),
)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    """An empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'agreement.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, RESOURCES / "migrations")
    yield opened
    opened.close()


def grade(store, run_id, given):
    """Add grades to a run's answers, by the number of the answer: [(1, JUDGE, "correct"), ...]."""
    with store.write() as session:
        trials = [trial.id for trial in results.trial_states(session, run_id)]
        ids = [response.id for response in results.responses_of_trials(session, trials) if response.draw]
        add_grades(
            session,
            [
                (
                    ids[at - 1],
                    Grade(Label(label) if label else None, rater.grader, "1", "said so", graded_by=rater.graded_by),
                )
                for at, rater, label in given
            ],
        )
    return ids


def test_of_each_grader_only_the_newest_grade_stands_and_a_persons_can_be_taken_back(store):
    run_id = make_run(store, none=["correct", "correct", None, "incorrect"])
    ids = grade(
        store,
        run_id,
        [
            (1, JUDGE, "incorrect"), (1, JUDGE, "correct"), (1, ANNA, "incorrect"), (1, ANNA, None),
            (2, JUDGE, "incorrect"), (3, JUDGE, "not_attempted"), (3, ANNA, "truncated"), (4, JUDGE, "grader_error"),
        ],
    )  # fmt: skip
    with store.read() as session:
        raters = agreement.raters(session, run_id)
        assert raters == [MATCHER, JUDGE, ANNA]
        patterns = agreement.label_patterns(session, run_id, raters)
        assert agreement.label_patterns(session, None, raters) == patterns
        differ = agreement.responses_labelled(session, run_id, (MATCHER, ""), (JUDGE, ""))
        cell = agreement.responses_labelled(session, None, (MATCHER, "correct"), (JUDGE, "correct"))
        cut = agreement.responses_labelled(session, None, (JUDGE, ""), (ANNA, "truncated"))
        (answer,) = agreement.answers_with_questions(session, differ)
    assert sorted(patterns, key=str) == sorted(
        [
            Pattern("orwell-university", ("correct", "correct", None), 1),
            Pattern("orwell-university", ("correct", "incorrect", None), 1),
            Pattern("orwell-university", (None, "not_attempted", "truncated"), 1),
            Pattern("orwell-university", ("incorrect", None, None), 1),
        ],
        key=str,
    )
    assert (differ, cell, cut) == ([ids[1]], [ids[0]], [ids[2]])
    assert (answer.slug, answer.answer) == ("orwell-university", "No")


def test_a_label_rests_on_people_then_the_matcher_then_the_judge(store):
    run_id = make_run(store, none=["correct", "incorrect", None, None, None, "correct"])
    grade(
        store,
        run_id,
        [
            (1, JUDGE, "incorrect"), (2, ANNA, "correct"), (3, JUDGE, "correct"), (4, JUDGE, "correct"),
            (4, ANNA, "incorrect"), (4, ANNA, None), (6, BEN, "correct"), (6, ANNA, "correct"),
        ],
    )  # fmt: skip
    with store.read() as session:
        found = agreement.labels_by_grader(session, run_id)
        beside = agreement.grades_beside_people(session, run_id)
    assert [
        (each.grader, each.probe, each.arm, each.label, each.labels) for each in found if each.grader == "judge"
    ] == [("judge", "orwell-university", "none", "correct", 2)]
    assert {each.graded_by: each.labels for each in found if each.grader != "judge"} == {None: 1, "anna": 2}
    assert sum(each.labels for each in found) == 5
    assert len({each.grade.response_id for each in beside}) == 3


def test_a_matcher_that_became_unsure_carries_no_label_any_more(store):
    run_id = make_run(store, none=["correct", "correct"])
    grade(store, run_id, [(1, MATCHER, None), (1, JUDGE, "incorrect")])
    with store.read() as session:
        found = agreement.labels_by_grader(session, run_id)
    assert [(each.grader, each.label, each.labels) for each in found] == [
        ("judge", "incorrect", 1),
        ("matcher", None, 1),
    ]


def test_greedy_answers_are_compared_and_rest_on_nobody(store):
    run_id = make_run(store, [AskedFact(make_probe(), {"none": ["correct"]})])
    with store.read() as session:
        assert sum(each.labels for each in agreement.labels_by_grader(session, run_id)) == 1
        assert agreement.newest_regraded_run(session) == run_id
