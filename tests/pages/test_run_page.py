"""The page of a run: its head, its filters, its groups."""

from datetime import timedelta

import pytest

from app.pages.matrix import PER_PAGE, FactFilter
from app.pages.run import run_page
from app.store import queries
from tests.factories import AskedFact, make_database, make_probe, make_run

RIGHT, WRONG = ["correct"] * 8, ["incorrect"] * 8


@pytest.fixture
def database(tmp_path):
    database = make_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def page(database):
    def read(run_id, *, at=None, **wanted):
        with database.read() as session:
            return run_page(session, run_id, FactFilter(**wanted), now=at)

    return read


def known(slug, **changes):
    return AskedFact(make_probe(slug, **changes), dict.fromkeys(("none", "intro", "placebo", "oracle"), RIGHT))


def read_error(slug, **changes):
    labels = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}
    return AskedFact(make_probe(slug, **changes), labels)


def slugs(page):
    return [row.slug for group in page.matrix.groups for row in group.rows]


def test_facts_are_grouped_by_diagnosis_in_the_order_of_reading_with_read_errors_first(database, page):
    found = page(make_run(database, [read_error("a"), known("b"), read_error("c")]))
    assert [(group.diagnosis, group.total) for group in found.matrix.groups] == [("read_error", 2), ("known", 1)]
    assert slugs(found) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"diagnosis": "read_error"}, ["a"]),
        ({"diagnosis": "known"}, ["b", "c"]),
        ({"kind": "existence"}, ["c"]),
        ({"arm": "none", "label": "incorrect"}, ["a"]),
        ({"label": "incorrect"}, ["a"]),
        ({"arm": "intro", "label": "incorrect"}, []),
        ({"q": "RIVER thames"}, ["b"]),
        ({"q": "no such words"}, []),
        ({"diagnosis": "nonsense"}, []),
    ],
)
def test_filters_let_through_what_they_name(database, page, wanted, left):
    facts = [read_error("a"), known("b", question="Which river? The Thames?"), known("c", kind="existence")]
    assert slugs(page(make_run(database, facts), **wanted)) == left


def test_the_name_of_the_method_finds_write_errors_of_every_behaviour(database, page):
    labels = {"none": WRONG, "intro": ["not_attempted"] * 8, "placebo": WRONG, "oracle": RIGHT}
    found = page(make_run(database, [AskedFact(make_probe("a"), labels)]), diagnosis="write_error")
    assert [group.diagnosis for group in found.matrix.groups] == ["write_made_up"]


def test_more_than_200_facts_come_in_pages_and_a_page_past_the_last_is_the_last(database, page):
    facts = [AskedFact(make_probe(f"p-{number}"), {"none": ["correct"]}) for number in range(PER_PAGE + 5)]
    run_id = make_run(database, facts)
    first, last = page(run_id), page(run_id, page=9)
    assert (first.matrix.shown, first.matrix.pages, first.matrix.previous_url) == (200, 2, None)
    assert first.matrix.next_url == f"/runs/{run_id}?page=2#facts"
    assert (last.matrix.shown, last.matrix.wanted.page, last.matrix.next_url) == (5, 2, None)


def test_an_address_carries_only_what_differs_from_the_whole():
    assert FactFilter().query() == ""
    assert FactFilter(q="x", cells="share", page=3).query() == "?q=x&cells=share"
    assert FactFilter(q="x").query(page=2) == "?q=x&page=2"


def test_links_of_files_keep_the_filter(database, page):
    found = page(make_run(database, [read_error("a")]), diagnosis="read_error", q="orwell & co")
    assert found.matrix.csv_url == f"/runs/{found.id}/facts.csv?q=orwell+%26+co&diagnosis=read_error"


def test_a_run_not_heard_of_for_a_quarter_of_a_minute_is_interrupted(database, page):
    run_id = make_run(database, none=["correct"] * 3, k=8)
    with database.read() as session:
        heard = queries.get_run(session, run_id).heartbeat_at_utc
    assert page(run_id, at=heard + timedelta(seconds=14)).head.status == "running"
    late = page(run_id, at=heard + timedelta(seconds=16)).head
    assert late.status == "interrupted"
    assert late.reason == f"stopped without saying so; go on with cueprobe run --resume {run_id}"
    assert late.seconds_left is None


def test_failures_are_told_in_the_servers_words_with_how_many_trials_they_took(database, page):
    facts = [AskedFact(make_probe(slug), {"none": []}, failed={"none": "500 CUDA out of memory"}) for slug in "abc"]
    found = page(make_run(database, facts, k=8))
    assert [(failure.error, failure.trials) for failure in found.failures] == [("500 CUDA out of memory", 3)]


def test_cues_are_tallied_by_source_and_leak_verdict(database, page):
    tallies = {tally.arm: tally for tally in page(make_run(database, [read_error("a"), known("b")])).setup.cues}
    assert (tallies["intro"].source, tallies["intro"].clean) == ("Wikipedia", 2)
    assert (tallies["oracle"].source, tallies["oracle"].not_checked) == ("bundled note", 2)


def test_findings_are_made_anew_when_answers_were_added(database, page):
    run_id = make_run(database, [known("a")])
    assert page(run_id).complete == 1
    other = make_run(database, [known("a"), known("b")])
    assert (page(run_id).complete, page(other).complete) == (1, 2)
