"""The pieces pages are made of, rendered alone: what a reader sees in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from app.analysis.diagnosis import Behaviour, Diagnosis
from app.analysis.records import Estimate
from app.config import RESOURCES
from app.grading.records import Label
from app.web.marks import mark_row, tally_words
from app.web.numbers import count, duration, interval, percent, relative_time, signed_points, web_address
from app.web.templating import STYLESHEETS, make_environment
from app.web.vocabulary import DIAGNOSES, DIAGNOSIS_GROUPS, LABELS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def show():
    """`show(file, call, **values)` is the HTML of one macro call, white space folded."""
    environment = make_environment(RESOURCES, clock=lambda: NOW)

    def render(file: str, call: str, **values) -> str:
        source = f'{{% import "macros/{file}.html" as m %}}{{{{ m.{call} }}}}'
        return re.sub("[ \n]+", " ", environment.from_string(source).render(**values)).strip()

    render.environment = environment
    return render


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, n=48, clusters=46)


def arm_row(**changes) -> SimpleNamespace:
    row = {
        "arm": "intro", "meaning": "introduction", "graded": 1384, "left_out": {"truncated": 3, "empty": 0},
        "correct": estimate(0.58, 0.47, 0.69), "not_attempted": estimate(0.1, 0.06, 0.16),
        "incorrect": estimate(0.32, 0.23, 0.4),
    }  # fmt: skip
    return SimpleNamespace(**{**row, **changes})


def test_every_label_has_words_and_a_glyph(show):
    for label in [*(label.value for label in Label), "ungraded"]:
        assert LABELS[label].words in show("marks", f"chip({label!r})")
        assert f'id="{LABELS[label].glyph}"' in (RESOURCES / "templates" / "_sprite.html").read_text(encoding="utf-8")


def test_every_diagnosis_has_words_a_meaning_a_group_and_a_fill_that_exists():
    behaviours = {f"write_{behaviour.value}" for behaviour in Behaviour}
    diagnoses = {diagnosis.value for diagnosis in Diagnosis} - {"write_error"} | behaviours | {"waiting"}
    assert diagnoses <= set(DIAGNOSES)
    sprite = (RESOURCES / "templates" / "_sprite.html").read_text(encoding="utf-8")
    css = (RESOURCES / "static" / "css" / "blocks" / "chart.css").read_text(encoding="utf-8")
    fills = [(word.css, word.pattern) for word in DIAGNOSES.values()]
    assert len(set(fills)) == len(fills)
    for word in DIAGNOSES.values():
        assert word.meaning
        assert word.group in {group.key for group in DIAGNOSIS_GROUPS}
        assert f".{word.css} " in css
        assert word.pattern is None or f'id="{word.pattern}"' in sprite


def test_every_style_sheet_is_loaded_and_every_one_loaded_exists():
    static = RESOURCES / "static"
    assert {path.relative_to(static).as_posix() for path in static.rglob("*.css")} == set(STYLESHEETS)


def test_every_custom_property_that_is_used_is_a_token():
    css = {name: (RESOURCES / "static" / name).read_text(encoding="utf-8") for name in STYLESHEETS}
    tokens = set(re.findall(r"(--[a-z0-9-]+):", css["css/tokens.css"]))
    assert {name for text in css.values() for name in re.findall(r"var\((--[a-z0-9-]+)\)", text)} <= tokens
    coloured = {name for name, text in css.items() if re.search(r"#[0-9a-f]{3,6}\b[;\s]", text)}
    assert coloured <= {"css/tokens.css", "css/print.css"}


def test_both_ways_to_the_dark_theme_have_the_same_colours():
    tokens = (RESOURCES / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    by_system, by_choice = tokens.split("prefers-color-scheme: dark")[1].split(':root[data-theme="dark"]')
    colours = re.compile(r"(--[a-z0-9-]+: #[0-9a-f]+);")
    assert colours.findall(by_system) == colours.findall(by_choice)
    assert len(colours.findall(by_choice)) == 17


def test_no_template_holds_an_inline_style_script_or_handler():
    for path in (RESOURCES / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|\|\s*safe\b", text), path.name


def test_every_macro_file_states_its_input_in_its_first_line():
    for path in (RESOURCES / "templates" / "macros").glob("*.html"):
        assert path.read_text(encoding="utf-8").startswith("{# "), path.name


def test_a_share_bar_is_said_in_words_too(show):
    bar = show("charts", "share_bar(r.correct, r.not_attempted, r.incorrect)", r=arm_row())
    assert 'aria-label="correct 58\u202f%, declined 10\u202f%, made up 32\u202f%"' in bar
    assert 'x="58.0%"' in bar


def test_an_arm_shows_its_n_and_what_was_left_out(show):
    table = show("tables", "arm_table(rows)", rows=[arm_row()])
    assert '<b>58</b> <span class="ci">47\u201369</span>' in table
    assert "1\u202f384" in table
    assert "3 cut off" in table
    assert "empty" not in table


def test_an_arm_without_a_graded_answer_shows_a_dash_and_no_zero(show):
    row = arm_row(correct=None, not_attempted=None, incorrect=None, graded=0, left_out={"transport_error": 8})
    table = show("tables", "arm_table(rows)", rows=[row])
    assert table.count("—</td>") == 3
    assert "<rect" not in table
    assert "8 not received" in table


def test_a_number_that_was_not_measured_is_a_dash_with_its_reason(show):
    shown = show("parts", 'metric("Recovery", none, reason="no fact is diagnosed yet")')
    assert "—" in shown
    assert "no fact is diagnosed yet" in shown
    assert "0" not in re.sub(r"<[^>]+>", "", shown)


def test_a_metric_shows_value_interval_and_what_it_was_counted_over(show):
    shown = show("parts", 'metric("Net cue effect", e, "points", n="48 facts")', e=estimate(0.174, -0.02, 0.271))
    for part in ("+17.4", "\u22122.0 to +27.1", "48 facts", "points"):
        assert part in shown


def test_a_whisker_stays_inside_its_line(show):
    drawn = show("charts", "whisker(0.9, -0.8, 1.4, (-0.5, 1.0))")
    assert all(0 <= float(place) <= 100 for place in re.findall(r'(?:x1|x2|cx)="([0-9.-]+)%?"', drawn))


def test_the_strip_fills_its_width_and_links_every_segment(show):
    counts = {"known": 14, "read_error": 8, "write_made_up": 5, "undecided": 1}
    strip = show(
        "charts", "diagnosis_strip(counts, links)", counts=counts, links={key: f"/runs/1?dx={key}" for key in counts}
    )
    ends = [float(x) + float(width) for x, width in re.findall(r'x="([0-9.]+)%" y="24" width="([0-9.]+)%"', strip)]
    assert len(ends) == 4
    assert ends[-1] == pytest.approx(99.75, abs=0.01)
    assert 'aria-label="read error: 8 of 28 facts"' in strip
    assert show("charts", "diagnosis_strip({})") == ""


def test_eight_draws_are_eight_marks_and_sixteen_stand_in_two_lines():
    eight = mark_row(7, 0, 1, 0, 0)
    assert eight.count("M") == 8
    assert 'viewBox="0 0 72 9"' in eight
    assert 'viewBox="0 0 72 18"' in mark_row(10, 2, 4, 0, 0)
    assert 'viewBox="0 0 9 9"' in mark_row(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        ((7, 0, 1, 0, 0), "7 correct, 1 made up, 0 declined"),
        ((3, 1, 1, 0, 3), "3 correct, 1 made up, 1 declined, 3 to come"),
        ((0, 2, 4, 2, 0), "0 correct, 4 made up, 2 declined, 2 without a label"),
        ((0, 0, 0, 0, 8), "not yet asked"),
    ],
)
def test_a_row_of_marks_is_said_in_words(tally, words):
    assert tally_words(*tally) == words


def test_a_cell_of_the_matrix_is_a_link_that_says_what_it_counts(show):
    cell = SimpleNamespace(arm="none", url="/x#none", correct=2, not_attempted=2, incorrect=4, other=0, waiting=0)
    shown = show("tables", "matrix_cell(cell)", cell=cell)
    assert 'href="/x#none" aria-label="none: 2 correct, 4 made up, 2 declined"' in shown
    assert '<span class="shade x2">2/8</span>' in shown


def test_a_missing_attribute_is_an_error_and_not_an_empty_place(show):
    with pytest.raises(UndefinedError):
        show("tables", "matrix_cell(cell)", cell=SimpleNamespace(arm="none", url="/x"))


@pytest.mark.parametrize(
    "call",
    [
        'answer([(evil, none), (evil, "fabricated")], "incorrect", evil, remarks=[evil])',
        "cue([(evil, none, ''), (evil, 'L1', evil)])",
        "prompt_details(evil, [{'role': evil, 'content': evil}])",
    ],
)
def test_what_models_and_encyclopedias_write_is_escaped(show, call):
    shown = show("answers", call, evil=EVIL)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_cut_sentence_is_struck_through_with_its_level(show):
    shown = show("answers", "cue([('He wrote. ', none, ''), ('He went.', 'L1', 'states the answer')])")
    assert '<del class="leak">He went.</del> <span class="cut-note">cut, L1: states the answer</span>' in shown


def test_an_answer_says_its_label_its_grader_and_how_often_it_came(show):
    shown = show("answers", 'answer([("No.", "evidence")], "correct", "matcher", 3)')
    assert '<mark class="ev">No.</mark>' in shown
    assert "correct" in shown
    assert "matcher" in shown
    assert "3 draws alike" in shown
    assert "(no text)" in show("answers", 'answer([], "empty")')
    assert "not graded" in show("answers", 'answer([("Hm", none)], none)')


def test_a_stored_javascript_address_becomes_no_link(show):
    source = SimpleNamespace(
        title="Orwell", url="javascript:alert(1)", licence="CC", licence_url="javascript:alert(1)", revision_id=None,
        retrieved_at_utc=None,
    )  # fmt: skip
    assert "javascript" not in show("answers", 'attribution(source, "Wikipedia")', source=source)
    assert web_address("https://en.wikipedia.org/wiki/X") == "https://en.wikipedia.org/wiki/X"
    assert web_address("/runs/1") == "/runs/1"
    assert web_address("//evil.example") is None


def test_a_figure_that_could_not_be_drawn_leaves_its_table_open(show):
    template = (
        '{% import "macros/charts.html" as m %}{% call m.figure(drawing, "Shows.") %}<table></table>{% endcall %}'
    )
    drawing = SimpleNamespace(wide="W", narrow="N")
    source = show.environment.from_string(template)
    assert "<details>" in source.render(drawing=drawing)
    without = source.render(drawing=None)
    assert "<table></table>" in without
    assert "<details>" not in without


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (count(1851), "1\u202f851"),
        (count(999), "999"),
        (count(None), "—"),
        (percent(0.2353), "24\u202f%"),
        (percent(None), "—"),
        (signed_points(0.174), "+17.4"),
        (signed_points(-0.146), "\u221214.6"),
        (signed_points(-0.0001), "0"),
        (interval(0.10, 0.3824), "10 to 38\u202f%"),
        (interval(-0.146, 0.188, "points"), "\u221214.6 to +18.8"),
        (interval(0.0, 0.26, "share"), "0.00 to 0.26"),
        (interval(None, None), "—"),
        (duration(0.42), "0.4 s"),
        (duration(3), "3 s"),
        (duration(27), "27 s"),
        (duration(200), "3 min 20 s"),
        (duration(59.7), "1 min"),
        (duration(7500), "2 h 5 min"),
        (duration(7200), "2 h"),
        (duration(273_600), "3 d 4 h"),
        (duration(None), "—"),
    ],
)
def test_numbers_are_written_for_people(text, expected):
    assert text == expected


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=2, minutes=50), "2 hours ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "15 Nov"),
        (timedelta(days=365), "22 Nov 2025"),
    ],
)
def test_times_are_relative_until_a_week_has_passed(ago, words):
    assert relative_time(NOW - ago, NOW) == words


def test_a_time_keeps_its_exact_moment(show):
    shown = show.environment.from_string("{{ t | when }}").render(t=NOW - timedelta(hours=3))
    assert shown == '<time datetime="2026-11-22T09:00:00+00:00" title="2026-11-22 09:00:00 UTC">3 hours ago</time>'
