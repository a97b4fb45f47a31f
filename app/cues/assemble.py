"""Arm + probe + library of passages -> the cue that stands before the question, or None for the unaided arm.

The library maps titles to passages, whatever their source. Every text but an oracle goes through the leak gate.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.cues.arms import Arm
from app.cues.leaks import apply_gate
from app.cues.records import Cue, Cut, Leak, Passage, SourceKind
from app.cues.sentences import split_sentences
from app.cues.stems import fold
from app.errors import CueUnavailable
from app.probes.records import NoteKind, Probe

LENGTH_TOLERANCE: Final = 0.05
"""How far a placebo's length may be from the introduction's, as a share of it (method 5.2)."""

BYTES_PER_TOKEN: Final = 4


def cue_for(arm: Arm, probe: Probe, library: Mapping[str, Passage], *, seed: int) -> Cue | None:
    """The cue of a probe under an arm; None for `none`. The same arguments give the same cue.

    `seed` decides which of several equally good introductions becomes the placebo. Raises CueUnavailable when the
    library has no introduction of the probe's topic or, for a placebo, no unrelated one of the same kind.
    """
    match arm:
        case Arm.NONE:
            return None
        case Arm.INTRO:
            return _intro(probe, library)
        case Arm.PLACEBO:
            return _placebo(probe, library, seed)
        case Arm.ORACLE:
            passage = Passage(source=SourceKind.ORACLE, title=probe.topic or probe.id, text=probe.oracle_text)
            return Cue(arm=arm, passage=passage, text=probe.oracle_text, leak=Leak.NOT_CHECKED)


def approximate_tokens(text: str) -> int:
    """About how many tokens a text has: its UTF-8 bytes divided by four, rounded up.

    Four bytes a token is the usual rule of thumb for English under byte-pair vocabularies of 30,000 to 200,000 entries;
    for one model's own count ask its server. Good for estimates before a run, never for a reported number.
    """
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def _intro(probe: Probe, library: Mapping[str, Passage]) -> Cue:
    if probe.topic is None:
        raise CueUnavailable(
            f"probe {probe.id!r} names neither a work nor an article; give it a wikipedia_title, or leave out the arms "
            "intro and placebo"
        )
    passage = library.get(probe.topic)
    if passage is None:
        raise CueUnavailable(
            f"probe {probe.id!r}: there is no introduction of {probe.topic!r}; add a note with this title, fetch the "
            "Wikipedia article, or leave out the arms intro and placebo"
        )
    text, cuts, leak = apply_gate(passage.text, probe)
    return Cue(arm=Arm.INTRO, passage=passage, text=text, leak=leak, cuts=cuts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage that could be the placebo: what would be sent, what was cut, how far its length is from the wanted."""

    passage: Passage
    text: str
    cuts: tuple[Cut, ...]
    leak: Leak
    deviation: float


def _placebo(probe: Probe, library: Mapping[str, Passage], seed: int) -> Cue:
    """An unrelated introduction of the same kind, answer-free, as long as the probe's own introduction as it is sent.

    Those of the same source come before others, and within a source those that need no cut, then those of the same
    genre; in that order the first within 5 % is taken, and without one the closest in length. Equals stand in the
    order of a seeded hash, so that the placebos of a suite spread over the library.
    """
    intro = _intro(probe, library)
    wanted = len(intro.text.split()) or len(intro.passage.text.split())
    unrelated = [passage for passage in library.values() if _is_unrelated(passage, probe, intro.passage)]
    unrelated.sort(key=lambda passage: (passage.genre != intro.passage.genre, _lot(seed, probe.id, passage.title)))
    best: _Candidate | None = None
    for is_same_source in (True, False):
        passages = [passage for passage in unrelated if (passage.source is intro.passage.source) is is_same_source]
        found = _best(_candidates(passages, probe, wanted))
        if found is not None and (best is None or found.deviation < best.deviation):
            best = found
        if best is not None and best.deviation <= LENGTH_TOLERANCE:
            break
    if best is None:
        raise CueUnavailable(
            f"probe {probe.id!r}: there is no answer-free introduction of another {_kind(intro.passage, probe)} by "
            "another author; add a note of that kind, or leave out the arm placebo"
        )
    return Cue(arm=Arm.PLACEBO, passage=best.passage, text=best.text, leak=best.leak, cuts=best.cuts)


def _best(candidates: Iterator[_Candidate]) -> _Candidate | None:
    """The first clean one within the tolerated length, else the first cut one within it, else the closest in length."""
    others = []
    for candidate in candidates:
        if candidate.leak is Leak.CLEAN and candidate.deviation <= LENGTH_TOLERANCE:
            return candidate
        others.append(candidate)
    within = [candidate for candidate in others if candidate.deviation <= LENGTH_TOLERANCE]
    return within[0] if within else min(others, key=lambda candidate: candidate.deviation, default=None)


def _candidates(passages: list[Passage], probe: Probe, wanted: int) -> Iterator[_Candidate]:
    for passage in passages:
        text, cuts, leak = apply_gate(passage.text, probe)
        if leak is not Leak.LEAKS:
            shortened = _shortened(text, wanted)
            deviation = abs(len(shortened.split()) - wanted) / wanted
            yield _Candidate(passage, shortened, cuts, leak, deviation)


def _shortened(text: str, wanted: int) -> str:
    """A text more than 5 % too long, ended after the sentence that brings it closest to the wanted number of words."""
    if len(text.split()) <= wanted * (1 + LENGTH_TOLERANCE):
        return text
    shorter = [text[:end] for _, end in split_sentences(text)]
    return min(shorter, key=lambda begun: abs(len(begun.split()) - wanted))


def _is_unrelated(passage: Passage, probe: Probe, intro: Passage) -> bool:
    """Whether a passage introduces something of the same kind by somebody else, and does not name the subject."""
    if passage.title == intro.title or _kind(passage, probe) is not _kind(intro, probe):
        return False
    by_same_author = probe.author is not None and (
        fold(passage.author) == fold(probe.author) if passage.author is not None else probe.author in passage.text
    )
    # "Ariadne (short story)" is named "Ariadne" in a text.
    subject = re.sub(r"\s*\([^)]*\)$", "", intro.title if probe.topic is None else probe.topic)
    names_subject = re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", passage.text) is not None
    return not by_same_author and not names_subject


def _kind(passage: Passage, probe: Probe) -> NoteKind:
    """Whether a passage introduces a work or an author; where its source does not say, by its title."""
    if passage.topic_kind is not None:
        return passage.topic_kind
    return NoteKind.AUTHOR if passage.title in {passage.author, probe.author} else NoteKind.WORK


def _lot(seed: int, probe_id: str, title: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{probe_id}\n{title}".encode()).digest()
