"""Grades short facts and attributions: one answer, looked for among the phrases of the probe (method 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.grading.amounts import vague_quantity, within_tolerance
from app.grading.candidates import Asked, Candidate, asked_for, find_candidate, overlap, sentences_of
from app.grading.caution import doubt_about_offer, doubt_about_right, only_denies
from app.grading.contests import two_candidates, weigh_both
from app.grading.contradictions import contradiction, left_open, listed_with_others, other_colour
from app.grading.deaths import DEATHS, killed_instead
from app.grading.declines import find_guess, with_guesses
from app.grading.doubts import doubt_about, said_in_passing
from app.grading.finding import Hit
from app.grading.lexicon import listed
from app.grading.newness import is_english, is_new
from app.grading.normalise import Reading, read
from app.grading.paraphrases import may_paraphrase, near_terms, near_wrong, said_in_another_order, telling_share
from app.grading.people import names_in
from app.grading.phrases import FUNCTION_WORDS, Phrase, content
from app.grading.questions import form_of
from app.grading.records import DeclineKind, Flag, Label
from app.grading.replies import Reply, reply_of, silent_clauses
from app.grading.silence import asserts_beside, says_nothing
from app.grading.things import PRONOUNS, fresh_words, is_of_speaker
from app.grading.verdicts import Verdict, nothing_said, unsure
from app.grading.words import Word
from app.probes.records import Probe, ProbeKind

_SAME_THING = listed("rather so something not similar more less other otherwise")
_OPENING_ALTERNATIVES = frozenset({"or", "perhaps", "maybe", "possibly", "alternatively"})
_REFUSALS = listed("not never no refus fail declin without")
_MANNERS = listed("by in at with from on of to because for until")
_NEAR = 5
_NEXT = 3
_SHORT = 8
_SHORT_REPLY = 16
_LONG = 25
_ASKING = listed("who whom whose which what")
_BARE = 4
_TOUCHES = 0.5
_MOST_LINES = 5
_INCOMPLETE = listed("among include includes including eg partly one first least other others another etc")
_NOBODY = listed("nobody none")
_NOTHING = listed("nothing")
_EXCEPTING = listed("but other except else save knows know knew tell sure recall remember however than left")
_WORKS_OF = listed("novel story book poem play work written tale novella film epic")
_PLACING = listed("in at on from to near under into inside behind beside by through off of upon below beneath")
_COPULAS = listed("is was are were")
_DEFINING = listed("a an one")
_REASON = 2
_SOME = 0.3
_REST = listed("other others rest second third remaining another")
_MOST_OF_A_PART = 40
_SOMETHING = listed("something somehow someone somebody somewhere")


def grade_fact(probe: Probe, reading: Reading, *, is_cut: bool) -> Verdict:
    """The verdict on an answer to a short fact or an attribution."""
    if len(reading.words) == 1 and len(reading.words[0].key) == 1 and not reading.words[0].is_number:
        return unsure("a letter alone: the order of the options is not known here", (0, 1))
    reading = with_guesses(reading)
    reply = reply_of(probe, reading, is_cut=is_cut)
    for judge in (
        left_open,
        listed_with_others,
        other_colour,
        _weighed,
        _right,
        within_tolerance,
        _listed,
        _wrong,
        _bare,
        _nobody,
        _declined,
        vague_quantity,
        _unnamed,
        _denying,
        _by_author,
        _explaining,
        _naming_a_wrong_one,
        _silent,
        _offering,
        _near,
        _engaging,
    ):
        verdict = judge(reply)
        if verdict is not None:
            return verdict
    if is_cut:
        return nothing_said(reading, is_cut=is_cut)
    return unsure("says something else, perhaps the answer in other words", (0, len(reading.words)))


def _weighed(reply: Reply) -> Verdict | None:
    """The answer beside a known wrong one, unless what stands around the answer is against it."""
    verdict = weigh_both(reply)
    if verdict is None or verdict.label is not Label.CORRECT:
        return verdict
    doubt = contradiction(reply, reply.said[0])
    return verdict if doubt is None else unsure(doubt, verdict.words, *reply.flags)


def _right(reply: Reply) -> Verdict | None:
    """The answer alone, unless it is also denied or an unknown candidate stands beside it."""
    if not reply.said:
        return None
    first = reply.said[0]
    words = (first.start, first.end)
    beside = _beside(reply)
    if beside is not None and _is_candidate(reply, beside):
        span = reply.reading.words[beside[0] : beside[1]]
        return two_candidates(reply, (first.start, max(first.end, beside[1])), " ".join(word.key for word in span))
    if reply.is_cut and not any(_is_told_of_question(reply, hit) for hit in reply.said):
        return unsure("the answer in the story so far, said of something else", words, *reply.flags)
    if not any(reply.is_main(hit) for hit in reply.said):
        passing = said_in_passing(reply)
        if passing is not None:
            return passing
    doubt = "another candidate may be left open beside the answer" if beside is not None else (
        doubt_about(reply, first) or contradiction(reply, first) or doubt_about_right(reply, first)
    )  # fmt: skip
    if doubt is not None:
        return unsure(doubt, words, *reply.flags)
    return Verdict(Label.CORRECT, f"says {first.phrase.text!r}", words, reply.key.canonical, reply.flags)


def _is_told_of_question(reply: Reply, hit: Hit) -> bool:
    """Whether a sentence of a text that breaks off speaks of what was asked, or of "him" or "it" from before."""
    words = reply.reading.words
    told = [word for word in words if word.sentence == words[hit.start].sentence]
    return told[0].sentence == 0 or _repeated(reply, hit.start) > 0 or any(word.key in PRONOUNS for word in told)


def _beside(reply: Reply) -> tuple[int, int] | None:
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


def _is_same_thing(words: tuple[Word, ...], place: int) -> bool:
    """Whether what follows "or" says the same again: "or rather", "or in other words"."""
    in_words = words[place].key == "in" and place + 2 < len(words) and words[place + 2].key == "words"
    return in_words or words[place].key in _SAME_THING


def _is_candidate(reply: Reply, beside: tuple[int, int]) -> bool:
    """Whether words beside the answer are of its kind: a name beside a name, a number beside a number."""
    span = list(reply.reading.words[beside[0] : beside[1]])
    asked = asked_for(reply.probe)
    if asked is Asked.NUMBER:
        return any(word.is_number and word.term not in reply.key.question for word in span)
    is_name = asked is Asked.PERSON or not reply.key.names.isdisjoint(reply.said[0].phrase.terms)
    return is_name and bool(names_in(reply.key, span))


def _listed(reply: Reply) -> Verdict | None:
    """An answer that is a list, its parts in any order; a part alone, given as the whole, is wrong (rule 5)."""
    words = reply.reading.words
    for parts in reply.key.parts:
        met = [_met(reply, part) for part in parts]
        found = [hit for hit in met if hit is not None]
        if not found or any(hit.denied for hit in found):
            continue
        span = (min(hit.start for hit in found), max(hit.end for hit in found))
        if len(found) == len(parts):
            if reply.rivals or reply.denied or len({words[hit.start].sentence for hit in found}) > _MOST_LINES:
                return None
            return Verdict(Label.CORRECT, "lists the parts of the answer", span, reply.key.canonical, reply.flags)
        new = [word for word in words if is_new(reply.key, word)]
        alone = len(new) <= sum(hit.end - hit.start for hit in found) + len(parts) - len(found)
        if alone and len(words) <= _SHORT_REPLY and not reply.declines and _INCOMPLETE.isdisjoint(w.key for w in words):
            return Verdict(Label.INCORRECT, "gives a part of the answer as the whole", span, None,
                           reply.flags | {Flag.PARTIAL})  # fmt: skip
    return None


def _met(reply: Reply, part: Phrase) -> Hit | None:
    """Where a part is said: all of it, or for a name its last word."""
    hits = reply.finder.hits((part,), echoes=True)
    last = part.terms[-1]
    first = part.terms[0]
    for term in (last, first):
        if not hits and term in reply.key.names and len(part.terms) > 1:
            hits = reply.finder.hits((Phrase(term, (term,), False),), echoes=True)
    return hits[0] if hits else None


def _wrong(reply: Reply) -> Verdict | None:
    """A known wrong answer, or the gold named only to be denied (rule 6)."""
    if reply.rivals:
        first = reply.rivals[0]
        if _is_met_in_passing(reply, first) or all(only_denies(reply, hit.start, hit.end) for hit in reply.rivals):
            return unsure(f"names {first.phrase.text!r}, perhaps in passing", (first.start, first.end), *reply.flags)
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


def _is_met_in_passing(reply: Reply, hit: Hit) -> bool:
    """Whether a known wrong answer of one common word stands in a long text, in a sentence that tells of no deed."""
    words = reply.reading.words
    terms = [term for term in hit.phrase.terms if term not in FUNCTION_WORDS]
    if len(words) <= _LONG or len(terms) > 1 or terms[0] in reply.key.names:
        return False
    own = {word.term for word in words if word.sentence == words[hit.start].sentence}
    return reply.key.deed.isdisjoint(own)


def _declined(reply: Reply) -> Verdict | None:  # noqa: PLR0911
    """A decline; what is guessed after it counts (rule 7), if it is a guess."""
    if not reply.declines:
        return None
    first = reply.declines[0]
    words = (first.start, first.end)
    if _lacks_the_rest(reply):
        return Verdict(Label.NOT_ATTEMPTED, "gives a part and says that the rest is not known", words, None,
                       reply.flags | {Flag.PARTIAL}, first.kind)  # fmt: skip
    part = _part(reply)
    guess = find_guess(reply.reading, first.end)
    guessed = None if guess is None else find_candidate(reply.probe, reply.reading, start=guess, is_guess=True)
    announced = find_guess(reply.reading, first.end, is_plain=True)
    is_guess = guessed is not None and announced is not None and announced <= guessed.start
    if (
        guessed is not None
        and is_guess
        and guessed.is_sure
        and part is None
        and (asked_for(reply.probe) is not Asked.THING or form_of(reply.probe).is_plain)
        and _doubt_of(reply, guessed) is None
    ):
        span = (guessed.start, guessed.end)
        return Verdict(Label.INCORRECT, f"guesses {guessed.answer!r}", span, guessed.answer, reply.flags)
    if part is not None or (
        guessed is not None and is_english(reply.reading.words) and first.kind is not DeclineKind.ASKS_BACK
    ):
        return unsure("declines, and may guess", words, Flag.HEDGED)
    closing = reply.reading.words[first.start].sentence
    if first.kind is DeclineKind.ASKS_BACK and closing == reply.reading.words[-1].sentence > 0:
        # "He drowned. Let me know if you need more" answers.
        before = reply.reading.raw[: _start_of(reply.reading, closing)]
        answered = grade_fact(reply.probe, read(before), is_cut=False)
        if answered.label is Label.INCORRECT:
            return answered
    early = find_candidate(reply.probe, reply.reading) if first.start > _SHORT else None
    if early is not None and early.is_sure and early.end <= first.start:
        return unsure(f"says {early.answer!r} and declines", (early.start, early.end), Flag.HEDGED)
    later = find_candidate(reply.probe, reply.reading, start=first.end, is_cut=True)
    ends = reply.reading.words[first.end - 1]
    if (
        later is not None
        and later.is_sure
        and is_english(reply.reading.words)
        and reply.reading.words[later.start].clause != ends.clause
    ):
        return unsure(f"declines and says {later.answer!r}", (later.start, later.end), Flag.HEDGED)
    if asserts_beside(reply, first.start):
        return unsure("declines, and says something besides", words, Flag.HEDGED)
    return Verdict(Label.NOT_ATTEMPTED, "declines", words, decline_kind=first.kind)


def _lacks_the_rest(reply: Reply) -> bool:
    """Whether a sentence that declines speaks of what else there is: "I can't tell you the other plant" (rule 5)."""
    words = reply.reading.words
    if reply.said or reply.rivals or reply.denied or not reply.key.parts or len(words) > _MOST_OF_A_PART:
        return False
    last = words[reply.declines[-1].start].sentence
    silent = {words[decline.start].sentence for decline in reply.declines}
    rest = any(word.key in _REST and word.sentence in silent for word in words)
    met = any(_met(reply, part) is not None for parts in reply.key.parts for part in parts)
    return rest and met and last == words[-1].sentence


def _start_of(reading: Reading, sentence: int) -> int:
    """Where in the raw text a sentence begins."""
    return next(word.start for word in reading.words if word.sentence == sentence)


def _nobody(reply: Reply) -> Verdict | None:
    """Says that nobody did it, or that it was nothing (rule 8)."""
    words, question = reply.reading.words, {word.key for word in read(reply.probe.question).words}
    if reply.said or words[0].sentence in reply.reading.questions:
        return None
    wanted = _NOBODY if not question.isdisjoint(("who", "whom", "whose")) else _NOTHING
    if asked_for(reply.probe) is Asked.NUMBER:
        return None
    for place, word in enumerate(words[:_NEAR]):
        keys = [near.key for near in words[place : place + _NEAR]]
        if word.sentence != words[0].sentence or not (word.key in wanted or keys[:2] == ["no", "one"]):
            continue
        opens = all(near.key in FUNCTION_WORDS or near.term in reply.key.whom for near in words[:place])
        if "nothing" in keys[:1]:
            opens = all(near.key in PRONOUNS or near.term in reply.key.asked for near in words[:place])
        if opens and _EXCEPTING.isdisjoint(keys):
            return Verdict(Label.INCORRECT, "denies that there is an answer", (place, place + 1), None, reply.flags)
    return None


def _unnamed(reply: Reply) -> Verdict | None:
    """A reply of a few words that says somebody, something or somewhere, and no more (rule 5, openly vague)."""
    words = reply.reading.words
    if words[0].key not in _SOMETHING or len(words) > _SHORT or reply.is_cut:
        return None
    is_where = words[0].key == "somewhere"
    if not is_where and any(is_new(reply.key, word) for word in words):
        return None
    return Verdict(Label.NOT_ATTEMPTED, "too vague an answer", (0, len(words)), decline_kind=DeclineKind.NO_ANSWER)


def _denying(reply: Reply) -> Verdict | None:
    """Says that what was asked about never happened (rule 8): "he does not leave the valley"."""
    key, words = reply.key, reply.reading.words
    whom = key.whom
    deed = key.deed - key.target
    if form_of(reply.probe).negates:
        return None
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


def _by_author(reply: Reply) -> Verdict | None:
    """Gives the author's name, or "the author of the book", where somebody in the work is asked for."""
    if asked_for(reply.probe) is not Asked.PERSON or reply.probe.kind is ProbeKind.ATTRIBUTION or reply.is_cut:
        return None
    author = frozenset(content(read(reply.probe.author or "").words)) - {t for p in reply.key.gold for t in p.terms}
    key = reply.key
    for sentence, start in sentences_of(reply.reading):
        if sentence[0].sentence in reply.reading.questions or overlap(key, set(content(sentence))) < _TOUCHES:
            continue
        for place, word in enumerate(sentence[:-1]):
            named = word.capital and word.term in author and not word.key.endswith("'s")
            before = {near.key for near in sentence[max(0, place - _NEAR) : place] if near.clause == word.clause}
            heads = word.key == "author" and place <= 1 and sentence[place + 1].key == "of"
            agent = named and "by" in before and before.isdisjoint(_WORKS_OF) and "by" not in key.question
            if (heads or agent) and not any(near.negates for near in sentence):
                span = (start + place, start + place + 1)
                return Verdict(Label.INCORRECT, "names the author", span, None, reply.flags)
    return None


