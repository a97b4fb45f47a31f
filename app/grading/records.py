"""Labels and the Grade record (method 5.1). Knows no grader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """The verdict on one response: the first three are gradable, the rest are non-answers and kept apart."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NOT_ATTEMPTED = "not_attempted"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    TRANSPORT_ERROR = "transport_error"
    GRADER_ERROR = "grader_error"
    DISPUTED = "disputed"


GRADABLE = (Label.CORRECT, Label.INCORRECT, Label.NOT_ATTEMPTED)
"""The labels a rate is computed over; everything else is counted beside it."""

LABEL_SHOWN: dict[Label, str] = {
    Label.CORRECT: "correct",
    Label.INCORRECT: "made up",
    Label.NOT_ATTEMPTED: "declined",
    Label.TRUNCATED: "cut off",
    Label.EMPTY: "empty",
    Label.TRANSPORT_ERROR: "not received",
    Label.GRADER_ERROR: "grade unreadable",
    Label.DISPUTED: "disputed",
}
"""The words people read."""


class Flag(StrEnum):
    """Independent remarks on a response."""

    HEDGED = "hedged"
    MULTI_CANDIDATE = "multi_candidate"
    PARTIAL = "partial"
    COPIED_FROM_CONTEXT = "copied_from_context"
    NUMERIC_TOLERANCE = "numeric_tolerance"


class DeclineKind(StrEnum):
    """Why a response gives no answer."""

    LACKS_KNOWLEDGE = "lacks_knowledge"
    POLICY = "policy"
    QUESTION_PREMISE = "question_premise"
    ASKS_BACK = "asks_back"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Grade:
    """One grader's verdict on one response.

    `label` is None when the grader is not sure: the response stays ungraded and `reason` says why. `score` in [0, 1] is
    the share of plot points met, None for other kinds. `evidence` is the half-open character range of the response text
    the verdict rests on, `answer` the extracted answer in normalised form: equal strings are the same answer.
    `graded_by` names the judge's model or the person; `raw` and `prompt_sha256` are a judge's words and what it was
    asked.
    """

    label: Label | None
    grader: str
    version: str
    reason: str
    score: float | None = None
    evidence: tuple[int, int] | None = None
    answer: str | None = None
    flags: frozenset[Flag] = frozenset()
    decline_kind: DeclineKind | None = None
    graded_by: str | None = None
    raw: str | None = None
    prompt_sha256: str | None = None
