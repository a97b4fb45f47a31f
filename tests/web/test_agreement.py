"""The pages of agreement as a browser and a program get them."""

import csv
import html
import json
import re

import pytest

from app.config import Settings
from app.grading.records import Grade, Label
from app.store import results
from app.store.grades import add_grades
from app.web.app import create_app
from tests.factories import ask, make_run

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def get(tmp_path, database):
    app = create_app(Settings(data_dir=tmp_path, database_url=database.url), database)
    return lambda path: ask(app, path, headers={"Accept": "text/html"})


@pytest.fixture
def graded(database):
    """A run whose judge differs from the matcher on one answer of four."""
    run_id = make_run(database, none=["correct", "incorrect", "not_attempted", None])
    with database.write() as session:
        trials = [trial.id for trial in results.trial_states(session, run_id)]
        answers = [each for each in results.responses_of_trials(session, trials) if each.draw]
        labels = ("correct", "correct", "not_attempted", "incorrect")
        add_grades(
            session,
            [
                (answer.id, Grade(Label(label), "judge", "1", f"because {EVIL}", graded_by=f"wren {EVIL}"))
                for answer, label in zip(answers, labels, strict=True)
            ],
        )
    return run_id


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_before_any_grade_the_page_says_what_to_do(get, database):
    page = plain(get("/agreement").text)
    assert "Nothing has been graded yet" in page
    assert "cueprobe grade RUN --judge MODEL" in page
    run_id = make_run(database, none=["correct"])
    assert f"cueprobe grade {run_id} --judge MODEL" in plain(get("/agreement").text)


def test_every_number_of_the_confusion_leads_to_as_many_answers(get, graded):
    page = get(f"/agreement?run={graded}").text
    assert EVIL not in page
    links = re.findall(r'<a href="(/agreement/answers[^"]*_label[^"]*)" aria-label="(\d+):', page)
    assert [n for _, n in links] == ["1", "1", "1"]
    for address, n in links:
        answer = get(html.unescape(address))
        assert answer.status_code == 200
        assert f"{n} answer " in plain(answer.text)
        assert EVIL not in answer.text


def test_disagreements_show_question_gold_answer_labels_reasons_and_the_way_to_the_fact(get, graded):
    address = re.search(r'<a href="([^"]+)">1 differs</a>', get(f"/agreement?run={graded}").text)[1]
    page = get(html.unescape(address)).text
    words = plain(page)
    assert "Did the hero of orwell-university go to university?" in words
    assert "gold: No" in words
    assert "In fact he studied at oxford." in words
    assert "matcher made up the answer is named" in words
    assert f'href="/runs/{graded}/probes/orwell-university#none"' in page


def test_what_was_not_measured_says_so(get, graded):
    words = plain(get(f"/agreement?run={graded}").text)
    assert "Alpha, people only — not measured: nobody has graded yet" in words
    assert "Uncorrected: fewer than 30 human labels of a class." in words
    assert "Still needed: 30 correct, 30 made up, 30 declined." in words


def test_the_page_and_its_lists_come_as_json_csv_and_jsonl(get, graded):
    pair = get(f"/api/v1/agreement?run={graded}").json()["pairs"][0]
    assert pair["agreement"]["answers"] == 3
    query = pair["url"].partition("?")[2]
    assert get(f"/api/v1/agreement/answers?{query}").json()["total"] == 1
    (row,) = csv.DictReader(get(f"/agreement/answers.csv?{query}").text.splitlines())
    assert (row["first"], row["first_label"], row["second_label"]) == ("matcher", "incorrect", "correct")
    (line,) = get(f"/agreement/answers.jsonl?{query}").text.splitlines()
    assert json.loads(line)["second_reason"] == f"because {EVIL}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/agreement?run=77", 404),
        ("/agreement?run=x", 404),
        ("/agreement/answers?a=matcher&b=nobody", 404),
        ("/agreement/answers.csv?a=matcher&b=nobody", 404),
        ("/agreement/answers?a=matcher&b=judge:none-such", 200),
        ("/agreement/answers?a=matcher", 400),
        ("/agreement/answers.csv?a=matcher", 400),
        ("/agreement/answers?a=matcher&b=judge:x&a_label=wonderful", 400),
    ],
)
def test_addresses_that_name_nothing_are_told_apart(get, graded, path, status):
    assert get(path).status_code == status


def test_an_address_without_graders_or_with_an_unknown_label_says_what_belongs_there(get, graded):
    words = plain(html.unescape(get(f"/agreement/answers?run={graded}").text))
    assert "a: this address names no grader; follow a number on /agreement" in words
    words = plain(html.unescape(get("/agreement/answers?a=matcher&b=judge:x&b_label=wonderful").text))
    assert "b_label: 'wonderful' is none of correct, incorrect, not_attempted" in words


def test_the_advice_leads_to_the_random_sample_of_the_run(get, graded):
    page = html.unescape(get(f"/agreement?run={graded}").text)
    assert f'href="/review?take=sample&run={graded}"' in page


def test_the_run_page_names_its_graders(get, graded, database):
    alone = make_run(database, none=["correct"] * 3)
    assert "All 3 labels rest on the matcher, version 1; 0 of 3 draws are not graded." in plain(
        get(f"/runs/{alone}").text
    )
    words = plain(get(f"/runs/{graded}").text)
    assert "3 labels rest on the matcher, version 1; 1 on the judge wren" in words
    assert "Without the judge 1 draw more would have no label" in words