def _explaining(reply: Reply) -> Verdict | None:
    """Another reason than the answer's, where a reason is asked for: "because he could not pay his debts"."""
    words, key = reply.reading.words, reply.key
    question = {word.key for word in read(reply.probe.question).words}
    if reply.is_cut or reply.said or len(words) > _LONG + _LONG or not ("why" in question or key.slot == "for"):
        return None
    at = next((place for place, word in enumerate(words) if word.key == "because"), None)
    if at is None or words[at].sentence != 0 or 0 in reply.reading.questions:
        return None
    told = [word for word in words if word.sentence == 0]
    new = [word for word in told[at:] if is_new(key, word)]
    about = at <= 1 or overlap(key, set(content(told[:at]))) >= _SOME or told[0].key in PRONOUNS
    near = telling_share(key, near_terms(key) & {word.term for word in words})
    if len(new) < _REASON or not about or near or any(word.negates for word in told[:at]) or _part(reply) is not None:
        return None
    span = (at, len(told))
    return Verdict(Label.INCORRECT, "gives another reason", span, " ".join(w.key for w in new[:_SHORT]), reply.flags)


def _naming_a_wrong_one(reply: Reply) -> Verdict | None:
    """A reply of one sentence to "who" that speaks of a known wrong person, and of nobody that could be right."""
    words, key = reply.reading.words, reply.key
    if asked_for(reply.probe) is not Asked.PERSON or not _is_one_sentence(reply) or reply.said or reply.denied:
        return None
    if reply.reading.questions or any(word.negates for word in words):
        return None
    wrong = [
        place
        for place, word in enumerate(words)
        if word.capital and word.term in key.foils & key.names and not word.key.endswith("'s")
    ]
    others = [word for word in words[1:] if word.capital and word.term not in key.foils | key.question | key.subject]
    if not wrong or others or _part(reply) is not None:
        return None
    span = (wrong[0], wrong[0] + 1)
    return Verdict(Label.INCORRECT, f"names {words[wrong[0]].key!r}", span, words[wrong[0]].key, reply.flags)


