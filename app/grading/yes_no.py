"""Grades yes-or-no and existence questions: the reply's yes or no first, what it says second (method 5.1, rule 9)."""

from __future__ import annotations

from dataclasses import dataclass

from app.grading.candidates import overlap, sentences_of
from app.grading.declines import Decline, find_declines, find_guess, is_hedged
from app.grading.finding import Finder, Hit
from app.grading.lexicon import listed
from app.grading.normalise import ARTICLES, Reading, read
from app.grading.people import names_in
from app.grading.phrases import FUNCTION_WORDS, Key, content, key_of
from app.grading.records import DeclineKind, Flag, Label
from app.grading.statements import Lean, adjudged_later, lean_of
from app.grading.things import PRONOUNS, is_of_speaker
from app.grading.verdicts import Verdict, nothing_said, unsure
from app.grading.words import Word
from app.probes.records import Probe, ProbeKind

_YES = listed("yes yeah yep yup indeed certainly absolutely correct true да oui ja si sim 是 对")
_NO = listed("no nope false incorrect нет non nein nao 不 否")
_OPENERS = listed("well so answer the is short in oh a simple it that this")
_FIRST_PERSON = listed("i i'm i've i'll i'd im we let sorry")
_BELIEFS = frozenset({"believe", "think", "guess", "suppose", "find", "found", "see"})
_NO_IDIOMS = listed("one problem doubt answer idea need matter")
_ADJECTIVES = frozenset({"true", "false", "correct", "indeed"})
_OBJECTIONS = (
    "that's not what", "that is not what", "this is not what", "this is not the question", "the question is",
    "this isn't a", "this is not a", "it isn't a", "it is not a", "it's not a", "that isn't a", "that's not a",
    "you are not", "you're not", "you have not", "you haven't", "need to", "problem", "worries",
)  # fmt: skip
_NO_CLAIMS = listed("question trick joke riddle problem test mistake quiz puzzle statement-trap")
_NON_EXISTENCE = (
    "there is no", "there isn't", "no such", "does not exist", "doesn't exist", "did not write", "didn't write",
    "never wrote", "is not a story by", "is not one of",
)  # fmt: skip
_REPORTING = (" aware", " think", " know", " sure", " if", " whether")
# Said of a statement: "that's right", "the claim is inaccurate".
_TRUE = listed("true correct right accurate 对 richtig vrai verdadero vero верно правда stimmt cierto")
_FALSE = listed("false incorrect wrong inaccurate untrue falsch faux falso неверно ложь mistaken erroneous")
_COPULAS = listed("is was it's that's isn't wasn't be ist est es e")
_LEADS = listed("not this that it quite actually entirely completely absolutely totally well so answer the")
_LATEST_ADJUDGED = 60
_LATEST_ALONE = 14
_AUXILIARIES = listed(
    """
    is isn't was wasn't are aren't were weren't does doesn't do don't did didn't has hasn't have had hadn't can can't
    will won't
    """
)
_DOES = listed("does did do has had doesn't didn't don't hasn't hadn't")
_SHE = listed("he she they it")
_LONG_FOIL = 4
_AFFIRMED = listed("his hers theirs by true so right correct")
_WORKS = listed("play novel story book poem tale novella drama work comedy tragedy")
_SHORT_REST = 4
_LATEST_LINK = 8
_LINKED = 4
_LATEST_OPENING = 4
_HAVING = listed("have has had got with there's there is are find found see")
_LATEST_STATED = 30
# The names under which a reply in JSON or in lines gives its verdict.
_FIELDS = listed(
    "verdict answer result response conclusion judgement judgment value truth label is_true istrue correct"
)
_LATEST_SHORT_ANSWER = 2
_MODALS = listed("may might could whether if")
_RESTATED = 0.6
_PREDICATE = 0.5
_TOUCHED = 0.6
_NEAR = 8
_TWO = 2
_SHORT_REPLY = 20
_LONGER_REPLY = 40
_PLAINLY_RESTATED = 0.75


