"""Suite and note files: what loads, and what their author is told when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotFound, SuiteError
from app.probes.files import MAX_BYTES, check_suite, find_suite, list_suites, load_notes, load_suite

SUITE = """\
name: small
title: A small suite
description: Two probes.
demo:
  - troy-death
probes:
  - id: troy-death
    work: Far from the Madding Crowd
    author: Thomas Hardy
    year: 1874
    question: How does Sergeant Troy die?
    answer: Boldwood shoots him
    aliases:
      - shot by boldwood
    must_not:
      - drowns
    choices: [Boldwood shoots him, He drowns]
    kind: short_fact
    oracle: Boldwood shoots Sergeant Troy.
    source: the text
    verified: text
  - id: troy-drowns
    work: Far from the Madding Crowd
    author: Thomas Hardy
    year: 1874
    question: Does Sergeant Troy drown?
    answer: 'No'
    kind: yes_no
    oracle: Sergeant Troy does not drown.
    source: the text
    verified: text
"""

NOTE = """\
title: {title}
kind: work
genre: novel
author: Thomas Hardy
year: 1874
text: >-
  {text}
"""


@pytest.fixture
def written(tmp_path: Path):
    """Write a suite file, with replacements made in SUITE, and give its path."""

    def write(*replacements: tuple[str, str], text: str | None = None) -> Path:
        content = SUITE if text is None else text
        for old, new in replacements:
            assert content.count(old) >= 1, old
            content = content.replace(old, new, 1)
        path = tmp_path / "small.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def told(path: Path) -> list[str]:
    """What check_suite says, without the folder."""
    return [str(problem).removeprefix(f"{path.parent}/") for problem in check_suite(path)]


def test_a_good_suite_loads_with_its_probes_in_order(written):
    suite = load_suite(written())
    assert suite.name == "small"
    assert [probe.id for probe in suite.probes] == ["troy-death", "troy-drowns"]
    assert suite.probes[0].aliases == ("shot by boldwood",)
    assert check_suite(written()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("answer: 'No'", "answer: No",
         "27: probe 'troy-drowns' field 'answer': is read as the truth value false. Put the text in quotes"),
        ("answer: 'No'", "answer: 81",
         "27: probe 'troy-drowns' field 'answer': is read as the number 81. Put the text in quotes"),
        ("answer: 'No'", "answer: 1895-01-01",
         "27: probe 'troy-drowns' field 'answer': is read as the date 1895-01-01. Put the text in quotes"),
        ("answer: 'No'", "answer:",
         "27: probe 'troy-drowns' field 'answer': is empty. Write a text, or leave the field out if it can be"),
        ("answer: 'No'", "answer: ''",
         "27: probe 'troy-drowns' field 'answer': is empty. Write a text"),
        ("answer: 'No'", "answer: ['No']",
         "27: probe 'troy-drowns' field 'answer': is read as a list. Write one text, in quotes"),
        ("answer: 'No'", "answer: {no: he did not}",
         "27: probe 'troy-drowns' field 'answer': is read as a mapping. Write one text, in quotes"),
        ("answer: 'No'", "answer: Never",
         ("27: probe 'troy-drowns' field 'answer': a yes_no probe is answered 'Yes' or 'No'. Write one of "
         "the two, in quotes")),
        ("      - shot by boldwood", "      - shot\n      - yes",
         ("15: probe 'troy-death' field 'aliases, entry 2': is read as the truth value true. Put the text in "
         "quotes")),
        ("    aliases:", "    alisases:",
         "13: probe 'troy-death' field 'alisases': there is no such field. Did you mean 'aliases'?"),
        ("title: A", "colour: red\ntitle: A", "2: field 'colour': there is no such field. Remove it"),
        ("title: A", "titel: A", "1: field 'title': is missing. Add it"),
        ("    question: How does Sergeant Troy die?\n", "",
         "7: probe 'troy-death' field 'question': is missing. Add it"),
        ("year: 1874", "year: 1874.5",
         ("10: probe 'troy-death' field 'year': 1874.5 is not a whole number. Write one without quotes, "
         "negative for a year B.C.")),
        ("question: How does Sergeant Troy die?", "question: " + "How " * 3000,
         "11: probe 'troy-death' field 'question': is longer than 8,000 characters. Shorten it"),
        ("kind: yes_no", "kind: yesno",
         ("28: probe 'troy-drowns' field 'kind': 'yesno' is not one of the values there are. Use 'short_fact', "
         "'yes_no', 'plot_points', 'attribution', 'existence' or 'continuation'")),
        ("kind: yes_no", "kind: plot_points",
         "22: probe 'troy-drowns' field 'plot_points': a probe of kind plot_points needs at least one event"),
        ("    must_not:\n      - drowns", "    must_not: drowns",
         ("15: probe 'troy-death' field 'must_not': should be a list. Put each entry on its own line after "
         "'- '")),
        ("      - drowns", "      - Shot by Boldwood",
         ("15: probe 'troy-death' field 'must_not': 'Shot by Boldwood' is also an accepted answer. Remove it "
         "from one of the two lists")),
        ("[Boldwood shoots him, He drowns]", "[Boldwood shoots him]",
         "17: probe 'troy-death' field 'choices': needs at least two options, or none"),
        ("[Boldwood shoots him, He drowns]", "[He drowns, He lives]",
         ("17: probe 'troy-death' field 'choices': none of them equals the answer. Make exactly one the same, "
         "to the letter")),
        ("id: troy-drowns", "id: troy-death",
         ("22: probe 'troy-death' field 'id': the id is given twice, first on line 7. Give one of them "
         "another id")),
        ("id: troy-drowns", "id: Troy Drowns",
         ("22: probe 'Troy Drowns' field 'id': 'Troy Drowns' is not a name. Use lower-case letters, digits "
         "and single hyphens")),
        ("  - troy-death\nprobes", "  - troy-deth\nprobes",
         "5: field 'demo': no probe has the id 'troy-deth'. Did you mean 'troy-death'?"),
        ("    answer: 'No'", "    answer: 'No'\n    answer: 'Yes'",
         ("28: probe 'troy-drowns' field 'answer': the key 'answer' is given twice, first on line 27. "
         "Keep one")),
        ("answer: 'No'", "answer: !!python/object/apply:os.getcwd []",
         ("27: probe 'troy-drowns' field 'answer': the tag tag:yaml.org,2002:python/object/apply:os.getcwd is "
         "not allowed. Remove it; only text, numbers and lists are read")),
        ("answer: 'No'", "answer: &a 'No'",
         ("27: probe 'troy-drowns' field 'answer': &a names a part of the file. Remove it; suite files have "
         "no references")),
        ("answer: 'No'", "answer: 2024-02-31",
         ("27: probe 'troy-drowns' field 'answer': '2024-02-31' is no possible date or number. Put it in "
         "quotes to make it text")),
    ],
)  # fmt: skip
def test_a_problem_is_told_with_its_line_probe_field_and_cure(written, old, new, message):
    assert f"small.yaml:{message}" in told(written((old, new)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "small.yaml: is empty. Begin with fields such as 'title: ...'"),
        ("# only a comment\n", "small.yaml: is empty. Begin with fields such as 'title: ...'"),
        ("- one\n- two\n",
         "small.yaml:1: holds no fields at its top level. Begin with fields such as 'title: ...'"),
        ("name: small\nprobes:\n\t- id: x\n", "small.yaml:3: the line is indented with a tab. Indent with spaces"),
        ("name: small\ntitle: A: B\n",
         "small.yaml:2: a colon stands where none can be. Put the whole text after the key in quotes"),
        ("name: small\ntitle: \x00\n", "small.yaml:2: a control character stands in the text. Remove it"),
        ("name: small\n---\nname: other\n",
         "small.yaml:2: a second YAML document begins here. Remove the line '---'"),
        ("[" * 10_000, "small.yaml:1: lists and mappings are nested more than 20 deep. Flatten this part"),
        ("? [a]\n: b\n", "small.yaml:1: a list or mapping cannot be a key. Use a word before the colon"),
    ],
)  # fmt: skip
def test_what_is_no_suite_at_all_is_told_in_one_line(written, text, message):
    assert told(written(text=text)) == [message]
    assert "\n" not in message


def test_an_unclosed_quote_is_told_as_text_that_is_not_yaml(written):
    (message,) = told(written(text="name: 'small\ntitle: x\n"))
    assert "not YAML" in message
    assert "Check the indentation" in message


def test_a_reference_bomb_is_refused_without_being_expanded(written):
    rows = ["a0: &a0 [lol, lol, lol]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    messages = told(written(text="\n".join(rows) + "\n"))
    assert any("&a0 names a part of the file" in message for message in messages)
    assert any("*a10 repeats another part of the file" in message for message in messages)


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_their_lines(written):
    path = written(
        ("answer: 'No'", "answer: No"), ("    aliases:", "    alias:"), ("- troy-death\nprobes", "- nobody\nprobes"),
        ("year: 1874", "year: 1874.5"),
    )  # fmt: skip
    problems = check_suite(path)
    assert [(problem.line, problem.field) for problem in problems] == [
        (5, "demo"), (10, "year"), (13, "alias"), (27, "answer"),
    ]  # fmt: skip
    with pytest.raises(SuiteError) as raised:
        load_suite(path)
    assert str(raised.value) == str(problems[0])


PIECES = [
    *("a", "probes", "id", ": ", ":\n", "\n", "\n  ", "\n  - ", "- ", "[", "]", "{", "}", ",", "'", '"', "&a ", "*a"),
    *("!x ", "|\n", "no", "1", "~", "#", "\t", "\x00", "?", "<<", "---\n", "é"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_a_file_holds_its_author_gets_errors_in_one_line_each(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    problems = check_suite(path)
    assert problems
    assert all("\n" not in str(problem) for problem in problems)


def test_an_error_carries_its_parts_for_other_faces(written):
    (problem,) = check_suite(written(("answer: 'No'", "answer: No")))
    assert (problem.line, problem.probe_id, problem.field) == (27, "troy-drowns", "answer")
    assert problem.exit_code == 2


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: small\ntitle: Mélanie\n".encode("latin-1"))
    assert told(path) == ["latin.yaml:2: is not UTF-8 text. Save it in the encoding UTF-8"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SUITE.replace("\n", "\r\n").encode())
    assert load_suite(path).name == "small"


def test_missing_files_folders_and_huge_files_are_told_apart(tmp_path):
    assert told(tmp_path / "absent.yaml") == ["absent.yaml: there is no such file. Check its name"]
    assert told(tmp_path)[0].endswith("is a folder. Name a file in it")
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (MAX_BYTES + 1))
    assert told(huge) == [
        "huge.yaml: has 5,000,001 bytes, more than the 5,000,000 that are read. Split it into several files"
    ]


def test_a_suite_is_found_by_name_or_by_file(written, tmp_path):
    path = written()
    assert find_suite("small", tmp_path).name == "small"
    assert find_suite(str(path), Path("elsewhere")).name == "small"
    with pytest.raises(SuiteError, match="there is no such file"):
        find_suite("other.yaml", tmp_path)


def test_an_unknown_name_is_answered_with_the_names_there_are(written, tmp_path):
    path = written()
    path.with_name("another.yaml").write_text(SUITE, encoding="utf-8")
    with pytest.raises(NotFound) as raised:
        find_suite("smal", tmp_path)
    assert str(raised.value) == "no suite is named 'smal'; did you mean 'small'? there are: another, small"
    with pytest.raises(NotFound, match="holds no suite"):
        find_suite("smal", tmp_path / "empty")


def test_suites_are_listed_in_the_order_of_their_names(tmp_path):
    for name in ("b.yaml", "a-b.yaml", "a.yaml", "notes.txt"):
        (tmp_path / name).write_text(SUITE, encoding="utf-8")
    assert [path.name for path in list_suites(tmp_path)] == ["a.yaml", "a-b.yaml", "b.yaml"]
    assert list_suites(tmp_path / "absent") == []


@pytest.fixture
def note(tmp_path: Path):
    (tmp_path / "notes").mkdir()

    def write(name: str, title: str, words: int = 60, extra: str = "") -> Path:
        path = tmp_path / "notes" / name
        path.write_text(NOTE.format(title=title, text=" ".join(["word"] * words)) + extra, encoding="utf-8")
        return path

    return write


def test_notes_are_loaded_by_title(note, tmp_path):
    note("a.yaml", "Silas Marner", words=60)
    note("b.yaml", "Ariadne", words=400)
    assert set(load_notes(tmp_path)) == {"Silas Marner", "Ariadne"}
    assert load_notes(tmp_path / "absent") == {}


@pytest.mark.parametrize("words", [59, 401])
def test_a_note_that_is_too_short_or_too_long_is_refused(note, tmp_path, words):
    note("a.yaml", "Silas Marner", words=words)
    with pytest.raises(SuiteError, match=rf"a\.yaml:6: field 'text': has {words} words\. Write 60 to 400"):
        load_notes(tmp_path)


def test_two_notes_of_one_title_are_refused(note, tmp_path):
    note("a.yaml", "Silas Marner")
    note("b.yaml", "Silas Marner")
    with pytest.raises(SuiteError, match=r"b\.yaml:1: field 'title': 'Silas Marner' is also the title of a\.yaml"):
        load_notes(tmp_path)


def test_an_unknown_field_of_a_note_is_named(note, tmp_path):
    note("a.yaml", "Silas Marner", extra="genres: novel\n")
    with pytest.raises(SuiteError, match=r"field 'genres': there is no such field\. Did you mean 'genre'"):
        load_notes(tmp_path)


def test_an_id_alone_is_the_probe_that_another_file_of_the_folder_holds(written, tmp_path):
    written()
    chosen = tmp_path / "chosen.yaml"
    chosen.write_text("name: chosen\ntitle: T\ndescription: D\ndemo: [troy-drowns]\nprobes:\n  - troy-drowns\n")
    assert load_suite(chosen).probes == (load_suite(written()).probes[1],)


def test_an_id_that_no_file_beside_holds_is_told_with_its_line_and_the_nearest(written, tmp_path):
    written()
    chosen = tmp_path / "chosen.yaml"
    chosen.write_text("name: chosen\ntitle: T\ndescription: D\nprobes:\n  - troy-drowned\n")
    assert told(chosen) == [
        (
            "chosen.yaml:5: field 'probes, entry 1': no suite file beside this one holds a probe 'troy-drowned'. "
            "Did you mean 'troy-drowns'?"
        )
    ]
