"""What a model said to a question under one arm, and what it was given: answers, cues and prompts as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cues.records import SOURCE_LABEL, SourceKind
from app.grading.effective import effective
from app.grading.records import LABEL_SHOWN, Flag, Label
from app.probes.forms import LETTERS, AnswerFormat, variants
from app.probes.records import Probe
from app.store.tables import GREEDY_DRAW, CueRow, GradeRow, PassageRow, PromptRow, ResponseRow

EVIDENCE = "evidence"
FABRICATED = "fabricated"
_MARKS: dict[str, str] = {Label.CORRECT: EVIDENCE, Label.INCORRECT: FABRICATED}

_FINISHED = {"length": "reached the longest length allowed", "content_filter": "stopped by the server's filter"}
_DECLINED = {
    "lacks_knowledge": "says it does not know",
    "policy": "declines by policy",
    "question_premise": "doubts the question",
    "asks_back": "asks back",
    "no_answer": "gives no answer",
}
_FLAGS = {
    Flag.HEDGED: "hedged",
    Flag.MULTI_CANDIDATE: "more than one candidate",
    Flag.PARTIAL: "partial",
    Flag.COPIED_FROM_CONTEXT: "occurs in the cue",
    Flag.NUMERIC_TOLERANCE: "within the tolerance",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an answer; `mark` is evidence (of a right answer), fabricated, or None."""

    text: str
    mark: str | None

    @property
    def parts(self) -> tuple[str, str | None]:
        """(text, mark)."""
        return self.text, self.mark


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer, or several draws with the same text and grade.

    `label` is None while no grader was sure, and then `reason` says why. `draws` are their numbers; 0 is the greedy
    one, which stands alone and is never counted. `remarks` are flags and how it ended, in words.
    """

    spans: tuple[Span, ...]
    text: str
    label: str | None
    label_words: str
    grader: str | None
    grader_version: str | None
    reason: str | None
    score: float | None
    remarks: tuple[str, ...]
    reasoning: str | None
    draws: tuple[int, ...]
    is_greedy: bool


@dataclass(frozen=True, slots=True)
class CueSegment:
    """A piece of a passage: kept, or cut because it gives the answer away (`level` L0 to L2, `matched` what did)."""

    text: str
    level: str | None
    matched: str

    @property
    def parts(self) -> tuple[str, str | None, str]:
        """(text, level, matched)."""
        return self.text, self.level, self.matched


@dataclass(frozen=True, slots=True)
class ShownCue:
    """The text put before a question under one arm, with what was cut from it and where it comes from."""

    arm: str
    segments: tuple[CueSegment, ...]
    source: str
    title: str
    leak: str
    sha256: str
    sent_characters: int
    url: str | None
    licence: str | None
    licence_url: str | None
    revision_id: int | None
    revised_at_utc: datetime | None
    retrieved_at_utc: datetime | None


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message as sent."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class ShownPrompt:
    """The messages of one arm as sent; `tokens` as the server counted them, None where it did not.

    `seed` is that of the first draw, None where the server was sent none.
    """

    arm: str
    messages: tuple[ShownMessage, ...]
    template_version: str
    sha256: str
    tokens: int | None
    seed: int | None


def effective_grades(grades: Iterable[GradeRow]) -> dict[int, GradeRow]:
    """By response, the grade that its label rests on; the newest word where nobody was sure. Given oldest first."""
    of_response: dict[int, list[GradeRow]] = {}
    for grade in grades:
        of_response.setdefault(grade.response_id, []).append(grade)
    chosen = {response_id: effective(given)[1] for response_id, given in of_response.items()}
    return {response_id: grade for response_id, grade in chosen.items() if grade is not None}


def form_words(probe: Probe, answer_format: str, variant: str) -> str:
    """What a reader must know of a variant to read its answers: the right option's letter, which statement; or ""."""
    if not variant:
        return ""
    if answer_format == AnswerFormat.YES_NO:
        return f"the {variant} statement"
    names = variants(probe, AnswerFormat(answer_format))
    return f"right option {LETTERS[names.index(variant)]}" if variant in names else variant


