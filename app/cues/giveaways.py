"""Probe -> Giveaways: the phrases, words and events that would give its answer away, made ready for comparison.

Knows nothing of the texts they are looked for in. Words that stand in the question give nothing away by themselves,
and neither do the bare "yes" and "no" of a yes-or-no question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.cues.stems import fold
from app.cues.words import NOT, Word, content_stems, is_content, words_of
from app.probes.records import PlotPoint, Probe, ProbeKind

PART_SHARE: Final = 0.4
"""A word is a part of the answer when at least this share of the accepted spellings hold it."""

_VERDICTS: Final = frozenset({ProbeKind.YES_NO, ProbeKind.EXISTENCE})


@dataclass(frozen=True, slots=True)
class Phrase:
    """One spelling of the answer.

    `content` are its words that carry meaning. `is_telling` says that they give the answer away wherever they stand; a
    phrase of common words does so only in a sentence that speaks of what the question asks. To the letter, two words
    are enough ("killed himself"); in other forms a single common word is not looked for where the answer is yes or no.
    """

    literal: re.Pattern[str]
    content: tuple[Word, ...]
    is_telling: bool
    is_telling_to_the_letter: bool
    is_literal_only: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a plot: the folded phrases that meet it, and the stems of its other words that carry meaning."""

    phrases: tuple[tuple[str, bool], ...]
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Giveaways:
    """What gives the answer of one probe away.

    `asked` are the stems of what the question asks about, without the names of the work and its author. `parts` are the
    rare words that most spellings of the answer hold, `hints` the rare words of a few; a hint needs company from
    `asked`. `verdicts` are the stems that the longer answers to a yes-or-no question add to it, `evidence` those that
    the quotation which proves the answer adds. `author` are the rare words of the author's name.
    """

    kind: ProbeKind
    asked: frozenset[str]
    phrases: tuple[Phrase, ...]
    parts: tuple[Word, ...]
    hints: tuple[Word, ...]
    verdicts: frozenset[str]
    events: tuple[Event, ...]
    evidence: frozenset[str]
    author: tuple[Word, ...]

    @property
    def is_verdict(self) -> bool:
        """Whether the answer is yes or no, so that stating what is asked gives it away."""
        return self.kind in _VERDICTS


@lru_cache(maxsize=1024)
def giveaways_of(probe: Probe) -> Giveaways:
    """What gives the answer of a probe away; made once for each version of a probe."""
    question = frozenset(word.stem for word in words_of(probe.question))
    subject = frozenset(content_stems(f"{probe.subject} {probe.topic or ''}"))
    # A second name in brackets, "George Orwell (Eric Blair)", is no part of what is asked.
    asked = frozenset(content_stems(re.sub(r"\([^)]*\)", " ", probe.question))) - subject
    is_verdict = probe.kind in _VERDICTS
    is_plot = probe.kind is ProbeKind.PLOT_POINTS
    spellings = [text for text in (probe.answer, *probe.aliases) if fold(text) not in {"yes", "no"}]
    # The options "No, Huxley was a fellow pupil" speak of what is asked, right or wrong; their single words do not.
    options = [_without_verdict(choice) for choice in probe.choices if len(choice.split()) > 5] if is_verdict else []
    phrases = [_phrase(text, question, asked, is_verdict=is_verdict) for text in dict.fromkeys([*spellings, *options])]
    words = list({word.stem: word for text in spellings for word in words_of(text)}.values())
    rare = [word for word in words if _is_rare_part(word, question)]
    parts = [word for word in rare if _share(word, spellings) >= PART_SHARE] if not is_plot and not is_verdict else []
    hints = [word for word in rare if word not in parts and (is_verdict or not _is_name(word, probe))]
    return Giveaways(
        kind=probe.kind,
        asked=asked,
        phrases=tuple(phrase for phrase in phrases if phrase is not None),
        parts=tuple(parts),
        hints=() if is_plot else tuple(hints),
        verdicts=frozenset(word.stem for word in words if is_content(word)) - subject - asked - {NOT},
        events=tuple(_event(point, question | subject) for point in probe.plot_points or ()),
        evidence=frozenset(content_stems(probe.evidence or "")) - question,
        author=tuple(word for word in words_of(probe.author or "") if word.is_rare),
    )


def _phrase(text: str, question: frozenset[str], asked: frozenset[str], *, is_verdict: bool) -> Phrase | None:
    """A spelling of the answer; None where it says nothing that the question has not said."""
    words = words_of(text)
    content = tuple(word for word in words if is_content(word))
    new = [word for word in content if word.stem not in question]
    if not words or (content and not new and not (is_verdict and len(content) >= 3)):
        return None
    if is_verdict:
        # "He does not" is found in sentences about anything, "never attended university" only in one about the matter.
        if all(word.stem == NOT for word in content):
            return None
        is_telling = len(content) >= 3 or (len(content) == 2 and any(word.stem in asked for word in content))
    else:
        is_telling = len(content) >= 2 or any(word.is_rare for word in new) or not asked
    escaped = r"\s+".join(re.escape(part) for part in text.split())
    return Phrase(
        literal=re.compile(rf"(?<![^\W_]){escaped}(?![^\W_])", re.IGNORECASE),
        content=content,
        is_telling=is_telling,
        is_telling_to_the_letter=is_telling or (not is_verdict and len(words) >= 2 and len(content) >= 1),
        is_literal_only=is_verdict and len(content) == 1 and not content[0].is_rare,
    )


def _event(point: PlotPoint, known: frozenset[str]) -> Event:
    """An event to look for. A phrase is distinctive when it holds a rare word or several words that carry meaning."""
    phrases = []
    for text in point.any_of:
        content = [word for word in words_of(text) if is_content(word) and word.stem not in known]
        phrases.append((fold(text), len(content) > 1 or any(word.is_rare for word in content)))
    return Event(tuple(phrases), frozenset(content_stems(point.event)) - known)


def _is_rare_part(word: Word, question: frozenset[str]) -> bool:
    return word.is_rare and word.stem not in question and (word.is_number or len(word.folded) >= 4)


def _share(word: Word, spellings: Sequence[str]) -> float:
    """The share of the spellings of the answer that hold a word."""
    return sum(word.stem in {other.stem for other in words_of(text)} for text in spellings) / len(spellings)


def _is_name(word: Word, probe: Probe) -> bool:
    """Whether a word is written with a capital inside the answer or an option."""
    capital = re.compile(rf"(?<!^)\b{re.escape(word.folded.capitalize())}\b")
    return any(capital.search(text) for text in (probe.answer, *probe.choices))


def _without_verdict(choice: str) -> str:
    return re.sub(r"(?i)^(yes|no)[,.;:]\s*", "", choice)
