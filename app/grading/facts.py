"""Grades short facts and attributions: one answer, looked for among the phrases of the probe (method 5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.grading.asides import asides_of, is_aside
from app.grading.candidates import Asked, asked_for, find_candidate, overlap, sentences_of
from app.grading.deaths import killed_instead
from app.grading.declines import Decline, find_declines, find_guess, is_hedged
from app.grading.finding import Finder, Hit
from app.grading.lexicon import listed
from app.grading.normalise import Reading
from app.grading.paraphrases import may_paraphrase, near_terms, near_wrong
from app.grading.people import names_in
from app.grading.newness import is_new
from app.grading.phrases import FUNCTION_WORDS, Key, content, key_of
from app.grading.records import DeclineKind, Flag, Label
from app.grading.things import PRONOUNS, fresh_words, is_of_speaker
from app.grading.verdicts import Verdict, nothing_said, unsure
from app.grading.words import Word
from app.probes.records import Probe, ProbeKind

_ALTERNATIVES = listed("or perhaps maybe possibly alternatively unless either")
_SAME_THING = listed("rather so something not similar more less other otherwise")
_OPENING_ALTERNATIVES = frozenset({"or", "perhaps", "maybe", "possibly", "alternatively"})
_CHOOSING = listed("answer correct choose option right so therefore thus is was")
_ITEM = re.compile(r"(?:^|\n)[ \t]{0,8}(?:[-*•]|\(?(?:\d{1,2}|[A-Ha-h])[.):])[ \t]{1,8}\S")
_REFUSALS = listed("not never no refus fail declin without")
_ITEMS = 2
_MANNERS = listed("by in at with from on of to because for until")
_NEAR = 5
_ITEM_WORDS = 6
_WIDEST_ALTERNATIVE = 6
_NEXT = 3
_SHORT = 8
_LONG = 25
_HEAD = 4
_SHORT_REPLY = 12
_TOUCHES = 0.5
_ANNOUNCED = listed("answer correct right name it's that's he's she's")
_COPULAS = listed("is was it's that's be")
_FAR = 0.25


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is known of a reply before it is judged."""

    probe: Probe
    key: Key
    reading: Reading
    finder: Finder
    declines: tuple[Decline, ...]
    flags: frozenset[Flag]
    said: tuple[Hit, ...]
    """Where it states the gold."""
    denied: tuple[Hit, ...]
    """Where it denies the gold."""
    rivals: tuple[Hit, ...]
    """Where it states a known wrong answer."""
    asides: frozenset[int]
    """The places of words in subordinate clauses."""
    is_cut: bool

    def is_main(self, hit: Hit) -> bool:
        """Whether a phrase is more than said in passing."""
        return not is_aside(self.reading, self.asides, hit.start, hit.end)


def grade_fact(probe: Probe, reading: Reading, *, is_cut: bool) -> Verdict:
    """The verdict on an answer to a short fact or an attribution."""
    if len(reading.words) == 1 and len(reading.words[0].key) == 1 and not reading.words[0].is_number:
        return unsure("a letter alone: the order of the options is not known here", (0, 1))
    reply = _reply(probe, reading, is_cut=is_cut)
    for judge in (_both, _right, _wrong, _declined, _denying, _offering, _near, _engaging):
        verdict = judge(reply)
        if verdict is not None:
            return verdict
    return nothing_said(reading, is_cut=is_cut)


def _reply(probe: Probe, reading: Reading, *, is_cut: bool) -> _Reply:
    key = key_of(probe)
    finder = Finder(key, reading)
    declines = find_declines(reading)
    gold, wrong = _counted(key, finder, reading, declines)
    return _Reply(
        probe=probe,
        key=key,
        reading=reading,
        finder=finder,
        declines=tuple(declines),
        flags=frozenset({Flag.HEDGED}) if declines or is_hedged(reading) else frozenset(),
        said=tuple(hit for hit in gold if not hit.denied),
        denied=tuple(hit for hit in gold if hit.denied),
        rivals=tuple(hit for hit in wrong if not hit.denied),
        asides=asides_of(reading),
        is_cut=is_cut,
    )


