"""Files of questions as people have them: which rows become probes, and what is said of the others."""

import json

import pytest

from app.errors import InputError, SuiteError
from app.exchange import probe_rows
from app.exchange.probes_in import Surroundings, read_probes, slug_of
from app.grading.matcher import grade_response
from app.grading.records import Label
from app.inference.records import FinishReason

SIMPLEQA = """metadata,problem,answer
"{'topic': 'Art', 'answer_type': 'Person', 'urls': ['https://example.org/a', 'https://de.wikipedia.org/wiki/Deutsch', \
'https://en.wikipedia.org/wiki/Gwen_John#Life']}",Who painted the portrait that hung over the stairs?,Gwen John
"{'topic': 'Sports', 'answer_type': 'Date', 'urls': ['https://en.wikipedia.org/wiki/File:Boat.jpg']}",\
"On what day was the first boat race rowed, and ""won""?","10 June 1829"
"""

TRUTHFULQA = """Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source
Adversarial,Weather,Does thunder sour milk?,"No, it does not","No, it does not; Thunder leaves milk as it is; No",\
Yes; Thunder sours milk; The noise curdles it; Only in summer,https://example.org/milk
Non-Adversarial,Proverbs,Is a watched pot slower to boil?,No,No,,https://example.org/pot
"""

POPQA = (
    "id\tsubj\tprop\tobj\tsubj_id\tprop_id\tobj_id\ts_aliases\to_aliases\ts_uri\to_uri\ts_wiki_title\to_wiki_title\t"
    "s_pop\to_pop\tquestion\tpossible_answers\n"
    "4222362\tGeorge Rankin\toccupation\tpolitician\t1\t22\t2\t[]\t[]\tu\tu\tGeorge Rankin\tPolitician\t142\t25692\t"
    'What is George Rankin\'s occupation?\t"[""politician"", ""political leader"", ""polit.""]"\n'
)

INSPECT = "\n".join(
    json.dumps(line)
    for line in (
        {"input": "Which river runs through Ghent?", "target": "Leie", "id": 1, "metadata": {"source": "An atlas"}},
        {
            "input": [{"role": "user", "content": "Which of these is a metal?"}],
            "target": "B",
            "choices": ["Oak", "Tin", "Wool"],
            "id": "Metals #2",
        },
        {
            "input": [{"role": "user", "content": [{"type": "text", "text": "Who sailed first?"}]}],
            "target": ["Eric", "Eric the Red"],
        },
    )
)


