"""What holds for any text whatever: no error, evidence inside the text, and no text that takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.matcher import MATCHER_VERSION, grade_response
from app.inference.records import FinishReason
from app.probes.forms import AnswerFormat

PIECES = [
    "Lubkov",
    "lubkov",
    "Gurov",
    "or",
    "not",
    "No,",
    "yes",
    "I don't know",
    "but",
    "perhaps",
    "<think>",
    "</think>",
    "<|im_end|>",
    "chapter",
    "XI",
    "eleven hundred and",
    "1,000",
    "?",
    ".",
    "\n",
    '"',
    "'",
    "“",
    "—",
    "Чехов",
    "十九",
    "e\u0301",
    "ﬁ",
    "İ",
    "ß",
    "²",
    "Actually, no",
    "The story follows",
    "named Boris",
    "does not",
    "there is no such story",
    "**",
    "Ariadne",
    "Xavier",
    "de",
    "killed by",
    "The answer is",
    "died",
    "takes",
    "Troy",
    "abroad",
    "goes",
    "A",
    "(b)",
    "C.",
    "Answer: B",
    "none of the above",
    "who",
    "VIII",
    "dix neuf",
    "十",
    "a year",
    "& sons",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))

HOSTILE = {
    "one answer repeated": "Lubkov, Gurov or " * 6000,
    "a yes that never ends": "no, " * 25000,
    "one long word": "a" * 100_000,
    "thinking never closed": "<think>" * 14000,
    "thinking always closed": "<think>x</think>" * 6000,
    "grouped digits": "1,111" * 20000,
    "number words": "hundred and " * 8000,
    "quotation marks": "\"'" * 50000,
    "tags never closed": "<a" * 50000,
    "strokes": "~~a" * 33000,
    "declines": "i don't know " * 7500,
    "names": "Xavier Boris. " * 7000,
    "combining marks": "a\u0301" * 50000,
    "withdrawals": "actually no " * 8000,
    "denials": "not steamer " * 8000,
    "deaths": "he was killed by " * 6000,
    "deaths of strangers": "Troy Xavier shot Boldwood, " * 4000,
    "empty lines": "Boldwood shoots him\n" + "\n" * 99_000,
    "list marks": "Lubkov\n- " * 10_000,
    "denied deeds": "does not die " * 8000,
    "many words": " ".join(f"Dip{number}x" for number in range(13000)),
}


@given(
    name=st.sampled_from(["lover", "chapter", "author", "drown", "exists", "plot", "troy", "police", "still"]),
    text=TEXTS,
    finish=st.sampled_from(FinishReason),
    answer_format=st.sampled_from(AnswerFormat),
)
def test_every_text_gets_a_grade_with_evidence_inside_it(probes, name, text, finish, answer_format):
    grade = grade_response(probes[name], text, finish, text[:20], answer_format)
    assert grade.version == MATCHER_VERSION
    assert grade.reason
    if grade.evidence is not None:
        start, end = grade.evidence
        assert 0 <= start < end <= len(text)


def test_a_name_before_a_last_particle_is_graded(probes):
    assert grade_response(probes["author"], "Xavier and a friend de", FinishReason.LENGTH).reason


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["lover", "gold", "author", "plot", "exists", "chapter", "troy"])
def test_a_hundred_thousand_hostile_characters_are_graded(probes, name):
    for text in HOSTILE.values():
        assert grade_response(probes[name], text, FinishReason.STOP, cue_text="a cue").reason


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["lover", "gold", "chapter"])
def test_a_hundred_thousand_hostile_characters_are_graded_among_options(probes, name):
    for text in (*HOSTILE.values(), "A. " * 33_000, "A and B. " * 11_000, "not (c) or B: " * 7_000):
        assert grade_response(probes[name], text, FinishReason.STOP, None, AnswerFormat.CHOICE).reason
