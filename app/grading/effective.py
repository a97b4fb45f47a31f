"""Which of a response's grades counts: people before the matcher, the matcher where it is sure, then the judge.

Grades are added and never changed; the effective label is worked out from all of them, the same way wherever it is
needed (method 5.1, cascade).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from app.grading.records import Label

MATCHER, JUDGE, PERSON = "matcher", "judge", "person"


class Given(Protocol):
    """What the choice needs to know of a grade."""

    @property
    def grader(self) -> str:
        """`matcher`, `judge` or `person`."""

    @property
    def graded_by(self) -> str | None:
        """The judge's model or the person's name."""

    @property
    def label(self) -> str | None:
        """The label; None where the matcher is not sure or a person has taken it back."""


_G = TypeVar("_G", bound=Given)


def standing(grades: Iterable[_G]) -> list[_G]:
    """The grades that stand, given oldest first: of each grader and name only the newest, and none taken back.

    A matcher that was not sure stands, as such: its reason is worth showing. A judge that could not be read stands only
    where it gave no verdict before.
    """
    newest: dict[tuple[str, str | None], _G] = {}
    for grade in grades:
        key = (grade.grader, grade.graded_by)
        earlier = newest.get(key)
        if grade.label == Label.GRADER_ERROR and earlier is not None and earlier.label != Label.GRADER_ERROR:
            continue
        newest.pop(key, None)  # so that the order is that of the rows that stand
        newest[key] = grade
    return [grade for grade in newest.values() if grade.grader != PERSON or grade.label is not None]


def effective(grades: Iterable[_G]) -> tuple[str | None, _G | None]:
    """The effective label and the grade it rests on, from all grades of a response, oldest first.

    The label that more than half of the people gave wins; where none has that many the label is `disputed` and rests on
    the newest of theirs. Without people the matcher's label counts where it gave one, else the newest verdict of a
    judge; a judge that could not be read makes the label `grader_error` only where nobody else gave one. A response
    that nobody could grade has no label and rests on the newest word there is; without any grade both are None.
    """
    stand = standing(grades)
    people = [grade for grade in stand if grade.grader == PERSON]
    if people:
        ((label, votes),) = Counter(grade.label for grade in people).most_common(1)
        if 2 * votes <= len(people):
            return Label.DISPUTED, people[-1]
        return label, next(grade for grade in reversed(people) if grade.label == label)
    labelled = [grade for grade in stand if grade.label is not None]
    for grader in (MATCHER, JUDGE):
        given = [grade for grade in labelled if grade.grader == grader and grade.label != Label.GRADER_ERROR]
        if given:
            return given[-1].label, given[-1]
    if labelled:
        return labelled[-1].label, labelled[-1]
    return None, stand[-1] if stand else None


def differ(grades: Iterable[Given]) -> bool:
    """Whether the graders that stand gave more than one label: what a person should look at first.

    A judge that could not be read gave none.
    """
    given = {grade.label for grade in standing(grades)}
    return len(given - {None, Label.GRADER_ERROR}) > 1
