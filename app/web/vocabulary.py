"""The words, marks and one-line meanings of labels and diagnoses, as pages show them.

Keys are the plain values that stand in the database and in exports. A drawing is named by its glyph (a symbol of
templates/_sprite.html) or by the class and pattern of its swatch (static/css/blocks/chart.css and the same sprite).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.grading.records import LABEL_SHOWN
from app.pages.words import DIAGNOSIS_WORDS


@dataclass(frozen=True, slots=True)
class LabelWord:
    """How a label reads and which glyph stands before it."""

    words: str
    glyph: str


@dataclass(frozen=True, slots=True)
class DiagnosisWord:
    """How a diagnosis reads, what it means, which group of the strip it stands in, and how it is filled.

    `pattern` is the id of a pattern in the sprite, None where the class fills by itself.
    """

    words: str
    meaning: str
    group: str
    css: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisGroup:
    """Neighbouring diagnoses under one heading of the strip; `short` is the heading on a narrow screen."""

    key: str
    words: str
    short: str


_GLYPHS = {"correct": "g-c", "incorrect": "g-m", "not_attempted": "g-d"}

LABELS: dict[str, LabelWord] = {
    **{label.value: LabelWord(words, _GLYPHS.get(label.value, "g-x")) for label, words in LABEL_SHOWN.items()},
    "ungraded": LabelWord("not graded", "g-x"),
}
"""Every label, and `ungraded` for a response no grader was sure of."""

DIAGNOSIS_GROUPS: tuple[DiagnosisGroup, ...] = (
    DiagnosisGroup("known", "known", "known"),
    DiagnosisGroup("read", "can be read back", "read back"),
    DiagnosisGroup("write", "never written", "unwritten"),
    DiagnosisGroup("unsettled", "unsettled", "unsettled"),
    DiagnosisGroup("waiting", "waiting", "waiting"),
)

_DRAWN: dict[str, tuple[str, str, str | None]] = {
    "known": ("known", "f-correct", None),
    "read_error": ("read", "f-read", None),
    "read_error_recognised": ("read", "o-acc", "p-recognised"),
    "read_error_reasoned": ("read", "o-acc", "p-reasoned"),
    "write_declined": ("write", "f-declined", None),
    "write_made_up": ("write", "o-madeup", "p-madeup"),
    "write_mixed": ("write", "o-madeup", "p-mixed"),
    "misbelief": ("write", "o-madeup", "p-misbelief"),
    "interference": ("unsettled", "f-mute", None),
    "context_generic": ("unsettled", "o-edge", "p-cols"),
    "leaked": ("unsettled", "o-edge", "p-lines"),
    "ungradable": ("unsettled", "o-edge", "p-grid"),
    "undecided": ("unsettled", "o-edge", "p-dots"),
    "waiting": ("waiting", "f-wait", None),
}
"""Group of the strip, class and pattern of each diagnosis."""

DIAGNOSES: dict[str, DiagnosisWord] = {
    diagnosis: DiagnosisWord(words.name, words.meaning, *_DRAWN[diagnosis])
    for diagnosis, words in DIAGNOSIS_WORDS.items()
}
"""Every diagnosis in the order of the strip, and `waiting` for a fact whose draws are not complete."""
