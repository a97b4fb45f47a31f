"""Sentences are found where a reader finds them, at exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cues.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "H. G. Wells wrote it.",
        "Dr. Dymov and Mrs. Dalloway met St. Peter.",
        "It was written c. 1895 in Moscow.",
        "The author (b. 1860, d. 1904) travelled.",
        "It costs 3.5 roubles and 1,000.50 more.",
        'He asked "Why?" and left.',
        "How Much Land Does a Man Need? is a story.",
        "He waited ... and went on.",
        "He waited… and went on.",
        "It is told in vol. 9, pp. 3 and No. 5.",
        "J. R. R. Tolkien, the U.S. Army and Wm. knew it.",
        "See e.g. Chekhov and i.e. the author.",
        "It appeared on Jan. 3 of that year.",
        "Ursula K. Le Guin translated it.",
        "Henry Holt and Co. Publishers sold it",
    ],
)
def test_a_point_inside_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("He died in 1903. The book stayed.", ["He died in 1903.", "The book stayed."]),
        ("It ended in 1903. 1984 followed.", ["It ended in 1903.", "1984 followed."]),
        ("He wrote “Go.” Then he left.", ["He wrote “Go.”", "Then he left."]),
        ("It sold well (in France.) The rest is known.", ["It sold well (in France.)", "The rest is known."]),
        ("Really?! Yes! “No.”", ["Really?!", "Yes!", "“No.”"]),
        ("He waited... Nobody came.", ["He waited...", "Nobody came."]),
        ("He ate vitamin C. It helped.", ["He ate vitamin C.", "It helped."]),
        ("He moved to the U.S. The rest is known.", ["He moved to the U.S.", "The rest is known."]),
        ("Lions, tigers, etc. They slept.", ["Lions, tigers, etc.", "They slept."]),
        ("Did it? No. He left.", ["Did it?", "No.", "He left."]),
        ("A title\nA line without a point\r\n\nA last one.", ["A title", "A line without a point", "A last one."]),
        ("Он умер. Она жива.", ["Он умер.", "Она жива."]),
        ("  padded. \t Text  ", ["padded.", "Text"]),
        ("", []),
        (" \n\t ", []),
        ("...", ["..."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from("aB1 .!?…\"'()\n”é"), max_size=60))
def test_every_visible_character_lies_in_exactly_one_sentence(text):
    ranges = split_sentences(text)
    covered = [position for start, end in ranges for position in range(start, end)]
    assert len(covered) == len(set(covered))
    assert all(position in set(covered) for position, character in enumerate(text) if not character.isspace())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in ranges)
    assert ranges == sorted(ranges)
