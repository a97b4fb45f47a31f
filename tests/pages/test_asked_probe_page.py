"""The page of one fact of a run: its verdict, its answers, its cue."""

import pytest
from sqlalchemy import update

from app.cues.records import Leak
from app.errors import NotFound
from app.pages.asked_probe import asked_probe_page
from app.store.tables import ResponseRow
from tests.factories import AskedFact, make_probe, make_run

RIGHT, WRONG = ["correct"] * 8, ["incorrect"] * 8
READ_ERROR = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}


@pytest.fixture
def page(database):
    def read(run_id, slug="orwell-university"):
        with database.read() as session:
            return asked_probe_page(session, run_id, slug)

    return read


def column(page, arm):
    return next(column for column in page.columns if column.arm == arm)


def test_the_verdict_is_a_sentence_with_its_checks(database, page):
    found = page(make_run(database, **READ_ERROR))
    assert found.diagnosis == "read_error"
    assert found.sentence.startswith("0 of 8 right unaided, 8 of 8 with an introduction that does not say it")
    assert all(check.passed for check in found.checks)


def test_equal_answers_are_folded_and_the_greedy_one_stands_alone_at_the_end(database, page):
    labels = ["correct"] * 5 + ["not_attempted"] * 3
    answers = column(page(make_run(database, none=labels, greedy="correct")), "none").answers
    assert [len(answer.draws) for answer in answers] == [5, 3, 1]
    assert [answer.is_greedy for answer in answers] == [False, False, True]
    assert answers[0].text == answers[2].text


def test_evidence_of_a_right_answer_and_the_fabricated_part_of_a_wrong_one_are_marked(database, page):
    answers = column(page(make_run(database, none=["correct", "incorrect"], greedy=None)), "none").answers
    assert [(span.text, span.mark) for span in answers[0].spans] == [("No", "evidence"), (", that is so.", None)]
    assert answers[1].spans[1].mark == "fabricated"
    assert "".join(span.text for span in answers[1].spans) == answers[1].text


def test_an_ungraded_answer_says_why(database, page):
    (answer,) = column(page(make_run(database, none=[None], greedy=None)), "none").answers
    assert (answer.label, answer.label_words, answer.reason) == (None, "not graded", "no rule was sure")


def test_a_cut_sentence_stands_in_its_place_with_level_and_reason(database, page):
    found = page(make_run(database, [AskedFact(make_probe(), READ_ERROR, leak=Leak.CUT)]))
    intro = next(cue for cue in found.cues if cue.arm == "intro")
    assert [segment.level for segment in intro.segments] == [None, "L1", None]
    assert intro.segments[1].matched == "did not attend"
    assert (intro.source, intro.revision_id, intro.licence) == ("Wikipedia", 1234567, "CC BY-SA 4.0")
    assert [finding.sentences for finding in found.leak_findings] == [0, 1, 0]


def test_prompts_are_shown_as_sent(database, page):
    prompts = {prompt.arm: prompt for prompt in page(make_run(database, **READ_ERROR)).prompts}
    assert prompts["none"].messages[-1].content.startswith("Question: ")
    assert "From an encyclopedia:" in prompts["intro"].messages[-1].content
    assert prompts["none"].tokens == 41


def test_neighbours_follow_the_order_of_the_run(database, page):
    run_id = make_run(database, [AskedFact(make_probe(slug), {"none": RIGHT}) for slug in ("a", "b", "c")])
    middle = page(run_id, "b")
    assert (middle.place, middle.places) == (2, 3)
    assert (middle.previous_url, middle.next_url) == (f"/runs/{run_id}/probes/a", f"/runs/{run_id}/probes/c")
    assert page(run_id, "a").previous_url is None


def test_a_fact_whose_draws_are_to_come_waits(database, page):
    found = page(make_run(database, none=RIGHT, intro=["correct"] * 2))
    assert found.diagnosis == "waiting"
    assert column(found, "intro").waiting == 6


def test_an_arm_that_failed_says_what_the_server_said(database, page):
    fact = AskedFact(make_probe(), {"none": RIGHT, "intro": []}, failed={"intro": "500 CUDA out of memory"})
    found = column(page(make_run(database, [fact], k=8)), "intro")
    assert (found.error, found.other, found.answers) == ("500 CUDA out of memory", 8, ())


def test_a_probe_that_the_run_does_not_ask_is_not_found(database, page):
    with pytest.raises(NotFound, match="asks no probe 'other'"):
        page(make_run(database, none=RIGHT), "other")


def test_a_server_that_was_sent_no_seed_is_not_said_to_have_had_one(database, page):
    run_id = make_run(database, none=RIGHT)
    assert page(run_id).prompts[0].seed is not None
    with database.write() as session:
        session.execute(update(ResponseRow).values(seed=None))
    assert page(run_id).prompts[0].seed is None


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({**READ_ERROR, "oracle": WRONG}, "only 0 of 8 right even with a passage that says it."),
        ({**READ_ERROR, "oracle": ["truncated"] * 8}, "none of 8 draws has a grade with a passage that says it."),
        ({**READ_ERROR, "none": ["empty"] * 8}, "too few draws have a grade, 0 of 8 unaided and 8 of 8 with the"),
    ],
)
def test_an_ungradable_fact_says_which_ground_it_was(database, page, labels, why):
    found = page(make_run(database, **labels))
    assert found.diagnosis == "ungradable"
    assert found.sentence.startswith(why)