@pytest.fixture
def read(tmp_path):
    """`read(text)` is what a file with that text, or those bytes, holds for the suite `mine`."""

    def one(text, name="facts.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        surroundings = Surroundings(options.pop("taken", {}), options.pop("id_of_question", {}))
        return read_probes(path, "mine", surroundings, shown=name, **options)

    return one


def told(reading):
    return [str(row) for row in reading.bad]


def test_simpleqa_takes_the_topic_from_an_english_wikipedia_address(read):
    reading = read(SIMPLEQA)
    assert (reading.format_name, reading.told_by) == ("simpleqa", "SimpleQA, told by problem, answer")
    first, second = reading.probes
    assert (first.answer, first.wikipedia_title) == ("Gwen John", "Gwen John")
    assert first.id == "who-painted-the-portrait-that-hung-over-the-stairs"
    assert second.question == 'On what day was the first boat race rowed, and "won"?'
    assert second.wikipedia_title is None


@pytest.mark.parametrize(
    "metadata", ["__import__('os').system('x')", "{'urls': [", "[" * 5000, "{'a': 1}['b']", "(" * 30_000, "3"]
)
def test_metadata_is_read_as_a_literal_and_never_carried_out(read, metadata):
    row = '"' + metadata.replace('"', '""') + '",Who?,Eve\n'
    reading = read("metadata,problem,answer\n" + row)
    assert reading.probes == ()
    assert told(reading)[0].startswith("row 1 (line 2): field 'metadata':")


def test_truthfulqa_keeps_correct_incorrect_and_choices(read):
    milk, pot = read(TRUTHFULQA).probes
    assert milk.aliases == ("Thunder leaves milk as it is", "No")
    assert milk.must_not == ("Thunder sours milk", "The noise curdles it", "Only in summer")
    assert milk.choices == ("No, it does not", "Yes", "Thunder sours milk", "The noise curdles it")
    assert (pot.choices, pot.must_not) == ((), ())


def test_popqa_keeps_object_aliases_popularity_and_article(read):
    reading = read(POPQA, "popqa.tsv")
    (probe,) = reading.probes
    assert reading.format_name == "popqa"
    assert (probe.id, probe.answer, probe.popularity) == ("popqa-4222362", "politician", 142)
    assert (probe.aliases, probe.wikipedia_title) == (("political leader", "polit."), "George Rankin")
    assert {"subj", "o_pop"} <= set(reading.unused)


def test_inspect_reads_texts_messages_letters_and_lists(read):
    river, metal, sailor = read(INSPECT, "samples.jsonl").probes
    assert (river.id, river.answer, river.source) == ("mine-1", "Leie", "An atlas")
    assert (metal.id, metal.answer, metal.choices) == ("metals-2", "Tin", ("Oak", "Tin", "Wool"))
    assert (sailor.question, sailor.answer, sailor.aliases) == ("Who sailed first?", "Eric", ("Eric the Red",))


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"input": "Q?", "target": "D", "choices": ["a", "b"]}, "'D' is none of the choices"),
        ({"input": "Q?", "target": ["A", "B"], "choices": ["a", "b"]}, "more than one of the choices"),
        ({"input": [{"role": "system", "content": "Be brief."}], "target": "a"}, "the role 'system'"),
        ({"input": [{"role": "user", "content": [{"type": "image"}]}], "target": "a"}, "not text alone"),
        ({"input": "Q?", "target": 5}, "neither a text nor a list of texts"),
        ({"input": "Q?", "target": ""}, "field 'target': is missing"),
    ],
)
def test_a_sample_that_is_no_single_question_is_a_bad_row(read, sample, reason):
    assert reason in told(read(json.dumps(sample), "samples.jsonl"))[0]


def test_plain_csv_reads_lists_between_bars_and_any_field(read):
    text = (
        "id,question,answer,aliases,must_not,year,popularity,tolerance,less_read,reverse\n"
        'cat,Which cat?,Tom,"tom|old \\| tom|back\\\\slash|",jerry,-44,12,0.5,true,'
        '"{""question"": ""Who is Tom?"", ""answer"": ""The cat""}"\n'
        'dog,Which dog?,Rex,,,"""1895""",,,,\n'
    )
    cat, dog = read(text).probes
    assert cat.aliases == ("tom", "old | tom", "back\\slash")
    assert (cat.year, cat.popularity, cat.tolerance, cat.less_read) == (-44, 12, 0.5, True)
    assert cat.reverse.answer == "The cat"
    assert dog.year == "1895"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_other_programs_make_no_difference(read, delimiter, end):
    rows = [("Question ", "ANSWER"), ('"Who wrote it,\nand when; or not?"', "Eve"), ("", ""), ("Where?", "Rome")]
    text = "\ufeff" + end.join(delimiter.join(row) for row in rows)
    reading = read(text)
    assert [probe.question for probe in reading.probes] == ["Who wrote it,\nand when; or not?", "Where?"]
    assert reading.bad == ()


def test_bad_rows_are_told_by_number_line_field_and_fix_and_the_rest_is_read(read):
    text = (
        'question,answer,must_not\n"Who\nis first?",Ann,\n,Ben,\nWho is third?,,\nWho is fourth?,Dan,DAN\n'
        "Who, is fifth?,Eve,,x\nWho is sixth?,Fay,\n"
    )
    reading = read(text)
    assert [probe.answer for probe in reading.probes] == ["Ann", "Fay"]
    assert told(reading) == [
        "row 2 (line 4): field 'question': is missing. Add it",
        "row 3 (line 5): field 'answer': is missing. Add it",
        "row 4 (line 6): field 'must_not': 'DAN' is also an accepted answer. Remove it from one of the two lists",
        "row 5 (line 7): has 5 cells, the header 3. Put a cell that holds the separating sign in quotation marks",
    ]
    assert reading.rows == 6


