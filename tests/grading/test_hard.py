"""The matcher on hand-written answers of every hard shape, labelled by the method before the matcher saw them.

Shapes: names in the wrong role, contrast, withdrawal, several candidates, numbers, other languages, every wording of
declining, markup, cut and looping texts, long answers right but for one word, and letters for options. Rows marked
"held-out" were written last, on other probes. "unsure" marks what the method leaves open; it counts for nothing.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from app.grading.matcher import grade_response
from app.inference.records import FinishReason
from app.probes.files import load_suite
from app.probes.forms import AnswerFormat, Direction, as_asked

ROWS = Path(__file__).with_name("hard.jsonl")
SUITE = Path(__file__).with_name("hard.yaml")
FLOORS = {"correct": 0.99, "incorrect": 0.99, "not_attempted": 0.97, "truncated": 0.95}


def grade(probe, row):
    finish = FinishReason(row["finish"])
    if "choices" in row:
        shown = probe.model_copy(update={"choices": tuple(row["choices"])})
        return grade_response(shown, row["text"], finish, answer_format=AnswerFormat.CHOICE)
    if "statement" in row:
        asked = as_asked(probe, AnswerFormat.YES_NO, Direction.DIRECT, row["statement"])
        return grade_response(asked, row["text"], finish, answer_format=AnswerFormat.YES_NO)
    return grade_response(probe, row["text"], finish)


@pytest.fixture(scope="module")
def graded():
    """Pairs of row and the matcher's label; None is an answer left to the next grader."""
    probes = {probe.id: probe for probe in load_suite(SUITE).probes}
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    return [(row, grade(probes[row["probe"]], row).label) for row in rows if row["label"] != "unsure"]


@pytest.mark.parametrize("label", sorted(FLOORS))
def test_a_label_given_is_the_one_of_the_method(graded, label):
    hand = Counter(row["label"] for row, given in graded if given == label)
    assert hand[label] >= FLOORS[label] * hand.total()


def test_nine_in_ten_hard_answers_get_a_label(graded):
    assert sum(given is not None for _, given in graded) >= 0.9 * len(graded)


def test_every_choice_of_an_option_is_recognised(graded):
    chosen = [(row, given) for row, given in graded if "choices" in row]
    assert all(given == row["label"] for row, given in chosen)


def test_answers_written_last_are_graded_as_well_as_the_others(graded):
    last = [(row["label"], given) for row, given in graded if row["set"] == "held-out" and given is not None]
    assert sum(label == given for label, given in last) >= 0.98 * len(last)
