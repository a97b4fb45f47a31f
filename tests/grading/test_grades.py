"""What a grade carries besides its label: evidence, extracted answer, flags, decline kind, score."""

import pytest

from app.grading.matcher import GRADER, MATCHER_VERSION, grade_response
from app.grading.records import DeclineKind, Flag, Label
from app.inference.records import FinishReason
from app.probes.forms import AnswerFormat

STOP = FinishReason.STOP


def evidence_of(grade, text):
    start, end = grade.evidence
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("She goes with Lubkov.", "Lubkov"),
        ("<think>Gurov? No.</think>\n\n**Lubkov**", "Lubkov"),
        ("« Ça va »: е\u0301 ﬁn … Lubkov!", "Lubkov"),
        ("It was Gurov. Actually, no: it was Lubkov.", "Lubkov"),
        ("<|assistant|>Lubkóv", "Lubkóv"),
    ],
)
def test_evidence_is_the_place_in_the_text_as_received(probes, text, said):
    assert evidence_of(grade_response(probes["lover"], text, STOP), text) == said


def test_spellings_of_the_right_answer_are_one_answer(probes):
    texts = ["Lysevitch", "It was her lawyer, Lysevich.", "The lawyer."]
    assert len({grade_response(probes["lawyer"], text, STOP).answer for text in texts}) == 1


def test_equal_wrong_answers_are_one_answer(probes):
    texts = ["With Petrovsky.", "Ariadne first goes abroad with Petrovsky", "petrovsky? It was Petrovsky."]
    assert {grade_response(probes["lover"], text, STOP).answer for text in texts[:2]} == {"petrovsky"}


def test_a_known_wrong_answer_is_named_by_its_phrase(probes):
    assert grade_response(probes["illness"], "He died of cholera in the end.", STOP).answer == "cholera"


def test_yes_and_no_are_the_answers_of_closed_questions(probes):
    assert [grade_response(probes["drown"], text, STOP).answer for text in ("Yes!", "No, he survives.")] == [
        "yes",
        "no",
    ]


@pytest.mark.parametrize(
    ("name", "text", "flag"),
    [
        ("lover", "Probably Lubkov.", Flag.HEDGED),
        ("lover", "I don't know, but I think it was Lubkov.", Flag.HEDGED),
        ("lover", "Lubkov or Gurov.", Flag.MULTI_CANDIDATE),
        ("police", "He went to Burma.", Flag.PARTIAL),
    ],
)
def test_flags_say_what_stands_beside_the_label(probes, name, text, flag):
    assert flag in grade_response(probes[name], text, STOP).flags


def test_an_answer_that_occurs_in_the_cue_is_flagged_as_copied(probes):
    cue = "The story tells of Ariadne, of Lubkov and of the narrator."
    with_cue = grade_response(probes["lover"], "Lubkov.", STOP, cue_text=cue)
    without = grade_response(probes["lover"], "Lubkov.", STOP, cue_text="A story by Chekhov.")
    assert Flag.COPIED_FROM_CONTEXT in with_cue.flags
    assert Flag.COPIED_FROM_CONTEXT not in without.flags


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I do not know.", DeclineKind.LACKS_KNOWLEDGE),
        ("I'm sorry, I can't recall that.", DeclineKind.LACKS_KNOWLEDGE),
        ("As an AI language model, I cannot say.", DeclineKind.POLICY),
        ("I am not aware of any story of that name.", DeclineKind.QUESTION_PREMISE),
        ("That story does not exist.", DeclineKind.QUESTION_PREMISE),
        ("Could you please clarify what you mean?", DeclineKind.ASKS_BACK),
        (
            "Many writers of that time wrote about love. Their works are read in all of Europe today.",
            DeclineKind.NO_ANSWER,
        ),
    ],
)
def test_a_decline_says_why_no_answer_is_given(probes, text, kind):
    grade = grade_response(probes["lover"], text, STOP)
    assert (grade.label, grade.decline_kind) == (Label.NOT_ATTEMPTED, kind)


def test_the_score_is_the_share_of_events_and_only_plots_have_one(probes):
    half = grade_response(probes["plot"], "A student meets two widows and speaks of Peter.", STOP)
    assert half.score == pytest.approx(2 / 5)
    assert grade_response(probes["lover"], "Lubkov", STOP).score is None


def test_an_event_that_is_only_denied_is_not_met(probes):
    assert grade_response(probes["plot"], "There is no widow in it.", STOP).score == 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("About 1,100 roubles.", Label.CORRECT),
        ("950", Label.CORRECT),
        ("Nine hundred and fifty roubles a day.", Label.CORRECT),
        ("1,200 roubles.", Label.INCORRECT),
        ("Between 900 and 1,100 roubles.", None),
        ("More than 1,050 roubles.", None),
    ],
)
def test_a_number_as_near_as_the_probe_allows_is_right(probes, text, label):
    grade = grade_response(probes["price"].model_copy(update={"tolerance": 100.0}), text, STOP)
    assert grade.label == label, grade.reason
    assert (Flag.NUMERIC_TOLERANCE in grade.flags) == (label is Label.CORRECT)


@pytest.mark.parametrize("text", ["Lao Tzu", "Lao-tse", "Laotse wrote it.", "It was written by Lao-Tzu.", "Laozi"])
def test_a_chinese_name_counts_in_any_romanisation(probes, text):
    probe = probes["author"].model_copy(
        update={"question": "Who wrote the Tao Te Ching?", "answer": "Laozi", "aliases": ("laozi",), "must_not": (),
                "choices": (), "work": "Tao Te Ching", "author": "Laozi"}
    )  # fmt: skip
    assert grade_response(probe, text, STOP).label == Label.CORRECT


def test_options_are_letters_in_the_order_shown(probes):
    # Prince Maktuev, Ryabovsky, Lubkov, Kotlovitch
    right, wrong = (
        grade_response(probes["lover"], text, STOP, answer_format=AnswerFormat.CHOICE) for text in ("(C)", "B")
    )
    assert (right.label, right.answer) == (Label.CORRECT, "lubkov")
    assert (wrong.label, wrong.answer) == (Label.INCORRECT, "ryabovsky")
    assert evidence_of(right, "(C)") == "C"


def test_a_grade_names_its_grader_and_version(probes):
    grade = grade_response(probes["lover"], "Lubkov", STOP)
    assert (grade.grader, grade.version) == (GRADER, MATCHER_VERSION)
