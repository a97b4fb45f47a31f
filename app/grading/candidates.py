"""Finds what a response offers as its answer when that is none of the phrases the probe knows. Gives no label.

Only what stands in the place of an answer counts: the whole of a short reply, or something new in a sentence that
repeats what was asked. A name or number elsewhere is a detail (rule 4) or nonsense (rule 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.grading.deaths import DEATHS
from app.grading.lexicon import listed
from app.grading.newness import FILLER
from app.grading.normalise import Reading, read
from app.grading.numbers import DIVISIONS, VAGUE_NUMBERS
from app.grading.people import PERSON_NOUNS, person
from app.grading.phrases import Key, content, key_of
from app.grading.questions import Form, form_of
from app.grading.things import PRONOUNS, Sentence, offered
from app.grading.words import Word
from app.probes.records import Probe, ProbeKind


class Asked(StrEnum):
    """The kind of thing a question asks for."""

    PERSON = "person"
    NUMBER = "number"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer offered: half-open range of words, its normal form, and whether it is surely meant as the answer."""

    start: int
    end: int
    answer: str
    is_sure: bool


_MEASURES = listed("many much long old far often tall high deep big large")
_PERSONS = listed("he she they")
_SUMS = listed(
    """
    worth price cost costs sum amount age year number date chapter chapters canto book salary wage time hour fee rate
    distance day month century volume act scene part length height size decade many much
    """
)
_WHO = frozenset({"who", "whom", "whose"})
_WHAT = frozenset({"what", "which", "how", "where", "why"})
_PREPOSITIONS = frozenset({"to", "by", "with", "from", "for", "of", "at", "in", "on", "after"})
_EARLY = 14
_SHORT = 6
_ALONE = 12
_MOST_WORDS = 8
_BARE = 0.3
_ECHO = 0.5
_ANNOUNCEMENT = 4
_ONE_SENTENCE = 24
_YEAR = 4
_ANNOUNCED = 14
_LATEST = 8


@lru_cache(maxsize=4096)
def asked_for(probe: Probe) -> Asked:
    """The kind of thing a probe asks for, from its question and its answer."""
    question = [word.key for word in read(probe.question).words]
    answer = read(probe.answer).words
    if probe.kind is ProbeKind.ATTRIBUTION:
        return Asked.PERSON
    numbers = any(word.is_number and word.key not in VAGUE_NUMBERS for word in answer)
    if numbers and len(content(answer)) <= 4 and _asks_number(question):
        return Asked.NUMBER
    asks_who = _asks_who(read(probe.question).words) and "or" not in question[:3]
    named = any(word.capital for word in answer[1:]) or (len(answer) == 1 and answer[0].capital)
    for place, key in enumerate(question):
        if key in ("which", "what") and named and PERSON_NOUNS & set(question[place + 1 : place + 5]):
            asks_who = True
    return Asked.PERSON if asks_who else Asked.THING


def _asks_number(question: list[str]) -> bool:
    """Whether "how many" or "when" asks, or "what" for a price or a year: two black hens are no number."""
    for place, key in enumerate(question[:-1]):
        if key == "how" and question[place + 1] in _MEASURES:
            return True
    asks_what = "what" in question or "which" in question
    return "when" in question[:1] or (asks_what and not _SUMS.isdisjoint(question))


def _asks_who(question: tuple[Word, ...]) -> bool:
    """Whether "who" or "whose" asks, at the head of the question or of a clause, rather than says which."""
    for place, word in enumerate(question):
        if word.quoted or word.key not in _WHO:
            continue
        head = place - 1 if place and question[place - 1].key in _PREPOSITIONS else place
        if head == 0 or (question[head - 1].clause != question[head].clause and not _WHAT & _keys(question[:place])):
            return True
        if place < _EARLY and not _WHAT & _keys(question[:place]):
            return True
    return False


def _keys(question: tuple[Word, ...]) -> set[str]:
    return {word.key for word in question if not word.quoted}


def overlap(key: Key, terms: set[str]) -> float:
    """The share of the question's meaning that a sentence repeats, in [0, 1]."""
    if not key.asked:
        return 0.0
    if not terms.isdisjoint(DEATHS):
        terms = terms | DEATHS
    return len(key.asked & terms) / len(key.asked)


def find_candidate(probe: Probe, reading: Reading, *, start: int = 0, is_guess: bool = False,
                   is_cut: bool = False) -> Candidate | None:  # fmt: skip
    """The first answer offered at or after the word `start`; None where none is.

    `is_guess`: a guess was announced, so that whatever follows is one. `is_cut`: the text breaks off, so that a
    sentence has to repeat more of the question before what is new in it counts.
    """
    key = key_of(probe)
    asked = asked_for(probe)
    whom = key.whom
    doubtful = None
    follows = False
    for words, offset in sentences_of(reading, start):
        if words[0].sentence not in reading.questions:
            sentence = _sentence(key, words, len(reading.words), is_guess=is_guess, is_cut=is_cut, follows=follows,
                                 form=form_of(probe))  # fmt: skip
            found = _in_sentence(key, asked, sentence, attributes=probe.kind is ProbeKind.ATTRIBUTION)
            if found is not None:
                places, is_sure = found
                answer = " ".join(words[place].key for place in places[:_MOST_WORDS])
                shifted = Candidate(places[0] + offset, places[-1] + 1 + offset, answer, is_sure)
                if is_sure:
                    return shifted
                # A text that breaks off is full of years and of numbers of chapters.
                if not (is_cut and asked is Asked.NUMBER):
                    doubtful = doubtful or shifted
        follows = follows or any(word.term in whom for word in words)
    return doubtful


