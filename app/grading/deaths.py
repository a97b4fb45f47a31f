"""Where a sentence says how somebody died: the manner, the cause or the killer. Gives no label.

Questions about a death are many, and answers to them rarely repeat the question's word: "Troy was shot by a policeman"
says how he died without saying "die".
"""

from __future__ import annotations

from app.grading.lexicon import listed
from app.grading.newness import FILLER
from app.grading.phrases import FUNCTION_WORDS, Key
from app.grading.words import Word

DEATHS = frozenset({"die", "kill", "murder"})
"""Terms of which one may ask for a death and another answer."""

_DEADLY = DEATHS | listed(
    "shoot stab drown hang poison strangl behead execut electrocut suffocat assassinat crush burn slay suicid"
)
_MANNERS = _DEADLY - DEATHS
_NOUNS = listed("death deaths demise")
_GIVEN = listed("by of from after when with because during while in through due to")
_WHERE = listed("in during after")
_CAUSES = listed("attributed caused due result suicide accident accidental murder by from blamed")
_FURTHEST = 18
_NEXT = 6
_REACH = 3
_ASKING = listed("how story scene whether")
_PLACES = listed("town city village country kingdom")
_AUXILIARIES = listed("was is were be been being gets got had has")
_BESIDE_DEED = _AUXILIARIES | {"then"}
_OBJECTS = listed("him her them")
_UNREAL = listed("to would could might may can should will wants tries who that which")
_PRONOUNS = listed("he she him her they")
# What these words bring in is a matter of the telling and not of the death: "dies in the film", "killed in 1902".
_TELLING = listed(
    """
    film movie novel book story play series scene episode chapter end ending final last first beginning act version
    adaptation part text season poem work original course which that this it year years century order front
    """
)


def is_deadly(word: Word) -> bool:
    """Whether a word tells how somebody died: "shot", "drowned"; "killed" tells only that."""
    return word.term in _MANNERS or word.key in ("accident", "suicide")


def asks_for_manner(key: Key) -> bool:
    """Whether the question asks how somebody died, or of what."""
    how = not {"how", "caus", "illness"}.isdisjoint(key.question) or key.slot == "of"
    return how and not DEATHS.isdisjoint(key.asked) and not {"many", "old", "long"} & key.question


def manner_of_death(key: Key, words: list[Word], new: list[int], *, follows: bool) -> tuple[int, int] | None:
    """The words that say how the person asked about died, as a half-open range in the sentence; None where none do.

    `new` are the places of words unknown to the question; `follows` says that a sentence before named the person.
    """
    whom = key.whom
    fresh = set(new)
    for place, word in enumerate(words):
        if word.key in _NOUNS:
            found = _cause(words, place)
        elif word.term in _DEADLY:
            killer = _killer(whom, words, place, fresh)
            if killer is not None:
                return killer
            found = _deed(words, place, fresh)
        else:
            continue
        if found is not None and _is_of(whom, words, place, fresh, follows=follows):
            return found
    return None


def killed_instead(key: Key, words: tuple[Word, ...]) -> tuple[int, int] | None:
    """Where the killer of the answer is the one killed, by the person asked about: "Troy shot Boldwood"."""
    whom = key.whom
    killers = key.names & {term for phrase in key.gold for term in phrase.terms}
    if not (killers and asks_for_manner(key)):
        return None
    for place in range(1, len(words) - 1):
        if words[place].term not in _DEADLY:
            continue
        before, after = _doers(words, place, -1), _doers(words, place, 1)
        if before & whom and after & killers and words[place + 1].key != "by":
            return place - 1, place + 2
        if before & killers and after & whom and words[place + 1].key == "by":
            return place - 1, place + 2
    return None


def _doers(words: tuple[Word, ...], place: int, step: int) -> set[str]:
    """The terms of the name next to a deed, on the side that `step` says, auxiliaries and titles left out."""
    found: set[str] = set()
    for near in range(place + step, place + step * (1 + _REACH), step):
        if not 0 <= near < len(words) or words[near].clause != words[place].clause or words[near].negates:
            break
        if words[near].capital:
            found.add(words[near].term)
        elif found or words[near].key not in (_BESIDE_DEED if step < 0 else {"by"}):
            break
    return found


def _cause(words: list[Word], place: int) -> tuple[int, int] | None:
    """A cause that is named: "his death was caused by a fall", "is revealed to be a suicide"."""
    for at in range(place + 1, min(place + _NEXT, len(words))):
        if words[at].negates:
            return None
        if words[at].key in _CAUSES:
            return place, min(at + _REACH, len(words))
    return None


def _deed(words: list[Word], place: int, fresh: set[int]) -> tuple[int, int] | None:
    """A deed that somebody suffers: "was shot", "killed by a horse", "dies of a fever", "killed himself"."""
    before = words[max(0, place - _REACH) : place]
    if any(word.negates or word.key in _ASKING for word in before) or (before and before[-1].key == "to"):
        return None
    suffered = any(word.key in _AUXILIARIES for word in before)
    if words[place].term in _MANNERS and (suffered or words[place].term in ("drown", "suicid")):
        return place, place + 1
    after = words[place + 1] if place + 1 < len(words) else None
    if after is not None and after.key in ("himself", "herself"):
        return place, place + 2
    if words[place].term == "kill" and not suffered:
        return None
    for at in range(place + 1, min(place + 1 + _REACH, len(words))):
        if words[at].key in _GIVEN:
            return _given(words, place, at, fresh)
    return None


def _killer(whom: frozenset[str], words: list[Word], place: int, fresh: set[int]) -> tuple[int, int] | None:
    """What does the killing: "a fire in the stable kills him"."""
    after = words[place + 1] if place + 1 < len(words) else None
    if words[place].term not in DEATHS or after is None or not (after.key in _OBJECTS or after.term in whom):
        return None
    before = [at for at in range(max(0, place - _NEXT), place) if words[at].clause == words[place].clause]
    does = [at for at in before if at in fresh]
    if not does or words[does[0]].capital or any(words[at].negates or words[at].key in _UNREAL for at in before):
        return None
    return does[0], place + 2


def _given(words: list[Word], place: int, at: int, fresh: set[int]) -> tuple[int, int] | None:
    """What a preposition after the deed brings in, if it is a manner and neither a place, a date nor the telling."""
    for near in range(at + 1, min(at + 1 + _NEXT, len(words))):
        word = words[near]
        in_place = words[at].key == "in" and word.key in _PLACES
        if in_place or word.key in _TELLING or (word.is_number and words[at].key in _WHERE):
            return None
        if word.key in FUNCTION_WORDS or word.term in FILLER:
            continue
        if word.capital and words[at].key in _WHERE:
            return None
        return (place, near + 1) if near in fresh or word.term in DEATHS else None
    return None


def _is_of(whom: frozenset[str], words: list[Word], place: int, fresh: set[int], *, follows: bool) -> bool:
    """Whether the death is that of the person asked about: named shortly before, or taken up by a pronoun."""
    first = max(0, place - _FURTHEST)
    near = words[first:place]
    if any(word.term in whom for word in near):
        return True
    stranger = any(word.capital and at in fresh for at, word in enumerate(near, first))
    return follows and not stranger and any(word.key in _PRONOUNS for word in near)