def test_lines_of_jsonl_are_counted_as_a_person_counts_them(read):
    lines = [
        '{"question": "A?", "answer": "a"}',
        "",
        '{"question": "B?", "answer": 81}',
        '{"question": "C?", "answer": "c", "answer": "d"}',
        "[1]",
        '{"question": "D?"',
        '{"question": "E?", "answer": "e", "tolerance": NaN}',
        '{"question": "F?", "answer": "f", "nonsense": 1}',
        "[" * 100_000,
    ]
    assert told(read("\r\n".join(lines), "facts.jsonl")) == [
        "line 3: field 'answer': is read as the number 81. Put the text in quotes",
        "line 4: the key 'answer' is given twice. Write one JSON object a line",
        "line 5: is JSON, but no object. Write one JSON object a line",
        "line 6: is not JSON (Expecting ',' delimiter). Write one JSON object a line",
        "line 7: NaN is no number of JSON. Write one JSON object a line",
        "line 8: field 'nonsense': there is no such field. Remove it",
        "line 9: is JSON beyond what can be read. Write one JSON object a line",
    ]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x85", "\x9d"])
def test_control_characters_are_a_fault_of_their_row(read, sign):
    reading = read(f"question,answer\nWho{sign}?,Eve\nWhere?,Rome\n")
    assert [probe.answer for probe in reading.probes] == ["Rome"]
    assert f"U+{ord(sign):04X}" in told(reading)[0]


def test_half_a_character_in_json_is_a_fault_of_its_row(read):
    reading = read('{"question": "Who \\ud800?", "answer": "Eve"}\n{"question": "Q?", "answer": "a"}', "facts.jsonl")
    assert [probe.answer for probe in reading.probes] == ["a"]
    assert "U+D800 in it is cut in half" in told(reading)[0]


def test_formulas_are_text(read):
    reading = read("question,answer\n=1+1?,-5\n'=HYPERLINK(1)?,@home\n")
    assert [(probe.question, probe.answer) for probe in reading.probes] == [
        ("=1+1?", "-5"),
        ("=HYPERLINK(1)?", "@home"),
    ]


def test_ids_given_twice_questions_asked_twice_and_ids_of_others_are_bad_rows(read):
    text = "id,question,answer\ncat,A?,a\ncat,B?,b\n,C?,c\n,C?,d\ndog,D?,d\nBig Cat,E?,e\n"
    assert told(read(text, taken={"dog": "animals"})) == [
        "row 2 (line 3): field 'id': the id 'cat' is given twice, first in row 1. Give one another id, or remove it",
        "row 4 (line 5): field 'question': is asked already in row 3. Remove one, or give each an id",
        "row 5 (line 6): field 'id': the suite 'animals' has a probe 'dog' already. Give this one another id",
        "row 6 (line 7): field 'id': 'Big Cat' is not a name. Use lower-case letters, digits and single hyphens",
    ]


def test_made_ids_are_words_of_the_question_and_stay_when_other_rows_move(read):
    one, two, three = "Who wrote “Æneas’ Été”?", "谁写了这本书？", "Who wrote, Eneas Ete"
    first = read(f'question,answer\n{one},a\n{two},b\n"{three}",c\n')
    ids = {probe.question: probe.id for probe in first.probes}
    assert ids[one] == "who-wrote-neas-ete"
    assert ids[two].startswith("q-")
    moved = read(f'question,answer\nWho is new?,n\n"{three}",c\n{two},b\n{one},a\n', id_of_question=ids)
    assert {probe.question: probe.id for probe in moved.probes if probe.answer != "n"} == ids