def _silent(reply: Reply) -> Verdict | None:
    """Nothing but the question, a definition of the work or another topic."""
    return nothing_said(reply.reading, is_cut=reply.is_cut) if says_nothing(reply) else None


def _offering(reply: Reply) -> Verdict | None:
    """An answer that is none of the known ones; the answer in other words looks like one and is left to a reader."""
    turned = None if reply.said else killed_instead(reply.key, reply.reading.words)
    if turned is not None:
        return Verdict(Label.INCORRECT, "says the opposite about who did it", turned, None, reply.flags)
    part = _part(reply)
    if part is not None:
        return _reworded(reply, part)
    candidate = find_candidate(reply.probe, reply.reading, is_cut=reply.is_cut)
    near = near_wrong(reply.key, reply.finder, reply.reading, silent_clauses(reply))
    if reply.is_cut:
        near = near if near is not None and _repeated(reply, near[0]) >= _TOUCHES else None
        candidate = None if candidate is not None and _is_story_so_far(reply, candidate) else candidate
    if candidate is not None:
        return _offered(reply, candidate, is_near_wrong=near is not None)
    if near is not None:
        return Verdict(Label.INCORRECT, f"says {near[2]!r} in other words", near[:2], near[2], reply.flags)
    return None


def _reworded(reply: Reply, part: int) -> Verdict:
    """What may be the answer in other words: the answer where only the order of its words is another."""
    told = None if reply.is_cut or reply.denied else said_in_another_order(reply.key, reply.finder, reply.reading)
    if told is None:
        return unsure("may give the answer or part of it in other words", (part, part + 1), Flag.PARTIAL)
    reason = f"says {told[2]!r} in another order"
    return Verdict(Label.CORRECT, reason, told[:2], reply.key.canonical, reply.flags)


