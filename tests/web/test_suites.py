"""Users' own suites in the browser, without a script: importing, looking, keeping, editing, copying, downloading."""

import html
import json
import re

import anyio
import httpx
import pytest

from app.config import Settings
from app.exchange import probe_rows
from app.store import suites as own
from app.web.app import create_app
from tests.factories import AskedFact, make_run

CAT, TOWN = "Which cat chases Jerry?,Tom,tom|tom cat,Tom and Jerry", "Where is Ely?,England,,"
CSV = f"question,answer,aliases,wikipedia_title\n{CAT}\n{TOWN}\n"
BAD = CSV + "Who is nobody?,,,\n"
PROBE = {"question": "Which cat?", "answer": "Tom", "kind": "short_fact"}


@pytest.fixture
def app(tmp_path, database):
    return create_app(Settings(data_dir=tmp_path, database_url=database.url), database)


@pytest.fixture
def ask(app):
    """`ask("POST", "/suites/new", data={...})` is the app's answer to a browser."""

    def once(method, path, **options):
        async def send():
            transport = httpx.ASGITransport(app)
            headers = {"Accept": "text/html", **options.pop("headers", {})}
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321") as client:
                return await client.request(method, path, headers=headers, **options)

        return anyio.run(send)

    return once


@pytest.fixture
def stored(database):
    """`stored("mine")` is the suite of that name as it is now, or None."""

    def find(name="mine", version=None):
        with database.read() as session:
            return own.find_suite(session, name, version)

    return find


@pytest.fixture
def look(ask):
    """`look(text)` uploads a file and gives the page that shows what it holds."""

    def send(text, name="facts.csv", suite="mine", **fields):
        content = text if isinstance(text, bytes) else text.encode()
        return ask("POST", "/suites/import", data={"suite": suite, **fields}, files={"file": (name, content)})

    return send


@pytest.fixture
def keep(ask, look):
    """`keep(text)` uploads a file and presses the button of the page that comes."""

    def send(text, **options):
        page = look(text, **options)
        assert page.status_code == 200, words(page)
        return ask("POST", "/suites/import/keep", data=hidden(page))

    return send


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def fields_of(page):
    """The fields of a form as a browser would send them back."""
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    text = {name: html.unescape(value) for name, value in areas}
    chosen = re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    options = {name: re.search(r'value="([^"]*)" selected', inner) for name, inner in chosen}
    return {
        **{name: value.replace("\n", "\r\n") for name, value in text.items()},
        **{name: option.group(1) if option else "" for name, option in options.items()},
        **hidden(page),
    }


def test_a_file_is_looked_at_before_anything_is_kept(ask, look, stored, tmp_path):
    page = look(BAD, title="My questions")
    said = words(page)
    assert "Makes the suite 'mine'." in said
    assert "plain, told by question, answer" in said
    assert "row 3 4 answer is missing Add it" in said
    assert "1 of 2 probes name neither an article nor a work" in said
    assert "Keep the 2 good ones" in said
    assert stored() is None
    answer = ask("POST", "/suites/import/keep", data=hidden(page))
    assert (answer.status_code, answer.headers["location"]) == (303, "/suites/mine")
    assert [probe.answer for probe in stored().suite.probes] == ["Tom", "England"]
    assert stored().suite.title == "My questions"
    assert list((tmp_path / "uploads").iterdir()) == []


