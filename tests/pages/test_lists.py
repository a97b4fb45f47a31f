"""Runs, models and the overview: which run is shown, and what stands beside it."""

from datetime import timedelta

import pytest

from app.pages.models import models_page
from app.pages.overview import overview_page
from app.pages.runs import PER_PAGE, runs_page
from tests.factories import MOMENT, AskedFact, make_probe, make_run

RIGHT, WRONG = ["correct"] * 8, ["incorrect"] * 8
READ_ERROR = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}


@pytest.fixture
def session(database):
    with database.read() as session:
        yield session


def test_runs_come_newest_first_and_only_finished_ones_have_an_effect(database, session):
    done = make_run(database, **READ_ERROR)
    paused = make_run(database, status="paused", **READ_ERROR)
    page = runs_page(session)
    assert [(run.id, run.status) for run in page.runs] == [(paused, "paused"), (done, "done")]
    assert page.runs[0].effect is None
    assert page.runs[1].effect.value == 1.0
    assert page.runs[1].effect.n == 1


def test_runs_come_25_a_page(database, session):
    for _ in range(PER_PAGE + 1):
        make_run(database, none=["correct"], k=1)
    first, second = runs_page(session), runs_page(session, 2)
    assert (len(first.runs), first.pages, first.previous_url, first.next_url) == (25, 2, None, "/runs?page=2")
    assert (len(second.runs), second.previous_url, second.next_url) == (1, "/runs?page=1", None)


def test_a_run_that_lost_its_process_says_so_in_the_list(database, session):
    make_run(database, none=["correct"], k=8)
    late = MOMENT + timedelta(days=365)
    assert runs_page(session, now=late).runs[0].status == "interrupted"


def test_the_overview_shows_the_newest_run_of_the_model_used_last(database, session):
    make_run(database, model="stork", none=RIGHT)
    make_run(database, model="wren", none=WRONG)
    newest = make_run(database, model="stork", **READ_ERROR)
    page = overview_page(session)
    assert (page.run.id, page.run.model) == (newest, "stork")
    assert [model.name for model in page.models] == ["stork", "wren"]
    assert overview_page(session, page.models[1].id).run.model == "wren"


def test_before_a_run_has_begun_the_overview_is_empty(database, session):
    make_run(database, status="planned", none=RIGHT)
    assert overview_page(session).run is None


def test_a_run_that_was_only_planned_does_not_hide_the_one_before(database, session):
    begun = make_run(database, none=RIGHT)
    make_run(database, status="planned", none=RIGHT)
    assert overview_page(session).run.id == begun


def test_what_was_made_up_is_unaided_and_each_of_another_fact(database, session):
    facts = [AskedFact(make_probe(slug), {"none": WRONG, "intro": WRONG}, wrong=f"lied of {slug}") for slug in "abcdef"]
    make_run(database, facts)
    lines = overview_page(session).made_up
    assert [line.question for line in lines] == [f"Did the hero of {slug} go to university?" for slug in "fedc"]
    assert lines[0].spans[1].text == "lied of f"
    assert lines[0].truth == "No"


def test_models_show_what_their_server_can_do_and_not_asked_is_not_no(database, session):
    run_id = make_run(database, **READ_ERROR)
    (model,) = models_page(session).models
    able = {capability.name: capability.value for capability in model.capabilities}
    assert (able["n"], able["json_schema"]) == (True, None)
    assert (model.runs, model.newest_run_url) == (1, f"/runs/{run_id}")
    assert "".join(model.finding).startswith("Of 1 fact heron-1.5b-instruct knows 0.")
