"""Answers that hold the words of one and give none: left to a reader, or to be told by another rule."""

from __future__ import annotations

import pytest

from app.grading.matcher import grade_response
from app.grading.records import Label
from app.inference.records import FinishReason
from app.probes.forms import AnswerFormat
from app.probes.records import Probe


def grade(probe, text, answer_format=AnswerFormat.FREE, finish=FinishReason.STOP):
    return grade_response(probe, text, finish, answer_format=answer_format)


WORK = {"id": "given", "work": "Persuasion", "author": "Jane Austen"}
OFFICE = Probe.model_validate({
    **WORK, "question": "In what place did the lodger work before he came to the lawyer?",
    "answer": "in the Lost Parcel Office in Lisbon", "aliases": ["Lost Parcel Office"],
})  # fmt: skip
GIFT = Probe.model_validate({
    **WORK, "question": "What does the captain give the lodger?", "answer": "A silver watch",
    "must_not": ["an umbrella"], "choices": ["A silver watch", "An umbrella", "A parrot", "A brass lamp"],
})  # fmt: skip
CLOSED = Probe.model_validate({
    **WORK, "kind": "yes_no", "question": "Does the work have a chapter called 'The Colour of the Lamp'?",
    "answer": "Yes",
})  # fmt: skip


@pytest.mark.parametrize(
    ("probe", "text"),
    [
        (OFFICE, "In the Lost Parcel Office at Vienna, until he was dismissed."),
        (GIFT, "The captain gives the lodger no ring: an umbrella wasn't known there."),
        (GIFT, "He gives him a silver watch / he sells him a horse."),
        (CLOSED, "The work has a chapter called 'The Green Parrot', in the second part."),
    ],
)
def test_a_doubtful_answer_gets_neither_right_nor_wrong(probe, text):
    assert grade(probe, text).label not in (Label.CORRECT, Label.INCORRECT)


@pytest.mark.parametrize(
    ("probe", "text", "label"),
    [
        (OFFICE, "In the Lost Parcel Office in Lisbon.", Label.CORRECT),
        (OFFICE, "He worked at the Lost Parcel Office.", Label.CORRECT),
        (GIFT, "He gives him a silver watch.", Label.CORRECT),
        (GIFT, "He gives him an umbrella, not a watch.", Label.INCORRECT),
        (CLOSED, "Yes, it has a chapter called 'The Colour of the Lamp'.", Label.CORRECT),
    ],
)
def test_a_plain_answer_is_still_decided(probe, text, label):
    assert grade(probe, text).label is label


def test_options_that_are_only_repeated_choose_nothing():
    text = "Options:\nA) A silver watch\nB) An umbrella\nC) A parrot\nD) A brass lamp\n\nThose are the four there are."
    assert grade(GIFT, text, AnswerFormat.CHOICE).label is Label.NOT_ATTEMPTED


def test_options_weighed_one_by_one_and_cut_choose_nothing():
    text = "Let us weigh each option.\nA. A silver watch: likely enough.\nB. An umbrella: it never rains.\nC. A"
    assert grade(GIFT, text, AnswerFormat.CHOICE, FinishReason.LENGTH).label not in (Label.CORRECT, Label.INCORRECT)