@dataclass(frozen=True, slots=True)
class _Say:
    """A yes or no: which, and the half-open range of words it rests on."""

    is_yes: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is known of a reply before it is judged."""

    probe: Probe
    key: Key
    reading: Reading
    gold_is_yes: bool
    flags: frozenset[Flag]
    lead: _Say | None
    """The yes or no that opens it."""
    denial: _Say | None
    """Where it says, of an existence question, that there is no such thing."""
    declines: tuple[Decline, ...]
    restated: _Say | None
    lean: Lean | None
    """Which statement of the pair the text after the leading word tells."""
    is_adjudged: bool
    """Whether it says outright that the statement is or is not true."""
    golds: tuple[Hit, ...]
    wrongs: tuple[Hit, ...]


def grade_yes_no(probe: Probe, reading: Reading, *, is_cut: bool) -> Verdict:
    """The verdict on an answer to a yes-or-no or existence question."""
    reply = _reply(probe, reading)
    for judge in (_denied, _declined, _credited_to_another, _torn, _led, _restating, _leaning, _telling):
        verdict = judge(reply)
        if verdict is not None:
            return verdict
    return _undecided(reply, is_cut=is_cut)


def _reply(probe: Probe, reading: Reading) -> _Reply:
    key = key_of(probe)
    finder = Finder(key, reading)
    denial = _denies_existence(reading) if probe.kind is ProbeKind.EXISTENCE else None
    declines = find_declines(reading)
    if denial is not None:
        declines = [part for part in declines if not (part.start < denial.end and denial.start < part.end)]
    aliases = tuple(phrase for phrase in key.gold if len(phrase.terms) > 1 or phrase.terms[0] not in (_YES | _NO))
    leading = _leading(reading)
    adjudged = _adjudged(key, reading)
    lead = leading or adjudged or _short_form(key, reading) or _indeed(reading)
    after = 0 if lead is None else lead.end
    return _Reply(
        probe=probe,
        key=key,
        reading=reading,
        gold_is_yes=probe.answer.casefold() == "yes",
        flags=frozenset({Flag.HEDGED}) if is_hedged(reading) else frozenset(),
        lead=lead,
        denial=denial,
        declines=tuple(declines),
        restated=_restatement(probe, reading),
        lean=adjudged_later(reading, after) or lean_of(probe, reading, after),
        is_adjudged=adjudged is not None,
        golds=tuple(hit for hit in finder.hits(aliases, echoes=True) if _is_said(reading, hit)),
        wrongs=tuple(hit for hit in finder.hits(key.wrong, exact=True, echoes=True) if _is_said(reading, hit)),
    )


def _decided(reply: _Reply, say: _Say, reason: str, *flags: Flag) -> Verdict:
    label = Label.CORRECT if say.is_yes == reply.gold_is_yes else Label.INCORRECT
    return Verdict(label, reason, (say.start, say.end), "yes" if say.is_yes else "no", reply.flags | set(flags))


def _wrong(reply: _Reply, hit: Hit, reason: str) -> Verdict:
    return Verdict(Label.INCORRECT, reason, (hit.start, hit.end), hit.phrase.text, reply.flags)


def _denied(reply: _Reply) -> Verdict | None:
    """Without a leading word, "there is no such story" is a no."""
    if reply.denial is None or reply.lead is not None:
        return None
    return _decided(reply, reply.denial, "says that it does not exist")


def _declined(reply: _Reply) -> Verdict | None:
    """A decline at the head of the reply, or right after a yes or no that only opens it; a guess after it counts."""
    lead = reply.lead
    if not reply.declines or not (lead is None or reply.declines[0].start <= lead.end + 2):
        return None
    first = reply.declines[0]
    words = (first.start, first.end)
    guess = find_guess(reply.reading, first.end)
    guessed = None if guess is None else _guessed(reply.reading, guess) or _stated(reply.reading.words)
    if guessed is not None:
        return _decided(reply, guessed, "guesses", Flag.HEDGED)
    if lead is None and reply.restated is not None and reply.restated.end <= first.start:
        return unsure("states an answer and declines", words, Flag.HEDGED)
    after = {word.term for word in reply.reading.words[first.end :]}
    if guess is not None and guess - first.end <= _NEAR and not after.isdisjoint(reply.key.predicate):
        return unsure("declines, and may guess", words, Flag.HEDGED)
    return Verdict(Label.NOT_ATTEMPTED, "declines", words, decline_kind=first.kind)


def _credited_to_another(reply: _Reply) -> Verdict | None:
    """An existence question answered by saying whose the work is, if it is another's: "is a play by De La Sera"."""
    words, key = reply.reading.words, reply.key
    if reply.probe.kind is not ProbeKind.EXISTENCE or reply.lead is not None or not words:
        return None
    told = list(words[: next((place for place, word in enumerate(words) if word.sentence), len(words))])
    linked = next((place for place, word in enumerate(told) if word.key in ("is", "was")), None)
    about = (key.whom | set(key.title)) - FUNCTION_WORDS
    if linked is None or not any(word.capital and word.term in about for word in told[:linked]):
        return None
    for start, end in names_in(key, told):
        credit = told[start - 1].key == "by" and any(word.key in _WORKS for word in told[linked:start])
        if credit and start > linked and not any(word.negates for word in told):
            return _decided(reply, _Say(False, linked, end), "says that it is another's work")
    return None


