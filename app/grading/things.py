"""Finds the thing, cause, manner or deed that a sentence offers as an answer. Gives no label.

What is new in a sentence counts only where an answer stands: after what was asked, after the noun of the question and
"is", or where a death is told. New words elsewhere are details, and what is said of films and titles is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.grading.deaths import DEATHS, asks_for_manner, manner_of_death
from app.grading.lexicon import listed
from app.grading.newness import FILLER, commented, is_new, title_words
from app.grading.phrases import FUNCTION_WORDS, Key
from app.grading.words import Word

_LINKS = listed("is was named called by are were as with be name")
_BEFORE_ANSWER = _LINKS | {"of", "a", "an", "to", "from", "in", "at", "his", "her", "their", "due", "for", "during"}
_BE = listed("is was are were called named")
_SPEAKER = listed("i'm my we i've i'd")
_OPENING = 4
_BARE = 0.3
_ECHO = 0.5
_DOUBT = 0.4
_PREDICATE = 0.25
_ONE_ANSWER = 12
_SLOT_ANSWER = 24
_REASONS = listed("because due since result reason owing")
_MANNERS = listed("by with through via using when because onto")
_MANNER_REACH = 4
_OBJECT_REACH = 5
_MANNER_OPENERS = listed("by through with using after when on because onto from")
_DETERMINERS = listed("a an the his her their its some")
_PLACES_IN_TIME = listed("at during on in")
_PREPOSITIONS = _PLACES_IN_TIME | listed("for to into from with")
_LEADING = _PREPOSITIONS | listed("as of by over under")
_OWN = frozenset({"own", "old", "very"})
_LIKE = {"for": frozenset({"as"}), "by": frozenset({"with", "in"}), "with": frozenset({"by"})}
_CUT_ECHO = 0.6
_PLAIN_PREDICATE = 0.5
_ONE_SENTENCE = 10
_MOST_WORDS = 8
_AFTER_LINK = 8
_FURTHEST_LINK = 14
PRONOUNS = listed("he she it they his her its their")
_CONTINUING = PRONOUNS | listed("by because from in on at with to when after through during")
_WORKS = listed("film movie novel book play poem series adaptation")
_MAKING = listed("directed starring played portrayed written produced published adapted")
_MAKERS_REACH = 6
_DEED_REACH = 2
_YEARS = 4
_PAIR = 2
_PERSONS = listed("he she they")
_OPEN = frozenset({"do", "become"})
_SLOTS = listed("at on of in to during")
_CIRCLE = 4
_POINTERS = listed("one person man woman someone somebody same character")
_RELATIVES = listed("who that whom which")
_UNSAID = listed("as indeed unknown mentioned described shown told set not often")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what is known of it: its terms, the share of the question in it, and its place in the text."""

    words: list[Word]
    terms: set[str]
    share: float
    total: int
    """How many words the whole text has."""
    is_short: bool
    """Whether the text is hardly more than an answer."""
    is_cut: bool
    slot: str
    """The preposition that the question asks with."""
    verbs: frozenset[str]
    """The terms among which the verb of "what does somebody" is."""
    is_plain: bool
    """Whether the answer is a thing hardly ever told in other words."""
    follows: bool
    """Whether a sentence before it named whom the question is about."""


def offered(key: Key, sentence: Sentence) -> tuple[list[int], bool] | None:
    """The places of the words a sentence offers as the answer, and whether surely so; None where it offers nothing."""
    words = sentence.words
    # What the speaker does or feels is no answer about a work: "I'm going on to the moon."
    if not sentence.is_short and is_of_speaker(words):
        return None
    fresh = fresh_words(key, words)
    died = manner_of_death(key, words, fresh, follows=sentence.follows) if asks_for_manner(key) else None
    if died is not None:
        return list(range(*died)), True
    new = _affirmed(words, fresh)
    if not new:
        return None
    standing = new if sentence.is_short else _standing(key, sentence, new)
    if standing is not None:
        return standing, True
    sure = _judged(key, sentence, new)
    if sure and asks_for_manner(key):
        sure = False  # no manner of death is told
    return None if sure is None else (new, sure)


def is_of_speaker(words: list[Word]) -> bool:
    """Whether a sentence speaks of the speaker."""
    return any(word.key in _SPEAKER for word in words[:_OPENING])


def _affirmed(words: list[Word], fresh: list[int]) -> list[int]:
    """The new words that no negation before them in their clause turns round."""
    turned: dict[int, int] = {}
    for place, word in enumerate(words):
        if word.negates and not word.quoted:
            turned.setdefault(word.clause, place)
    return [place for place in fresh if place < turned.get(words[place].clause, len(words))]


def _standing(key: Key, sentence: Sentence, new: list[int]) -> list[int] | None:
    """The new words that stand where only an answer stands."""
    linked = _linked(key, sentence.words, new) or _object_of(key, sentence.words, new)
    alone = len(sentence.words) == sentence.total <= _SLOT_ANSWER and not sentence.is_cut
    return _in_slot(key, sentence.words, new) if linked is None and alone else linked


