"""Where the sentences of a plain English text begin and end. Works on characters alone and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.cues.stems import word_set

_END: Final = re.compile(r"(?P<mark>[.!?…]+)(?P<close>[\"'”’»)\]]*)(?=\s)")
_LONGEST_ABBREVIATION: Final = 20
_NEXT: Final = re.compile(r"\s+[\"'“‘«(\[]*(?P<first>\S)")
_LAST_WORD: Final = re.compile(r"[^\s(\[\"'“‘«]+$")
_NEXT_WORD: Final = re.compile(r"\s+[\"'“‘«(\[]*(?P<word>[^\W\d_]+)")


# A name follows these, so the point after them never ends a sentence.
_OPENS_A_NAME: Final = word_set("""
    mr mrs ms messrs mme mlle dr prof st ste fr hon gen col maj capt lt sgt sir pres gov sen rep cf e.g i.e viz vs
    approx wm chas""")

# The point after these is an abbreviation's only where a number follows: "c. 1895", "No. 5", "pp. 3-4".
_OPENS_A_NUMBER: Final = word_set("""
    c ca b d r fl no nos vol vols ch p pp art sec jan feb mar apr jun jul aug sept sep oct nov dec""")

# The point after these ends a sentence only where the next word is one that opens sentences.
_MAY_END: Final = word_set("etc jr sr ltd co inc esq bros ed eds trans rev al")
_SENTENCE_OPENERS: Final = word_set("""
    a after all although among an and as at before both but by critics during early each for from he her here his how
    however i if in it its later like many most no nor not of on one or several she since some such that the their then
    there these they this those though through to today two under until we what when where which while who with you""")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of the sentences, in order, without the white space between them.

    Every character that is not white space lies in exactly one range. A newline always ends a sentence. A point does
    not end one inside a number, after a title, an initial or an abbreviation, or before a small letter.
    """
    ranges: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\r\n\v\f\x85\u2028\u2029]+", text):
        begin = line.start()
        for end in (*_ends(text, line.start(), line.end()), line.end()):
            piece = text[begin:end]
            left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
            if left < right:
                ranges.append((begin + left, begin + right))
            begin = end
    return ranges


def _ends(text: str, begin: int, end: int) -> Iterator[int]:
    """The positions inside one line at which a sentence ends and another follows."""
    for match in _END.finditer(text, begin, end):
        after = _NEXT.match(text, match.end(), end)
        if after is not None and not after["first"].islower() and not _is_abbreviation(text, begin, end, match):
            yield match.end()


def _is_abbreviation(text: str, begin: int, end: int, match: re.Match[str]) -> bool:
    """Whether the point at a match belongs to the word before it rather than to the sentence."""
    if match["mark"] != ".":
        return False
    found = _LAST_WORD.search(text[max(begin, match.start() - _LONGEST_ABBREVIATION) : match.start()])
    if found is None:
        return False
    word = found[0].lower()
    if word in _OPENS_A_NAME:
        return True
    following = _NEXT.match(text, match.end(), end)
    if found[0] in _OPENS_A_NUMBER or (len(word) > 1 and word in _OPENS_A_NUMBER):
        return following is not None and following["first"].isdigit()
    is_initial = len(found[0]) == 1 and found[0].isupper()
    if is_initial or word in _MAY_END or re.fullmatch(r"([^\W\d_]\.)+[^\W\d_]", word):
        next_word = _NEXT_WORD.match(text, match.end(), end)
        return next_word is None or next_word["word"].lower() not in _SENTENCE_OPENERS
    return False