def _led(reply: _Reply) -> Verdict | None:
    """A leading yes or no, unless the rest of the text says the opposite (rule 9)."""
    lead, restated = reply.lead, reply.restated
    if lead is None:
        return None
    after = [word.key for word in reply.reading.words[lead.end : lead.end + 2]]
    if after in (["and", "no"], ["and", "yes"], ["or", "no"], ["or", "yes"]):
        return unsure("says yes and no", (lead.start, lead.end), *reply.flags)
    if restated is not None and restated.is_yes != lead.is_yes:
        words = (lead.start, restated.end)
        if reply.wrongs or (_share(reply, restated) >= _PLAINLY_RESTATED and not _is_turned(reply, restated)):
            return Verdict(Label.INCORRECT, "the leading word and the text disagree", words, "yes and no", reply.flags)
        return unsure("the leading word and the text may disagree", words, *reply.flags)
    if lead.is_yes == reply.gold_is_yes and (doubt := _led_astray(reply, lead)) is not None:
        return doubt
    return _decided(reply, lead, f"says {'yes' if lead.is_yes else 'no'}")


def _led_astray(reply: _Reply, lead: _Say) -> Verdict | None:
    """A leading word that is right, before a text that tells the opposite or may."""
    if _denies_twice(reply.reading, lead):
        return unsure("denies a denial", (lead.start, lead.end), *reply.flags)
    lean = reply.lean
    if lean is not None and lean.is_yes != lead.is_yes and not reply.is_adjudged:
        words = (lead.start, lean.end)
        if lean.is_sure:
            return Verdict(Label.INCORRECT, "the leading word and the text disagree", words, "yes and no", reply.flags)
        return unsure("the leading word and the text may disagree", words, *reply.flags)
    foil = _foil(reply)
    if foil is not None:
        return unsure("the leading word is right, and the text may tell something else", (foil, foil + 1), *reply.flags)
    if not reply.wrongs:
        return None
    hit = next((hit for hit in reply.wrongs if len(hit.phrase.terms) > _TWO), reply.wrongs[0])
    reason = f"the leading word is right, but it says {hit.phrase.text!r}"
    return _wrong(reply, hit, reason) if len(hit.phrase.terms) > _TWO else unsure(reason, (hit.start, hit.end))


def _foil(reply: _Reply) -> int | None:
    """A word that only a known wrong answer has, in a short text with no word of the right one."""
    words, key = reply.reading.words, reply.key
    lead = reply.lead
    if lead is None or reply.golds or len(words) > _SHORT_REPLY or not key.rare.isdisjoint(word.term for word in words):
        return None
    is_word = words[lead.start].key in ("yes", "no")
    deeds = {term for phrase in key.traps for term in phrase.terms if term in key.foils and len(term) >= _LONG_FOIL}
    for place, word in enumerate(words[lead.end :], lead.end):
        turned = any(near.negates for near in words[max(lead.end, place - _LINKED) : place])
        before = words[place - 1]
        by_whom = before.key in _SHE or before.term in key.whom or (is_word and before.key in ARTICLES)
        if word.term in deeds and by_whom and not turned and word.clause != words[lead.start].clause:
            return place
    return None


def _is_turned(reply: _Reply, say: _Say) -> bool:
    """Whether a sentence has the question's words for another deed: "the horse is killed by Dunstan"."""
    words = reply.reading.words[say.start : say.end]
    return "by" not in reply.key.question and any(word.key == "by" for word in words)


