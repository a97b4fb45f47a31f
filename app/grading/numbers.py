"""Numbers as words: "fifteen hundred", "sixty-four", "eleventh", "11th", "1,000" and "chapter XI" become digits."""

from __future__ import annotations

import re

from app.grading.lexicon import listed
from app.grading.words import Word

_UNIT_NAMES = """zero, one first, two second, three third, four fourth, five fifth, six sixth, seven seventh,
    eight eighth, nine ninth, ten tenth, eleven eleventh, twelve twelfth, thirteen thirteenth, fourteen fourteenth,
    fifteen fifteenth, sixteen sixteenth, seventeen seventeenth, eighteen eighteenth, nineteen nineteenth"""
_TEN_NAMES = """twenty twentieth, thirty thirtieth, forty fortieth, fifty fiftieth, sixty sixtieth, seventy seventieth,
    eighty eightieth, ninety ninetieth"""
_UNITS = {name: value for value, names in enumerate(_UNIT_NAMES.split(",")) for name in names.split()}
_TENS = {name: value * 10 for value, names in enumerate(_TEN_NAMES.split(","), start=2) for name in names.split()}
_POWERS = {"hundred": 100, "hundredth": 100, "thousand": 1000, "million": 1_000_000}
_SPELLED = frozenset((*_UNITS, *_TENS, *_POWERS))
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LONGEST_NUMBER = 12
_ROMAN_NUMERAL = re.compile(r"C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_LONGEST_ROMAN = 10
_FOREIGN_NAMES = """, , zwei deux dos dva два двух, drei trois tres tre tri три трех,
    vier quatre cuatro quattro четыре,
    funf cinq cinco cinque пять, sechs шесть, sieben siete sette семь, acht huit ocho восемь, neun neuf nueve девять,
    zehn dix diez dieci десять, onze undici одиннадцать, zwolf douze doce dodici двенадцать,
    dreizehn treize trece tredici тринадцать, vierzehn quatorze catorce quattordici четырнадцать,
    funfzehn quinze quindici пятнадцать, sechzehn seize dieciseis sedici шестнадцать, siebzehn diciassette семнадцать,
    achtzehn dieciocho diciotto восемнадцать, neunzehn diecinueve diciannove девятнадцать,
    zwanzig vingt veinte venti двадцать"""
_FOREIGN_ROUND = (
    "30 dreissig trente treinta trenta тридцать, 40 vierzig quarante cuarenta quaranta сорок, "
    "50 funfzig cinquante cincuenta cinquanta пятьдесят, 100 hundert cien cento сто, 1000 tausend mille mil тысяча"
)
_CHINESE = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")}
_AFTER_DIX = {"sept": "17", "huit": "18", "neuf": "19"}
TIME_UNITS = listed("second minute hour day night week month year decade century")
"""What a time is told in: "a day" is one day."""
DIVISIONS = listed("chapter chapters ch chs book canto act scene part volume letter")
"""Words that a Roman numeral follows."""

FOREIGN: dict[str, frozenset[str]] = {
    **{str(value): frozenset(names.split()) for value, names in enumerate(_FOREIGN_NAMES.split(",")) if names.strip()},
    **{names.split()[0]: frozenset(names.split()[1:]) for names in _FOREIGN_ROUND.split(",")},
}
"""Number words of other languages by their digits, those that are words of English too left out."""

VAGUE_NUMBERS = frozenset({"one", "first", "second", "zero"})
"""Number words that more often stand for no number."""


def merge_numbers(words: list[Word]) -> list[Word]:
    """The words with each number made one word whose term is its digits."""
    if not any(
        word.key in _SPELLED or word.key[0].isdecimal() or word.key[0] in _ROMAN or word.key in TIME_UNITS
        or word.key in _CHINESE or word.key == "dix" for word in words
    ):  # fmt: skip
        return words
    merged: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.key in _SPELLED:
            value, end = _spelled(words, at)
            key = " ".join(part.key for part in words[at:end])
            merged.append(word._replace(key=key, term=str(value), end=words[end - 1].end))
            at = end
            continue
        if word.key in _CHINESE:
            value, end = _chinese(words, at)
            key = "".join(part.key for part in words[at:end])
            merged.append(word._replace(key=key, term=str(value), end=words[end - 1].end))
            at = end
            continue
        if word.key in ("a", "an") and at + 1 < len(words) and words[at + 1].key in TIME_UNITS:
            word = word._replace(key="one", term="1")
        if word.key == "dix" and at + 1 < len(words) and words[at + 1].key in _AFTER_DIX:
            after = words[at + 1]
            merged.append(word._replace(key=f"dix-{after.key}", term=_AFTER_DIX[after.key], end=after.end))
            at += 2
            continue
        digits = _digits(word.key) if word.key[0].isdecimal() else None
        if digits is not None:
            word = word._replace(term=digits)
        elif (
            merged
            and merged[-1].key in DIVISIONS
            and _ROMAN.keys() >= set(word.key)
            and len(word.key) <= _LONGEST_NUMBER
        ):
            word = word._replace(term=str(_roman(word.key)))
        merged.append(word)
        at += 1
    return merged


def _digits(key: str) -> str | None:
    """The digits of "1,000" and "11th", without leading zeros; None for what is no number of at most twelve digits.

    The key begins with a digit.
    """
    bare = key[:-2] if key.endswith(_ORDINAL_ENDINGS) else key.replace(",", "")
    if not (bare.isdecimal() and len(bare) <= _LONGEST_NUMBER):
        return None
    return str(int(bare))


def roman_numeral(written: str) -> str | None:
    """The digits of a Roman numeral of at least two capitals, "VIII"; None for any other word."""
    if not 2 <= len(written) <= _LONGEST_ROMAN or not written.isupper() or not _ROMAN_NUMERAL.fullmatch(written):
        return None
    return str(_roman(written.lower()))


def _chinese(words: list[Word], at: int) -> tuple[int, int]:
    """The value of up to three Chinese numerals below a hundred, and where they end."""
    end = at
    while end < min(len(words), at + 3) and words[end].key in _CHINESE and words[end].sentence == words[at].sentence:
        end += 1
    signs = [_CHINESE[word.key] for word in words[at:end]]
    if 10 not in signs:
        return int("".join(str(sign) for sign in signs)), end
    tens = signs.index(10)
    return (signs[tens - 1] if tens else 1) * 10 + (signs[tens + 1] if tens + 1 < len(signs) else 0), end


def _roman(key: str) -> int:
    values = [_ROMAN[letter] for letter in key]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _spelled(words: list[Word], at: int) -> tuple[int, int]:
    """The value of the number that begins at a number word, and where it ends."""
    total = current = 0
    place = at
    while place < len(words):
        key = words[place].key
        if place > at and words[place].sentence != words[at].sentence:
            break
        if key in _UNITS:
            room = current % 100
            if place > at and (words[place - 1].key in _UNITS or (room and (room < 20 or _UNITS[key] >= 10))):
                break
            current += _UNITS[key]
        elif key in _TENS:
            if current % 100:
                break
            current += _TENS[key]
        elif key in _POWERS:
            if current >= 1_000_000 or total >= 1_000_000_000:
                break
            power = _POWERS[key]
            current = max(current, 1) * power
            if power > 100:
                total, current = total + current, 0
        elif not (key == "and" and words[place - 1].key in _POWERS and _goes_on(words, place + 1)):
            break
        place += 1
    return total + current, place


def _goes_on(words: list[Word], place: int) -> bool:
    return place < len(words) and words[place].key in _SPELLED and words[place].key not in _POWERS
