"""What the matcher looks for: the phrases of a probe, made from it once. Reads no response and gives no label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.grading.lexicon import listed
from app.grading.normalise import ARTICLES, read
from app.grading.spelling import fold
from app.grading.words import Word
from app.probes.records import Probe, ProbeKind

FUNCTION_WORDS = listed(
    """
    a an the and or but nor so if then than that this these those there here it its he him his she her hers they
    them their we us our you your i me my mine who whom whose which what when where why how of in on at to for
    from by with into onto about over under after before during between through as be is are was were been being
    am do does did have has had will would shall should can could may might must not no yes also only just very
    too such some any all each every both other another own same as up down out off again once upon while because
    until against among toward towards within himself herself itself themselves one actually finally first later
    it's he's she's that's there's what's who's ever really
    """
)
"""Words that say nothing about which fact is meant."""

_FUNCTION_TERMS = frozenset(word.term for word in read(" ".join(sorted(FUNCTION_WORDS))).words) | FUNCTION_WORDS


_AUXILIARIES = listed("do does did is are was were has have had can will")
_AFTER_TARGET = _AUXILIARIES | {"of", "in", "to", "on", "with", "from", "for", "by", "at"}
_LONGEST_TARGET = 5
_LONGEST_PART = 4
_CHINESE = listed(
    """
    chinese china tao taoist daoist laozi zhuangzi confucius confucian mencius analects xun hsun xueqin sunzi
    daodejing cheng'en guanzhong naian songling qian dynasty dao
    """
)
TITLES = listed("farmer mr mrs miss dr doctor sir lord lady captain sergeant painter artist prince littl")
HONORIFICS = listed("mr mrs miss ms dr sir lord lady madame monsieur captain colonel count countess prince princess")
"""What stands before a name and is none."""
_OF_KIND = frozenset({"which", "what"})
_OPEN_VERBS = listed("do happen become com")
_QUESTION_WORDS = listed("who whom whose which what how when where why")
_SUBORDINATE = listed("when while after before since later where who although because")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to look for; `echoes` where the question holds all its words, so that repeating it proves nothing."""

    text: str
    terms: tuple[str, ...]
    echoes: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What the matcher needs of a probe, worked out once."""

    gold: tuple[Phrase, ...]
    """The answer and its aliases, longest first."""
    wrong: tuple[Phrase, ...]
    """Known wrong answers: the phrases of `must_not`, and short options other than the answer."""
    traps: tuple[Phrase, ...]
    """The phrases of `must_not` alone."""
    canonical: str
    names: frozenset[str]
    """Terms of names among the phrases: they may be transliterated."""
    known: frozenset[str]
    """All terms of the phrases and the question: none of them is a slip for another."""
    subject: frozenset[str]
    """Terms of the work's title and the author's name."""
    question: frozenset[str]
    """All terms of the question."""
    asked: frozenset[str]
    """Terms of the question that carry its meaning, less those of the subject."""
    predicate: frozenset[str]
    """Those of `asked` that the question writes in lower case: what is asked, rather than about whom."""
    deed: frozenset[str]
    """Those of `predicate` from the question word on: what is asked, without "in the original version of"."""
    whom: frozenset[str]
    """Those of `asked` that are names, without "Dr" and the like where more is left: about whom the question is."""
    verb: str
    """The verb after "what does somebody", whose object is the answer; empty where the question has none."""
    meanings: tuple[tuple[str, ...], ...]
    """Of each gold phrase the terms that carry meaning and are not in the question, the title or the author's name."""
    title: tuple[str, ...]
    """The terms of the work's title, in order."""
    target: frozenset[str]
    """The nouns after "which" or "what": the kind of thing asked for."""
    slot: str
    """The word before "which" or "what": the preposition that an answer in few words takes up."""
    asks_subject: bool
    """Whether an answer stands before the verb: "what lets it out?", but not "what does it see?"."""
    owners: frozenset[str]
    """Terms of the question that stand in the possessive there."""
    is_chinese: bool
    """Whether its names may be romanised in more ways than one."""
    asks_whose: bool
    """Whether the answer stands in the possessive: "whose body is it?"."""
    parts: tuple[tuple[Phrase, ...], ...]
    """Of each gold phrase that lists names or things, its parts, each a phrase; they may be given in any order."""
    rare: frozenset[str]
    """Terms of the gold phrases that carry meaning and stand neither in the question nor in the work's title."""
    needed: frozenset[str]
    """Names of which every gold phrase has one: an answer without any of them lacks what is required."""
    foils: frozenset[str]
    """Terms that only wrong answers have: neither the gold phrases nor the question holds them."""