def _offered(reply: Reply, candidate: Candidate, *, is_near_wrong: bool) -> Verdict | None:
    """Another answer than the known ones; None where a text that breaks off only leads up to what was asked."""
    words = (candidate.start, candidate.end)
    doubt = None if is_near_wrong else _doubt_of(reply, candidate) or doubt_about_offer(reply, candidate)
    if doubt is None and only_denies(reply, candidate.start, candidate.end):
        doubt = "may only deny a wrong answer"
    if doubt is None:
        return Verdict(Label.INCORRECT, f"says {candidate.answer!r}", words, candidate.answer, reply.flags)
    leads_up = reply.is_cut and not candidate.is_sure and _repeated(reply, candidate.start) <= _TOUCHES
    return None if leads_up else unsure(doubt, words, *reply.flags)


def _repeated(reply: Reply, place: int) -> float:
    """The share of the question that the sentence of a word repeats: much in an answer, little in the story so far."""
    words = reply.reading.words
    return overlap(reply.key, set(content([word for word in words if word.sentence == words[place].sentence])))


def _is_story_so_far(reply: Reply, candidate: Candidate) -> bool:
    """Whether what a text that breaks off seems to offer only leads up to an answer.

    It says what somebody or something is ("The manuscript is a key object in the play"), which nobody asked.
    """
    words = reply.reading.words
    told = [word for word in words if word.sentence == words[candidate.start].sentence]
    copula = next((place for place, word in enumerate(told[:_LONG]) if word.key in _COPULAS), None)
    if copula is None or copula + 1 >= len(told) or form_of(reply.probe).is_copular:
        return False
    is_head = not any(is_new(reply.key, word) for word in told[:copula])
    return is_head and told[copula + 1].key in _DEFINING and form_of(reply.probe).is_event


