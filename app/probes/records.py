"""What one question is: the Probe record and the Suite that holds them in order. Reads no file and knows no model."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_QUESTION: Final = 8_000
"""Longest question, in characters."""

MAX_ANSWER: Final = 8_000
"""Longest gold answer, in characters."""

MAX_TEXT: Final = 20_000
"""Longest of a probe's other texts, in characters."""

_Question = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
_Answer = Annotated[str, Field(min_length=1, max_length=MAX_ANSWER)]
_Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
_Entry = Annotated[str, Field(max_length=MAX_TEXT)]


class ProbeKind(StrEnum):
    """How the answer to a probe is judged."""

    SHORT_FACT = "short_fact"
    YES_NO = "yes_no"
    PLOT_POINTS = "plot_points"
    ATTRIBUTION = "attribution"
    EXISTENCE = "existence"
    CONTINUATION = "continuation"


class Verified(StrEnum):
    """Where the gold answer was checked: in the work's own text, in secondary accounts, or in neither."""

    TEXT = "text"
    SECONDARY = "secondary"
    MEMORY = "memory"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class PlotPoint(_Strict):
    """One event a summary should hold; met when any of the lower-case phrases occurs at a word start."""

    event: _Text
    any_of: tuple[_Entry, ...] = Field(min_length=1, strict=False)


class Reverse(_Strict):
    """The same fact asked from its other side: what was the answer is given, and what was given is asked for."""

    question: _Question
    answer: _Answer
    aliases: tuple[_Entry, ...] = Field(default=(), strict=False)
    must_not: tuple[_Entry, ...] = Field(default=(), strict=False)


class Continuation(_Strict):
    """How a continuation probe was cut from a text: its `dose` first sentences are given, `answer` is what follows.

    `unrelated` is a stretch of another text, as long as the answer: what a response shares with it is chance.
    """

    dose: int = Field(ge=1)
    unrelated: _Text


class Probe(_Strict):
    """One question with everything needed to judge its answers and to build its cues.

    `aliases` are other spellings of the gold answer, `must_not` phrasings of known wrong ones, in either case,
    `choices` the options of the multiple-choice form (one equals `answer`), `true_statement` and `false_statement` the
    pair of the yes-or-no form, `reverse` the fact asked from its other side, `oracle` a passage of a sentence or two
    that states the answer. `tolerance` is how far a number may be from the answer's, in the answer's unit.
    `wikipedia_title` names the article whose introduction is the topical cue; without one the cue is looked up by
    `work`. `chapter` says where in the work the fact stands, `language` what the work was written in, `popularity` how
    often its article is read (page views a month), `less_read` whether few readers know it. Only the question and its
    answer are needed to ask a probe; those written for cueprobe have everything, which a test sees to.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    work: _Text | None = None
    author: _Text | None = None
    year: int | str | None = None  # a text date for ancient works
    language: _Text | None = None
    chapter: _Text | None = None
    less_read: bool = False
    popularity: int | None = Field(default=None, ge=0)
    wikipedia_title: _Entry | None = None
    question: _Question
    answer: _Answer
    aliases: tuple[_Entry, ...] = Field(default=(), strict=False)
    must_not: tuple[_Entry, ...] = Field(default=(), strict=False)
    choices: tuple[_Entry, ...] = Field(default=(), strict=False)
    kind: ProbeKind = Field(default=ProbeKind.SHORT_FACT, strict=False)
    tolerance: float | None = Field(default=None, ge=0, strict=False)
    plot_points: tuple[PlotPoint, ...] | None = Field(default=None, strict=False)
    true_statement: _Text | None = None
    false_statement: _Text | None = None
    reverse: Reverse | None = None
    continuation: Continuation | None = None
    oracle: _Text | None = None
    source: _Text | None = None
    evidence: _Entry | None = None
    verified: Verified | None = Field(default=None, strict=False)

    @property
    def topic(self) -> str | None:
        """Title of the article or note that introduces the probe's subject; None where it names no subject."""
        return self.wikipedia_title or self.work

    @property
    def subject(self) -> str:
        """Work and author in one text, as far as they are known: the words a question and its answer both go by."""
        return " ".join(part for part in (self.work, self.author) if part is not None)

    @property
    def oracle_text(self) -> str:
        """The passage that states the answer; a plain sentence of question and answer where none was written."""
        return self.oracle or f"The answer to the question \u201c{self.question}\u201d is: {self.answer.rstrip('.')}."

    @property
    def content_sha256(self) -> str:
        """Hash of all fields that are set: two probes with the same hash are the same version.

        Fields left at their defaults stay out, so that a field added to the schema makes no new versions.
        """
        set_fields = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(set_fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @model_validator(mode="after")
    def _answers_agree(self) -> Self:
        """An answer cannot also be wrong, and a plot question needs its events."""
        right = {text.casefold() for text in (self.answer, *self.aliases)}
        for wrong in self.must_not:
            if wrong.casefold() in right:
                raise ValueError(f"must_not: {wrong!r} is also an accepted answer; remove it from one of the two lists")
        if isinstance(self.year, str) and len(self.year) > MAX_TEXT:  # told here, since a year may also be a number
            raise ValueError(f"year: is longer than {MAX_TEXT:,} characters; shorten it")
        if len(self.choices) == 1:
            raise ValueError("choices: needs at least two options, or none")
        if self.choices and self.answer not in self.choices:
            raise ValueError("choices: none of them equals the answer; make exactly one the same, to the letter")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("choices: two of them are the same; make them differ")
        if self.kind is ProbeKind.PLOT_POINTS and not self.plot_points:
            raise ValueError("plot_points: a probe of kind plot_points needs at least one event")
        if self.kind is not ProbeKind.PLOT_POINTS and self.plot_points:
            raise ValueError("plot_points: only a probe of kind plot_points has events; remove them or change the kind")
        if self.kind is ProbeKind.YES_NO and self.answer.casefold() not in ("yes", "no"):
            raise ValueError("answer: a yes_no probe is answered 'Yes' or 'No'; write one of the two, in quotes")
        if (self.true_statement is None) != (self.false_statement is None):
            missing = "true_statement" if self.true_statement is None else "false_statement"
            raise ValueError(f"{missing}: is missing; statements come in pairs, a true one and a false one")
        if self.true_statement is not None and self.true_statement == self.false_statement:
            raise ValueError("false_statement: is the same as the true one; make it false")
        if (self.kind is ProbeKind.CONTINUATION) != (self.continuation is not None):
            raise ValueError("continuation: belongs to probes of kind continuation, and to all of those")
        return self


class Suite(_Strict):
    """A named, ordered set of probes. `demo` lists the ids of the share that the demo asks."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    demo: tuple[str, ...] = Field(default=(), strict=False)
    probes: tuple[Probe, ...] = Field(min_length=1, strict=False)


class NoteKind(StrEnum):
    """What a note introduces; a placebo is always of the same kind."""

    WORK = "work"
    AUTHOR = "author"


class Note(_Strict):
    """A bundled encyclopedic note: the offline stand-in for the introduction of the article of the same title."""

    title: str = Field(min_length=1)
    kind: NoteKind = Field(strict=False)
    genre: str = Field(min_length=1)
    author: str = Field(min_length=1)
    year: int
    text: str = Field(min_length=1)