def content(words: tuple[Word, ...] | list[Word]) -> list[str]:
    """The terms of words that carry meaning, in order."""
    return [word.term for word in words if word.key not in FUNCTION_WORDS and word.term not in _FUNCTION_TERMS]


@lru_cache(maxsize=4096)
def key_of(probe: Probe) -> Key:
    """The key of a probe."""
    question = read(probe.question).words
    question_terms = frozenset(word.term for word in question)
    subject = frozenset(content(read(probe.subject).words))
    meant = frozenset(content(question))
    core = _core(question) - subject
    is_closed = probe.kind in (ProbeKind.YES_NO, ProbeKind.EXISTENCE)
    lower = frozenset(word.term for word in question if not word.capital)
    asked = core if is_closed and len(core) > 1 and core & lower else meant - subject or meant
    gold = phrases_of((probe.answer, *probe.aliases), question_terms)
    traps = phrases_of(probe.must_not, question_terms)
    options = tuple(
        option for option in probe.choices
        if not (is_closed and (option.casefold().startswith(("yes", "no"))))
    )  # fmt: skip
    gold_terms = {term for phrase in gold for term in phrase.terms}
    wrong = list(traps)
    for phrase in phrases_of(tuple(option for option in options if option != probe.answer), question_terms):
        if not gold_terms >= set(phrase.terms) and all(phrase.terms != other.terms for other in wrong):
            wrong.append(phrase)
    capital = {
        word.term
        for text in (probe.answer, *options, probe.author or "")
        for place, word in enumerate(read(text).words)
        if word.capital and (place > 0 or len(content(read(text).words)) <= 2) and not word.is_number
    }
    capital |= {
        term
        for phrase in gold
        for term in phrase.terms
        if any(len(term) >= 4 and fold(term) == fold(name) for name in capital)
    }
    known = question_terms | gold_terms | {term for phrase in wrong for term in phrase.terms}
    opening = _question_word(question, _QUESTION_WORDS) or 0
    deed = asked & lower & frozenset(content(question[opening:]))
    # The first word of a question is written with a capital and is no name: "According to chapter 15".
    named = asked - lower - {question[0].term if question else ""}
    old = question_terms | subject | _FUNCTION_TERMS
    meanings = (tuple(term for term in phrase.terms if term not in old) for phrase in gold)
    return Key(
        gold=gold, wrong=tuple(wrong), traps=traps, canonical=read(probe.answer).line.strip(),
        names=frozenset(capital) - _FUNCTION_TERMS, known=known, subject=subject, question=question_terms,
        asked=asked, predicate=asked & lower, deed=deed or asked & lower,
        whom=(named - TITLES) or named, verb=_verb(question),
        meanings=tuple(meaning for meaning in meanings if meaning),
        title=tuple(word.term for word in read(probe.work or "").words), target=_target(question) - subject,
        slot=_slot(question), asks_subject=_asks_subject(question),
        owners=frozenset(word.term for word in question if word.key.endswith("'s")),
        is_chinese=probe.language == "Chinese" or not _CHINESE.isdisjoint(
            word.key for word in read(f"{probe.subject} {probe.question}").words
        ),
        asks_whose="whose" in {word.key for word in question} or probe.answer.split(",")[0].endswith(("'s", "’s")),
        parts=_parts((probe.answer, *probe.aliases), question_terms),
        rare=frozenset(gold_terms) - old - HONORIFICS,
        needed=_needed(gold, frozenset(capital) - question_terms),
        foils=_foils(wrong, gold_terms, question_terms | subject),
    )  # fmt: skip


