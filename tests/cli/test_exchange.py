"""Probes in and out on the command line, and suites of one's own beside the built-in ones."""

import json

import pytest

CAT, TOWN = "Which cat chases Jerry?,Tom,tom|tom cat", '"Where, in Kent, is the cathedral?",Canterbury,'
GOOD = f"question,answer,aliases\n{CAT}\n{TOWN}\n"
BAD = GOOD + "Who is nobody?,,\n"


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_file_becomes_a_suite_that_is_listed_shown_and_checked_as_yours(cueprobe, facts):
    said = cueprobe("probes", "import", facts, "--suite", "mine", "--title", "My questions")
    assert (said.code, said.out) == (0, "mine: 2 probes, version 1\n")
    assert "Format: plain, told by question, answer" in said.err
    assert "mine (yours, version 1): 2 probes" in cueprobe("probes", "list").out
    listed = {suite["suite"]: suite for suite in json.loads(cueprobe("probes", "list", "--json").out)}
    assert (listed["mine"]["origin"], listed["mine"]["title"]) == ("yours, version 1", "My questions")
    assert listed["literature-first"]["origin"] == "built in"
    assert "mine (yours, version 1)" in cueprobe("probes", "show", "which-cat-chases-jerry").out
    assert "(1 of them yours)" in cueprobe("probes", "check").out


def test_the_same_file_again_changes_nothing_and_an_edited_one_makes_the_next_version(cueprobe, facts, rows):
    cueprobe("probes", "import", facts, "--suite", "mine")
    again = cueprobe("probes", "import", facts, "--suite", "mine")
    assert again.out == "mine: nothing has changed, version 1 stays\n"
    facts.write_text(GOOD.replace("tom cat", "thomas"), encoding="utf-8")
    assert cueprobe("probes", "import", facts, "--suite", "mine").out == "mine: 2 probes, version 2: 1 changed\n"
    versions = rows("select slug, version from probe_versions order by id")
    assert [row["version"] for row in versions if row["slug"] == "which-cat-chases-jerry"] == [1, 2]
    assert [row["version"] for row in versions if row["slug"] != "which-cat-chases-jerry"] == [1]


def test_an_import_says_what_it_added_changed_and_removed(cueprobe, facts):
    first = json.loads(cueprobe("probes", "import", facts, "--suite", "mine", "--json").out)
    assert first["changes"] == {"added": 2, "changed": 0, "removed": 0}
    edited = f"question,answer,aliases\n{CAT}s\nWho is new?,Ann,\nWho is newer?,Ben,\n"
    facts.write_text(edited, encoding="utf-8")
    said = cueprobe("probes", "import", facts, "--suite", "mine")
    assert said.out == "mine: 3 probes, version 2: 2 added, 1 changed, 1 removed\n"
    titled = cueprobe("probes", "import", facts, "--suite", "mine", "--title", "Mine")
    assert titled.out == "mine: 3 probes, version 3: another order, title or description\n"
    facts.write_text(BAD, encoding="utf-8")
    refused = json.loads(cueprobe("probes", "import", facts, "--suite", "mine", "--json").out)
    assert refused["changes"] is None


def test_a_probe_that_another_suite_names_is_counted_once(cueprobe):
    listed = json.loads(cueprobe("probes", "list", "--json").out)
    ids = [probe["id"] for suite in listed for probe in suite["probes"]]
    assert len(set(ids)) < len(ids)
    assert f", {len(set(ids))} probes: nothing wrong" in cueprobe("probes", "check").out