def _judged(key: Key, sentence: Sentence, new: list[int]) -> bool | None:
    """Whether new words anywhere in a sentence are the answer; False for perhaps, None for no."""
    words = sentence.words
    if len(words) == sentence.total <= _ONE_ANSWER and not sentence.is_cut:
        # One short sentence is an answer if it goes on from the question rather than starting a new matter.
        goes_on = words[0].key in _CONTINUING or not (key.asked | key.subject | key.known).isdisjoint(sentence.terms)
        if goes_on and len(new) > 1:
            return not _is_manner_missing(key, words, new)
        return sentence.is_plain and goes_on and _repeats(key, sentence, new) is True
    sure = _repeats(key, sentence, new)
    return False if sure is None and not sentence.is_cut and _touches(key, sentence, new) else sure


def _touches(key: Key, sentence: Sentence, new: list[int]) -> bool:
    """Whether a sentence with something new in it is so near to what was asked that only a reader can tell."""
    if asks_for_manner(key):
        return False
    named = any(sentence.words[place].capital for place in new)
    return (named or len(new) > 1) and (sentence.share >= _ECHO or not (key.target - FILLER).isdisjoint(sentence.terms))


def fresh_words(key: Key, words: list[Word]) -> list[int]:
    """The places of new words that do not belong to a title, to the makers of a film, or to a date."""
    titled = title_words(key, words) | commented(words)
    fresh: list[int] = []
    made = -1
    for place, word in enumerate(words):
        # What the question's own verb is followed by is no maker of a film: "is picked up by the Pequod".
        asked = any(near.term in key.deed for near in words[max(0, place - _DEED_REACH) : place])
        if word.key in _MAKING or (word.key == "by" and "how" not in key.question and not asked):
            made = place + _MAKERS_REACH
        if not is_new(key, word) or place in titled:
            continue
        named = word.capital and (place <= made or _is_title(words, place))
        year = word.key[:_YEARS].isdecimal() and _YEARS <= len(word.key) <= _YEARS + 1
        if not named and not year and word.key not in _WORKS and word.key not in _MAKING:
            fresh.append(place)
    return fresh


def _is_title(words: list[Word], place: int) -> bool:
    """Whether a capitalised word belongs to the title of another work: "the film The Madden Crowd"."""
    return not _WORKS.isdisjoint(word.key for word in words[max(0, place - 3) : place])


def _linked(key: Key, words: list[Word], new: list[int]) -> list[int] | None:
    """What stands after the noun asked for and "is": "the illness that he died from is leprosy"."""
    kind = key.target - FILLER
    fresh = set(new)
    for place, word in enumerate(words):
        if word.term not in kind:
            continue
        if place - 1 in fresh and words[place - 1].capital and word.capital:
            return [place - 1]
        for at in range(place + 1, min(place + _FURTHEST_LINK, len(words) - 1)):
            if _is_circular(words, at):
                break
            if words[at - 1].key in _RELATIVES:
                continue
            if words[at].key not in _BE or words[at + 1].key in _UNSAID or words[at].sentence != word.sentence:
                continue
            after = [near for near in range(at + 1, min(at + 1 + _AFTER_LINK, len(words))) if near in fresh]
            if after and _leads_to(words, at, after[0]):
                return after
    return None


def _is_circular(words: list[Word], link: int) -> bool:
    """Whether "is" only points back: "the scientist is the one who made them"."""
    after = [word.key for word in words[link + 1 : link + 1 + _CIRCLE]]
    return words[link].key in _BE and not _POINTERS.isdisjoint(after) and not _RELATIVES.isdisjoint(after)


def _object_of(key: Key, words: list[Word], new: list[int]) -> list[int] | None:
    """What follows the verb of "what does somebody take", said of somebody the question names."""
    if not key.verb:
        return None
    fresh = set(new)
    for place, word in enumerate(words):
        near = words[max(0, place - _MANNER_REACH) : place]
        if word.term != key.verb or not any(part.capital and part.term in key.question for part in near):
            continue
        after = [at for at in range(place + 1, min(place + 1 + _OBJECT_REACH, len(words))) if at in fresh]
        if after and _leads_to(words, place, after[0]) and words[after[0]].sentence == word.sentence:
            return after
    return None


def _leads_to(words: list[Word], link: int, place: int) -> bool:
    return all(word.key in FUNCTION_WORDS or word.term in FILLER for word in words[link + 1 : place])


def _in_slot(key: Key, words: list[Word], new: list[int]) -> list[int] | None:
    """What follows the preposition that the question asks with, in a text that is only that: "at a baker's party"."""
    if key.slot not in _SLOTS or words[0].key not in _CONTINUING:
        return None
    slots = {key.slot, "during"} if key.slot in ("at", "on") else {key.slot}
    for place, word in enumerate(words[:-1]):
        after = [near for near in new if near > place]
        if word.key in slots and after and _leads_to(words, place, after[0]):
            return after
    return None


def _is_manner_missing(key: Key, words: list[Word], new: list[int]) -> bool:
    """Whether a question of how gets words about anything else: "leaves the valley of a small man"."""
    if "how" not in key.question or "many" in key.question or words[0].key in _MANNER_OPENERS:
        return False
    for place in new:
        before = words[max(0, place - _MANNER_REACH) : place]
        if any(word.key in _MANNERS and word.clause == words[place].clause for word in before):
            return False
    return True


