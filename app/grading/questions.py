"""How a question asks: for a deed or a cause, or for a thing that has a name; and in which order its words stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.grading.lexicon import listed
from app.grading.normalise import read
from app.grading.phrases import FUNCTION_WORDS, content, key_of
from app.grading.words import Word
from app.probes.records import Probe

_QUESTION_WORDS = listed("who whom whose which what how where when why")
_COUNTED = listed("many much long old far often")
_OPEN = listed("happen become do")
_REASONS = listed("reason purpose act offence crime deed manner way means condition terms")
_BE = listed("is was are were")
_PLACES = frozenset(word.term for word in read("town city mountain country island river village street port").words)
_DETERMINERS = listed("the a an his her their its")
_DEGREES = listed("profession trade job occupation post rank breed role calling nationality status relation kind")
_MOST_VERBS = 2
_SHORTEST = 2
_PLAIN_ANSWER = 2


@dataclass(frozen=True, slots=True)
class Form:
    """What the matcher needs to know of how a probe asks."""

    order: tuple[str, ...]
    """The terms of the question that carry meaning, in order."""
    is_event: bool
    """Whether it asks for a deed, a manner or a cause, which can be told in many words."""
    is_copular: bool
    """Whether it asks what or who somebody or something is, so that a definition of that is an answer."""
    is_plain: bool
    """Whether its answer is a thing with a name of one or two words, hardly ever told in others."""
    is_name: bool
    """Whether its answer is somebody's or something's name, written with capitals."""
    asks_where: bool
    """Whether it asks for a place, named or not."""
    is_place: bool
    """Whether it asks for a place that has a name."""
    slot: str
    """The preposition before "what" or "which", which an answer takes up; empty where there is none."""
    verbs: frozenset[str]
    """The terms among which the verb after "what does somebody" is."""
    negates: bool
    """Whether the question itself denies something: "a glass that does not break"."""


@lru_cache(maxsize=4096)
def form_of(probe: Probe) -> Form:
    """How a probe asks."""
    key = key_of(probe)
    words = read(probe.question).words
    at = next((place for place, word in enumerate(words) if word.key in _QUESTION_WORDS and not word.quoted), None)
    order = tuple(content(words))
    negates = any(word.negates for word in words)
    if at is None:
        return Form(order, is_event=True, is_copular=False, is_plain=False, is_name=False, asks_where=False,
                    is_place=False, slot="", verbs=frozenset(), negates=negates)  # fmt: skip
    asking, after = words[at].key, words[at + 1 :]
    following = after[0].key if after else ""
    is_event = asking in ("why", "how") and following not in _COUNTED
    if asking in ("what", "which"):
        is_event = _asks_what_happens(after) or not _REASONS.isdisjoint(key.target)
    shortest = min((len(meaning) for meaning in key.meanings), default=_PLAIN_ANSWER + 1)
    plain = not is_event and shortest <= _PLAIN_ANSWER and len(content(read(probe.answer).words)) <= _PLAIN_ANSWER + 1
    named = any(not key.names.isdisjoint(phrase.terms) for phrase in key.gold)
    place = named and not _PLACES.isdisjoint(key.target)
    copular = asking in ("who", "what", "which") and _is_copular(after)
    copular = copular or not _DEGREES.isdisjoint(word.key for word in words)
    where = asking == "where" or not _PLACES.isdisjoint(key.target)
    slot = words[at - 1].key if at and not words[at - 1].quoted and words[at - 1].clause == words[at].clause else ""
    return Form(order, is_event=is_event, is_copular=copular, is_plain=plain, is_name=_is_name(probe), asks_where=where,
                is_place=place, slot=slot, verbs=_verbs(after), negates=negates)  # fmt: skip


def _is_name(probe: Probe) -> bool:
    """Whether an answer has a capital further on than its first word, or is one capitalised word of no other class."""
    words = read(probe.answer).words
    return any(word.capital and not word.is_number for word in words[1:])


def _asks_what_happens(after: tuple[Word, ...]) -> bool:
    """Whether "what" is followed by "happens" or "does somebody do"."""
    verbs = [word for word in after[:8] if not word.capital and word.key not in FUNCTION_WORDS]
    return (bool(verbs) and verbs[0].term in _OPEN) or any(word.key == "do" for word in after[1:])


def _verbs(after: tuple[Word, ...]) -> frozenset[str]:
    """The first terms in lower case after "do"."""
    at = next((place for place, word in enumerate(after[:2]) if word.key in ("do", "does", "did")), None)
    if at is None:
        return frozenset()
    plain: list[str] = []
    for before, word in pairwise(after[at:]):
        named = before.key in _DETERMINERS or before.key.endswith("'s") or before.is_number
        if not word.capital and not word.is_number and not named and content([word]):
            plain.append(word.term)
    return frozenset(plain[:_MOST_VERBS])


def _is_copular(after: tuple[Word, ...]) -> bool:
    at = next((place for place, word in enumerate(after[:4]) if word.key in _BE), None)
    opening = [word.key for word in after[: max(at or 0, 3)]]
    if "name" in opening:
        return False
    return at is not None and at + 1 < len(after) and after[at + 1].key in _DETERMINERS and len(after) > _SHORTEST
