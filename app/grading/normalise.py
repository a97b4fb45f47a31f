"""Reads a response into words that can be compared, each with its place in the raw text. Knows no probe and no label.

Markup, special tokens and thinking are blanked with spaces of the same length, so that only Unicode decomposition moves
characters; `Word.start` and `Word.end` always point into the text as it was received.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.grading.lexicon import listed
from app.grading.numbers import merge_numbers, roman_numeral
from app.grading.spelling import stem
from app.grading.words import Word

ARTICLES = frozenset({"a", "an", "the"})
_TURNING = listed("but however instead although though rather whereas while because yet")
_ABBREVIATIONS = listed("mr mrs ms dr st ch chs vol rev sgt prof capt jr sr vs")
_LETTERS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": ";",
     "…": "...", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ð": "d",
     "þ": "th", "ı": "i", "č": "ch", "Č": "Ch", "š": "sh", "Š": "Sh", "ž": "zh", "Ž": "Zh",
     "。": ". ", "，": ",", "！": "!", "？": "?", "\u00ad": "", "\u200b": "", "\u200c": "",
     "\u200d": "", "\ufeff": ""}
)  # fmt: skip

# Every quantifier is bounded, so that none of these can take more than linear time on hostile text.
_SPECIAL = re.compile(
    r"<\|[^<>|]{1,40}\|>|</?[a-zA-Z][^<>\n]{0,60}>|\[/?INST\]|~~[^~\n]{1,200}~~|&#?\w{1,8};|(?<=\])\([^()\s]{1,300}\)"
)
_MARKUP = str.maketrans(dict.fromkeys("*_#|>", " "))
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\d{1,3}(?:,\d{3})+(?!\d)|[^\W_\u3040-\u30ff\u3400-\u9fff]+"
    r"(?:'[^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*"
)
_LONGEST_ABBREVIATION = 4
_ASKING = listed("who whom whose what which when where why how is was are were does do did can could has have would")
_GUESSING = listed("perhaps maybe possibly probably guess guessing presumably")
_GUESSED_WITHIN = 4
_BEING = listed("is was were am maybe perhaps")
_LONGEST_GUESS = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the matcher sees it: its words, the line of their keys, and how the text ends."""

    raw: str
    words: tuple[Word, ...]
    line: str
    """All keys between single spaces, with one space before the first and after the last."""
    line_starts: tuple[int, ...]
    """Where in `line` each word begins."""
    questions: frozenset[int]
    """Numbers of the sentences that end with a question mark, guesses like "Perhaps the fox?" left out."""
    tail: str
    """What stands after the last word, without spaces."""
    thinking_open: bool
    """Whether the text ends inside thinking that was never closed."""

    @property
    def sentences(self) -> int:
        """How many sentences have words in them."""
        return self.words[-1].sentence + 1 if self.words else 0


def read(raw: str) -> Reading:
    """The reading of a text; never raises, and takes time linear in its length."""
    shown, thinking_open = _without_thinking(raw)
    if "<" in shown or "[" in shown or "~" in shown or "&" in shown:
        shown = _SPECIAL.sub(_blank, shown)
    shown = shown.translate(_MARKUP)
    if shown.isascii():
        plain, places = shown.replace("`", "'"), None
    else:
        plain, places = _decomposed(shown)
    return _words(raw, plain, places, thinking_open=thinking_open)


def terms_of(phrase: str) -> tuple[str, ...]:
    """The terms of a short phrase, articles left out."""
    return tuple(word.term for word in read(phrase).words if word.key not in ARTICLES)


def line_of(phrase: str) -> str:
    """The keys of a short phrase between single spaces."""
    return " ".join(word.key for word in read(phrase).words)


