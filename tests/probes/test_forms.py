"""The forms of a probe: options in every place, statements in pairs, and the other side of the fact."""

from __future__ import annotations

from collections import Counter

import pytest

from app.probes.forms import AnswerFormat, Direction, as_asked, variants, why_not
from app.probes.records import ProbeKind, Reverse
from tests.factories import make_probe


@pytest.fixture
def troy():
    return make_probe(
        "troy-death",
        kind=ProbeKind.SHORT_FACT,
        question="Who kills Troy?",
        answer="Boldwood",
        aliases=("boldwood",),
        must_not=("gabriel oak",),
        choices=("Oak", "Boldwood", "Fanny", "Bathsheba"),
        reverse=Reverse(question="Whom does Boldwood shoot?", answer="Troy", aliases=("sergeant troy",)),
    )


def test_the_right_option_stands_in_every_place_once_and_so_does_every_wrong_one_in_some(troy):
    shown = [
        as_asked(troy, AnswerFormat.CHOICE, Direction.DIRECT, name) for name in variants(troy, AnswerFormat.CHOICE)
    ]
    assert [probe.choices.index("Boldwood") for probe in shown] == [0, 1, 2, 3]
    assert all(sorted(probe.choices) == sorted(troy.choices) for probe in shown)
    for wrong in ("Oak", "Fanny", "Bathsheba"):
        assert len({probe.choices.index(wrong) for probe in shown}) >= 2


def test_letters_of_the_right_options_are_balanced_over_any_set_of_probes(troy):
    letters = Counter(
        as_asked(probe, AnswerFormat.CHOICE, Direction.DIRECT, name).choices.index("Boldwood")
        for probe in (troy, troy.model_copy(update={"id": "another"}), troy.model_copy(update={"id": "third"}))
        for name in variants(probe, AnswerFormat.CHOICE)
    )
    assert set(letters.values()) == {3}


def test_a_pair_of_statements_has_a_yes_and_a_no(troy):
    told = troy.model_copy(update={"true_statement": "Boldwood kills Troy.", "false_statement": "Oak kills Troy."})
    yes, no = (as_asked(told, AnswerFormat.YES_NO, Direction.DIRECT, name) for name in ("true", "false"))
    assert (yes.question, yes.answer) == ("Is this statement true? \u201cBoldwood kills Troy.\u201d", "Yes")
    assert (no.question, no.answer) == ("Is this statement true? \u201cOak kills Troy.\u201d", "No")
    assert yes.kind is no.kind is ProbeKind.YES_NO


def test_without_statements_they_are_made_of_the_question_and_an_option(troy):
    yes, no = (as_asked(troy, AnswerFormat.YES_NO, Direction.DIRECT, name) for name in ("true", "false"))
    assert "Who kills Troy?\u201d is: Boldwood" in yes.question
    assert "Boldwood" not in no.question
    assert any(option in no.question for option in ("Oak", "Fanny", "Bathsheba"))


def test_the_reverse_form_asks_for_what_the_direct_one_gives(troy):
    asked = as_asked(troy, AnswerFormat.FREE, Direction.REVERSE, "")
    assert (asked.question, asked.answer, asked.must_not) == ("Whom does Boldwood shoot?", "Troy", ())


@pytest.mark.parametrize(
    ("changes", "answer_format", "direction", "reason"),
    [
        ({"choices": ()}, AnswerFormat.CHOICE, Direction.DIRECT, "no choices"),
        ({"choices": ()}, AnswerFormat.YES_NO, Direction.DIRECT, "neither statements nor choices"),
        ({"reverse": None}, AnswerFormat.FREE, Direction.REVERSE, "no reverse form"),
        ({}, AnswerFormat.CHOICE, Direction.REVERSE, "no reverse form outside the free format"),
    ],
)
def test_a_probe_that_lacks_a_form_says_why(troy, changes, answer_format, direction, reason):
    assert why_not(troy.model_copy(update=changes), answer_format, direction) == reason
