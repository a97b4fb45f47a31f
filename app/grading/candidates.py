"""Finds what a response offers as its answer when that is none of the phrases the probe knows. Gives no label.

Only what stands in the place of an answer counts: the whole of a short reply, or something new in a sentence that
repeats what was asked. A name or number elsewhere is a detail (rule 4) or nonsense (rule 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.grading.lexicon import listed
from app.grading.normalise import Reading, read
from app.grading.numbers import DIVISIONS, VAGUE_NUMBERS
from app.grading.phrases import FUNCTION_WORDS, Key, content, key_of
from app.grading.spelling import same_name
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


_PERSON_NOUNS = listed(
    """
    man suitor author writer workman relative boy girl sister sisters brother name biologist member companion
    companions sinner sinners child children character poet friend servant uncle daughter son heroine hero lover
    woman
    """
)
# What can be said of any work: none of these is an answer.
_FILLER = frozenset(
    content(
        read(
            """
            story stories novel novella book character film movie play author writer poem text title scene plot
            theme narrative chapter famous known well classic main protagonist narrator series set written call
            named name describe mention refer reveal portray feature depict tale work literature literary
            fiction fictional century question answer example version adaptation context based published concept
            reference follow explore begin start end ending beginning part different various popular popularity
            life world time way thing people idea fact particular said used use make made become often usually
            however therefore thus many several new young old beautiful great person situation event moment
            central significant important complex role figure sense reader passage author's genre english
            russian french american british german greek italian term word phrase prominent unique true real
            actual specific certain sure know think believe understand see mean like likely possible possibly
            may might called titled entitled short describes described reason result cause place case course
            point view mind original historical history probably most more actually script offer offers propose
            suggests discuss discusses present presented there's seem seems involve show introduce female male
            antagonist tragic suggest state statement deal contain include referred scenes events subject tell
            take happen happens happened
            """
        ).words
    )
)
_LINKS = listed("is was named called by are were as with be name")
# One sentence may ask how somebody died and another say who killed him.
_DEATHS = frozenset({"die", "kill", "murder"})
_BEFORE_ANSWER = _LINKS | {"of", "a", "an", "to", "from", "in", "at", "his", "her", "their", "due", "for"}
_SPEAKER = listed("i'm my we i've i'd")
_OPENING = 4
_PARTICLES = listed("de del della di da du la le von van der al")
_PLACES = frozenset({"in", "at", "from"})
_SHORT = 6
_MOST_WORDS = 8
_BARE = 0.3
_ECHO = 0.5
_PREDICATE = 0.25
_ONE_ANSWER = 12
_REASONS = frozenset({"because", "due", "since"})
_CUT_ECHO = 0.6
_CUT_TOUCHED = 0.5
_PLAIN_PREDICATE = 0.5
_ONE_SENTENCE = 10
_PRONOUNS = listed("he she it they his her its their")
_CONTINUING = _PRONOUNS | {
    "by",
    "because",
    "from",
    "in",
    "on",
    "at",
    "with",
    "to",
    "when",
    "after",
    "through",
    "during",
}
_WORKS = listed("film movie novel book play poem series")
_FURTHEST_BY = 5


@lru_cache(maxsize=4096)
def asked_for(probe: Probe) -> Asked:
    """The kind of thing a probe asks for, from its question and its answer."""
    question = [word.key for word in read(probe.question).words]
    answer = read(probe.answer).words
    if probe.kind is ProbeKind.ATTRIBUTION:
        return Asked.PERSON
    numbers = any(word.is_number and word.key not in VAGUE_NUMBERS for word in answer)
    if numbers and (len(content(answer)) <= 4) and {"how", "which", "what", "when", "many"} & set(question):
        return Asked.NUMBER
    asks_who = {"who", "whom", "whose"} & set(question[:14]) and "or" not in question[:3]
    named = any(word.capital for word in answer[1:]) or (len(answer) == 1 and answer[0].capital)
    for place, key in enumerate(question):
        if key in ("which", "what") and named and _PERSON_NOUNS & set(question[place + 1 : place + 5]):
            asks_who = {"which"}
    return Asked.PERSON if asks_who else Asked.THING


def overlap(key: Key, terms: set[str]) -> float:
    """The share of the question's meaning that a sentence repeats, in [0, 1]."""
    if not key.asked:
        return 0.0
    if not terms.isdisjoint(_DEATHS):
        terms = terms | _DEATHS
    return len(key.asked & terms) / len(key.asked)


