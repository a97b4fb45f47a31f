"""Weighs the answer against a known wrong one in the same reply: which is meant, and which said in passing."""

from __future__ import annotations

from app.grading.candidates import Asked, asked_for, overlap
from app.grading.finding import Hit
from app.grading.lexicon import listed
from app.grading.normalise import Reading
from app.grading.phrases import FUNCTION_WORDS, content
from app.grading.records import Flag, Label
from app.grading.replies import Reply
from app.grading.verdicts import Verdict, nothing_said, unsure

_ALTERNATIVES = listed("or perhaps maybe possibly alternatively unless either")
_CHOOSING = listed("answer correct choose option right so therefore thus hence")
_CLOSES = 6
_WIDEST_ALTERNATIVE = 6
_HEAD = 4
_TOUCHES = 0.5
_ANNOUNCED = listed("answer correct right name it's that's he's she's")
_COPULAS = listed("is was it's that's be")
_OFFERING = listed("is was by called named it's be")
_OFFERED = 5
_PEOPLE = listed("people many most some readers critics everyone everybody often commonly popularly mistakenly wrongly")
_BELIEVING = listed(
    """
    say think believe assume suppose guess suspect expect remember answer name said thought believed assumed supposed
    attributed credited taken misremember confuse confused
    """
)
_BELIEF = 10
_LYING = listed("in near of at outside")


def weigh_both(reply: Reply) -> Verdict | None:
    """The answer beside a known wrong one: two candidates where "or" joins them, else for the next grader to weigh."""
    said, words = reply.said, reply.reading.words
    rivals = tuple(hit for hit in reply.rivals if not _is_believed(reply.reading, hit))
    if not said or not rivals:
        return None
    several = len({hit.phrase.terms for hit in rivals})
    last = words[-1].sentence
    closing = [hit for hit in (*said, *rivals) if words[hit.start].sentence == last]
    closing_words = [word for word in words if word.sentence == last]
    # "It is Lubkov" closes a list of candidates; a longer sentence tells whatever it tells.
    chooses = not _CHOOSING.isdisjoint(word.key for word in closing_words) or (
        len(closing_words) <= _CLOSES and not _COPULAS.isdisjoint(word.key for word in closing_words)
    )
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
            alike = [word.key for word in between] == ["and"] and asked_for(reply.probe) is Asked.PERSON
            near = len(between) <= _WIDEST_ALTERNATIVE
            if alike or (near and any(word.key in _ALTERNATIVES for word in between)):
                return two_candidates(reply, (first.start, second.end), other.phrase.text)
    placed = _placed(reply)
    if placed is not None:
        return placed
    reason = f"names the answer and {rivals[0].phrase.text!r}"
    return unsure(reason, (said[0].start, said[0].end), Flag.MULTI_CANDIDATE, *reply.flags)


def _is_believed(reading: Reading, hit: Hit) -> bool:
    """Whether a wrong answer is only what people say: "a lot of people would say Charlotte", "often taken for"."""
    clause = reading.words[hit.start].clause
    before = {word.key for word in reading.words[max(0, hit.start - _BELIEF) : hit.start] if word.clause == clause}
    return not _PEOPLE.isdisjoint(before) and not _BELIEVING.isdisjoint(before)


def _placed(reply: Reply) -> Verdict | None:
    """The answer and a wrong one in different places: the one in the main clause is meant, the other said in passing.

    Where both stand in main clauses, the one that heads a reply to "who" is meant, if no other is put forward as well.
    """
    said = [hit for hit in reply.said if reply.is_main(hit)]
    rivals = [hit for hit in reply.rivals if reply.is_main(hit) and not _is_believed(reply.reading, hit)]
    if said and rivals:
        first = min((*said, *rivals), key=lambda hit: hit.start)
        others = rivals if first in said else said
        if any(hit.start == first.end for hit in others):
            return None
        others = [hit for hit in others if not _is_where(reply.reading, first, hit)]
        heads = _is_offered(reply, first) and first.phrase.terms[-1] in reply.key.names
        if others and (not heads or any(_is_put_forward(reply, hit) for hit in others)):
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


def _both_passing(reply: Reply, rivals: list[Hit]) -> bool:
    """Whether the answer in a clause of its own may be meant all the same: "he drowns, as they think, until ..."."""
    return asked_for(reply.probe) is not Asked.PERSON and rivals[0].phrase.terms[-1] not in reply.key.names


def _is_head(reading: Reading, hit: Hit) -> bool:
    """Whether a reply begins with a phrase, or with "it is" and the phrase."""
    words = reading.words[: hit.start]
    return len(words) <= _HEAD and all(word.key in FUNCTION_WORDS or word.key in _ANNOUNCED for word in words)


def _is_offered(reply: Reply, hit: Hit) -> bool:
    """Whether a phrase stands where the answer stands: at the head, or after "is" or "by" in the first sentence."""
    words = reply.reading.words
    if _is_head(reply.reading, hit):
        return True
    before = [
        word.key for word in words[max(0, hit.start - _OFFERED) : hit.start] if word.clause == words[hit.start].clause
    ]
    repeats = overlap(reply.key, set(content([word for word in words if word.sentence == 0]))) >= _TOUCHES
    return words[hit.start].sentence == 0 and repeats and not _OFFERING.isdisjoint(before)


def _is_where(reading: Reading, first: Hit, other: Hit) -> bool:
    """Whether a phrase only says where another lies: "Dapitan in Zamboanga"."""
    between = [word.key for word in reading.words[first.end : other.start]]
    return len(between) in (1, 2) and between[0] in _LYING


def _is_put_forward(reply: Reply, hit: Hit) -> bool:
    """Whether a phrase further on is called the answer too: "in the end it was X who", "X is right"."""
    words = reply.reading.words
    before = words[hit.start - 1] if hit.start else None
    said = before is not None and before.key in _COPULAS and before.clause == words[hit.start].clause
    opens = before is None or before.sentence != words[hit.start].sentence
    sentence = [word for word in words if word.sentence == words[hit.start].sentence]
    repeats = not reply.key.deed.isdisjoint(content(sentence)) and words[hit.start].sentence > 0
    return said or opens or repeats


def two_candidates(reply: Reply, words: tuple[int, int], other: str) -> Verdict:
    """The answer with another candidate left open (rule 3)."""
    flags = reply.flags | {Flag.MULTI_CANDIDATE}
    return Verdict(Label.INCORRECT, f"leaves {other!r} open beside the answer", words, other, flags)