def _turned_round(reply: _Reply, say: _Say) -> _Say | None:
    """What a passive says of the deed asked about: "B is killed by A" affirms "does A kill B?", "A ... by B" denies."""
    words = reply.reading.words[say.start : say.end]
    order = [word.term for word in read(reply.probe.question).words if word.capital and word.term in reply.key.whom]
    by = [place for place, word in enumerate(words) if word.key == "by"]
    if len(by) != 1 or len(set(order)) < _TWO or not say.is_yes:
        return None
    doer, done_to = order[0], order[-1]
    before = {word.term for word in words[: by[0]] if word.capital}
    after = {word.term for word in words[by[0] + 1 : by[0] + 1 + _TWO] if word.capital}
    if words[by[0] - 1].term not in reply.key.predicate:
        return None
    if done_to in before and doer in after and doer not in before:
        return _Say(True, say.start, say.end)
    if doer in before and done_to in after and done_to not in before:
        return _Say(False, say.start, say.end)
    return None


def _torn(reply: _Reply) -> Verdict | None:
    """The opposite of the leading word stands by itself somewhere: "no, no, yes, no" (rule 9)."""
    lead, words = reply.lead, reply.reading.words
    if lead is None:
        return None
    opposite = "no" if lead.is_yes else "yes"
    both = any(
        word.key == opposite
        and words[place - 1].clause != word.clause
        and (place + 1 == len(words) or words[place + 1].clause != word.clause)
        for place, word in enumerate(words)
        if place >= lead.end
    )
    if not both:
        return None
    return Verdict(Label.INCORRECT, "says yes and no", (lead.start, lead.end), "yes and no", reply.flags)


def _restating(reply: _Reply) -> Verdict | None:
    """Without a leading word a sentence that says again what was asked decides."""
    restated = reply.restated
    if restated is None or _opens_in_first_person(reply.reading):
        return None
    passive = _turned_round(reply, restated)
    if passive is not None:
        return _decided(reply, passive, "restates the question, turned round")
    if _names_another_title(reply, restated):
        return unsure("restates the question with another title", (restated.start, restated.end), *reply.flags)
    opposed = reply.golds if restated.is_yes != reply.gold_is_yes else reply.wrongs
    if opposed or _is_turned(reply, restated):
        return unsure("states the answer and its opposite", (restated.start, restated.end), *reply.flags)
    return _decided(reply, restated, "restates the question")


def _leaning(reply: _Reply) -> Verdict | None:
    """Without a leading word what the text tells decides, where only one statement of the pair has its words."""
    lean = reply.lean
    if lean is None or reply.lead is not None or _opens_in_first_person(reply.reading):
        return None
    if not lean.is_sure:
        return unsure("may tell one statement of the pair", (lean.start, lean.end), *reply.flags)
    return _decided(reply, _Say(lean.is_yes, lean.start, lean.end), "tells what was asked" if lean.is_yes else
                    "tells the opposite of what was asked")  # fmt: skip


def _telling(reply: _Reply) -> Verdict | None:
    """Known phrases of the right and the wrong answer, where nothing else decides."""
    if _opens_in_first_person(reply.reading):
        return None
    if reply.wrongs and reply.golds:
        first = reply.wrongs[0]
        return unsure("states the answer and a wrong one", (first.start, first.end), *reply.flags)
    if reply.wrongs:
        return _wrong(reply, reply.wrongs[0], f"says {reply.wrongs[0].phrase.text!r}")
    if not reply.golds:
        return None
    words = (reply.golds[0].start, reply.golds[0].end)
    if len(reply.reading.words) > _NEAR and overlap(reply.key, set(content(reply.reading.words))) == 0:
        return unsure("may speak of something else", words, *reply.flags)
    answer = "yes" if reply.gold_is_yes else "no"
    return Verdict(Label.CORRECT, f"says {reply.golds[0].phrase.text!r}", words, answer, reply.flags)


def _leading(reading: Reading) -> _Say | None:
    """The yes or no that opens the text; None where it only opens a phrase about something else."""
    words = reading.words
    for place, word in enumerate(words[:_LATEST_OPENING]):
        if word.key in _YES or word.key in _NO:
            after = words[place + 1] if place + 1 < len(words) else None
            if after is not None and _opens_a_phrase(words, place):
                return None
            return _Say(word.key in _YES, place, place + 1)
        if (
            word.key == "not"
            and place + 1 < len(words)
            and words[place + 1].key in ("quite", "exactly", "really", "at")
        ):
            return _Say(False, place, place + 2)
        if word.key not in _OPENERS:
            break
    return _by_itself(words) or _stated(words)


