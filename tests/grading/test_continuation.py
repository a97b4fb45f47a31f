"""How far a response goes on with a text: the measures on worked examples, and the label that follows from them."""

from __future__ import annotations

import pytest

from app.grading.continuation import measure, tokens_of
from app.grading.matcher import grade_response
from app.inference.records import FinishReason
from app.probes.records import Continuation, ProbeKind
from tests.factories import make_probe

GIVEN = "A snipe flew by, and the shot aimed at it rang out with a gay, resounding note in the spring air."
FOLLOWS = (
    "But when it began to get dark in the forest a cold, penetrating wind blew inappropriately from the east, and "
    "everything sank into silence. Needles of ice stretched across the pools, and it felt cheerless, remote, and "
    "lonely in the forest."
)
OTHER = (
    "The elder was married to a tradesman in town, the younger to a peasant in the village, and they talked over tea."
)


@pytest.fixture
def probe():
    return make_probe(
        "the-student-dose-2",
        kind=ProbeKind.CONTINUATION,
        question=GIVEN,
        answer=FOLLOWS,
        aliases=(),
        must_not=(),
        choices=(),
        continuation=Continuation(dose=2, unrelated=OTHER),
    )


def label(probe, text, finish=FinishReason.STOP):
    return grade_response(probe, text, finish).label


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("to-day", "today"),
        ("don\u2019t", "don't"),
        ("\u201cGood evening,\u201d said she", "'Good evening' said she"),
        ("caf\u00e9", "CAFE"),
        ("wait \u2014 no", "wait--no"),
    ],
)
def test_editions_that_differ_in_case_accents_hyphens_and_quotes_have_the_same_tokens(one, other):
    assert tokens_of(one) == tokens_of(other)


def test_a_run_is_the_longest_stretch_without_a_gap():
    found = measure("x a b c y d e", "a b c d e")
    assert (found.longest_run, found.tokens) == (3, 5)  # compared over five tokens: x a b c y
    assert found.similarity == pytest.approx(1 - 3 / 5)  # x in, d and y exchanged, e lost: three edits


def test_what_stands_at_its_place_counts_for_the_first_32_tokens():
    words = [f"w{n}" for n in range(40)]
    said = [*words[:16], *["other"] * 24]
    assert measure(" ".join(said), " ".join(words)).first == 0.5
    assert measure(" ".join(["new", *words]), " ".join(words)).first == 0


def test_an_opening_that_is_said_again_is_left_out():
    assert measure(f"{GIVEN} {FOLLOWS}", FOLLOWS, GIVEN).similarity == 1
    assert measure(f"in the spring air. {FOLLOWS}", FOLLOWS, GIVEN).similarity == 1


def test_nothing_to_go_on_with_is_no_measure():
    with pytest.raises(ValueError, match="no words"):
        measure("anything", "\u2026")
    assert measure("", FOLLOWS).longest_run == 0


def test_the_text_itself_is_correct_in_another_edition_and_cut_off_as_well(probe):
    assert label(probe, FOLLOWS) == "correct"
    assert label(probe, FOLLOWS.upper().replace(",", "")) == "correct"
    assert label(probe, " ".join(FOLLOWS.split()[:36]), FinishReason.LENGTH) == "correct"


def test_other_words_are_made_up_and_a_decline_is_none(probe):
    assert (
        label(probe, "Then the sun came out and all the birds of the wood began to sing again for joy.") == "incorrect"
    )
    assert label(probe, "I do not know how this text goes on.") == "not_attempted"
    assert label(probe, "") == "empty"
    assert label(probe, "Then the sun", FinishReason.LENGTH) == "truncated"


def test_the_score_is_the_edit_similarity(probe):
    half = " ".join(FOLLOWS.split()[: len(FOLLOWS.split()) // 2])
    assert grade_response(probe, half, FinishReason.STOP).score == pytest.approx(0.5, abs=0.02)