def find_candidate(probe: Probe, reading: Reading, *, start: int = 0, is_guess: bool = False,
                   is_cut: bool = False) -> Candidate | None:  # fmt: skip
    """The first answer offered at or after the word `start`; None where none is.

    `is_guess`: a guess was announced, so that whatever follows is one. `is_cut`: the text breaks off, so that a
    sentence has to repeat more of the question before what is new in it counts.
    """
    key = key_of(probe)
    asked = asked_for(probe)
    doubtful = None
    for words, offset in _sentences(reading, start):
        if words[0].sentence in reading.questions:
            continue
        found = _in_sentence(key, asked, words, len(reading.words), attributes=probe.kind is ProbeKind.ATTRIBUTION,
                             is_guess=is_guess, is_cut=is_cut)  # fmt: skip
        if found is not None:
            shifted = Candidate(found.start + offset, found.end + offset, found.answer, found.is_sure)
            if shifted.is_sure:
                return shifted
            doubtful = doubtful or shifted
    return doubtful


def may_answer(probe: Probe, reading: Reading, *, is_cut: bool) -> tuple[int, int] | None:
    """A sentence that touches what was asked and says something new, as a range of words; None where there is none.

    In a text that breaks off the last sentence is left out, and one before it has to repeat more of the question.
    """
    key = key_of(probe)
    asked = asked_for(probe)
    for words, offset in _sentences(reading, 0):
        if words[0].sentence in reading.questions:
            continue
        terms = set(content(words))
        touched = not (key.target - _FILLER).isdisjoint(terms) or len(key.asked & terms) > 1
        follows = words[0].key in _PRONOUNS and not key.predicate.isdisjoint(terms)
        if asked is Asked.PERSON:
            said = any(word.key in _PERSON_NOUNS and word.term not in key.question for word in words)
            new = bool(names_in(key, words)) or (said and overlap(key, terms) >= _ECHO)
        else:
            new = any(_is_new(key, word) and not _is_title(words, place) for place, word in enumerate(words))
        if is_cut and (overlap(key, terms) < _CUT_TOUCHED or words[-1] is reading.words[-1]):
            continue
        if new and (touched or follows):
            return offset, offset + len(words)
    return None


def names_in(key: Key, words: list[Word]) -> list[tuple[int, int]]:
    """Half-open ranges of capitalised words that are names unknown to the probe."""
    found: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        plain = word.key in FUNCTION_WORDS or word.term in _FILLER or word.is_number or len(word.key) == 1
        if not word.capital or plain or _is_asked_about(key, word):
            continue
        last = found[-1][1] if found else -1
        joined = last == place or (last == place - 1 and words[place - 1].key in _PARTICLES)
        if joined and words[last - 1].clause == word.clause:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _sentences(reading: Reading, start: int) -> list[tuple[list[Word], int]]:
    """The words of each sentence from a word on, with the number of the first."""
    parts: list[tuple[list[Word], int]] = []
    for place in range(start, len(reading.words)):
        word = reading.words[place]
        if parts and parts[-1][0][-1].sentence == word.sentence:
            parts[-1][0].append(word)
        else:
            parts.append(([word], place))
    return parts


def _in_sentence(
    key: Key, asked: Asked, words: list[Word], total: int, *, attributes: bool, is_guess: bool, is_cut: bool
) -> Candidate | None:
    # "Ham Peggotty's friend" is not Ham Peggotty, unless the question speaks of what is his too.
    named = [word for place, word in enumerate(words) if not _owns(key, words, place)]
    terms = set(content(named))
    if not terms.isdisjoint(_DEATHS):
        terms |= _DEATHS
    share = overlap(key, terms)
    kind = key.target - _FILLER
    if kind and kind & terms:
        share = max(share, _ECHO)
    is_short = total <= _SHORT or is_guess or _announces(words)
    if asked is Asked.NUMBER:
        return _number(key, words, share, is_short=is_short)
    if asked is Asked.PERSON:
        return _person(key, words, share, is_short=is_short, attributes=attributes)
    return _something(key, words, terms, share, total=total, is_short=is_short, is_cut=is_cut)


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
    """Whether a sentence opens by saying that what follows is the answer."""
    opening = " ".join(word.key for word in words[:4])
    return opening.startswith(("the answer is", "the correct answer is", "that would be", "it would be"))


def _something(
    key: Key, words: list[Word], terms: set[str], share: float, *, total: int, is_short: bool, is_cut: bool
) -> Candidate | None:
    """A thing, cause or manner: new words in a sentence that repeats what was asked, and of whom."""
    # What the speaker does or feels is no answer about a work: "I'm going on to the moon."
    if not is_short and any(word.key in _SPEAKER for word in words[:_OPENING]):
        return None
    turned = {word.clause for word in words if word.negates}
    fresh = [place for place, word in enumerate(words) if _is_new(key, word) and not _is_title(words, place)]
    new = [place for place in fresh if words[place].clause not in turned]
    if not new:
        return _thing(words, fresh, is_sure=False) if fresh and share >= _ECHO else None
    if is_short:
        return _thing(words, new, is_sure=True)
    if total <= _ONE_ANSWER and len(words) == total and not is_cut:
        # One short sentence is an answer if it goes on from the question rather than starting a new matter.
        goes_on = words[0].key in _CONTINUING or not (key.asked | key.subject | key.known).isdisjoint(terms)
        return _thing(words, new, is_sure=goes_on and len(new) > 1)
    sure = _repeats(key, words, terms, share, new, total=total, is_cut=is_cut)
    return None if sure is None else _thing(words, new, is_sure=sure)