def _reconsiders(keys: list[str]) -> bool:
    """Whether a sentence offers one thing and then asks whether it was another: "Lubkov, or was it Gurov?"."""
    return any(keys[place] == "or" and keys[place + 1] in _BEING for place in range(1, len(keys) - 1))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without_thinking(raw: str) -> tuple[str, bool]:
    """The text with thinking blanked, and whether the last thinking is still open.

    Templates often put the opening tag into the prompt, so that a closing tag without one ends thinking that began
    with the text.
    """
    if "think" not in raw:
        return raw, False
    shown, at = [], 0
    first_close = raw.find("</think>")
    first_open = raw.find("<think>")
    if first_close != -1 and (first_open == -1 or first_close < first_open):
        at = first_close + len("</think>")
        shown.append(" " * at)
    while True:
        opened = raw.find("<think>", at)
        if opened == -1:
            shown.append(raw[at:])
            return "".join(shown), False
        shown.append(raw[at:opened])
        closed = raw.find("</think>", opened)
        if closed == -1:
            shown.append(" " * (len(raw) - opened))
            return "".join(shown), True
        at = closed + len("</think>")
        shown.append(" " * (at - opened))


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """One character without accents and in a form of the Latin, Cyrillic or its own alphabet."""
    decomposed = unicodedata.normalize("NFKD", character.translate(_LETTERS))
    return "".join(part for part in decomposed if not unicodedata.category(part).startswith("M")).translate(_LETTERS)


def _decomposed(shown: str) -> tuple[str, list[int]]:
    """The text letter by letter decomposed, and for each new character its place in the old text."""
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        part = character if character.isascii() and character != "`" else _letter(character)
        parts.append(part)
        places.extend([place] * len(part))
    return "".join(parts), places


def _words(raw: str, plain: str, places: list[int] | None, *, thinking_open: bool) -> Reading:
    found: list[Word] = []
    questions: set[int] = set()
    sentence = clause = before = 0
    double = single = False
    previous = ""
    for match in _WORD.finditer(plain):
        start, end = match.span()
        gap = plain[before:start]
        if gap != " ":
            if '"' in gap and gap.count('"') % 2:
                double = not double
            if "'" in gap:
                single = gap.endswith("'") or (single and not gap.startswith("'"))
            if found and _ends_sentence(gap, previous, before_capital=plain[start].isupper()):
                if "?" in gap:
                    questions.add(sentence)
                sentence, clause, double = sentence + 1, clause + 1, gap.endswith('"')
            elif found and not gap.isspace() and any(sign in gap for sign in ",;:()-."):
                clause += gap != "-"
        key = plain[start:end].casefold()
        if key in _TURNING:
            clause += 1
        begin, stop = (start, end) if places is None else (places[start], places[end - 1] + 1)
        numeral = roman_numeral(plain[start:end]) if end - start > 1 and plain[start] in "CLXVI" else None
        found.append(
            Word(key, numeral or stem(key), begin, stop, plain[start].isupper(), double or single, sentence, clause)
        )
        previous, before = key, end
    rest = plain[before:].strip()
    if "?" in rest:
        questions.add(sentence)
    words = merge_numbers(found)
    starts, at = [], 1
    for word in words:
        starts.append(at)
        at += len(word.key) + 1
    line = f" {' '.join(word.key for word in words)} "
    asking = frozenset(questions) - _guesses(words, questions)
    return Reading(raw, tuple(words), line, tuple(starts), asking, rest, thinking_open)


def _guesses(words: list[Word], questions: set[int]) -> set[int]:
    """The sentences with a question mark that offer an answer with a doubt: "Perhaps the fox?", "Jim, perhaps?"."""
    if not questions:
        return set()
    told: dict[int, list[str]] = {}
    for word in words:
        if word.sentence in questions:
            told.setdefault(word.sentence, []).append(word.key)
    return {
        sentence for sentence, keys in told.items()
        if len(keys) <= _LONGEST_GUESS and keys[0] not in _ASKING and "you" not in keys
        and (_reconsiders(keys) or not _GUESSING.isdisjoint((*keys[:_GUESSED_WITHIN], keys[-1])))
    }  # fmt: skip


def _ends_sentence(gap: str, previous: str, *, before_capital: bool) -> bool:
    """Whether what stands between two words ends a sentence.

    A full stop after an abbreviation or an initial does not, nor the question mark of a quoted title ("Need?', is").
    """
    if "\n" in gap:
        return True
    if "!" in gap or "?" in gap:
        return before_capital or not ("'" in gap or '"' in gap)
    if "." not in gap or not (gap[-1].isspace() or gap[-1] in "\"'("):
        return False
    short = len(previous) <= _LONGEST_ABBREVIATION and (
        previous in _ABBREVIATIONS or (len(previous) == 1 and previous != "i")
    )
    return not short or gap.strip() != "."
