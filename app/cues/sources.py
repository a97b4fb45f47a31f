"""Chooses where each topic's passage comes from: live Wikipedia first, then the bundled note of that title.

The choice is told: every fallback is a remark for the person who runs, and every passage names its source. One run
compares an introduction with a placebo of the same kind, so an outage moves all topics to the notes, never only those
asked late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.cues.records import Passage
from app.cues.wikipedia import CueProblem, Wikipedia
from app.errors import SourceUnreachable

_NAMED_IN_A_REMARK = 5


@dataclass(frozen=True, slots=True)
class Resolved:
    """A passage for each topic that has one, in the order asked, and one line for every fallback.

    `is_outage` is True when Wikipedia did not answer, and all passages are notes for that reason.
    """

    passages: dict[str, Passage]
    remarks: tuple[str, ...] = ()
    is_outage: bool = False


def resolve_passages(topics: Sequence[str], *, notes: Mapping[str, Passage], wikipedia: Wikipedia | None) -> Resolved:
    """The passage of each topic; topics that neither Wikipedia nor a note has are absent.

    `notes` are keyed by title. A Wikipedia passage takes its kind, genre and author from the note of the same title, so
    that a placebo of the same kind can be found for it.
    """
    topics = list(dict.fromkeys(topics))
    if wikipedia is None:
        return Resolved(_from_notes(topics, notes))
    try:
        answers = wikipedia.introductions(topics)
    except SourceUnreachable as error:
        return Resolved(_from_notes(topics, notes), (f"{error}; bundled notes are used",), is_outage=True)

    passages: dict[str, Passage] = {}
    replaced: list[CueProblem] = []
    lacking: list[CueProblem] = []
    for topic, answer in answers.items():
        note = notes.get(topic)
        if isinstance(answer, Passage):
            passages[topic] = _described(answer, note or notes.get(answer.title))
        elif note is not None:
            passages[topic] = note
            replaced.append(answer)
        else:
            lacking.append(answer)
    return Resolved(
        passages, (*_remark(replaced, "bundled notes are used for"), *_remark(lacking, "there is no text for"))
    )


def _from_notes(topics: Sequence[str], notes: Mapping[str, Passage]) -> dict[str, Passage]:
    return {topic: notes[topic] for topic in topics if topic in notes}


def _described(passage: Passage, note: Passage | None) -> Passage:
    """The passage with what only the note knows of its subject."""
    if note is None:
        return passage
    return replace(passage, topic_kind=note.topic_kind, genre=note.genre, author=note.author)


def _remark(problems: Sequence[CueProblem], consequence: str) -> tuple[str, ...]:
    """One line on topics that Wikipedia has no introduction for; none where there are no such topics."""
    if not problems:
        return ()
    named = ", ".join(f"“{problem.title}” ({problem.reason})" for problem in problems[:_NAMED_IN_A_REMARK])
    more = f" and {len(problems) - _NAMED_IN_A_REMARK} more" if len(problems) > _NAMED_IN_A_REMARK else ""
    return (f"Wikipedia has no introduction to use; {consequence} {named}{more}",)