def _counted(key: Key, finder: Finder, reading: Reading, declines: list[Decline]) -> tuple[list[Hit], list[Hit]]:
    """The hits of gold and wrong phrases that are said of the asked fact; where two overlap, the longer one."""
    words = reading.words

    def counts(hit: Hit) -> bool:
        word = words[hit.start]
        if word.sentence in reading.questions:
            return False
        # "I do not know whether Boldwood shoots him" says nothing of Boldwood; "I do not know, but Boldwood" does.
        return not any(part.start <= hit.start and words[part.start].clause == word.clause for part in declines)

    gold = [hit for hit in finder.hits(key.gold) if counts(hit)]
    wrong = [hit for hit in finder.hits(key.wrong, exact=True) if counts(hit)]
    gold_kept = [
        hit
        for hit in gold
        if not any(_overlap(hit, other) and len(other.phrase.terms) > len(hit.phrase.terms) for other in wrong)
    ]
    wrong_kept = [hit for hit in wrong if not any(_overlap(hit, other) for other in gold_kept)]
    return gold_kept, [hit for hit in wrong_kept if _is_about_question(key, reading, hit)]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _is_about_question(key: Key, reading: Reading, hit: Hit) -> bool:
    """Whether a known wrong answer stands in a sentence about the question: one common word elsewhere is a detail."""
    if len(hit.phrase.terms) > 1 or len(reading.words) <= _SHORT or hit.phrase.terms[0] in key.names:
        return True
    sentence = reading.words[hit.start].sentence
    return overlap(key, set(content([word for word in reading.words if word.sentence == sentence]))) >= _FAR


def _both(reply: _Reply) -> Verdict | None:
    """The answer beside a known wrong one: two candidates where "or" joins them, else for the next grader to weigh."""
    said, rivals, words = reply.said, reply.rivals, reply.reading.words
    if not said or not rivals:
        return None
    several = len({hit.phrase.terms for hit in rivals})
    last = words[-1].sentence
    closing = [hit for hit in (*said, *rivals) if words[hit.start].sentence == last]
    chooses = not _CHOOSING.isdisjoint(word.key for word in words if word.sentence == last)
    if last > 0 and several > 1 and chooses and len({hit.phrase.terms for hit in closing}) == 1:
        hit = closing[0]
        label = Label.CORRECT if hit in said else Label.INCORRECT
        answer = reply.key.canonical if hit in said else hit.phrase.text
        return Verdict(label, "the closing sentence names one option", (hit.start, hit.end), answer, reply.flags)
    if several > 1 and several + 1 >= len(reply.probe.choices):
        return nothing_said(reply.reading, is_cut=reply.is_cut, reason="all options, and none chosen")
    for hit in said:
        for other in rivals:
            first, second = (hit, other) if hit.start < other.start else (other, hit)
            between = words[first.end : second.start][: _WIDEST_ALTERNATIVE + 1]
            if len(between) <= _WIDEST_ALTERNATIVE and any(word.key in _ALTERNATIVES for word in between):
                return _two(reply, (first.start, second.end), other.phrase.text)
    placed = _placed(reply)
    if placed is not None:
        return placed
    reason = f"names the answer and {rivals[0].phrase.text!r}"
    return unsure(reason, (said[0].start, said[0].end), Flag.MULTI_CANDIDATE, *reply.flags)


def _placed(reply: _Reply) -> Verdict | None:
    """The answer and a wrong one in different places: the one in the main clause is meant, the other said in passing.

    Where both stand in main clauses, the one that heads a reply to "who" is meant, if no other is put forward as well.
    """
    said = [hit for hit in reply.said if reply.is_main(hit)]
    rivals = [hit for hit in reply.rivals if reply.is_main(hit)]
    if said and rivals:
        first = min((*said, *rivals), key=lambda hit: hit.start)
        others = rivals if first in said else said
        heads = _is_head(reply.reading, first) and first.phrase.terms[-1] in reply.key.names
        if not heads or any(_is_put_forward(reply, hit) for hit in others):
            return None
        said, rivals = (said, []) if first in said else ([], rivals)
    if said:
        words = (said[0].start, said[0].end)
        reason = f"says {said[0].phrase.text!r}, and a wrong one in passing"
        return Verdict(Label.CORRECT, reason, words, reply.key.canonical, reply.flags)
    if not rivals or _both_passing(reply, rivals):
        return None
    words = (rivals[0].start, rivals[0].end)
    text = rivals[0].phrase.text
    return Verdict(Label.INCORRECT, f"says {text!r}, and the answer in passing", words, text, reply.flags)


def _both_passing(reply: _Reply, rivals: list[Hit]) -> bool:
    """Whether the answer in a clause of its own may be meant all the same: "he drowns, as they think, until ..."."""
    return asked_for(reply.probe) is not Asked.PERSON and rivals[0].phrase.terms[-1] not in reply.key.names