def test_keeping_nothing_leaves_nothing(ask, look, stored, tmp_path):
    answer = ask("POST", "/suites/import/drop", data=hidden(look(CSV)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/suites/import")
    assert stored() is None
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_pasted_text_is_read_like_a_file(ask, stored):
    page = ask(
        "POST", "/suites/import", data={"suite": "mine", "text": CSV.replace("\n", "\r\n")}, files={"file": ("", b"")}
    )
    assert "pasted text" in words(page)
    ask("POST", "/suites/import/keep", data=hidden(page))
    assert stored().change == "imported from pasted text (plain)"


def test_a_file_that_is_there_already_offers_nothing_to_keep(keep, look, stored):
    keep(CSV)
    page = look(CSV)
    assert "Changes nothing: version 1 of 'mine' is the same." in words(page)
    assert "/suites/import/keep" not in page.text
    assert "Makes version 2 of 'mine': 1 added, 1 changed, 1 removed." in words(
        look("question,answer\nWhich cat chases Jerry?,Thomas\nWho is new?,Nora\n")
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "Wer?\n".encode("latin-1") + b"\xff"}, "is not UTF-8 text"),
        ({"text": CSV, "suite": "literature-first"}, "is built in and its file is the truth"),
        ({"text": CSV, "suite": "No Name"}, "cannot be a suite's name"),
        ({"text": CSV, "format": "excel"}, "none of the formats"),
        ({"text": ""}, "is empty"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_form(look, options, said, tmp_path):
    page = look(**options)
    assert page.status_code == 400
    assert said in words(page)
    assert not (tmp_path / "uploads").exists() or list((tmp_path / "uploads").iterdir()) == []


def test_neither_file_nor_text_and_both_are_said_on_the_form(ask):
    assert "neither a file nor a text" in words(ask("POST", "/suites/import", data={"suite": "mine"}))
    both = {"data": {"suite": "mine", "text": CSV}, "files": {"file": ("a.csv", CSV.encode())}}
    assert "a file and a text" in words(ask("POST", "/suites/import", **both))


def test_a_file_beyond_the_limit_is_refused(look):
    assert look(b"x" * (probe_rows.MAX_BYTES + 200_000)).status_code == 413
    page = look(b"question,answer\n" + b"x" * probe_rows.MAX_BYTES)
    assert "more than the 50,000,000 that are read" in words(page)


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "x"])
def test_a_file_that_is_not_kept_cannot_be_imported(ask, key):
    answer = ask("POST", "/suites/import/keep", data={"upload": key, "suite": "mine"})
    assert answer.status_code == 400
    assert "not kept any more" in words(answer)
    assert ask("POST", "/suites/import/drop", data={"upload": key}).status_code == 303


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b"--x\r\nno end", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', b"\x00" * 99],
)
def test_a_broken_form_is_refused_and_breaks_nothing(ask, body):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert ask("POST", "/suites/import", content=body, headers=headers).status_code == 400
    assert ask("POST", "/suites/import", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415


def test_a_form_sent_by_another_site_is_refused(ask, stored):
    headers = {"Origin": "https://evil.example"}
    for path in ("/suites/import", "/suites/import/keep", "/suites/new", "/suites/mine/edit"):
        assert ask("POST", path, data={"suite": "mine", **PROBE}, headers=headers).status_code == 403
    assert stored() is None


def test_a_suite_of_ones_own_stands_in_the_library_with_its_version(keep, ask):
    keep(CSV)
    library = words(ask("GET", "/probes"))
    assert "mine, yours, version 1 2 — — — — none no years stated" in library
    assert "short-facts, built in" in library
    assert "Which cat chases Jerry?" in words(ask("GET", "/probes?q=jerry"))
    page = ask("GET", "/suites/mine")
    assert "yours, version 1" in words(page)
    assert "imported from facts.csv (plain)" in words(page)
    assert "/suites/mine/probes/new" in page.text
    probe = ask("GET", "/probes/where-is-ely")
    assert "/suites/mine/probes/where-is-ely/edit" in probe.text
    assert "none: it can be asked under none and oracle" in words(probe)


def test_a_built_in_probe_says_that_its_file_is_the_truth_and_offers_a_copy(ask, stored):
    page = ask("GET", "/probes/orwell-university")
    assert "Built in: its file is the truth. Copy into a suite of mine" in words(page)
    assert "/edit" not in page.text
    assert "its file is the truth" in words(ask("GET", "/suites/literature-first"))
    refused = ask("GET", "/suites/literature-first/probes/orwell-university/edit")
    assert (refused.status_code, "copy its probes into a suite of yours" in words(refused)) == (400, True)
    form = fields_of(ask("GET", "/probes/orwell-university/copy"))
    answer = ask("POST", "/probes/orwell-university/copy", data={**form, "suite": "mine", "title": "Mine"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/suites/mine")
    (copy,) = stored().suite.probes
    (page_probe,) = [
        p
        for p in ask("GET", "/api/v1/probes/orwell-university").json().values()
        if isinstance(p, dict) and "oracle" in p
    ]
    assert copy.id == "my-orwell-university"
    assert {**copy.model_dump(mode="json"), "id": ""} == {**page_probe, "id": ""}


def test_a_copy_into_a_suite_that_is_there_adds_to_it(keep, ask, stored):
    keep(CSV)
    form = fields_of(ask("GET", "/probes/orwell-university/copy"))
    assert ask("POST", "/probes/orwell-university/copy", data={**form, "suite": "mine"}).status_code == 303
    assert [probe.id for probe in stored().suite.probes][-1] == "my-orwell-university"
    same = ask("POST", "/probes/orwell-university/copy", data={**form, "suite": "mine"})
    assert (same.status_code, "give this one another id" in words(same)) == (400, True)


def test_an_edit_is_a_new_version_and_results_keep_theirs(keep, ask, stored, database):
    keep(CSV)
    run_id = make_run(
        database,
        [AskedFact(stored().suite.probes[0].model_copy(update={"oracle": "Tom does."}), {"none": ["correct"] * 8})],
        suite="mine",
    )
    path = "/suites/mine/probes/which-cat-chases-jerry/edit"
    form = fields_of(ask("GET", path))
    assert (form["answer"], form["aliases"], form["wikipedia_title"]) == ("Tom", "tom\r\ntom cat", "Tom and Jerry")
    answer = ask(
        "POST", path, data={**form, "answer": "Thomas", "reverse_question": "Who is Thomas?", "reverse_answer": "A cat"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/probes/which-cat-chases-jerry")
    now = stored().suite.probes[0]
    assert (now.answer, now.aliases, now.reverse.answer) == ("Thomas", ("tom", "tom cat"), "A cat")
    assert stored().version == 2
    assert stored(version=1).suite.probes[0].answer == "Tom"
    assert "This is version 1, as it was." in words(ask("GET", "/suites/mine?version=1"))
    assert "gold Tom" in words(ask("GET", f"/runs/{run_id}/probes/which-cat-chases-jerry"))
    assert "3, as it is now" in words(ask("GET", "/probes/which-cat-chases-jerry"))


def test_saving_a_form_unchanged_makes_no_version(keep, ask, stored):
    odd = {
        "id": "odd",
        "question": "A\n\nB?",
        "answer": "-1",
        "aliases": ["a|b", "'=c"],
        "year": "1895",
        "tolerance": 0.5,
        "less_read": True,
        "popularity": 3,
        "choices": ["-1", "2"],
        "true_statement": "T",
        "false_statement": "F",
        "reverse": {"question": "R?", "answer": "=r", "must_not": ["x", "y"]},
    }
    keep(json.dumps(odd), name="odd.jsonl")
    before = stored()
    form = fields_of(ask("GET", "/suites/mine/probes/odd/edit"))
    assert ask("POST", "/suites/mine/probes/odd/edit", data=form).status_code == 303
    assert stored() == before


def test_an_edit_of_what_was_changed_meanwhile_is_refused(keep, ask, stored):
    keep(CSV)
    path = "/suites/mine/probes/where-is-ely/edit"
    form = fields_of(ask("GET", path))
    ask("POST", path, data={**form, "answer": "Cambridgeshire"})
    late = ask("POST", path, data={**form, "answer": "Norfolk"})
    assert (late.status_code, "was changed while you edited it" in words(late)) == (400, True)
    assert stored().suite.probes[1].answer == "Cambridgeshire"


def test_what_is_wrong_with_a_probe_stands_beside_its_field_and_the_rest_is_kept(keep, ask, stored):
    keep(CSV)
    path = "/suites/mine/probes/where-is-ely/edit"
    form = {**fields_of(ask("GET", path)), "answer": " ", "source": "A map", "popularity": ""}
    page = ask("POST", path, data=form)
    assert page.status_code == 400
    assert re.search(r'name="answer"[^>]* aria-invalid="true" aria-describedby="wrong-answer"', page.text)
    assert "is missing. Add it" in words(page)
    assert fields_of(page)["source"].strip() == "A map"
    wrong = ask("POST", path, data={**form, "answer": "England", "popularity": "many", "must_not": "ENGLAND"})
    assert "'many' is no whole number" in words(wrong)
    assert "is not JSON" in words(ask("POST", path, data={**form, "answer": "England", "plot_points": "{"}))
    assert stored().version == 1


def test_a_refused_probe_says_so_on_top_with_a_way_to_each_field_that_is_wrong(keep, ask):
    keep(CSV)
    asked = ask("GET", "/suites/mine/probes/new").text
    assert "Nothing is saved yet" not in asked
    assert " autofocus" not in asked
    wrong = {**PROBE, "answer": "", "tolerance": "-5"}
    page = ask("POST", "/suites/mine/probes/new", data=wrong).text
    notice = re.search(r'<form.*?role="alert">(.*?)</div>', page, re.DOTALL)[1]
    assert "Nothing is saved yet. These fields need another value" in notice
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', notice)
    assert [name for _, name in links] == ["Gold answer", "Tolerance"]
    for place, _ in links:
        assert re.search(rf'<textarea[^>]* id="{place}" aria-invalid="true"', page)
    assert re.findall(r'id="field-(\w+)"[^>]* autofocus', page) == ["answer"]


def test_a_suite_is_made_with_its_first_probe_extended_described_and_shortened(ask, stored):
    made = ask("POST", "/suites/new", data={"suite": "mine", "title": "Mine", "description": "Cats.", **PROBE})
    assert (made.status_code, made.headers["location"]) == (303, "/suites/mine")
    assert stored().suite.probes[0].id == "which-cat"
    assert "you have a suite 'mine' already" in words(ask("POST", "/suites/new", data={"suite": "mine", **PROBE}))
    clash = ask("POST", "/suites/mine/probes/new", data=PROBE)
    assert "has a probe 'which-cat' already" in words(clash)
    dog = {"question": "Which dog?", "answer": "Rex", "id": "orwell-university"}
    assert "'literature-first' has a probe" in re.sub(
        "'[a-z-]+' has", "'literature-first' has", words(ask("POST", "/suites/mine/probes/new", data=dog))
    )
    assert ask("POST", "/suites/mine/probes/new", data={**dog, "id": ""}).status_code == 303
    assert ask("POST", "/suites/mine/edit", data={"title": "Pets", "description": "All."}).status_code == 303
    for title in (" ", "a\x00b"):
        assert ask("POST", "/suites/mine/edit", data={"title": title, "description": "All."}).status_code == 400
    assert ask("POST", "/suites/mine/probes/which-cat/remove").status_code == 303
    assert ask("POST", "/suites/mine/probes/which-dog/remove").status_code == 400
    now = stored()
    assert ([probe.id for probe in now.suite.probes], now.suite.title, now.version) == (["which-dog"], "Pets", 4)
    assert [line["change"] for line in ask("GET", "/api/v1/suites/mine").json()["versions"]] == [
        "removed which-cat", "described anew", "added which-dog", "made with which-cat",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["yaml", "csv", "jsonl"])
def test_a_download_imported_again_changes_nothing(keep, look, ask, name):
    keep(CSV)
    file = ask("GET", f"/suites/mine.{name}")
    assert file.headers["content-disposition"] == f'attachment; filename="mine.{name}"'
    assert "Changes nothing" in words(look(file.content, name=f"mine.{name}"))
    assert ask("GET", f"/suites/literature-first.{name}").status_code == 200


def test_an_older_version_is_downloaded_as_it_was(keep, ask):
    keep(CSV)
    keep(CSV.replace("England", "Ely"))
    old = [json.loads(line) for line in ask("GET", "/suites/mine.jsonl?version=1").text.splitlines()]
    assert old[1]["answer"] == "England"
    assert ask("GET", "/suites/mine.jsonl?version=9").status_code == 404
    assert ask("GET", "/suites/mine.xml").status_code == 422
    assert ask("GET", "/suites/none-such.csv").status_code == 404


def test_a_large_suite_is_shown_a_page_at_a_time(keep, ask):
    keep("question,answer\n" + "".join(f"Who is number {n} of all?,N{n}\n" for n in range(450)))
    first, last = ask("GET", "/suites/mine"), ask("GET", "/suites/mine?page=9")
    assert (first.text.count("data-row"), last.text.count("data-row")) == (50, 50)
    assert "1–50 of 450 probes" in words(first)
    assert "401–450 of 450 probes" in words(last)
    assert 'href="/suites/mine?page=2"' in first.text
    assert ask("GET", "/suites/mine?page=10").text.count("who-is-number-449") == 1
    assert ask("GET", "/suites/mine?q=number+449").text.count("data-row") == 1
    found = ask("GET", "/probes?suite=mine&q=WHO+number+of&page=2")
    assert "51–100 of 450 probes that pass, of 812 in all" in words(found).replace("\u202f", "")
    assert 'href="/probes?q=WHO+number+of&amp;suite=mine&amp;page=3"' in found.text


def test_the_library_goes_on_from_the_files_to_ones_own_suites_and_misses_nothing(keep, ask):
    keep("question,answer\n" + "".join(f"Who is number {n} of all?,N{n}\n" for n in range(60)))
    shown = []
    for page in range(1, 10):
        rows = re.findall(r'<a class="quote" href="/probes/([^"]+)"', ask("GET", f"/probes?page={page}").text)
        assert len(rows) == (50 if page < 9 else 22)
        shown += rows
    assert len(set(shown)) == len(shown) == 422
    assert shown[-60:] == [f"who-is-number-{n}-of-all" for n in range(60)]


def test_an_older_version_is_searched_as_it_was(keep, ask):
    keep(CSV)
    keep(CSV.replace("England", "Ely"))
    old = ask("GET", "/suites/mine?version=1&q=england")
    assert "1 probe that passes, of 2 in all" in words(old)
    assert '<input type="hidden" name="version" value="1">' in old.text
    assert 'href="/suites/mine?version=1">Show all' in old.text
    assert "No probe has all of these words" in words(ask("GET", "/suites/mine?q=england"))


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "{{ 7001 * 7 }}"]
)
def test_what_a_file_says_is_never_markup(keep, look, ask, evil):
    line = json.dumps(
        {"id": "evil", "question": evil, "answer": evil, "aliases": [evil], "work": evil, "suite_title": evil}
    )
    keep(line, name=f"{evil.replace('/', '')}.jsonl")
    bad = look(json.dumps({"question": evil, "answer": 1, "id": evil}), name=f"{evil.replace('/', '')}.jsonl")
    pages = [ask("GET", path) for path in ("/probes", "/suites/mine", "/probes/evil", "/suites/mine/probes/evil/edit",
                                           "/probes/evil/copy", "/suites/mine/edit")]  # fmt: skip
    for page in [bad, *pages]:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "49007" not in page.text
        assert not re.search(r"\sstyle=|\son\w+=\"|<style", page.text)
