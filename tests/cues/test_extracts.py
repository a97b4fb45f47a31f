"""What MediaWiki's plain-text extracts look like once they are cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cues.extracts import clean_extract


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Mara Voss (; 3 May 1901 – 1980) was a poet.", "Mara Voss (3 May 1901 – 1980) was a poet."),
        ("Mara Voss (, ; born 1901) was a poet.", "Mara Voss (born 1901) was a poet."),
        ("Mara Voss (born 1901; ) was a poet.", "Mara Voss (born 1901) was a poet."),
        ("Mara Voss ( VOSS; born 1901 ) was a poet.", "Mara Voss (VOSS; born 1901) was a poet."),
        ("Mara Voss (née Lind; ; born 1901) was a poet.", "Mara Voss (née Lind; born 1901) was a poet."),
        ("Mara Voss (German: ; born 1901) was a poet.", "Mara Voss (born 1901) was a poet."),
        ("Mara Voss (born 1901; Swiss German: ) was a poet.", "Mara Voss (born 1901) was a poet."),
        ("Mara Voss () was a poet.", "Mara Voss was a poet."),
        ("Mara Voss (; ), a poet, wrote.", "Mara Voss, a poet, wrote."),
        ("Mara Voss (née Lind (); born 1901) was a poet.", "Mara Voss (née Lind; born 1901) was a poet."),
    ],
)
def test_what_a_dropped_pronunciation_left_in_brackets_goes(raw, clean):
    assert clean_extract(raw) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Ada (née Byron; 10 December 1815 – 27 November 1852), a countess, wrote notes: many, long ones.",
        "The tower (Japanese: 塔, Tō) is tall; it is red.",
        "J.R.R. Tolkien took a Ph.D at M.I.T. in Node.js, 3.5 per cent of U.S. readers say.",
        "He wrote “Go.” and left. Mr. Hale (d. 1900) stayed.",
        "AT&T uses < and > as plain text: 1 < 2; {braces} and \\backslashes too.",
        "مرحبا and שלום and 👩‍🔬.",
    ],
)
def test_sound_text_is_left_as_it_is(text):
    assert clean_extract(text) == text


def test_an_inline_formula_stays_in_its_sentence_and_is_given_once():
    raw = (
        "The energy \n\n  \n    \n        E\n        =\n        m\n        \n          c\n          \n            2\n"
        "    {\\displaystyle E=m\\,c^{2}}\n  \n of a body at rest, and "
        "\n\n     m\n\n   {\\displaystyle m}\n  , its mass, agree."
    )
    assert clean_extract(raw) == "The energy E=m\\,c^{2} of a body at rest, and m, its mass, agree."


def test_a_paragraph_after_a_displayed_formula_is_one_of_its_own():
    raw = "It is given by\n\n     S_{\\{a\\}}\n\n   {\\displaystyle S_{\\{a\\}}}\n\nwhere a is a letter."
    assert clean_extract(raw) == "It is given by S_{\\{a\\}}\nwhere a is a letter."


def test_a_formula_that_opens_a_paragraph_does_not_join_the_one_before():
    raw = "So it was.\n\n     n\n\n   {\\displaystyle n}\n  is a number."
    assert clean_extract(raw) == "So it was.\nn is a number."


def test_a_formula_cut_off_in_the_middle_takes_no_text_with_it():
    assert clean_extract("Half \n   {\\displaystyle {a\nThe rest.") == "Half {a\nThe rest."


def test_list_items_and_paragraphs_stand_on_a_line_each_without_blank_lines():
    raw = "The steps are:\n\nCalm (0)\nLight air (1)\n\n\nThey are old.\r\n  It is so. \n"
    assert clean_extract(raw) == "The steps are:\nCalm (0)\nLight air (1)\nThey are old.\nIt is so."


def test_every_kind_of_space_becomes_an_ordinary_one():
    assert clean_extract("25\u00a0June 1903\u202f–\u2009 1950\tsharp") == "25 June 1903 – 1950 sharp"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("They live by the river.The town is old.", "They live by the river.\nThe town is old."),
        ("She died in 1904.Her son wrote (a lot).He died.", "She died in 1904.\nHer son wrote (a lot).\nHe died."),
        ("He said “never.”It was late.A man came.", "He said “never.”\nIt was late.\nA man came."),
    ],
)
def test_two_paragraphs_run_together_are_parted_again(raw, clean):
    assert clean_extract(raw) == clean


def test_an_extract_of_nothing_but_scars_is_empty():
    assert clean_extract(" \n (; ) \n\u00a0") == ""


@given(st.lists(st.sampled_from([*"aB1 .,;:()[]{}\\\n\u00a0é", "{\\displaystyle "]), max_size=60).map("".join))
def test_clean_text_never_has_blank_lines_or_stray_spaces(raw):
    for line in clean_extract(raw).splitlines():
        assert line
        assert line == " ".join(line.split())


@given(st.text(alphabet="abc XYZ,;:\n", max_size=60))
def test_no_word_is_ever_lost_outside_brackets(raw):
    assert "".join(filter(str.isalpha, clean_extract(raw))) == "".join(filter(str.isalpha, raw))
