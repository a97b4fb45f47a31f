"""The draws of one fact under one arm as a row of small marks: correct, declined, made up, no label, still to come.

A matrix page holds hundreds of these rows, few of them different: they are written here and remembered.
Everything else that pages draw is a template macro.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

_STEP = 9
_PER_LINE = 8

# One mark drawn from the middle of its 9 px square, in relative moves, so that a row is one path per label.
_SHAPES = {
    "g-c": (-3.5, 0.0, "a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0"),
    "g-d": (-2.9, 0.0, "a2.9 2.9 0 1 0 5.8 0a2.9 2.9 0 1 0 -5.8 0"),
    "g-m m8": (-2.7, -2.7, "l5.4 5.4m0 -5.4l-5.4 5.4"),
    "g-x": (-3.0, -3.0, "h6v6h-6z"),
    "g-w": (-1.2, 0.0, "a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0 -2.4 0"),
}


@lru_cache(maxsize=4096)
def mark_row(correct: int, not_attempted: int, incorrect: int, other: int, waiting: int) -> Markup:
    """An SVG of one mark per draw, eight to a line; the text beside it says the same in words."""
    counts = dict(zip(_SHAPES, (correct, not_attempted, incorrect, other, waiting), strict=True))
    total = sum(counts.values())
    lines = max(1, -(-total // _PER_LINE))
    width, height = _STEP * min(max(total, 1), _PER_LINE), _STEP * lines
    paths, place = [], 0
    for css, count in counts.items():
        if not count:
            continue
        dx, dy, shape = _SHAPES[css]
        moves = []
        for index in range(place, place + count):
            line, column = divmod(index, _PER_LINE)
            moves.append(f"M{_STEP * column + 4.5 + dx:g} {_STEP * line + 4.5 + dy:g}{shape}")
        paths.append(f'<path class="{css}" d="{"".join(moves)}"/>')
        place += count
    return Markup(  # noqa: S704 - made of numbers and constants only
        f'<svg class="draws" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f"{''.join(paths)}</svg>"
    )


def shade_level(correct: int, graded: int) -> int:
    """The tint of a share in nine steps, 0 to 8; 0 when nothing is graded."""
    return round(8 * correct / graded) if graded else 0


def tally_words(correct: int, not_attempted: int, incorrect: int, other: int, waiting: int) -> str:
    """The same draws in words, for readers of the text and for labels."""
    if not correct + not_attempted + incorrect + other:
        return "not yet asked"
    parts = [f"{correct} correct", f"{incorrect} made up", f"{not_attempted} declined"]
    if other:
        parts.append(f"{other} without a label")
    if waiting:
        parts.append(f"{waiting} to come")
    return ", ".join(parts)