def test_two_questions_of_the_same_words_get_ids_of_their_own(read):
    ids = [probe.id for probe in read("question,answer\nWho is it?,a\nWho is it!,b\n").probes]
    assert ids[0] == "who-is-it"
    assert ids[1].startswith("who-is-it-")
    assert slug_of("word " * 100) == "-".join(["word"] * 12)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("question,answer\nWhö?,a\n".encode("latin-1"), "a.csv", "a.csv:2: is not UTF-8 text"),
        ("question,answer\nWho?,a\n".encode("utf-16"), "a.csv", "looks like UTF-16"),
        ("question,answer\nWho?,a\n".encode("utf-16-le"), "a.csv", "looks like UTF-16"),
        ("question,answer\nWho?,“".encode()[:-1], "a.csv", "ends in the middle of a character"),
        (b"PK\x03\x04" + bytes(range(256)), "a.xlsx", "is a zip archive"),
        (b"suite_title,question,answer\na\x00b,Who?,Ann\n", "a.csv", "the suite's title holds the character U+0000"),
        (b"", "a.csv", "is empty"),
        (b"\n \n", "a.jsonl", "is empty"),
        (b"question,answer\n", "a.csv", "has a header and no row"),
        (b"question,answer,Answer \n", "a.csv", "the column 'answer' is there twice"),
        (b"frage,antwort\nWer?,Eva\n", "a.csv", "the columns of no format that is known (it has frage, antwort)"),
        (b"question,answer,alias\nWho?,Eve,e\n", "a.csv", "there is no field 'alias'. Did you mean 'aliases'?"),
        (b'[{"question": "Who?"}]', "a.json", "is one JSON list"),
        (b"title: x\nprobes: [\n", "a.yaml", "not YAML"),
        (b"title: x\n", "a.yaml", "holds no probes"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_says_why(read, content, name, words):
    with pytest.raises(SuiteError) as error:
        read(content, name)
    assert words in str(error.value)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(read, monkeypatch):
    monkeypatch.setattr(probe_rows, "MAX_BYTES", 20)
    with pytest.raises(SuiteError, match="has 26 bytes, more than the 20 that are read"):
        read("question,answer\nWho?,Ann\n\n")


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(SuiteError, match="there is no such file"):
        read_probes(tmp_path / "none.csv", "mine", Surroundings())
    with pytest.raises(SuiteError, match="is a folder"):
        read_probes(tmp_path, "mine", Surroundings())


def test_a_quotation_mark_that_is_not_closed_is_one_bad_row(read):
    reading = read('question,answer\nWho?,Eve\nWhere?,"Rome\nWhen?,May\n')
    assert [probe.answer for probe in reading.probes] == ["Eve"]
    (row,) = told(reading)
    assert row.startswith("row 2 (line 3): a quotation mark is opened and not closed. Close the quotation mark")


def test_the_format_asked_for_is_taken_or_refused(read):
    assert read("question,answer,possible_answers\nQ?,a,b\n", format_name="plain").format_name == "plain"
    with pytest.raises(SuiteError, match="no column 'problem'"):
        read("question,answer\nQ?,a\n", format_name="simpleqa")
    with pytest.raises(InputError, match="none of the formats; use auto, truthfulqa"):
        read("question,answer\nQ?,a\n", format_name="excel")


def test_columns_without_a_use_are_named(read):
    assert read("question,answer,colour\nQ?,a,red\n").unused == ("colour",)


def test_a_suite_file_may_hold_bad_probes_beside_good_ones(read):
    text = "title: Mine\nprobes:\n- id: one\n  question: Q?\n  answer: a\n- id: two\n  answer: No\n- three\n"
    reading = read(text, "mine.yaml")
    assert [probe.id for probe in reading.probes] == ["one"]
    assert reading.title == "Mine"
    assert [row.line for row in reading.bad] == [6, 8]
    assert "(and 1 more fault)" in told(reading)[0]


def test_many_bad_rows_are_counted_and_not_all_kept(read):
    reading = read("question,answer\n" + ",x\n" * 1500)
    assert (len(reading.bad), reading.bad_count) == (1000, 1500)


@pytest.mark.parametrize(
    ("text", "name", "told_first"),
    [
        ("metadata,problem,answer\n,,Eve\n", "a.csv", "row 1 (line 2): field 'problem': is missing. Add it"),
        (
            "Question,Best Answer,Correct Answers,Incorrect Answers\nWho?,,Eve,Ann\n",
            "a.csv",
            "row 1 (line 2): field 'Best Answer': is missing. Add it",
        ),
        (
            "Question,Best Answer,Correct Answers,Incorrect Answers\nWho?,A man called Eve,Eve,Ann; a man called EVE\n",
            "a.csv",
            (
                "row 1 (line 2): field 'Incorrect Answers': 'a man called EVE' is also an accepted answer. "
                "Remove it from one of the two lists"
            ),
        ),
        (
            "question,obj,possible_answers,s_pop\nWho?,Eve,3,1\n",
            "a.csv",
            'row 1 (line 2): field \'possible_answers\': is no JSON list of texts. Write ["one answer", "another"]',
        ),
        ("question,obj,possible_answers\nWho?,,[]\n", "a.csv", "row 1 (line 2): field 'obj': is missing. Add it"),
        ('{"input": "", "target": "Eve"}', "a.jsonl", "line 1: field 'input': is missing. Add it"),
        ("Question,ANSWER\nWho?,\n", "a.csv", "row 1 (line 2): field 'ANSWER': is missing. Add it"),
        (
            "metadata,problem,answer\n,Who?,Eve\n,Who?,Ann\n",
            "a.csv",
            "row 2 (line 3): field 'problem': is asked already in row 1. Remove one",
        ),
    ],
)
def test_a_bad_row_is_told_by_the_name_the_file_has_for_the_column(read, text, name, told_first):
    assert told(read(text, name))[0] == told_first


@pytest.mark.parametrize(
    ("field", "most"), [("question", 8000), ("answer", 8000), ("oracle", 20_000), ("aliases", 20_000), ("year", 20_000)]
)
def test_a_text_longer_than_what_is_kept_is_a_fault_of_its_row_with_the_number(read, field, most):
    def row(length):
        return json.dumps({"question": "Who?", "answer": "Eve"} | {field: "x" * length})

    reading = read(f"{row(most)}\n{row(most + 1)}", "a.jsonl")
    assert len(reading.probes) == 1
    place = "aliases, entry 1" if field == "aliases" else field
    assert told(reading) == [f"line 2: field {place!r}: is longer than {most:,} characters. Shorten it"]


def test_options_of_which_there_is_one_are_a_fault(read):
    assert told(read("question,answer,choices\nWho?,Eve,Eve\n")) == [
        "row 1 (line 2): field 'choices': needs at least two options, or none"
    ]


def test_a_yes_no_answer_is_asked_for_without_the_quotes_that_only_yaml_needs(read):
    assert told(read("question,answer,kind\nIs it?,Perhaps,yes_no\n")) == [
        "row 1 (line 2): field 'answer': a yes_no probe is answered 'Yes' or 'No'. Write one of the two"
    ]


def test_spellings_are_kept_as_written_and_met_in_any_case(read):
    (probe,) = read("question,answer,aliases,must_not\nWhich cat?,Thomas,TOM Cat,Jerry Mouse\n").probes
    assert (probe.aliases, probe.must_not) == (("TOM Cat",), ("Jerry Mouse",))
    assert grade_response(probe, "It is tom cat.", FinishReason.STOP).label is Label.CORRECT
    assert grade_response(probe, "It is JERRY MOUSE.", FinishReason.STOP).label is Label.INCORRECT


@pytest.mark.parametrize("wrong", ["No", "Yes", "Yes.", "false"])
def test_an_incorrect_answer_that_is_a_bare_verdict_is_an_option_and_no_phrase_to_look_for(read, wrong):
    text = f"Question,Best Answer,Correct Answers,Incorrect Answers\nDoes it?,It does not,It does not,{wrong}\n"
    (probe,) = read(text).probes
    assert probe.must_not == ()
    assert probe.choices == ("It does not", wrong)
