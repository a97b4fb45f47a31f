"""Finds the phrases of a probe in a reading, and whether they are said or denied there. Gives no label.

A phrase is met where its terms follow one another, articles left out. Names may be transliterated or misspelt, other
words inflected.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from app.grading.lexicon import listed
from app.grading.normalise import ARTICLES, Reading
from app.grading.numbers import FOREIGN
from app.grading.phrases import TITLES, Key, Phrase
from app.grading.spelling import fold, romanised, same_name, same_word, stem

# "Still" answers "how does muddy water become clear?" only as an adjective; elsewhere it is an adverb and says nothing.
_ADVERBS = frozenset({"still", "even", "well"})
_STATES = listed("remain keep stand stay sit li lie hold becom become left leave")
_LOOK_BACK = 6
_CONTRAST = 4
_AGENTS = frozenset({"by", "was", "named"})
_WIDEST_GAP = 3
_SHORT_REPLY = 3
_EXCEPTIONS = ("only", "just", "other", "doubt", "surprisingly", "least", "wonder", "merely", "simply")
_INSTRUMENTS = listed("gun pistol bullet shot rifle hand hands")
_ITSELF = listed("himself herself itself themselves")
# A text may repeat one phrase thousands of times: its first and last hits tell all, and keep the cost linear.
_MOST_HITS = 20
_SYLLABLE = 4
_SHORTEST_START = 5
# What makes another word of a word: a prince is no princess.
_OTHER_WORDS = listed("ess hood ship dom land")
_TAKEN_BACK = 12
_COPULAS = listed("is was")
_MEANT = listed("one it him her answer right correct responsible involved")
_PRONOUNS = listed("his her him it them their he she they")
_MOST_SYLLABLES = 4
_SHORTEST_SOUND = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase occurs: half-open range of words, and whether it is denied there."""

    phrase: Phrase
    start: int
    end: int
    denied: bool