def sentences_of(reading: Reading, start: int = 0) -> list[tuple[list[Word], int]]:
    """The words of each sentence from a word on, with the number of the first."""
    parts: list[tuple[list[Word], int]] = []
    for place in range(start, len(reading.words)):
        word = reading.words[place]
        if parts and parts[-1][0][-1].sentence == word.sentence:
            parts[-1][0].append(word)
        else:
            parts.append(([word], place))
    return parts


def _sentence(key: Key, words: list[Word], total: int, *, is_guess: bool, is_cut: bool, follows: bool,
              form: Form) -> Sentence:  # fmt: skip
    # "Ham Peggotty's friend" is not Ham Peggotty, unless the question speaks of what is his too.
    named = [word for place, word in enumerate(words) if not _owns(key, words, place)]
    terms = set(content(named))
    if words[0].key in PRONOUNS and (follows or words[0].sentence == 0):
        terms |= key.whom
    if not terms.isdisjoint(DEATHS):
        terms |= DEATHS
    share = overlap(key, terms)
    kind = key.target - FILLER
    if kind and kind & terms:
        share = max(share, _ECHO)
    # "He is killed by the sons of Bolli" at the head of a reply speaks of whom the question names.
    follows = follows or (words[0].sentence == 0 and words[0].key in _PERSONS and not is_cut)
    is_short = total <= _SHORT or is_guess or _announces(words)
    return Sentence(
        words, terms, share, total, is_short=is_short, is_cut=is_cut, follows=follows, is_plain=form.is_plain,
        verbs=form.verbs, slot=form.slot,
    )  # fmt: skip


def _in_sentence(key: Key, asked: Asked, sentence: Sentence, *, attributes: bool) -> tuple[list[int], bool] | None:
    if asked is Asked.NUMBER:
        alone = len(sentence.words) == sentence.total <= _ONE_SENTENCE and not sentence.is_cut
        return _number(key, sentence.words, sentence.share, is_short=sentence.is_short, is_alone=alone)
    if asked is Asked.PERSON:
        alone = len(sentence.words) == sentence.total <= _ALONE and not sentence.is_cut
        return person(
            key, sentence.words, sentence.share, is_short=sentence.is_short, attributes=attributes, is_alone=alone
        )
    return offered(key, sentence)


def _owns(key: Key, words: list[Word], place: int) -> bool:
    word = words[place]
    if word.key.endswith("'s"):
        return word.term not in key.owners
    after = words[place + 1] if place + 1 < len(words) else None
    return (
        word.capital
        and after is not None
        and after.capital
        and after.key.endswith("'s")
        and after.term not in key.owners
    )


def _announces(words: list[Word]) -> bool:
    """Whether a sentence opens by saying that what follows is the answer, and is little more than that."""
    opening = " ".join(word.key for word in words[:_ANNOUNCEMENT])
    announced = opening.startswith(("the answer is", "the correct answer is", "that would be", "it would be"))
    to_question = opening.startswith("the answer to") and any(word.key == "is" for word in words[_ANNOUNCEMENT:_LATEST])
    return (announced or to_question) and len(words) <= _ANNOUNCED


def _number(key: Key, words: list[Word], share: float, *, is_short: bool,
            is_alone: bool) -> tuple[list[int], bool] | None:  # fmt: skip
    doubtful = None
    told = {word.term for word in words if word.is_number and word.term not in key.question}
    is_only = is_alone and len(told) == 1 and share > 0
    gold = {term for phrase in key.gold for term in phrase.terms}
    for place, word in enumerate(words):
        before = words[place - 1].key if place else ""
        counted = before in DIVISIONS or (place + 1 < len(words) and words[place + 1].key in DIVISIONS)
        if not word.is_number or word.term in key.question or (word.key in VAGUE_NUMBERS and not counted):
            continue
        if word.term in gold or any(near.negates for near in words[max(0, place - 3) : place]):
            continue
        sure = is_short or (share >= _BARE and (counted or "chapter" not in key.question)) or (counted and share > 0)
        sure = sure or (is_only and "chapter" not in key.question and not _is_date(words, place))
        if sure:
            return [place], True
        doubtful = doubtful or ([place], False)
    return doubtful


def _is_date(words: list[Word], place: int) -> bool:
    """Whether a number has the look of a year or of a day of a month."""
    year = words[place].key.isdecimal() and len(words[place].key) == _YEAR
    century = place + 1 < len(words) and words[place + 1].key in ("century", "centuries")
    return year or century or (place > 0 and words[place - 1].capital)