def _by_itself(words: tuple[Word, ...]) -> _Say | None:
    """A yes or no that is a clause of its own in the first sentence: "contrary to what many believe, no"."""
    for place, word in enumerate(words[:_LATEST_ALONE]):
        if word.sentence != words[0].sentence:
            return None
        starts = place > 0 and (words[place - 1].clause != word.clause or words[place - 1].key == "but")
        ends = place + 1 == len(words) or words[place + 1].clause != word.clause
        if word.key in ("yes", "no") and starts and ends:
            return _Say(word.key == "yes", place, place + 1)
    return None


def _adjudged(key: Key, reading: Reading) -> _Say | None:
    """What a reply says of the statement it was asked about: "it is true", "the statement is incorrect"."""
    words = reading.words
    # Elsewhere only "that's right" at the head, a clause of its own, is said of the question.
    reach = _LATEST_ADJUDGED if "statement" in key.question else _LATEST_OPENING
    for place, word in enumerate(words[:reach]):
        if reach == _LATEST_OPENING and (place + 1 < len(words) and words[place + 1].clause == word.clause):
            continue
        if word.key not in _TRUE and word.key not in _FALSE:
            continue
        before = words[max(0, place - _LINKED) : place]
        linked = any(near.key in _COPULAS for near in before)
        opens = place == 0 or all(near.key in _LEADS for near in words[:place])
        if not (linked or opens) or word.sentence in reading.questions:
            continue
        if any(near.key in _MODALS or near.key in ("partly", "partially") for near in before):
            return None
        turned = sum(near.negates and near.sentence == word.sentence for near in before) % 2 == 1
        return _Say((word.key in _TRUE) != turned, max(0, place - 1), place + 1)
    return None


def _indeed(reading: Reading) -> _Say | None:
    """A yes in the midst of a sentence: "it is indeed his", "that is indeed the case"."""
    words = reading.words
    for place in range(1, min(_LATEST_ALONE, len(words) - 1)):
        if words[place].key != "indeed" or words[place].sentence in reading.questions:
            continue
        linked = words[place - 1].key in _COPULAS and not words[place - 1].negates
        if linked and words[place + 1].key in _AFFIRMED and words[place + 1].clause == words[place].clause:
            return _Say(True, place - 1, place + 2)
    return None


def _short_form(key: Key, reading: Reading) -> _Say | None:
    """A pronoun or name with the question's verb: "he does not", "indeed he is", "Fleance does not escape"."""
    words = reading.words
    start = 1 if words[0].key in _LEADS | {"indeed"} and len(words) > 2 else 0
    place = next((at for at in range(start, min(start + 3, len(words))) if words[at].key in _AUXILIARIES), None)
    if place is None or place == start or words[0].sentence in reading.questions:
        return None
    subject = words[start:place]
    if not all(word.key in PRONOUNS or word.key in ("there", "the") or word.term in key.question for word in subject):
        return None
    negated = words[place].negates
    end = place + 1
    if end < len(words) and words[end].key in ("not", "indeed", "never") and words[end].clause == words[place].clause:
        negated, end = negated or words[end].key != "indeed", end + 1
    rest = [word for word in words[end:] if word.clause == words[place].clause]
    if not rest or (negated and len(rest) <= _SHORT_REST and not key.predicate.isdisjoint(content(rest))):
        return _Say(not negated, start, end)
    return None


def _stated(words: tuple[Word, ...]) -> _Say | None:
    """A yes or no called the answer: "the answer to your question is no"."""
    for place, word in enumerate(words[:_LATEST_STATED]):
        if (
            word.key in ("yes", "no", "true", "false")
            and place
            and words[place - 1].key in _FIELDS
            and (words[place - 1].clause != word.clause)
        ):
            return _Say(word.key in ("yes", "true"), place, place + 1)
        if (word.key in ("yes", "no")) and place and words[place - 1].key in ("is", "be"):
            before = {near.key for near in words[max(0, place - _NEAR) : place]}
            if "answer" in before and not any(near.negates for near in words[max(0, place - 2) : place]):
                return _Say(word.key == "yes", place, place + 1)
    return None