def shown_answers(
    responses: Iterable[ResponseRow],
    grades: Mapping[int, GradeRow],
    shown_as: Mapping[int, str],
    scored: str = "of the plot points",
) -> tuple[ShownAnswer, ...]:
    """Sampled answers in the order of their first draw, equal ones folded, and the greedy ones last.

    `shown_as` has the words of `form_words` by trial: an answer means something else under another order of options.
    `scored` says what a score is a share of.
    """
    folded: dict[tuple[object, ...], list[ResponseRow]] = {}
    for response in sorted(responses, key=lambda each: (each.draw == GREEDY_DRAW, each.draw)):
        key = (
            response.draw == GREEDY_DRAW,
            shown_as.get(response.trial_id, ""),
            response.text,
            response.label,
            response.finish_reason,
            _grader(grades.get(response.id)),
        )
        folded.setdefault(key, []).append(response)
    return tuple(
        _shown(alike, grades.get(alike[0].id), shown_as.get(alike[0].trial_id, ""), scored) for alike in folded.values()
    )


def answer_spans(text: str, grade: GradeRow | None) -> tuple[Span, ...]:
    """An answer cut at the evidence its grade rests on; whole where there is none or it does not fit the text."""
    mark = _MARKS.get(grade.label or "") if grade else None
    if grade is None or mark is None or grade.evidence_start is None or grade.evidence_end is None:
        return (Span(text, None),) if text else ()
    start, end = grade.evidence_start, grade.evidence_end
    if not 0 <= start < end <= len(text):
        return (Span(text, None),) if text else ()
    pieces = (Span(text[:start], None), Span(text[start:end], mark), Span(text[end:], None))
    return tuple(piece for piece in pieces if piece.text)


def shown_cue(arm: str, cue: CueRow) -> ShownCue:
    """A cue with its passage."""
    passage = cue.passage
    return ShownCue(
        arm=arm,
        segments=cue_segments(passage, cue.cuts),
        source=SOURCE_LABEL[SourceKind(passage.source)],
        title=passage.title,
        leak=cue.leak,
        sha256=cue.sha256,
        sent_characters=len(cue.text),
        url=passage.url,
        licence=passage.licence,
        licence_url=passage.licence_url,
        revision_id=passage.revision_id,
        revised_at_utc=passage.revised_at_utc,
        retrieved_at_utc=passage.retrieved_at_utc,
    )


def cue_segments(passage: PassageRow, cuts: Sequence[Sequence[object]]) -> tuple[CueSegment, ...]:
    """A passage's text in its order, kept and cut; `cuts` are [start, end, level, matched] into it."""
    segments, place = [], 0
    for start, end, level, matched in sorted(cuts, key=lambda cut: int(str(cut[0]))):
        first, last = int(str(start)), int(str(end))
        segments.append(CueSegment(passage.text[place:first], None, ""))
        segments.append(CueSegment(passage.text[first:last], str(level), str(matched)))
        place = last
    segments.append(CueSegment(passage.text[place:], None, ""))
    return tuple(segment for segment in segments if segment.text)


def shown_prompt(arm: str, prompt: PromptRow, *, tokens: int | None, seed: int | None) -> ShownPrompt:
    """A prompt as sent."""
    return ShownPrompt(
        arm=arm,
        messages=tuple(ShownMessage(message["role"], message["content"]) for message in prompt.messages),
        template_version=prompt.template_version,
        sha256=prompt.sha256,
        tokens=tokens,
        seed=seed,
    )


def _shown(alike: Sequence[ResponseRow], grade: GradeRow | None, form: str, scored: str) -> ShownAnswer:
    first = alike[0]
    flags = [form] if form else []
    flags += [_FLAGS[Flag(flag)] for flag in grade.flags] if grade else []
    if grade and grade.decline_kind and first.label == Label.NOT_ATTEMPTED:
        flags.append(_DECLINED[grade.decline_kind])
    if grade and grade.score is not None:
        flags.append(f"{grade.score * 100:.0f}\u202f% {scored}")
    if first.finish_reason in _FINISHED:
        flags.append(_FINISHED[first.finish_reason])
    return ShownAnswer(
        spans=answer_spans(first.text, grade),
        text=first.text,
        label=first.label,
        label_words=LABEL_SHOWN[Label(first.label)] if first.label else "not graded",
        grader=grade.grader if grade else None,
        grader_version=grade.version if grade else None,
        reason=grade.reason if grade else "no grade yet",
        score=grade.score if grade else None,
        remarks=tuple(flags),
        reasoning=first.reasoning,
        draws=tuple(response.draw for response in alike),
        is_greedy=first.draw == GREEDY_DRAW,
    )


def _grader(grade: GradeRow | None) -> tuple[object, ...]:
    return (grade.grader, grade.version, grade.reason) if grade else ()