def _is_head(reading: Reading, hit: Hit) -> bool:
    """Whether a reply begins with a phrase, or with "it is" and the phrase."""
    words = reading.words[: hit.start]
    return len(words) <= _HEAD and all(word.key in FUNCTION_WORDS or word.key in _ANNOUNCED for word in words)


def _is_put_forward(reply: _Reply, hit: Hit) -> bool:
    """Whether a phrase further on is called the answer too: "in the end it was X who", "X is right"."""
    words = reply.reading.words
    before = words[hit.start - 1] if hit.start else None
    said = before is not None and before.key in _COPULAS and before.clause == words[hit.start].clause
    opens = before is None or before.sentence != words[hit.start].sentence
    sentence = [word for word in words if word.sentence == words[hit.start].sentence]
    repeats = not reply.key.deed.isdisjoint(content(sentence)) and words[hit.start].sentence > 0
    return said or opens or repeats


def _two(reply: _Reply, words: tuple[int, int], other: str) -> Verdict:
    """The answer with another candidate left open (rule 3)."""
    flags = reply.flags | {Flag.MULTI_CANDIDATE}
    return Verdict(Label.INCORRECT, f"leaves {other!r} open beside the answer", words, other, flags)


def _right(reply: _Reply) -> Verdict | None:
    """The answer alone, unless it is also denied or an unknown candidate stands beside it."""
    if not reply.said:
        return None
    first = reply.said[0]
    words = (first.start, first.end)
    beside = _beside(reply)
    if beside is not None and _is_candidate(reply, beside):
        span = reply.reading.words[beside[0] : beside[1]]
        return _two(reply, (first.start, max(first.end, beside[1])), " ".join(word.key for word in span))
    if not any(reply.is_main(hit) for hit in reply.said):
        passing = _passing(reply)
        if passing is not None:
            return passing
    doubt = None
    if _is_list_item(reply.reading, first):
        doubt = "names the answer in a list"
    elif reply.denied:
        doubt = "says and denies the answer"
    elif beside is not None:
        doubt = "another candidate may be left open beside the answer"
    elif asked_for(reply.probe) is Asked.NUMBER and _other_number(reply.key, reply.reading, reply.said, reply.asides):
        doubt = "names the answer and another number"
    elif _is_met_in_passing(reply):
        doubt = "one word of the answer, perhaps in passing"
    elif reply.probe.kind is ProbeKind.ATTRIBUTION and _is_comparison(reply.reading, first):
        doubt = "names the author only beside another"
    if doubt is not None:
        return unsure(doubt, words, *reply.flags)
    return Verdict(Label.CORRECT, f"says {first.phrase.text!r}", words, reply.key.canonical, reply.flags)


def _passing(reply: _Reply) -> Verdict | None:
    """The answer only in a clause or relation that says something of another, who is the answer given."""
    words, key = reply.reading.words, reply.key
    if len(words) > _LONG:
        return None
    main = [place for place in range(len(words)) if place not in reply.asides]
    first = reply.said[0]
    span = (first.start, first.end)
    names = [
        name
        for name in names_in(key, list(words))
        if name[0] in main and not is_aside(reply.reading, reply.asides, *name) and name[1] <= first.start
        and not any(hit.start < name[1] and name[0] < hit.end for hit in reply.said)
    ]  # fmt: skip
    if names and asked_for(reply.probe) is Asked.PERSON:
        answer = " ".join(word.key for word in words[names[0][0] : names[0][1]])
        return Verdict(Label.INCORRECT, f"says {answer!r}, and the answer in passing", names[0], answer, reply.flags)
    fresh = [place for place in main if is_new(key, words[place]) and words[place].term not in key.rare]
    if any(place < first.start for place in fresh):
        return unsure("the answer is said in passing", span, *reply.flags)
    return None


def _is_met_in_passing(reply: _Reply) -> bool:
    """Whether one common word is all there is of the answer, beside words of a wrong one or far from the question."""
    if any(len(hit.phrase.terms) > 1 or hit.phrase.terms[0] in reply.key.names for hit in reply.said):
        return False
    words = reply.reading.words
    if any(words[hit.start].is_number for hit in reply.said):
        return False
    own = {words[hit.start].sentence for hit in reply.said}
    if len(words) > 1 and any(word.term in reply.key.foils and word.sentence in own for word in words):
        return True
    terms = set(content([word for word in words if word.sentence in own]))
    return len(words) > _LONG and overlap(reply.key, terms) < _FAR and not reply.key.whom & terms