def _opens_a_phrase(words: tuple[Word, ...], place: int) -> bool:
    """Whether a leading word is no verdict: "No, that's not what is asked", "no one knows", "No, I'm not"."""
    while words[place].key == "no" and words[place + 1].key == "no" and place + 2 < len(words):
        place += 1
    word, after = words[place], words[place + 1]
    goes_on = after.clause == word.clause
    idiom = word.key == "no" and goes_on and after.key in _NO_IDIOMS
    adjective = word.key in _ADJECTIVES and goes_on
    follows = " ".join(later.key for later in words[place + 1 : place + 7])
    speaks = after.key in _FIRST_PERSON and after.key != "sorry"
    believes = speaks and not _BELIEFS.isdisjoint(later.key for later in words[place + 1 : place + 4])
    return idiom or adjective or (speaks and not believes) or follows.startswith(_OBJECTIONS)


def _opens_in_first_person(reading: Reading) -> bool:
    """Whether the text only speaks of the speaker: "No, I was not"."""
    keys = [word.key for word in reading.words[:4]]
    return not _FIRST_PERSON.isdisjoint(keys) and keys[0] in (_YES | _NO | _FIRST_PERSON)


def _guessed(reading: Reading, start: int) -> _Say | None:
    """A yes or no after words that announce a guess; the "no" of "but I have no details" is none."""
    words = reading.words
    for place, word in enumerate(words[start : start + 8], start):
        counts = place + 1 < len(words) and words[place + 1].clause == word.clause and words[place - 1].key in _HAVING
        if word.key in ("yes", "no") and not (word.key == "no" and counts):
            return _Say(word.key == "yes", place, place + 1)
    return None


def _is_said(reading: Reading, hit: Hit) -> bool:
    """Whether a phrase is stated: not denied in its clause, nor in a sentence that turns it round or only asks."""
    sentence = reading.words[hit.start].sentence
    if hit.denied or sentence in reading.questions:
        return False
    # "He did" and "it is not" answer only at the head of a reply; further on they may speak of anything.
    if hit.start > _LATEST_SHORT_ANSWER and not content(reading.words[hit.start : hit.end]):
        return False
    before = [word for word in reading.words[: hit.start] if word.sentence == sentence]
    if any(word.key in _MODALS and word.clause == reading.words[hit.start].clause for word in before):
        return False
    own = any(word.negates for word in reading.words[hit.start : hit.end])
    return own or not any(word.negates and word.key != "no" for word in before)


def _restatement(probe: Probe, reading: Reading) -> _Say | None:
    """The first sentence that says again what was asked, as a yes where it affirms it and a no where it negates it."""
    key = key_of(probe)
    start = 0
    words = reading.words
    is_statement = "statement" in key.question
    while start < len(words):
        end = start
        while end < len(words) and words[end].sentence == words[start].sentence:
            end += 1
        sentence = words[start:end]
        # The statement quoted ("The sentence '...' is nonsense") is said by nobody.
        plain = [word for word in sentence if not (is_statement and word.quoted)]
        terms = set(content(plain))
        predicate = len(key.predicate & terms) / len(key.predicate) if key.predicate else 1.0
        share = overlap(key, terms)
        restates = (share >= _RESTATED and predicate >= _PREDICATE) or (
            share >= _PREDICATE and predicate == 1 and len(key.predicate) > 1
        )
        if restates and sentence[0].sentence not in reading.questions and not _is_definition(sentence):
            negated = _negations(sentence)
            if negated <= 1 and not any(word.key in _MODALS for word in sentence):
                return _Say(negated == 0, start, end)
            return None
        start = end
    return None


def _is_definition(sentence: tuple[Word, ...]) -> bool:
    """Whether a sentence says what a thing is in general: "A mock eulogy is a literary device"."""
    if sentence[0].key not in ("a", "an"):
        return False
    linked = next((place for place, word in enumerate(sentence[:_LATEST_LINK]) if word.key in ("is", "are")), None)
    return linked is not None and linked + 1 < len(sentence) and sentence[linked + 1].key in ("a", "an")


def _negations(sentence: tuple[Word, ...]) -> int:
    """How many negations a sentence has, its opening "no" left out."""
    return sum(
        word.negates
        and not (word.key == "no" and (place + 1 == len(sentence) or sentence[place + 1].clause != word.clause))
        for place, word in enumerate(sentence)
    )


def _share(reply: _Reply, say: _Say) -> float:
    told = reply.reading.words[say.start : say.end]
    terms = set(content(told))
    if any(word.key in PRONOUNS for word in told[:_TWO]):
        terms |= reply.key.whom
    return overlap(reply.key, terms)