def _repeats(
    key: Key, words: list[Word], terms: set[str], share: float, new: list[int], *, total: int, is_cut: bool
) -> bool | None:
    """Whether a sentence repeats enough of the question for what is new in it to answer; None for far too little."""
    whom = key.asked - key.predicate - _FILLER
    about = not whom or not whom.isdisjoint(terms) or words[0].key in _PRONOUNS
    predicate = len(key.predicate & terms) / len(key.predicate) if key.predicate else 1.0
    if (key.target - _FILLER) & terms:
        about, predicate = True, max(predicate, _PLAIN_PREDICATE)
    if not about:
        return False if share >= _ECHO else None
    placed = total <= _ONE_SENTENCE and new[0] > 1 and words[new[0] - 1].key in _BEFORE_ANSWER
    stands = len(new) > 1 or words[new[0]].capital or placed
    if not stands or predicate < _PREDICATE:
        return None
    explains = "why" not in key.question or not _REASONS.isdisjoint(word.key for word in words)
    enough = share >= (_CUT_ECHO if is_cut else _ECHO) or (total <= _MOST_WORDS and share >= _BARE)
    if predicate >= _PLAIN_PREDICATE and explains and enough:
        return True
    return False if share >= (_ECHO if is_cut else _BARE) else None


def _is_title(words: list[Word], place: int) -> bool:
    """Whether a capitalised word belongs to the title of another work: "the film The Madden Crowd"."""
    return words[place].capital and not _WORKS.isdisjoint(word.key for word in words[max(0, place - 3) : place])


def _number(key: Key, words: list[Word], share: float, *, is_short: bool) -> Candidate | None:
    doubtful = None
    gold = {term for phrase in key.gold for term in phrase.terms}
    for place, word in enumerate(words):
        before = words[place - 1].key if place else ""
        counted = before in DIVISIONS or (place + 1 < len(words) and words[place + 1].key in DIVISIONS)
        if not word.is_number or word.term in key.question or (word.key in VAGUE_NUMBERS and not counted):
            continue
        if word.term in gold or any(near.negates for near in words[max(0, place - 3) : place]):
            continue
        sure = is_short or (share >= _BARE and (counted or "chapter" not in key.question)) or (counted and share > 0)
        if sure:
            return Candidate(place, place + 1, word.term, is_sure=True)
        doubtful = doubtful or Candidate(place, place + 1, word.term, is_sure=False)
    return doubtful


def _person(key: Key, words: list[Word], share: float, *, is_short: bool, attributes: bool) -> Candidate | None:
    turned = {word.clause for word in words if word.negates and word.key != "no"}
    for start, end in names_in(key, words):
        if words[start].clause in turned:
            continue
        before = words[start - 1].key if start else ""
        earlier = words[start - 2].key if start > 1 else ""
        leading = [
            word.key for word in words[max(0, start - _FURTHEST_BY) : start] if word.clause == words[start].clause
        ]
        is_place = before in _PLACES or (before in ("the", "of", "called", "named") and not _PLACES.isdisjoint(leading))
        if (words[start].quoted or is_place) and not is_short:
            continue
        written = "by" in leading or words[min(end, len(words) - 1)].term == "write"
        if written and not attributes and share < _ECHO:
            continue
        linked = before in _LINKS or earlier in _LINKS or end == len(words)
        sure = is_short or (attributes and (written or linked)) or share >= _ECHO or (linked and share >= _BARE)
        if sure or share >= _BARE:
            return Candidate(start, end, " ".join(word.key for word in words[start:end]), sure)
    new = [place for place, word in enumerate(words) if _is_new(key, word)]
    somebody = any(word.key in _PERSON_NOUNS and word.term not in key.question for word in words)
    if new and share >= _ECHO and (somebody or is_short):
        return _thing(words, new, is_sure=False)
    return None


def _thing(words: list[Word], new: list[int], *, is_sure: bool) -> Candidate:
    answer = " ".join(words[place].key for place in new[:_MOST_WORDS])
    return Candidate(new[0], new[-1] + 1, answer, is_sure)


def _is_known_name(key: Key, term: str) -> bool:
    """Whether a capitalised word is a slip for a name in the question, like "Charls" for Charles."""
    return any(
        known[0] == term[0] and len(known) > 4 and same_name(known, term) for known in (*key.subject, *key.question)
    )


def _is_new(key: Key, word: Word) -> bool:
    plain = word.key in FUNCTION_WORDS or word.term in FUNCTION_WORDS or word.term in _FILLER
    return not (plain or word.negates or _is_asked_about(key, word))


def _is_asked_about(key: Key, word: Word) -> bool:
    """Whether a word stands in the question, the title or the author's name, or is a slip for a name there."""
    if word.term in key.question or word.term in key.subject:
        return True
    return word.capital and _is_known_name(key, word.term)