def _beside(reply: _Reply) -> tuple[int, int] | None:
    """Words that "or" or "perhaps" puts beside the answer and that are no part of it; None where there are none."""
    words = reply.reading.words
    gold = {place for hit in reply.said for place in range(hit.start, hit.end)}
    for place, word in enumerate(words):
        if word.key not in _OPENING_ALTERNATIVES:
            continue
        after = any(0 <= place - hit.end <= 1 for hit in reply.said)
        before = word.key == "or" and any(0 < hit.start - place <= _NEXT for hit in reply.said)
        if not after and not before:
            continue
        span = range(max(0, place - _NEXT), place) if before else range(place + 1, min(place + 5, len(words)))
        other = [near for near in span if words[near].sentence == word.sentence]
        if other and gold.isdisjoint(other) and not _is_same_thing(words, other[0]):
            return other[0], other[-1] + 1
    return None


def _is_list_item(reading: Reading, hit: Hit) -> bool:
    """Whether the answer is but one item of a list of names: a line of its own with others beside it."""
    if len(_ITEM.findall(reading.raw)) < _ITEMS:
        return False
    line = [word for word in reading.words if word.sentence == reading.words[hit.start].sentence]
    return len(line) <= _ITEM_WORDS


def _is_same_thing(words: tuple[Word, ...], place: int) -> bool:
    """Whether what follows "or" says the same again: "or rather", "or in other words"."""
    in_words = words[place].key == "in" and place + 2 < len(words) and words[place + 2].key == "words"
    return in_words or words[place].key in _SAME_THING


def _is_candidate(reply: _Reply, beside: tuple[int, int]) -> bool:
    """Whether words beside the answer are of its kind: a name beside a name, a number beside a number."""
    span = list(reply.reading.words[beside[0] : beside[1]])
    asked = asked_for(reply.probe)
    if asked is Asked.NUMBER:
        return any(word.is_number and word.term not in reply.key.question for word in span)
    is_name = asked is Asked.PERSON or not reply.key.names.isdisjoint(reply.said[0].phrase.terms)
    return is_name and bool(names_in(reply.key, span))


def _wrong(reply: _Reply) -> Verdict | None:
    """A known wrong answer, or the gold named only to be denied (rule 6)."""
    if reply.rivals:
        first = reply.rivals[0]
        several = len({hit.phrase.terms for hit in reply.rivals}) > 1
        flags = reply.flags | ({Flag.MULTI_CANDIDATE} if several else set())
        text = first.phrase.text
        return Verdict(Label.INCORRECT, f"says {text!r}", (first.start, first.end), text, flags)
    if reply.denied:
        first = reply.denied[0]
        # "For not taking her soul" says what "refusing to take her soul" says.
        if any(not _REFUSALS.isdisjoint(phrase.terms) for phrase in reply.key.gold):
            return unsure("says or denies the answer", (first.start, first.end), *reply.flags)
        answer = f"not {reply.key.canonical}"
        return Verdict(Label.INCORRECT, "denies the answer", (first.start, first.end), answer, reply.flags)
    return None


def _other_number(key: Key, reading: Reading, said: tuple[Hit, ...], asides: frozenset[int]) -> bool:
    gold = {term for phrase in key.gold for term in phrase.terms}
    unit = [word.term for word in reading.words[max(0, said[0].start - 1) : said[0].end + 1] if not word.is_number]
    for place, word in enumerate(reading.words):
        if word.is_number and place not in asides and word.term not in gold and word.term not in key.question:
            beside = {reading.words[near].term for near in (place - 1, place + 1) if 0 <= near < len(reading.words)}
            if beside & set(unit) & (key.question | gold):
                return True
    return False


def _is_comparison(reading: Reading, hit: Hit) -> bool:
    before = " ".join(word.key for word in reading.words[max(0, hit.start - 3) : hit.start])
    return before.endswith(
        ("contemporary of", "like", "unlike", "influenced by", "friend of", "style of", "inspired by")
    )


def _declined(reply: _Reply) -> Verdict | None:
    """A decline; what is guessed after it counts (rule 7), if it is a guess."""
    if not reply.declines:
        return None
    first = reply.declines[0]
    words = (first.start, first.end)
    part = _part(reply)
    guess = find_guess(reply.reading, first.end)
    guessed = None if guess is None else find_candidate(reply.probe, reply.reading, start=guess, is_guess=True)
    if guessed is not None and guessed.is_sure and part is None and asked_for(reply.probe) is not Asked.THING:
        span = (guessed.start, guessed.end)
        return Verdict(Label.INCORRECT, f"guesses {guessed.answer!r}", span, guessed.answer, reply.flags)
    if part is not None or (guessed is not None and first.kind is not DeclineKind.ASKS_BACK):
        return unsure("declines, and may guess", words, Flag.HEDGED)
    early = find_candidate(reply.probe, reply.reading) if first.start > _SHORT else None
    if early is not None and early.is_sure and early.end <= first.start:
        return unsure(f"says {early.answer!r} and declines", (early.start, early.end), Flag.HEDGED)
    later = find_candidate(reply.probe, reply.reading, start=first.end, is_cut=True)
    if later is not None and later.is_sure:
        return unsure(f"declines and says {later.answer!r}", (later.start, later.end), Flag.HEDGED)
    return Verdict(Label.NOT_ATTEMPTED, "declines", words, decline_kind=first.kind)


