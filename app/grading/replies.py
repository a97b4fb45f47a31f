"""What is known of a reply to a short fact before it is judged: where it says the answer, a wrong one, or declines."""

from __future__ import annotations

from dataclasses import dataclass

from app.grading.asides import asides_of, is_aside
from app.grading.candidates import overlap
from app.grading.declines import Decline, find_declines, is_hedged
from app.grading.finding import Finder, Hit
from app.grading.normalise import Reading
from app.grading.phrases import FUNCTION_WORDS, Key, content, key_of
from app.grading.records import Flag
from app.probes.records import Probe

_SHORT = 8
_FAR = 0.25
_ONE_SENTENCE = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply with its probe, as far as it is read and before it is judged."""

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


def reply_of(probe: Probe, reading: Reading, *, is_cut: bool) -> Reply:
    """What is known of a reply, worked out once."""
    key = key_of(probe)
    finder = Finder(key, reading)
    declines = find_declines(reading)
    asides = asides_of(reading)
    gold, wrong = _counted(key, finder, reading, declines, is_ended=not is_cut)
    return Reply(
        probe=probe,
        key=key,
        reading=reading,
        finder=finder,
        declines=tuple(declines),
        flags=frozenset({Flag.HEDGED}) if declines or is_hedged(reading) else frozenset(),
        said=tuple(hit for hit in gold if not hit.denied),
        denied=tuple(hit for hit in gold if hit.denied),
        # Before a text breaks off it tells the story so far: "when the hound has been shot by Holmes, Stapleton flees".
        rivals=tuple(
            hit for hit in wrong if not hit.denied and not (is_cut and is_aside(reading, asides, hit.start, hit.end))
        ),
        asides=asides,
        is_cut=is_cut,
    )


def _counted(
    key: Key, finder: Finder, reading: Reading, declines: list[Decline], *, is_ended: bool
) -> tuple[list[Hit], list[Hit]]:
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
    # One sentence that names one wrong answer and no right one is an answer, however it is put.
    alone = is_ended and not gold and len({hit.phrase.terms for hit in wrong_kept}) == 1
    is_one = alone and reading.words[-1].sentence == 0 and len(words) <= _ONE_SENTENCE and not reading.questions
    return gold_kept, [hit for hit in wrong_kept if is_one or _is_about_question(key, reading, hit)]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _is_about_question(key: Key, reading: Reading, hit: Hit) -> bool:
    """Whether a known wrong answer stands in a sentence about the question: one common word elsewhere is a detail."""
    if len(hit.phrase.terms) > 1 or len(reading.words) <= _SHORT or hit.phrase.terms[0] in key.names:
        return True
    sentence = reading.words[hit.start].sentence
    alone = all(
        hit.start <= place < hit.end or word.key in FUNCTION_WORDS
        for place, word in enumerate(reading.words) if word.sentence == sentence
    )  # fmt: skip
    if alone:
        return True
    return overlap(key, set(content([word for word in reading.words if word.sentence == sentence]))) >= _FAR


def silent_clauses(reply: Reply) -> frozenset[int]:
    """The clauses that decline: what stands in them is no answer."""
    return frozenset(reply.reading.words[decline.end - 1].clause for decline in reply.declines)