def _doubt_of(reply: Reply, candidate: Candidate) -> str | None:  # noqa: PLR0911
    """Why another answer may be none, or the right one in other words; None where it is surely wrong."""
    key = reply.key
    sentence = reply.reading.words[candidate.start].sentence
    told = [word for word in reply.reading.words if word.sentence == sentence]
    terms = {word.term for word in told}
    lacks = bool(key.needed) and not any(reply.finder.has(name) for name in key.needed)
    shared = frozenset() if lacks else near_terms(key) & terms
    asked = asked_for(reply.probe)
    form = form_of(reply.probe)
    offered = reply.reading.words[candidate.start : candidate.end]
    if form.is_plain or _names_a_killer(reply, offered):
        shared = telling_share(key, shared)
    if form.is_event and all(word.capital or word.key in FUNCTION_WORDS for word in offered):
        return "a name where a deed is asked for"
    if asked is not Asked.NUMBER and all(len(word.key) == 1 or word.is_number for word in offered):
        return "a fragment"
    if form.asks_where and not _is_placed(reply, candidate):
        return "nothing that is said to be a place"
    if len(told) > _NEAR - 1 and not any(word.key in FUNCTION_WORDS or word.capital for word in told[1:]):
        return "perhaps in another language"
    if shared and asked is Asked.THING:
        return f"{candidate.answer!r} shares {min(shared)!r} with the answer"
    if not _SOMETHING.isdisjoint(word.key for word in told):
        return "speaks of something unnamed"
    # A text that breaks off opens with the story so far: a word of a wrong answer in it is met by chance.
    is_foil = bool((key.foils - DEATHS) & terms) and not shared and asked is not Asked.NUMBER and not reply.is_cut
    names_a_thing = form.is_plain and asked is Asked.THING
    goes_on = told[0].key in PRONOUNS or _repeated(reply, candidate.start) > 0
    stands = names_a_thing and goes_on and _is_one_sentence(reply) and not _leads_up(candidate, offered, told)
    is_sure = candidate.is_sure or is_foil or stands
    return None if is_sure else f"{candidate.answer!r} may be meant as the answer"