def _denying(reply: _Reply) -> Verdict | None:
    """Says that what was asked about never happened (rule 8): "he does not leave the valley"."""
    key, words = reply.key, reply.reading.words
    whom = key.whom
    deed = key.deed - key.target
    for place in range(1, len(words) - 1):
        after = words[place + 1]
        if not words[place].negates or after.term not in deed or after.sentence in reply.reading.questions:
            continue
        ends = place + 2 == len(words) or words[place + 2].clause != after.clause
        denies_all = ends or words[place + 2].key not in _MANNERS
        before = [word for word in words[max(0, place - _NEAR) : place] if word.sentence == after.sentence]
        if denies_all and any(word.term in (whom or deed) for word in before):
            return Verdict(Label.INCORRECT, "denies what was asked about", (place, place + 2), None, reply.flags)
    return None


def _offering(reply: _Reply) -> Verdict | None:
    """An answer that is none of the known ones; the answer in other words looks like one and is left to a reader."""
    turned = None if reply.said else killed_instead(reply.key, reply.reading.words)
    if turned is not None:
        return Verdict(Label.INCORRECT, "says the opposite about who did it", turned, None, reply.flags)
    part = _part(reply)
    if part is not None:
        return unsure("may give the answer or part of it in other words", (part, part + 1), Flag.PARTIAL)
    candidate = find_candidate(reply.probe, reply.reading, is_cut=reply.is_cut)
    near = near_wrong(reply.key, reply.finder, reply.reading, _silent(reply))
    if candidate is None:
        if near is None:
            return None
        return Verdict(Label.INCORRECT, f"says {near[2]!r} in other words", near[:2], near[2], reply.flags)
    words = (candidate.start, candidate.end)
    sentence = reply.reading.words[candidate.start].sentence
    told = [word.term for word in reply.reading.words if word.sentence == sentence]
    shared = near_terms(reply.key).intersection(told)
    foils = reply.key.foils.intersection(told)
    asked = asked_for(reply.probe)
    if shared and asked is Asked.THING and not near:
        return unsure(f"{candidate.answer!r} shares {min(shared)!r} with the answer", words, Flag.PARTIAL)
    if not candidate.is_sure and not (near or (foils and not shared and asked is not Asked.NUMBER)):
        return unsure(f"{candidate.answer!r} may be meant as the answer", words)
    return Verdict(Label.INCORRECT, f"says {candidate.answer!r}", words, candidate.answer, reply.flags)


def _near(reply: _Reply) -> Verdict | None:
    """No answer, but one in words that the question holds too."""
    reading = reply.reading
    for hit in reply.finder.hits(reply.key.gold, echoes=True):
        if reading.words[hit.start].sentence not in reading.questions:
            return unsure("names the answer in words of the question", (hit.start, hit.end))
    return None


def _engaging(reply: _Reply) -> Verdict | None:
    """Something new said of what was asked, by no rule an answer: left to a reader rather than called no answer."""
    reading, key = reply.reading, reply.key
    if reply.is_cut:
        return None
    for sentence, start in sentences_of(reading):
        if sentence[0].sentence in reading.questions or is_of_speaker(sentence):
            continue
        fresh = fresh_words(key, sentence)
        terms = set(content(sentence))
        if sentence[0].key in PRONOUNS:
            terms |= key.whom
        short = len(reading.words) <= (_SHORT_REPLY if fresh else _NEAR)
        if short or (fresh and overlap(key, terms) >= _TOUCHES):
            words = (start, start + len(sentence))
            return unsure("says something new of what was asked, and no clear answer", words, *reply.flags)
    return None


def _part(reply: _Reply) -> int | None:
    """The first word of what may be the answer in other words, outside questions and declining clauses."""
    return may_paraphrase(reply.key, reply.finder, reply.reading, _silent(reply))


def _silent(reply: _Reply) -> frozenset[int]:
    return frozenset(reply.reading.words[decline.end - 1].clause for decline in reply.declines)
