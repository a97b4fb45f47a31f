"""Which grade counts: people before the matcher, the matcher where it is sure, then the judge (method 5.1, cascade)."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.grading.effective import differ, effective, standing
from app.grading.records import Grade, Label


def matcher(label, version="1"):
    return Grade(label, "matcher", version, "")


def judge(label, name="heron"):
    return Grade(label, "judge", "1", "", graded_by=name)


def person(label, name="Ada"):
    return Grade(label, "person", "1", "", graded_by=name)


C, I, NA, ERROR = "correct", "incorrect", "not_attempted", "grader_error"  # noqa: E741 - as method 5.1 writes them

CASES = {
    "no grade at all": ([], None),
    "the matcher where it is sure": ([matcher(C), judge(I)], C),
    "the judge where the matcher is not": ([matcher(None), judge(I)], I),
    "nobody sure": ([matcher(None)], None),
    "a person before matcher and judge": ([matcher(C), judge(C), person(I)], I),
    "a person before the matcher, given first": ([person(I), matcher(C)], I),
    "most people": ([person(I), person(C, "Bo"), person(I, "Cy")], I),
    "people split evenly": ([matcher(C), person(C), person(I, "Bo")], "disputed"),
    "people split three ways": ([person(C), person(I, "Bo"), person(NA, "Cy")], "disputed"),
    "most votes, but not more than half": ([person(C), person(C, "Bo"), person(I, "Cy"), person(NA, "Di")], "disputed"),
    "a person who changes a mind": ([person(C), person(I)], I),
    "a person who takes it back": ([matcher(C), person(I), person(None)], C),
    "a tie that a withdrawal ends": ([person(C), person(I, "Bo"), person(None, "Bo")], C),
    "a newer matcher": ([matcher(C, "1"), matcher(I, "2")], I),
    "a newer matcher that is not sure": ([matcher(C, "1"), judge(I), matcher(None, "2")], I),
    "a newer matcher that is not sure, alone": ([matcher(C, "1"), matcher(None, "2")], None),
    "the newest judge": ([judge(C), judge(I, "egret")], I),
    "a judge that judged again": ([judge(I, "egret"), judge(C), judge(NA, "egret")], NA),
    "an unreadable judge alone": ([matcher(None), judge(ERROR)], ERROR),
    "an unreadable judge after the matcher": ([matcher(C), judge(ERROR)], C),
    "an unreadable judge after a person": ([person(NA), judge(ERROR)], NA),
    "an unreadable judge after another": ([matcher(None), judge(C), judge(ERROR, "egret")], C),
    "an unreadable judge before another": ([matcher(None), judge(ERROR), judge(C, "egret")], C),
    "a judge that could be read before": ([matcher(None), judge(C), judge(ERROR)], C),
    "a judge that can be read now": ([matcher(None), judge(ERROR), judge(C)], C),
    "cut off by the matcher": ([matcher("truncated"), judge(NA)], "truncated"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_label_counts(case):
    grades, label = CASES[case]
    got, rests_on = effective(grades)
    assert got == label
    assert (rests_on is None) == (not grades)
    if rests_on is not None and label != Label.DISPUTED:
        assert rests_on.label == label


def test_a_dispute_rests_on_the_newest_word_of_a_person():
    assert effective([person(C), person(I, "Bo"), matcher(C, "2")])[1] == person(I, "Bo")


def test_an_unreadable_judge_beats_nothing_in_any_order():
    for grades in permutations([matcher(None), judge(ERROR), judge(ERROR, "egret"), judge(I, "ibis")]):
        assert effective(grades)[0] == I
    for grades in permutations([matcher(C), judge(ERROR), person(NA)]):
        assert effective(grades)[0] == NA


def test_a_matcher_that_was_not_sure_stands_and_what_was_taken_back_does_not():
    assert standing([matcher(None), person(C), person(None)]) == [matcher(None)]


@pytest.mark.parametrize(
    ("grades", "is_disagreement"),
    [
        ([matcher(C), judge(I)], True),
        ([matcher(C), judge(C)], False),
        ([matcher(None), judge(C)], False),
        ([matcher(C), judge(ERROR)], False),
        ([matcher(C, "1"), matcher(I, "2"), judge(I)], False),
        ([matcher(C), person(I), person(None)], False),
    ],
)
def test_graders_differ_when_they_gave_more_than_one_label(grades, is_disagreement):
    assert differ(grades) is is_disagreement
