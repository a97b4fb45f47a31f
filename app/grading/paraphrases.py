"""Whether a text may say the answer in other words, so that only a reader can tell. Gives no label.

It may where a name of the answer occurs, or most of the words of one of its phrases or words that mean the same. One
common word is not enough: "Troy was shot by a policeman" shares "shot" with "shot by Boldwood" and is another answer.
"""

from __future__ import annotations

from app.grading.deaths import DEATHS
from app.grading.finding import Finder
from app.grading.lexicon import listed
from app.grading.normalise import Reading, read
from app.grading.phrases import TITLES, Key

_GROUPS = """
    still quiet calm rest undisturbed motionless settle sediment alone tranquil; climb scale ascend clamber;
    shoot gun pistol bullet rifle; electrocut electric electrical electricity shock current;
    drown water sea river wave; stick staff rod pole; cook fry roast broil; bomb explosion shell blast bombardment;
    party celebration gathering feast ball; umbrella parasol; prison jail gaol sentence convict; pit quarry hole;
    thousand 1000; eye eyesight sight; dry drain empty; dog sheepdog hound; cliff precipice edge;
    tube pipe straw; suck inhale draw; lawyer solicitor attorney advocate; refuse decline reject; stay remain;
    police policeman constable;
    reprieve spare commute pardon; housekeeper servant maid; ship steamer boat steamboat; cross wade ford
"""
_ALIKE = {
    term: frozenset(terms)
    for group in _GROUPS.split(";")
    for terms in [[word.term for word in read(group).words]]
    for term in terms
}
# Words so common that finding one says nothing: "she lived" is near to no live dynamo.
_WEAK = TITLES | listed("liv set take make try turn go com get want keep first last man woman boy day year")
_MOST_OF = 0.6
_ENOUGH = 2


def may_paraphrase(key: Key, finder: Finder, reading: Reading, silent: frozenset[int]) -> int | None:
    """The first word of what may be the answer in other words; None where nothing is near it.

    `silent` are the clauses that do not count, such as those that decline.
    """
    places: dict[str, list[int]] = {}

    def where(term: str) -> list[int]:
        if term not in places:
            found = set(finder.has(term))
            for other in _ALIKE.get(term, ()):
                found.update(finder.has_exactly(other))
            places[term] = [] if not found else sorted(
                place for place in found
                if reading.words[place].sentence not in reading.questions and reading.words[place].clause not in silent
            )  # fmt: skip
        return places[term]

    for phrase in key.meanings:
        meaning = [term for term in phrase if term not in DEATHS]
        found = [term for term in meaning if term not in _WEAK and where(term)]
        if not found:
            continue
        named = [term for term in found if term in key.names]
        if named:
            return where(named[0])[0]
        most = len(found) / len(meaning) >= _MOST_OF and (len(found) >= _ENOUGH or len(meaning) == 1)
        if most and _together(reading, [where(term) for term in found]):
            return min(where(term)[0] for term in found)
    return None


def _together(reading: Reading, places: list[list[int]]) -> bool:
    """Whether one sentence holds a word of each group."""
    sentences = [{reading.words[place].sentence for place in group} for group in places]
    return bool(set.intersection(*sentences))
