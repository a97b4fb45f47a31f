"""What one question is: the Probe record and the Suite that holds them in order. Reads no file and knows no model."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ProbeKind(StrEnum):
    """How the answer to a probe is judged."""

    SHORT_FACT = "short_fact"
    YES_NO = "yes_no"
    PLOT_POINTS = "plot_points"
    ATTRIBUTION = "attribution"
    EXISTENCE = "existence"


class Verified(StrEnum):
    """Where the gold answer was checked: in the work's own text, in secondary accounts, or in neither."""

    TEXT = "text"
    SECONDARY = "secondary"
    MEMORY = "memory"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class PlotPoint(_Strict):
    """One event a summary should hold; met when any of the lower-case phrases occurs at a word start."""

    event: str = Field(min_length=1)
    any_of: tuple[str, ...] = Field(min_length=1, strict=False)


class Probe(_Strict):
    """One question with everything needed to judge its answers and to build its cues.

    `aliases` are lower-case spellings of the gold answer, `must_not` lower-case phrasings of known wrong ones,
    `choices` the four options of the multiple-choice form (one equals `answer`), `oracle` one passage of a sentence or
    two that states the answer. `wikipedia_title` names the article whose introduction is the topical cue; without one
    the cue is looked up by `work`.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    work: str = Field(min_length=1)
    author: str = Field(min_length=1)
    year: int | str  # a text date for ancient works
    wikipedia_title: str | None = None
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    aliases: tuple[str, ...] = Field(default=(), strict=False)
    must_not: tuple[str, ...] = Field(default=(), strict=False)
    choices: tuple[str, ...] = Field(default=(), strict=False)
    kind: ProbeKind = Field(strict=False)
    plot_points: tuple[PlotPoint, ...] | None = Field(default=None, strict=False)
    oracle: str = Field(min_length=1)
    source: str = Field(min_length=1)
    evidence: str | None = None
    verified: Verified = Field(strict=False)

    @property
    def topic(self) -> str:
        """Title of the article or note that introduces the probe's subject."""
        return self.wikipedia_title or self.work

    @property
    def content_sha256(self) -> str:
        """Hash of all fields: two probes with the same hash are the same version."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @model_validator(mode="after")
    def _answers_agree(self) -> Self:
        """An answer cannot also be wrong, and a plot question needs its events."""
        right = {text.casefold() for text in (self.answer, *self.aliases)}
        for wrong in self.must_not:
            if wrong.casefold() in right:
                raise ValueError(f"must_not: {wrong!r} is also an accepted answer; remove it from one of the two lists")
        if self.choices and self.answer not in self.choices:
            raise ValueError("choices: none of them equals the answer; make exactly one the same, to the letter")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("choices: two of them are the same; make them differ")
        if self.kind is ProbeKind.PLOT_POINTS and not self.plot_points:
            raise ValueError("plot_points: a probe of kind plot_points needs at least one event")
        if self.kind is not ProbeKind.PLOT_POINTS and self.plot_points:
            raise ValueError("plot_points: only a probe of kind plot_points has events; remove them or change the kind")
        if self.kind is ProbeKind.YES_NO and self.answer.casefold() not in ("yes", "no"):
            raise ValueError("answer: a yes_no probe is answered 'Yes' or 'No', in quotes")
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