def _parts(texts: tuple[str, ...], question: frozenset[str]) -> tuple[tuple[Phrase, ...], ...]:
    """The parts of each text that is a list, "Judas, Brutus and Cassius"; its last part follows "and"."""
    found = []
    for text in texts:
        listing = text.replace(" & ", " and ").replace(" and ", " , ")
        parts = [phrases_of((part,), question) for part in listing.split(",")]
        if " and " in text and len(parts) > 1 and all(part and len(part[0].terms) <= _LONGEST_PART for part in parts):
            found.append(tuple(part[0] for part in parts))
    return tuple(found)


def _needed(gold: tuple[Phrase, ...], names: frozenset[str]) -> frozenset[str]:
    held = [names.intersection(phrase.terms) for phrase in gold]
    return frozenset().union(*held) if all(held) else frozenset()


def _foils(wrong: list[Phrase], gold: set[str], question: frozenset[str]) -> frozenset[str]:
    foils = {term for phrase in wrong for term in phrase.terms}
    return frozenset(foils - gold - question - _FUNCTION_TERMS)


def _core(question: tuple[Word, ...]) -> frozenset[str]:
    """The terms of a yes-or-no question from its verb to its first subordinate clause."""
    start = next((place for place, word in enumerate(question) if word.key in _AUXILIARIES), 0)
    end = next(
        (place for place, word in enumerate(question) if place > start and word.key in _SUBORDINATE), len(question)
    )
    return frozenset(content(question[start:end]))


def _question_word(question: tuple[Word, ...], keys: frozenset[str]) -> int | None:
    """The place of the word that asks, which is none inside a quoted title: "In 'What Men Live By', why ..."."""
    return next((place for place, word in enumerate(question) if word.key in keys and not word.quoted), None)


def _target(question: tuple[Word, ...]) -> frozenset[str]:
    """The terms between "which" or "what" and the verb; empty where the question has neither."""
    start = _question_word(question, _OF_KIND)
    if start is None:
        return frozenset()
    end = next((place for place in range(start + 1, len(question)) if question[place].key in _AFTER_TARGET), start)
    return frozenset(content(question[start + 1 : end])) if end - start <= _LONGEST_TARGET else frozenset()


def _asks_subject(question: tuple[Word, ...]) -> bool:
    start = _question_word(question, _OF_KIND | {"who"})
    return start is not None and not any(
        word.key in _AUXILIARIES for word in question[start + 1 : start + 1 + _LONGEST_TARGET]
    )


def _slot(question: tuple[Word, ...]) -> str:
    start = _question_word(question, _OF_KIND)
    return question[start - 1].key if start else ""


def _verb(question: tuple[Word, ...]) -> str:
    start = _question_word(question, _OF_KIND)
    if start is None or start + 1 >= len(question) or question[start + 1].key not in ("do", "does", "did"):
        return ""
    plain = (word for word in question[start + 2 :] if not word.capital)
    verb = next((word for word in plain if word.term in _OPEN_VERBS or content([word])), None)
    return "" if verb is None or verb.term in _OPEN_VERBS else verb.term


def phrases_of(texts: tuple[str, ...], question: frozenset[str]) -> tuple[Phrase, ...]:
    """The phrases of some texts, longest first; `question` holds the terms that make a phrase an echo."""
    found: dict[tuple[str, ...], Phrase] = {}
    for text in texts:
        words = read(text).words
        terms = tuple(word.term for word in words if word.key not in ARTICLES)
        meaning = set(content(words)) or set(terms)
        if terms:
            found.setdefault(terms, Phrase(" ".join(word.key for word in words), terms, meaning <= question))
    return tuple(sorted(found.values(), key=lambda phrase: -len(phrase.terms)))
