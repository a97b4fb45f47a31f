"""What pages read of runs, in both databases."""

import pytest

from app.config import RESOURCES
from app.grading.records import Grade, Label
from app.store import queries, results
from app.store.grades import add_grades
from app.store.session import open_database
from app.store.tables import RunRow
from tests.factories import AskedFact, make_probe, make_run


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    """An empty database of either kind."""
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'results.db'}" if is_file else request.getfixturevalue("postgres_url")
    opened = open_database(url, RESOURCES / "migrations")
    yield opened
    opened.close()


def test_options_are_counted_by_probe_where_they_are_shown(store):
    choices = make_probe().choices
    facts = [AskedFact(make_probe(f"p-{n}", choices=choices[:n]), {"none": ["correct"]}) for n in (3, 4)]
    free, shown = make_run(store, facts), make_run(store, facts)
    with store.write() as session:
        queries.get_run(session, shown).answer_format = "choice"
    with store.read() as session:
        assert results.options_shown(session, queries.get_run(session, free)) == {}
        assert results.options_shown(session, queries.get_run(session, shown)) == {3: 1, 4: 1}


def test_a_free_and_direct_run_comes_before_newer_ones_in_another_form(store):
    free, reverse, choice = (make_run(store, none=["correct"]) for _ in range(3))
    with store.write() as session:
        queries.get_run(session, reverse).direction = "reverse"
        queries.get_run(session, choice).answer_format = "choice"
    with store.read() as session:
        model_id = queries.get_run(session, free).model_id
        assert [run.id for run in results.runs_of_model(session, model_id, 9)] == [free, choice, reverse]


def test_a_grader_is_counted_once_for_an_answer_and_not_where_its_grade_was_replaced(store):
    run_id = make_run(store, none=["correct", "incorrect"], greedy=None)
    with store.write() as session:
        trials = [trial.id for trial in results.trial_states(session, run_id)]
        ids = [answer.id for answer in results.responses_of_trials(session, trials)]
        given = [
            (ids[0], Grade(Label.CORRECT, "judge", "1", "so", graded_by=name)) for name in ("wren", "wren", "stork")
        ]
        add_grades(session, [*given, (ids[1], Grade(Label.INCORRECT, "matcher", "2", "so"))])
    with store.read() as session:
        assert results.graders_of_run(session, run_id) == [("judge", "1", 1), ("matcher", "1", 1), ("matcher", "2", 1)]


def test_a_model_is_shown_with_its_newest_free_run_or_with_its_newest_of_all(database):
    free = make_run(database, none=["correct"])
    choice = make_run(database, none=["correct"])
    other = make_run(database, none=["correct"], model="stork-7b-chat")
    with database.write() as session:
        for run in (choice, other):
            session.get(RunRow, run).answer_format = "choice"
    with database.read() as session:
        uses = results.models_by_use(session)
    assert {use.model.served_name: (use.runs, use.newest_run_id) for use in uses} == {
        "heron-1.5b-instruct": (2, free),
        "stork-7b-chat": (1, other),
    }