def _is_one_sentence(reply: Reply) -> bool:
    """Whether a reply is one sentence that ends."""
    words = reply.reading.words
    return not reply.is_cut and words[-1].sentence == 0 and len(words) <= _LONG


def _leads_up(candidate: Candidate, offered: Sequence[Word], told: list[Word]) -> bool:
    """Whether what is new is one verb ("qualified"), or stands in the "In the story of" that opens a sentence."""
    answer = candidate.answer.split()
    opens = told[0].key == "in" and offered[0].clause == told[0].clause and told[-1].clause != told[0].clause
    return opens or (len(answer) == 1 and not offered[0].capital and answer[0].endswith(("ed", "es")))


def _names_a_killer(reply: Reply, offered: Sequence[Word]) -> bool:
    """Whether a death is laid to somebody by name, and the answer speaks of nobody: "murdered by Orlick"."""
    key = reply.key
    gold = {term for phrase in key.gold for term in phrase.terms}
    agents = [word for before, word in pairwise(offered) if before.key == "by" and word.capital]
    return bool(agents) and key.names.isdisjoint(gold) and all(is_new(key, word) for word in agents)


def _is_placed(reply: Reply, candidate: Candidate) -> bool:
    """Whether a candidate follows a preposition, or is all there is."""
    words = reply.reading.words
    if len(words) <= _SHORT:
        return True
    before = words[max(0, candidate.start - _NEXT) : candidate.start]
    return any(word.key in _PLACING for word in before) or words[candidate.start].capital


