"""Which of a pair of statements a text tells: the one it was asked about, or the one that says the opposite.

A pair differs in a few words: "picked up by the Rachel", "picked up by the Samuel Enderby". Where a text has the own
words of one statement and none of the other's, it tells that one. Gives no label.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.grading.lexicon import listed
from app.grading.normalise import Reading, read
from app.grading.paraphrases import alike
from app.grading.phrases import content
from app.grading.words import Word
from app.probes.records import Probe

_REVERSING = listed("refuses refused refuse fails failed declines declined without instead unlike denies denied avoids")
_AS_STATED = (
    "as the statement has it", "as the statement says", "as the statement claims", "as stated", "as claimed",
    "the statement says so correctly", "the statement has it right", "the statement gets it right",
    "the statement gets this right", "the statement is right", "bears the statement out", "confirms the statement",
    "as the statement puts it", "agrees with the statement", "the statement rightly says", "supports the statement",
)  # fmt: skip
_AS_DENIED = (
    "contrary to the statement", "contrary to what the statement", "unlike the statement", "contradicts the statement",
    "the statement has it wrong", "the statement gets it wrong", "the statement gets this wrong",
    "not as the statement has it", "not as the statement says", "not as stated", "not as claimed",
    "the statement is wrong", "the statement wrongly says", "contradict the statement",
)  # fmt: skip
# What a deed makes of people says the deed: "takes her for his wife".
_MADE = {"marry": listed("wife husband wed bride spous")}
_AUXILIARIES = listed("is was are were does did do has had will would can could should must")
_BEFORE = 5
_AFTER = 3
_SURE = 0.5
_DEED = 2


@dataclass(frozen=True, slots=True)
class Lean:
    """Whether a text tells what it was asked about, or the opposite; half-open range of words it rests on."""

    is_yes: bool
    is_sure: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """The terms that only the statement asked about has, and those that only its counterpart has.

    `negates` says which of the two is the other with a "not" put in: the one asked about, the counterpart, or neither.
    """

    here: frozenset[str]
    there: frozenset[str]
    deed: frozenset[str]
    names: frozenset[str]
    negates_there: bool


def lean_of(probe: Probe, reading: Reading, start: int = 0) -> Lean | None:
    """What a text tells from the word `start` on; None where it has the own words of neither statement, or of both."""
    pair = _pair_of(probe)
    if pair is None:
        return None
    here, denied_here = _found(reading, pair.here, start)
    there, denied_there = _found(reading, pair.there, start)
    if pair.deed:
        return _polar(pair, reading, start)
    if here and not there and not denied_here:
        return _lean(here, pair.here, is_yes=True)
    if there and not here and not denied_there:
        return _lean(there, pair.there, is_yes=False)
    if here and there:
        first = min((*here.values(), *there.values()))
        if _is_cleft(reading.words, first):
            return Lean(first in here.values(), True, first, first + 1)
    return None


def _polar(pair: _Pair, reading: Reading, start: int) -> Lean | None:
    """What a text tells where one statement is the other with a "not" put in: the deed said, or denied."""
    deed, denied = _found(reading, pair.deed, start)
    if bool(deed) == bool(denied):
        return None
    places = [*deed.values(), *denied.values()]
    sentence = reading.words[places[0]].sentence
    # "No. He marries another" says the deed of somebody else: sure where all the statement's names stand beside it.
    told = {word.term for word in reading.words if word.sentence == sentence}
    is_sure = bool(pair.names) and pair.names <= told
    return Lean(bool(deed) == pair.negates_there, is_sure, min(places), max(places) + 1)


def _is_cleft(words: tuple[Word, ...], place: int) -> bool:
    """Whether a word is what "it was X that" puts forward."""
    before = [word.key for word in words[max(0, place - _BEFORE) : place] if word.sentence == words[place].sentence]
    after = [word.key for word in words[place + 1 : place + 1 + _AFTER]]
    it = bool({"it's", "twas"} & set(before)) or ("it" in before and bool({"was", "is"} & set(before)))
    return it and bool({"that", "who", "which", "whom"} & set(after))


def adjudged_later(reading: Reading, start: int) -> Lean | None:
    """Where a text says further on that it is as the statement says, or that it is not."""
    for phrases, is_yes in ((_AS_DENIED, False), (_AS_STATED, True)):
        for phrase in phrases:
            at = reading.line.find(f" {phrase} ")
            first = sum(begin <= at + 1 for begin in reading.line_starts) - 1
            if at != -1 and first >= start:
                return Lean(is_yes, True, first, first + len(phrase.split()))
    return None


def _lean(found: dict[str, int], own: frozenset[str], *, is_yes: bool) -> Lean:
    return Lean(is_yes, len(found) >= _SURE * len(own), min(found.values()), max(found.values()) + 1)


def _found(reading: Reading, own: frozenset[str], start: int) -> tuple[dict[str, int], dict[str, int]]:
    """Where the terms are said, and where they are denied; what is quoted or asked is neither."""
    said: dict[str, int] = {}
    denied: dict[str, int] = {}
    near = {other: term for term in own for other in (term, *alike(term), *_MADE.get(term, ()))}
    words = reading.words
    for place in range(start, len(words)):
        word = words[place]
        if word.term not in near or word.quoted or word.sentence in reading.questions:
            continue
        (denied if _is_turned(words, place) else said).setdefault(near[word.term], place)
    return said, denied


def _is_turned(words: tuple[Word, ...], place: int) -> bool:
    """Whether a negation stands shortly before a word in its sentence, or right after it."""
    sentence = words[place].sentence
    before = words[max(0, place - _BEFORE) : place]
    after = words[place + 1 : place + 1 + _AFTER]
    if after and after[0].key in _AUXILIARIES:
        after = after[1:]
    return any(
        word.sentence == sentence and (word.negates or word.key in _REVERSING) and not _is_by_itself(words, word)
        for word in (*before, *after[:1])
    )


def _is_by_itself(words: tuple[Word, ...], word: Word) -> bool:
    """Whether a "no" is a clause of its own, and so turns nothing round."""
    return word.key == "no" and not any(other is not word and other.clause == word.clause for other in words[:_BEFORE])


@lru_cache(maxsize=4096)
def _pair_of(probe: Probe) -> _Pair | None:
    true, false = probe.true_statement, probe.false_statement
    if true is None or false is None:
        return None
    asked, other = (true, false) if true in probe.question else (false, true)
    if asked not in probe.question:
        return None
    here, there = read(asked).words, read(other).words
    mine, theirs = frozenset(content(here)), frozenset(content(there))
    turned, turned_there = (any(word.negates for word in words) for words in (here, there))
    deed: frozenset[str] = frozenset()
    negative, positive = (mine - theirs, theirs - mine) if turned else (theirs - mine, mine - theirs)
    if turned != turned_there and not negative and len(positive) <= 1:
        deed = _turned_deed(here if turned else there) & mine & theirs
    lower = {word.term for word in (*here, *there) if not word.capital}
    work = frozenset(content(read(probe.subject).words))
    names = frozenset(term for term in mine & theirs if term not in lower) - work
    return _Pair(mine - theirs, theirs - mine, deed, names, turned_there)


def _turned_deed(words: tuple[Word, ...]) -> frozenset[str]:
    """The first words that carry meaning after the negation of a statement."""
    at = next((place for place, word in enumerate(words) if word.negates), len(words))
    return frozenset(content(words[at + 1 :])[:_DEED])
