"""The library in the browser, without a script: a table of suites, probes a page at a time, filters in the address."""

import html
import json
import re
import shutil

import pytest

from app.config import RESOURCES, Settings
from app.probes.records import Reverse
from app.web.app import create_app
from tests.factories import AskedFact, ask, make_probe, make_run

RIGHT, WRONG = ["correct"] * 8, ["incorrect"] * 8
REVERSE = Reverse(question="Who went?", answer="The hero", aliases=("hero",), must_not=("villain",))
READ_ERROR = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}


@pytest.fixture
def app(tmp_path, database):
    return create_app(Settings(data_dir=tmp_path, database_url=database.url), database)


@pytest.fixture
def get(app):
    return lambda path: ask(app, path, headers={"Accept": "text/html"})


@pytest.fixture
def read(app):
    return lambda path: json.loads(ask(app, f"/api/v1{path}").text)


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def slugs(page):
    return re.findall(r'<a class="quote" href="/probes/([^"]+)"', page.text)


def test_the_library_opens_with_its_suites_and_fifty_probes(get):
    page = get("/probes")
    assert "362 questions, 167 works, 106 authors, 27 languages" in words(page)
    assert "attribution-and-existence, built in 29 28 25 10 72 % none 2nd century AD to 1946" in words(page)
    assert "1–50 of 362 probes." in words(page)
    assert len(slugs(page)) == 50
    assert 'href="/probes?page=2" rel="next"' in page.text
    assert 'rel="prev"' not in page.text


def test_every_probe_is_listed_once_with_every_suite_it_stands_in(get):
    shown = [slug for page in range(1, 9) for slug in slugs(get(f"/probes?page={page}"))]
    assert len(shown) == len(set(shown)) == 362
    row = get("/probes?q=orwell+university").text.partition('href="/probes/orwell-university"')[2].partition("</tr>")[0]
    assert 'href="/suites/biography"' in row
    assert 'href="/suites/literature-first"' in row


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("language=Georgian", "language", "Georgian"),
        ("kind=plot_points", "kind", "plot_points"),
        ("checked=memory", "verified", "memory"),
        ("read=less", "less_read", True),
        ("read=well", "less_read", False),
    ],
)
def test_a_filter_lets_through_what_it_says_and_stays_chosen(get, read, query, field, value):
    page = get(f"/probes?{query}")
    assert f'<option value="{query.partition("=")[2]}" selected>' in page.text
    assert "of 362 in all" in words(page)
    found = slugs(page)
    assert found
    assert all(read(f"/probes/{slug}")["probe"][field] == value for slug in found[:5])


def test_filters_of_all_kinds_narrow_together_and_pages_keep_them(get):
    page = get("/probes?language=Russian&read=less&has=reverse&checked=text&kind=short_fact&suite=literature-first")
    assert 0 < len(slugs(page)) < 50
    first = get("/probes?has=reverse&q=the")
    assert 'href="/probes?q=the&amp;has=reverse&amp;page=2"' in first.text
    assert "No probe passes this filter. Show all 362" in words(get("/probes?has=popularity"))
    assert "No probe has all of these words" in words(get("/probes?q=zebra"))


@pytest.mark.parametrize(
    "query", ["has=x", "kind=x", "read=x", "checked=x", "suite=x", "language=%00", "q=%00", "q=%25"]
)
def test_what_no_probe_has_lets_none_through(get, query):
    assert "Show all 362" in words(get(f"/probes?{query}"))


def test_a_page_past_the_last_is_the_last_and_one_below_the_first_cannot_be_read(get):
    assert "351–362 of 362 probes" in words(get("/probes?page=999999"))
    assert get("/probes?page=0").status_code == 422
    assert get("/probes?page=99999999999999999999").status_code == 422


def test_a_suite_is_filtered_like_the_library(get):
    page = get("/suites/who-does-what?language=Russian&read=well")
    assert "of 109 in all" in words(page)
    assert '<option value="Russian" selected>' in page.text
    assert 'name="suite"' not in page.text
    assert "probes 109 works 88 authors 78 languages 24 less read 46" in words(page)


def test_the_newest_result_of_a_probe_stands_in_its_row_and_the_run_in_that_of_the_suite(get, database):
    run_id = make_run(database, suite="literature-first", **READ_ERROR)
    page = get("/probes?q=orwell+university")
    assert f'href="/runs/{run_id}/probes/orwell-university"' in page.text
    assert f'<a class="row" href="/runs/{run_id}">' in page.text


def test_the_json_twins_hold_the_same_as_the_pages(read):
    library = read("/probes?language=Georgian")
    assert library["totals"] == {"probes": 362, "works": 167, "authors": 106, "languages": 27, "less_read": 147}
    assert len(library["suites"]) == 7
    listed = library["probes"]
    assert (len(listed["lines"]), listed["matching"], listed["total"]) == (2, 2, 362)
    assert read("/suites/plots?page=1&read=less")["probes"]["matching"] == 19
    assert read("/probes?page=8")["probes"]["first"] == 351


def test_a_file_that_changes_is_read_again(tmp_path, database):
    folder = tmp_path / "resources"
    shutil.copytree(RESOURCES / "probes", folder / "probes")
    for name in ("templates", "static", "migrations"):
        (folder / name).symlink_to(RESOURCES / name)
    app = create_app(Settings(data_dir=tmp_path, database_url=database.url, resources=folder), database)
    file = folder / "probes" / "plots.yaml"
    assert "Literature: plots" in ask(app, "/probes").text
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Literature: plots", "Plots of all times"), encoding="utf-8")
    assert "Plots of all times" in ask(app, "/probes").text
    file.write_text("title: [", encoding="utf-8")
    broken = ask(app, "/probes").text
    assert "plots.yaml" in broken
    assert "Literature: short facts" in broken
    file.unlink()
    assert "plots.yaml" not in ask(app, "/probes").text


def test_a_probe_shows_everything_its_answers_are_judged_by(get, database):
    make_run(
        database,
        [
            AskedFact(
                make_probe(
                    "full", chapter="Part two", language="Russian", popularity=12345, tolerance=0.5, less_read=True,
                    true_statement="He did go.", false_statement="He did not go.",
                    reverse=REVERSE,
                ),
                READ_ERROR,
            )
        ],
    )  # fmt: skip
    said = words(get("/probes/full"))
    for part in (
        "where Part two", "language Russian", "popularity 12 345 page views a month", "(less read)",
        "may be 0.50 away from the gold", "true He did go.", "false He did not go.",
        "reverse Who went? its gold The hero also accepted hero known wrong villain",
    ):  # fmt: skip
        assert part in said


def test_a_probe_marks_the_gold_among_its_choices_and_lists_its_suites(get):
    page = get("/probes/orwell-university")
    assert '<b>No</b> <span class="small muted">gold</span>' in page.text
    assert "suites biography , built in; literature-first , built in" in words(page)
    assert "popularity" not in words(page)