def _near(reply: Reply) -> Verdict | None:
    """No answer, but one in words that the question holds too."""
    reading = reply.reading
    for hit in reply.finder.hits(reply.key.gold, echoes=True):
        if reading.words[hit.start].sentence not in reading.questions:
            return unsure("names the answer in words of the question", (hit.start, hit.end))
    return None


def _engaging(reply: Reply) -> Verdict | None:
    """Something new said of what was asked, by no rule an answer: left to a reader rather than called no answer."""
    reading, key = reply.reading, reply.key
    if reply.is_cut:
        return None
    if any(hit.denied for hit in reply.finder.hits(key.wrong, echoes=True)):
        return None
    for sentence, start in sentences_of(reading):
        if sentence[0].sentence in reading.questions or is_of_speaker(sentence):
            continue
        if _names_somebody_asked_about(reply, sentence):
            return unsure("may answer with a name of the question", (start, start + len(sentence)), *reply.flags)
        fresh = fresh_words(key, sentence)
        terms = set(content(sentence))
        if sentence[0].key in PRONOUNS:
            terms |= key.whom
        short = (bool(fresh) and len(reading.words) <= _SHORT_REPLY) or (
            len(reading.words) <= _NEXT and any(word.term not in key.question for word in sentence)
        )
        if short or (fresh and overlap(key, terms) >= _TOUCHES):
            words = (start, start + len(sentence))
            return unsure("says something new of what was asked, and no clear answer", words, *reply.flags)
    return None


def _names_somebody_asked_about(reply: Reply, sentence: list[Word]) -> bool:
    """Whether a short reply to "who" has a name of the question do what was asked: "Beowulf himself shot him"."""
    if asked_for(reply.probe) is not Asked.PERSON or len(reply.reading.words) > _SHORT:
        return False
    named = any(word.capital and word.term in reply.key.whom | reply.key.subject for word in sentence)
    does = not reply.key.deed.isdisjoint(content(sentence))
    return named and does and not any(word.key in _ASKING for word in sentence)


def _bare(reply: Reply) -> Verdict | None:
    """A reply of hardly more than the number asked for, or than a name that the question holds."""
    words, key = reply.reading.words, reply.key
    asked = asked_for(reply.probe)
    owned = [word for word in words if word.capital and word.key.endswith("'s")] if key.asks_whose else []
    if (
        (len(words) > _BARE and not (owned and len(words) <= _NEAR + 1))
        or reply.declines
        or reply.rivals
        or words[0].sentence in reply.reading.questions
    ):
        return None
    span = (0, len(words))
    if asked is Asked.NUMBER:
        told = [word.term for word in words if word.is_number]
        plain = all(word.is_number or word.term in key.question or word.key in FUNCTION_WORDS for word in words)
        gold = {meaning[0] for meaning in key.meanings if len(meaning) == 1 and meaning[0].isdecimal()}
        if len(told) == 1 and told[0] in gold and plain and not any(word.negates for word in words):
            return Verdict(Label.CORRECT, f"says {told[0]!r}", span, key.canonical, reply.flags)
    gold = {term for phrase in key.gold for term in phrase.terms}
    names = [word for word in owned or words if word.capital and word.term in key.question | key.subject]
    if asked is Asked.PERSON and names and not any(word.negates or is_new(key, word) for word in words):
        if gold.isdisjoint(word.term for word in words):
            answer = " ".join(word.key for word in names)
            return Verdict(Label.INCORRECT, f"says {answer!r}", span, answer, reply.flags)
        return unsure("names the answer in words of the question", span)
    return None


def _part(reply: Reply) -> int | None:
    """The first word of what may be the answer in other words, outside questions and declining clauses."""
    return may_paraphrase(reply.key, reply.finder, reply.reading, silent_clauses(reply))
