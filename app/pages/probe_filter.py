"""The filter of a list of probes as an address carries it, and what there is to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from app.pages.words import KIND_WORDS
from app.probes.records import Verified
from app.store.suite_probes import LESS_READ, UNSTATED, WELL_KNOWN, Contents, Wanted

CHECKED_WORDS: Mapping[str, str] = {
    Verified.TEXT.value: "the work’s own text",
    Verified.SECONDARY.value: "secondary accounts",
    Verified.MEMORY.value: "neither; from memory",
    UNSTATED: "not stated",
}
"""Where a gold answer was checked."""

READ_WORDS: Mapping[str, str] = {LESS_READ: "less read", WELL_KNOWN: "well known"}

PART_WORDS: Mapping[str, str] = {
    "choices": "choices",
    "statements": "statements",
    "reverse": "a reverse",
    "popularity": "popularity known",
}

_LANGUAGES_OFFERED = 100  # an imported file may name anything

_LONGEST_OPTION = 40

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProbeFilter:
    """Which probes to show. Empty strings let everything through, and what no probe has lets none through.

    `q` holds words that must all occur in question, gold answer, work, author or id; `read` is `less` or `well`;
    `checked` says where the gold answer was checked; `has` names a part not every probe has. `page` counts from 1.
    """

    q: str = ""
    suite: str = ""
    kind: str = ""
    language: str = ""
    read: str = ""
    checked: str = ""
    has: str = ""
    page: int = 1

    @property
    def wanted(self) -> Wanted:
        """What it asks of one probe, wherever that stands."""
        return Wanted(self.q, self.kind, self.language, self.read, self.checked, self.has)

    @property
    def is_everything(self) -> bool:
        """Whether every probe passes."""
        return not self.suite and self.wanted.is_everything

    @property
    def has_words_alone(self) -> bool:
        """Whether it asks for nothing but words."""
        return not (self.suite or self.kind or self.language or self.read or self.checked or self.has)

    def query(self, **changes: Any) -> str:  # noqa: ANN401 - values of the fields above, and of other parts of the address
        """The filter, changed, as the part of an address after the path; empty when it lets everything through."""
        values = {**asdict(self), "page": 1, **changes}
        given = {name: value for name, value in values.items() if value and (name, value) != ("page", 1)}
        return f"?{urlencode(given)}" if given else ""


EVERYTHING = ProbeFilter()


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filter of a list of probes offers: value and words of each; an empty value means any."""

    suites: Options
    kinds: Options
    languages: Options
    reads: Options
    checks: Options
    parts: Options


def filter_choices(contents: Sequence[Contents], suites: Sequence[tuple[str, str]] = ()) -> FilterChoices:
    """What can be asked of probes with these contents, and of these suites (name and title)."""
    kinds = {kind for each in contents for kind in each.kinds}
    counted = Counter[str]()
    for each in contents:
        counted.update(each.languages)
    languages = sorted(language for language, _ in counted.most_common(_LANGUAGES_OFFERED))
    return FilterChoices(
        suites=(("", "any"), *((name, _short(title)) for name, title in suites)),
        kinds=(("", "any"), *((kind, words) for kind, words in KIND_WORDS.items() if kind in kinds)),
        languages=(("", "any"), *((language, _short(language)) for language in languages)),
        reads=(("", "any"), *READ_WORDS.items()),
        checks=(("", "anywhere"), *CHECKED_WORDS.items()),
        parts=(("", "anything"), *PART_WORDS.items()),
    )


def _short(text: str) -> str:
    """A text that fits a field."""
    return text if len(text) <= _LONGEST_OPTION else f"{text[: _LONGEST_OPTION - 1]}…"
