"""Out and in again: nothing of a suite is lost on the way, whatever its texts are."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.config import RESOURCES
from app.errors import InputError
from app.exchange.probe_cells import guarded, joined, split_bars, unguarded, year_cell, year_from
from app.exchange.probes_in import Surroundings, read_probes
from app.exchange.probes_out import WRITERS, writer_of_probes
from app.probes.checking import probe_from
from app.probes.files import list_suites, load_suite
from app.probes.records import Probe, Suite

ODD = [
    "=1+1",
    "'=1",
    "''+x",
    "-5",
    "@a",
    "'tis",
    "No",
    "null",
    "1e3",
    "~",
    "a|b\\|c\\",
    "# no",
    "a: b",
    "{x}",
    '"q"',
    "'",
    "x\n\n  y",
    "\ufeffz",
    "a\u2028b",
    "\u00a0nb",
    "C:\\new",
    "<b>",
    "1895",
    "- a",
    "\t=x",
    "é|",
    "🦉",
    "?",
    "0x1F",
    "2024-01-01",
    "\ue000",
    "\ufffe",
    "a\\",
    "||",
    "\\|",
    "---",
    "...",
    "%x",
    "!y",
    "&z",
    "*w",
    "> a",
    "` b",
]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(min_size=1, max_size=30))


def again(suite, name, folder, **surroundings):
    """The suite as it is read from its own export, with the format told by itself."""
    path = folder / f"out.{name}"
    path.write_text("".join(WRITERS[name](suite)), encoding="utf-8", newline="")
    reading = read_probes(path, suite.name, Surroundings(**surroundings))
    assert [str(row) for row in reading.bad] == []
    assert reading.unused == ()
    return Suite(name=suite.name, title=reading.title, description=reading.description, probes=reading.probes)


def assert_same(one, other):
    assert [probe.content_sha256 for probe in one.probes] == [probe.content_sha256 for probe in other.probes]
    assert one.probes == other.probes
    assert (one.title, one.description) == (other.title, other.description)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("path", list_suites(RESOURCES / "probes"), ids=lambda path: path.stem)
def test_every_built_in_suite_comes_back_exactly(path, name, tmp_path):
    suite = load_suite(path)
    assert_same(again(suite, name, tmp_path), suite)


@st.composite
def probes(draw, number):
    """A probe with any texts that can be imported."""
    optional = st.none() | TEXTS
    lists = st.lists(TEXTS, max_size=3)
    answer = draw(TEXTS)
    values = {
        "id": f"p-{number}",
        "question": draw(TEXTS),
        "answer": answer,
        "aliases": draw(lists),
        "year": draw(st.none() | st.integers(-5000, 3000) | TEXTS),
        "popularity": draw(st.none() | st.integers(0, 10**9)),
        "tolerance": draw(st.none() | st.floats(0, 1e9)),
        "less_read": draw(st.booleans()),
        **{name: draw(optional) for name in ("work", "author", "wikipedia_title", "oracle", "source", "evidence")},
    }
    if draw(st.booleans()):
        values["reverse"] = {"question": draw(TEXTS), "answer": draw(TEXTS), "aliases": draw(lists)}
    if draw(st.booleans()):
        values["choices"] = [answer, *draw(lists)]
    return probe_from(values)


@st.composite
def suites(draw):
    """A suite of probes as an import makes them."""
    made = [draw(probes(number)) for number in range(draw(st.integers(1, 3)))]
    title, description = draw(TEXTS.filter(str.strip)), draw(TEXTS.filter(str.strip))
    kept = [probe for probe in made if isinstance(probe, Probe)]
    stand_in = probe_from({"id": "p", "question": title, "answer": description})
    if not isinstance(stand_in, Probe):
        title, description, stand_in = "t", "d", probe_from({"id": "p", "question": "q", "answer": "a"})
    else:
        title, description = stand_in.question, stand_in.answer
    return Suite(name="odd", title=title, description=description, probes=(*kept, stand_in))


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suite=suites())
def test_any_suite_that_was_imported_comes_back_exactly(name, tmp_path, suite):
    assert_same(again(suite, name, tmp_path), suite)


@given(TEXTS)
def test_a_guarded_text_begins_no_formula_and_comes_back(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text


@given(st.lists(TEXTS.map(str.strip).filter(bool)))
def test_texts_between_bars_come_back(entries):
    assert split_bars(joined(entries)) == entries


@given(st.one_of(st.integers(-9999, 9999), TEXTS.map(str.strip)))
def test_a_year_comes_back_as_the_number_or_text_it_was(year):
    assert year_from(year_cell(year)) == year


def test_a_csv_export_holds_no_cell_that_a_spreadsheet_would_run(tmp_path):
    probe = Probe(id="x", question="=cmd|' /C calc'!A0", answer="-1", aliases=("@a", "+b"), work="\u2028=x")
    suite = Suite(name="odd", title="=t", description="+d", probes=(probe,))
    rows = list(csv.reader(io.StringIO("".join(WRITERS["csv"](suite)), newline="")))
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@"))]
    assert_same(again(suite, "csv", tmp_path), suite)


def test_a_suite_too_large_to_be_read_back_as_yaml_is_refused():
    probes = tuple(Probe(id=f"p-{n}", question="Who? " * 1500, answer="a") for n in range(800))
    suite = Suite(name="large", title="t", description="d", probes=probes)
    with pytest.raises(InputError, match="use csv or jsonl"):
        list(WRITERS["yaml"](suite))


def test_a_format_that_is_not_offered_is_refused():
    with pytest.raises(InputError, match="use yaml, csv, jsonl"):
        writer_of_probes("xml")