def _denies_existence(reading: Reading) -> _Say | None:
    """Where the text says that the work does not exist; "I am not aware of one" does not say so."""
    for phrase in _NON_EXISTENCE:
        at = reading.line.find(f" {phrase} ")
        if at == -1 or reading.line[max(0, at - 30) : at].endswith(_REPORTING):
            continue
        start = sum(begin <= at for begin in reading.line_starts)
        return _Say(False, start, start + len(phrase.split()))
    return None


def _denies_something(reply: _Reply) -> bool:
    """Whether a text about somebody of the question says in its first sentence that something is not so."""
    words = reply.reading.words
    first = [word for word in words if word.sentence == 0]
    named = not reply.key.whom.isdisjoint(word.term for word in words)
    if any(_ends_on_auxiliary(words, place) for place in range(1, len(words))):
        return True
    return named and any(word.negates for word in first) and not is_of_speaker(first)


def _ends_on_auxiliary(words: tuple[Word, ...], place: int) -> bool:
    """Whether a pronoun and an auxiliary end a clause: "but in the end she does"."""
    ends = place + 1 == len(words) or words[place + 1].clause != words[place].clause
    return ends and words[place].key in _DOES and words[place - 1].key in _SHE and len(words) <= _SHORT_REPLY


def _undecided(reply: _Reply, *, is_cut: bool) -> Verdict:
    """Neither yes nor no: nothing said, unless the text speaks of what was asked without its words."""
    reading = reply.reading
    if _opens_in_first_person(reading) and not reply.restated:
        return nothing_said(reading, is_cut=is_cut, reason="speaks of itself")
    states = reading.sentences > len(reading.questions)
    told = {word.term for word in reading.words if word.sentence not in reading.questions}
    short = reading.words[0].key == "not" and len(reading.words) <= _SHORT_REPLY
    if not is_cut and (short or (states and _denies_something(reply))):
        return unsure("denies a part of what was asked", (0, len(reading.words)))
    share = overlap(reply.key, set(content(reading.words)))
    meant = (reply.key.asked | _statement_terms(reply)) - reply.key.subject
    shares = not is_cut and (len(meant & told) >= _TWO or "statement" in told)
    if states and (shares or (share >= _TOUCHED and not told.isdisjoint(reply.key.predicate))):
        return unsure("speaks of what was asked, with no clear yes or no")
    for sentence, start in sentences_of(reading):
        if is_cut or sentence[0].sentence in reading.questions or is_of_speaker(sentence):
            continue
        told_here = set(content(sentence))
        touches = sentence[0].key in PRONOUNS or not reply.key.predicate.isdisjoint(told_here)
        if (touches and len(reading.words) <= _LONGER_REPLY) or overlap(reply.key, told_here) >= _PREDICATE:
            return unsure("speaks of what was asked, with no yes or no", (start, start + len(sentence)))
    verdict = nothing_said(reading, is_cut=is_cut, reason="no yes or no")
    if not states and verdict.label is Label.NOT_ATTEMPTED:
        return Verdict(Label.NOT_ATTEMPTED, "only asks", verdict.words, decline_kind=DeclineKind.ASKS_BACK)
    return verdict


def _statement_terms(reply: _Reply) -> frozenset[str]:
    """What the two statements of a pair say."""
    pair = (reply.probe.true_statement, reply.probe.false_statement)
    return frozenset(term for part in pair if part for term in content(read(part).words))


def _names_another_title(reply: _Reply, say: _Say) -> bool:
    """Whether a sentence has a title in quotes of which the question holds no word, and not the one quoted there."""
    words = reply.reading.words[say.start : say.end]
    asked = {word.term for word in read(reply.probe.question).words if word.quoted and word.key not in FUNCTION_WORDS}
    first = next((place for place, word in enumerate(words) if word.quoted), None)
    if first is None or not asked:
        return False
    end = next((place for place in range(first, len(words)) if not words[place].quoted), len(words))
    told = {word.term for word in words[first:end] if word.key not in FUNCTION_WORDS}
    return asked.isdisjoint(told) and bool(told - reply.key.question - reply.key.subject)


def _denies_twice(reading: Reading, lead: _Say) -> bool:
    """Whether after a leading no the same sentence has "no X did not"."""
    after = [word for word in reading.words[lead.end :] if word.sentence == reading.words[lead.start].sentence]
    none = next((place for place, word in enumerate(after[:_TWO]) if word.key == "no"), None)
    return not lead.is_yes and none is not None and any(word.negates for word in after[none + 1 : none + 1 + _NEAR])