class Finder:
    """Looks for phrases in one reading; spellings are compared once per term."""

    def __init__(self, key: Key, reading: Reading) -> None:
        self._key = key
        self._reading = reading
        self._places = [place for place, word in enumerate(reading.words) if word.key not in ARTICLES]
        self._where: dict[str, list[int]] = {}
        self._by_initial: dict[str, list[str]] = {}
        for position, place in enumerate(self._places):
            term = reading.words[place].term
            if term in self._where:
                self._where[term].append(position)
            else:
                self._where[term] = [position]
                self._by_initial.setdefault(fold(term)[:1], []).append(term)
        self._spellings: dict[str, frozenset[str]] = {}
        self._windows: dict[str, list[tuple[int, int]]] | None = None

    def hits(self, phrases: tuple[Phrase, ...], *, exact: bool = False, echoes: bool = False) -> list[Hit]:
        """Every place where one of the phrases is met, longest phrases first; shorter ones inside them are left out.

        With `exact` a phrase has no word inside it that is not its own. Phrases that the question itself holds count
        only in a reply of little more than the phrase, or after a word like "by"; with `echoes` they count everywhere.
        """
        found: list[Hit] = []
        taken: set[int] = set()
        short = len(self._places) <= _SHORT_REPLY
        for phrase in phrases:
            everywhere = echoes or not phrase.echoes or (short and len(self._places) <= len(phrase.terms) + 1)
            for start, end, turned in self._matches(phrase.terms, exact=exact):
                if not everywhere and not self._does(start, end):
                    continue
                if self._is_adverb(phrase, start) or self._is_turned_round(phrase, end):
                    continue
                if taken.isdisjoint(range(start, end)):
                    taken.update(range(start, end))
                    denied = turned or self._is_denied(start) or self._is_denied_after(end)
                    found.append(Hit(phrase, start, end, denied))
        if self._key.is_chinese:
            found.extend(self._romanised(phrases, taken))
        found.sort(key=lambda hit: hit.start)
        return found if len(found) <= 2 * _MOST_HITS else found[:_MOST_HITS] + found[-_MOST_HITS:]

    def _does(self, start: int, end: int) -> bool:
        """Whether a phrase in words of the question is said to do what was asked: "killed by Othello"."""
        words = self._reading.words
        if start and words[start - 1].key in _AGENTS:
            return True
        if not self._key.asks_subject or end >= len(words) or words[end].capital:
            return False
        opens = start == 0 or words[start - 1].clause != words[start].clause
        return opens and words[end].clause == words[end - 1].clause and words[end].term in self._key.deed

    def has(self, term: str) -> list[int]:
        """The words that are this term or a spelling of it."""
        return [self._places[position] for spelling in self._same(term) for position in self._where[spelling]]

    def has_exactly(self, term: str) -> list[int]:
        """The words that are this very term."""
        return [self._places[position] for position in self._where.get(term, ())]

    def _romanised(self, phrases: tuple[Phrase, ...], taken: set[int]) -> list[Hit]:
        """Chinese names in another romanisation, whose words may be split otherwise."""
        sounds = {
            romanised("".join(phrase.terms)): phrase
            for phrase in reversed(phrases)
            if all(term in self._key.names or len(term) <= _SYLLABLE for term in phrase.terms) and not phrase.echoes
        }
        sounds.pop("", None)
        words, places = self._reading.words, self._places
        if self._windows is None:
            self._windows = {}
            for position, place in enumerate(places):
                joined = ""
                for last in places[position : position + _MOST_SYLLABLES]:
                    if words[last].sentence != words[place].sentence or not words[place].capital:
                        break
                    joined += words[last].key.removesuffix("'s")
                    self._windows.setdefault(romanised(joined), []).append((place, last + 1))
        found = []
        for sound, phrase in sounds.items():
            if len(sound) < _SHORTEST_SOUND:
                continue
            for start, end in self._windows.get(sound, ())[:_MOST_HITS]:
                if taken.isdisjoint(range(start, end)):
                    taken.update(range(start, end))
                    found.append(Hit(phrase, start, end, self._is_denied(start)))
        return found

    def _is_denied(self, start: int) -> bool:
        """Whether a negation reaches the phrase that begins at `start` from before it, within its clause."""
        words = self._reading.words
        if words[start].negates:
            return False
        before = [word.key for word in words[max(0, start - _CONTRAST) : start]]
        if "unlike" in before or any(pair in (("rather", "than"), ("instead", "of")) for pair in pairwise(before)):
            return True
        clause, sentence = words[start].clause, words[start].sentence
        for place in range(start - 1, max(-1, start - 1 - _LOOK_BACK), -1):
            word, after = words[place], words[place + 1]
            if word.sentence != sentence:
                return False
            if word.clause != clause and not (word.key == "not" and after.clause != word.clause):
                continue
            if word.negates and after.key not in _EXCEPTIONS:
                # "No, Boldwood" and "none other than Boldwood" say what follows.
                return not (word.key == "no" and after.clause != word.clause)
        return False

    def _is_denied_after(self, end: int) -> bool:
        """Whether what follows the phrase takes it back: "X had nothing to do with it", "X wasn't the one"."""
        words = self._reading.words
        if end + 1 >= len(words) or end == 0:
            return False
        after = [word for word in words[end : end + _TAKEN_BACK] if word.sentence == words[end - 1].sentence]
        keys = [word.key for word in after]
        if any(pair == ("nothing", "to") for pair in pairwise(keys)) and "do" in keys:
            return True
        turned = next((at for at, word in enumerate(after[:2]) if word.negates), None)
        if turned is None or not (turned == 0 or keys[0] in _COPULAS):
            return False
        meant = not _MEANT.isdisjoint(keys[turned + 1 :][:3])
        return meant and keys[turned].removesuffix("n't") in ("is", "was", "not")

    def _same(self, term: str) -> frozenset[str]:
        """The terms of the reading that are spellings of a term."""
        known = self._spellings.get(term)
        if known is not None:
            return known
        found = {term} if term in self._where else set()
        if term in FOREIGN:
            found.update(spelled for name in FOREIGN[term] if (spelled := stem(name)) in self._where)
        if term in _PRONOUNS:
            # "He slits Volodin's throat" is "slits his throat" where the question speaks of Volodin.
            found.update(name for name in self._key.whom if name in self._where)
        candidates = self._by_initial.get(fold(term)[:1], ()) if len(term) >= 3 and not term.isdecimal() else ()
        if candidates:
            is_name = term in self._key.names
            for other in candidates:
                # Aliases are written to match at word starts: "veterinar" is met in "veterinary".
                starts = (
                    not is_name
                    and len(term) >= _SHORTEST_START
                    and other.startswith(term)
                    and other[len(term) :] not in _OTHER_WORDS
                )
                begun = starts and other not in self._key.foils and other not in self._key.question
                if begun or (other not in self._key.known and (same_name if is_name else same_word)(term, other)):
                    found.add(other)
        self._spellings[term] = frozenset(found)
        return self._spellings[term]

    def _matches(self, terms: tuple[str, ...], *, exact: bool) -> list[tuple[int, int, bool]]:
        """Half-open word ranges in which the terms follow one another, and whether a negation stands between them.

        Unless `exact`, one more word, an auxiliary with its negation, or titles may stand between two terms.
        """
        spellings: list[frozenset[str]] = []
        for term in terms:
            same = self._same(term)
            if not same:
                return []
            spellings.append(same)
        found = []
        for first in sorted(position for spelling in spellings[0] for position in self._where[spelling]):
            at, turned = first, False
            for allowed in spellings[1:]:
                step = self._next(at, allowed, exact=exact)
                if step is None:
                    break
                at, turned = step[0], turned or step[1]
            else:
                found.append((self._places[first], self._places[at] + 1, turned))
        return found

    def _next(self, at: int, allowed: frozenset[str], *, exact: bool) -> tuple[int, bool] | None:
        """The position of the next term after `at`, and whether it is negated; None where it does not follow."""
        words, places = self._reading.words, self._places
        turned, others = False, 0
        for position in range(at + 1, min(at + 2 + (0 if exact else _WIDEST_GAP), len(places))):
            word = words[places[position]]
            if word.sentence != words[places[at]].sentence:
                return None
            # "Boldwood shot by Troy" is not "Boldwood shoots him".
            if word.term in allowed and not (position > at + 1 and words[places[position - 1]].key == "by"):
                return position, turned
            if word.negates:
                turned = True
            elif word.key not in TITLES and word.term != "do":
                others += 1
            # "Boldwood was shot" is not "Boldwood shot", and a name between two words has its own part in the deed.
            passive = word.term == "be" and words[places[at]].capital
            if passive or others > 1 or (word.capital and word.key not in TITLES):
                return None
        return None

    def _is_turned_round(self, phrase: Phrase, end: int) -> bool:
        """Whether what follows a phrase gives the deed to another: "Boldwood shot by Troy", "shot by Boldwood's wife".

        A phrase that ends on its verb ("Boldwood shoots") is also another deed where it befalls a name that neither the
        question nor the phrase holds, or the doer.
        """
        words = self._reading.words
        if end >= len(words) or words[end].clause != words[end - 1].clause:
            return False
        last, after = words[end - 1], words[end]
        if last.key.endswith("'s") and not phrase.text.endswith("'s") and not self._key.asks_whose:
            return after.key not in _INSTRUMENTS and (last.capital or last.term in self._key.names)
        if len(phrase.terms) == 1 or phrase.terms[-1] in self._key.names or phrase.terms[0] not in self._key.names:
            return False
        if after.key in TITLES and end + 1 < len(words):
            after = words[end + 1]
        befalls = after.capital and after.term not in self._key.question and after.term not in phrase.terms
        return after.key in _ITSELF or after.key == "by" or befalls

    def _is_adverb(self, phrase: Phrase, start: int) -> bool:
        words = self._reading.words
        if len(phrase.terms) > 1 or phrase.terms[0] not in _ADVERBS:
            return False
        ends_clause = start + 1 == len(words) or words[start + 1].clause != words[start].clause
        return not ends_clause and not (start and words[start - 1].term in _STATES)
