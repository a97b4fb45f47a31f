"""The pages as JSON: the same records, described so that programs can rely on them."""

import pytest

from app.config import Settings
from app.web.app import create_app
from tests.factories import AskedFact, ask, make_probe, make_run

RIGHT, WRONG = ["correct"] * 8, ["incorrect"] * 8
READ_ERROR = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}


@pytest.fixture
def get(tmp_path, database):
    app = create_app(Settings(data_dir=tmp_path, database_url=database.url), database)

    def read(path, status=200):
        answer = ask(app, f"/api/v1{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    return read


def test_a_run_answers_with_the_record_its_page_is_made_from(get, database):
    run_id = make_run(database, **READ_ERROR)
    run = get(f"/runs/{run_id}")
    assert run["diagnoses"] == {"read_error": 1}
    none = next(arm for arm in run["arms"] if arm["arm"] == "none")
    assert none["counts"] == {"correct": 0, "incorrect": 8, "not_attempted": 0, "other": 0}
    assert none["correct"]["value"] == 0
    assert run["matrix"]["groups"][0]["rows"][0]["slug"] == "orwell-university"


def test_the_summary_of_a_run_is_the_object_the_command_line_ends_with(get, database):
    run_id = make_run(database, **READ_ERROR)
    summary = get(f"/runs/{run_id}/summary")
    assert (summary["run"], summary["planned"], summary["responses"], summary["failed"]) == (run_id, 36, 36, 0)
    assert set(summary["by_arm"]["none"]) >= {"n", "correct", "incorrect", "not_attempted", "other", "ci_correct"}
    assert set(summary["effects"][0]) == {"name", "estimate", "lo", "hi", "p", "p_adjusted"}


def test_non_answers_are_left_out_of_accuracy(get, database):
    run_id = make_run(database, intro=["correct", "grader_error"])
    assert get(f"/runs/{run_id}/summary")["by_arm"]["intro"]["n"] == 1


def test_filters_and_pages_work_as_on_the_page(get, database):
    facts = [AskedFact(make_probe("a"), READ_ERROR), AskedFact(make_probe("b"), dict.fromkeys(READ_ERROR, RIGHT))]
    run_id = make_run(database, facts)
    matrix = get(f"/runs/{run_id}?diagnosis=known")["matrix"]
    assert [row["slug"] for group in matrix["groups"] for row in group["rows"]] == ["b"]
    assert get("/runs?page=1")["total"] == 1


def test_a_fact_answers_with_its_verdict_and_every_answer(get, database):
    run_id = make_run(database, **READ_ERROR)
    fact = get(f"/runs/{run_id}/probes/orwell-university")
    assert fact["diagnosis"] == "read_error"
    none = next(column for column in fact["columns"] if column["arm"] == "none")
    assert none["answers"][0]["label"] == "incorrect"
    assert none["answers"][0]["draws"] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("path", ["/overview", "/runs", "/probes", "/suites/literature-first", "/models"])
def test_every_list_answers_with_and_without_runs(get, database, path):
    get(path)
    make_run(database, suite="literature-first", **READ_ERROR)
    get(path)


def test_a_probe_answers_with_what_runs_found(get, database):
    run_id = make_run(database, **READ_ERROR)
    assert get("/probes/orwell-university")["runs"][0]["run_id"] == run_id


@pytest.mark.parametrize("path", ["/runs/99", "/runs/99/summary", "/probes/none-such", "/suites/none-such"])
def test_what_is_not_there_is_told_as_json(get, path):
    assert "error" in get(path, status=404)


def test_the_description_names_a_type_for_every_answer(get):
    description = get("/openapi.json")
    pages = {path: page["get"] for path, page in description["paths"].items() if path.startswith("/api/v1")}
    assert {"/api/v1/runs/{run_id}", "/api/v1/overview", "/api/v1/models"} <= set(pages)
    for path, operation in pages.items():
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert "$ref" in schema, path
        assert operation["summary"]