def test_texts_that_are_too_short_are_not_counted_among_those_a_suite_was_made_of(cueprobe, tmp_path):
    sentences = " ".join(f"On day {n} a great many things were seen in the wood." for n in range(5))
    (tmp_path / "long.txt").write_text(f"Long\n\n{sentences}")
    (tmp_path / "short.txt").write_text("Short\n\nIt was late. Nobody came.")
    out = tmp_path / "out.yaml"
    said = cueprobe(
        "probes", "continuation", tmp_path / "long.txt", tmp_path / "short.txt", "--suite", "s", "--out", out
    )
    assert said.code == 0, said.err
    assert said.out.startswith(f"{out}: 2 probes from 1 text.")
    assert "Short: fewer than 32 words follow its first sentence; left out" in said.err


def test_a_bad_row_keeps_everything_out_unless_the_good_ones_are_wanted(cueprobe, facts, nothing_written):
    facts.write_text(BAD, encoding="utf-8")
    said = cueprobe("probes", "import", facts, "--suite", "mine")
    assert (said.code, said.out) == (2, "")
    assert f"{facts}: row 3 (line 4): field 'answer': is missing. Add it" in said.err
    assert "Nothing was written: 1 bad row of 3; correct it, or keep the other 2 probes with --keep-good" in said.err
    assert nothing_written()
    kept = cueprobe("probes", "import", facts, "--suite", "mine", "--keep-good", "--json")
    record = json.loads(kept.out)
    assert (kept.code, record["kept"], record["version"], record["changed"]) == (0, 2, 1, True)
    assert record["bad"] == [
        {"number": 3, "line": 4, "field": "answer", "reason": "is missing", "fix": "Add it"},
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("literature-first", "'literature-first' is built in and its file is the truth"),
        ("My Suite", "'My Suite' cannot be a suite's name"),
        ("import", "no suite can be named 'import'"),
        ("a" * 61, "use at most 60"),
    ],
)
def test_a_name_that_a_suite_of_yours_cannot_have_is_refused(cueprobe, facts, name, words, nothing_written):
    said = cueprobe("probes", "import", facts, "--suite", name)
    assert said.code == 2
    assert words in said.line
    assert nothing_written()


def test_a_file_that_cannot_be_read_and_a_format_that_is_none_are_refused(cueprobe, tmp_path, nothing_written):
    (tmp_path / "facts.csv").write_bytes(b"question,answer\nWh\xf6?,a\n")
    said = cueprobe("probes", "import", tmp_path / "facts.csv", "--suite", "mine")
    assert (said.code, "facts.csv:2: is not UTF-8 text" in said.line) == (2, True)
    assert "none of the formats" in cueprobe("probes", "import", "x.csv", "--suite", "m", "--format", "x").line
    assert nothing_written()


@pytest.mark.parametrize("name", ["yaml", "csv", "jsonl"])
def test_an_export_comes_back_as_the_same_version(cueprobe, facts, tmp_path, name):
    cueprobe("probes", "import", facts, "--suite", "mine")
    out = tmp_path / f"out.{name}"
    assert cueprobe("probes", "export", "mine", "--format", name, "--out", out).code == 0
    assert "nothing has changed, version 1 stays" in cueprobe("probes", "import", out, "--suite", "mine").out


def test_a_built_in_suite_is_exported_without_making_a_database(cueprobe, data):
    said = cueprobe("probes", "export", "literature-first", "--format", "jsonl")
    assert said.code == 0
    assert json.loads(said.out.splitlines()[0])["id"] == "orwell-university"
    assert not data.exists()


def test_an_unknown_suite_names_the_ones_there_are(cueprobe, facts):
    cueprobe("probes", "import", facts, "--suite", "mine")
    said = cueprobe("probes", "export", "mina")
    assert "did you mean 'mine'?" in said.line
    assert "literature-first" in said.line


def test_the_ids_of_built_in_probes_cannot_be_imported_again(cueprobe, tmp_path):
    out = tmp_path / "out.csv"
    cueprobe("probes", "export", "literature-first", "--format", "csv", "--out", out)
    said = cueprobe("probes", "import", out, "--suite", "mine")
    assert said.code == 2
    assert "has a probe 'orwell-university' already. Give this one another id" in said.err
    assert "... and" in said.err