def _repeats(key: Key, sentence: Sentence, new: list[int]) -> bool | None:  # noqa: PLR0911
    """Whether a sentence repeats enough of the question for what is new in it to answer; None for far too little."""
    words, terms = sentence.words, sentence.terms
    about = not key.whom or not key.whom.isdisjoint(terms) or words[0].key in PRONOUNS
    deed = (key.deed - key.target) or key.deed
    core = deed | key.whom
    share = max(sentence.share, len(core & terms) / len(core)) if len(core) > _PAIR else sentence.share
    predicate = len(deed & terms) / len(deed) if deed else 1.0
    after = _after_deed(key, deed, words, new)
    explains = "why" not in key.question or not _REASONS.isdisjoint(word.key for word in words)
    if not after or predicate < _PREDICATE or asks_for_manner(key) or not (explains or not about):
        return None
    led = _is_led(sentence.slot, deed, words, after[0])
    placed = led or after[0] in _objects(sentence.verbs, words)
    if sentence.is_plain and placed and share >= _CUT_ECHO and not sentence.is_cut:
        return True
    if not about:
        return False if share >= _ECHO else None
    if _tells_what_became(key, sentence, after):
        return True
    placed = sentence.total <= _ONE_SENTENCE and new[0] > 1 and words[new[0] - 1].key in _BEFORE_ANSWER
    stands = len(new) > 1 or words[new[0]].capital or placed or after[0] in _objects(deed, words)
    enough = share >= (_CUT_ECHO if sentence.is_cut else _ECHO) or (sentence.total <= _MOST_WORDS and share >= _BARE)
    if sentence.is_plain and share >= _ECHO and not sentence.is_cut:
        if led:
            return True
        if not _is_linked(words, after[0]):
            return False if stands else None
    # The object of the verb has its own place: what is new elsewhere may be anything.
    has_place = key.verb != "" and not key.target - FILLER
    sure = predicate >= _PLAIN_PREDICATE and enough and not has_place and not _is_manner_missing(key, words, after)
    perhaps = share >= (_ECHO if sentence.is_cut or has_place else _DOUBT)
    return sure if stands and (sure or perhaps) else None


def _is_linked(words: list[Word], place: int) -> bool:
    """Whether "is", "was" or "named" stands right before a word, determiners left out."""
    at = place - 1
    while at > 0 and words[at].key in _DETERMINERS:
        at -= 1
    return at >= 0 and words[at].key in _BE


def _is_led(slot: str, deed: frozenset[str], words: list[Word], place: int) -> bool:
    """Whether a word follows the question's own preposition, and most of what was asked is said before that."""
    at = place - 1
    while at > 0 and words[at].key in _DETERMINERS | _OWN:
        at -= 1
    if at <= 0 or slot not in _LEADING or words[at].key not in {slot} | _LIKE.get(slot, frozenset()):
        return False
    before = {word.term for word in words[:at] if word.sentence == words[place].sentence}
    return words[at - 1].term in deed or len(deed & before) >= _PLAIN_PREDICATE * len(deed)


def _tells_what_became(key: Key, sentence: Sentence, after: list[int]) -> bool:
    """Whether a question of what somebody did or became gets any deed told of the same time."""
    asks = not _OPEN.isdisjoint(key.question) and not sentence.is_plain
    is_open = asks and key.verb == "" and not key.target - FILLER
    anchored = not (key.deed - _OPEN).isdisjoint(sentence.terms)
    about = not key.whom.isdisjoint(sentence.terms) or sentence.words[0].key in _PERSONS
    return is_open and anchored and about and len(after) > 1 and sentence.share >= _DOUBT and "how" not in key.question


def _after_deed(key: Key, deed: frozenset[str], words: list[Word], new: list[int]) -> list[int]:
    """What is new after the first word of what was asked: what stands before it is rather whom the sentence is about.

    A question with a preposition ("at what", "for what") takes only what follows such a one.
    """
    kills = not deed.isdisjoint(DEATHS)
    at = next((place for place, word in enumerate(words) if word.term in deed or (kills and word.term in DEATHS)), -1)
    is_before = key.asks_subject or words[0].key in _MANNER_OPENERS
    after = new if is_before else [place for place in new if place > at]
    if key.slot not in _PREPOSITIONS or not key.target:
        return after
    leading = _PLACES_IN_TIME if key.slot in _PLACES_IN_TIME else {key.slot}
    return [
        place
        for place in after
        if words[place].clause == words[at].clause
        and any(word.key in leading for word in words[max(0, place - _MANNER_REACH) : place])
    ]


def _objects(deed: frozenset[str], words: list[Word]) -> frozenset[int]:
    """The places that follow a word of what was asked directly: "keeps his coffin"."""
    found: set[int] = set()
    after = False
    for place, word in enumerate(words):
        if after and word.key not in FUNCTION_WORDS:
            found.add(place)
        after = word.term in deed or (after and word.key in _DETERMINERS)
    return frozenset(found)
