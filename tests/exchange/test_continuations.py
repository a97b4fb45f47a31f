"""Texts of a user's own cut into continuation probes."""

from __future__ import annotations

import pytest

from app.errors import InputError
from app.exchange.continuations import continuation_suite, read_text
from app.grading.continuation import tokens_of

SENTENCES = [
    f"Sentence number {n} tells of the {n}th day and of what was seen in the wood that day." for n in range(40)
]


@pytest.fixture
def text(tmp_path):
    def write(content, name="a-story.txt"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_text_is_cut_after_1_2_4_and_8_sentences_and_what_follows_is_the_answer(text):
    source = read_text(text("A Story\n\nI\n\n" + " ".join(SENTENCES)))
    suite, remarks = continuation_suite("mine", [source], "word " * 500)
    assert [probe.id for probe in suite.probes] == [f"a-story-dose-{n}" for n in (1, 2, 4, 8)]
    assert [probe.continuation.dose for probe in suite.probes] == [1, 2, 4, 8]
    assert suite.probes[1].question == " ".join(SENTENCES[:2])
    assert suite.probes[1].answer.startswith(SENTENCES[2])
    assert {probe.work for probe in suite.probes} == {"A Story"}
    assert remarks == []


def test_the_baseline_is_another_text_of_the_same_length(text):
    one = read_text(text("One\n\n" + " ".join(SENTENCES)))
    two = read_text(text("Two\n\n" + " ".join(each.replace("wood", "sea") for each in SENTENCES), "two.txt"))
    suite, _ = continuation_suite("mine", [one, two], "")
    first, last = suite.probes[0], suite.probes[-1]
    assert "sea" in first.continuation.unrelated
    assert "wood" in last.continuation.unrelated
    assert abs(len(tokens_of(first.continuation.unrelated)) - len(tokens_of(first.answer))) <= 3


@pytest.mark.parametrize(
    "again",
    [
        "A Story\n\n" + " ".join(SENTENCES),
        "Another Title\n\n" + "\n\n".join(SENTENCES).upper(),
        "An Anthology\n\nThis was told to me once. " + " ".join(SENTENCES[:20]),
        " ".join(SENTENCES[:3]),
    ],
    ids=["same", "other title and case", "inside another", "its beginning"],
)
def test_a_text_cannot_be_its_own_baseline(text, again):
    texts = [
        read_text(text("A Story\n\n" + " ".join(SENTENCES), "one.txt")),
        read_text(text("Another\n\n" + " ".join(each.replace("wood", "sea") for each in SENTENCES), "other.txt")),
        read_text(text(again, "again.txt")),
    ]
    with pytest.raises(InputError, match=r"one\.txt and .*again\.txt hold the same text; give it once"):
        continuation_suite("mine", texts, "")


def test_an_opening_too_long_for_a_question_is_left_out_and_told(text):
    source = read_text(text(" ".join([*SENTENCES[:2], "So " + "on and " * 1500 + "on.", *SENTENCES[2:]])))
    suite, remarks = continuation_suite("mine", [source], "word " * 500)
    assert [probe.continuation.dose for probe in suite.probes] == [1, 2]
    assert "too many characters for its first 4 sentences; left out" in remarks[0]


def test_a_title_may_be_a_question_and_a_first_sentence_is_no_title(text):
    assert read_text(text("Who Goes There?\n\n" + " ".join(SENTENCES))).title == "Who Goes There?"
    opening = read_text(text("Call me Ishmael.\n\n" + " ".join(SENTENCES), "moby.txt"))
    assert opening.title == "moby"
    assert opening.text.startswith("Call me Ishmael.")


def test_a_dose_that_leaves_too_little_is_left_out_and_told(text):
    source = read_text(text("Short\n\n" + " ".join(SENTENCES[:6])))
    suite, remarks = continuation_suite("mine", [source], "word " * 500)
    assert [probe.continuation.dose for probe in suite.probes] == [1, 2, 4]
    assert remarks == ["Short: fewer than 32 words follow its first 8 sentences; left out"]


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "holds no running text"), ("Only one sentence is here, and it is not long.", "no text is long enough")],
)
def test_a_text_that_is_too_short_is_refused(text, content, message):
    with pytest.raises(InputError, match=message):
        continuation_suite("mine", [read_text(text(content))], "")


def test_a_file_that_is_no_text_is_refused_with_its_line(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"First line\nCaf\xe9\n")
    with pytest.raises(InputError, match=r"latin\.txt:2: is not UTF-8"):
        read_text(path)


def test_the_public_texts_give_probes_at_every_dose(shared):
    texts = [read_text(path) for path in sorted(shared("texts").glob("*.txt"))]
    suite, remarks = continuation_suite("openings", texts, "")
    assert len(suite.probes) == 16
    assert remarks == []
    assert {probe.work for probe in suite.probes} >= {"The Student", "How Much Land Does a Man Need?"}
