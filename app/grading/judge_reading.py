"""Reads a judge's words: the label it gave last, why, and which words it quotes. Knows no probe and asks nobody.

A verdict is one of the labels the judge was offered, as words; a letter never is, since in questions with options
letters are answers. What was not offered ("partly correct", "not correct", "wrong", "B") makes no label, also where
something that was offered stands before it: the last word counts. What cannot be read has no label, and no default.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.grading.records import GRADABLE, Label

_LONGEST_READ = 20_000
_LONGEST_DENIAL = 40
_LONGEST_CLAUSE = 200  # on either side of a mention: endless sentences take linear time
_LONGEST_REASON = 400

_KEYS = ("label", "verdict", "grade")
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_TOKENS = re.compile(r"<\|[^<>|]{1,40}\|>")
_DECODER = json.JSONDecoder(strict=False)  # a line break inside a string is a slip that changes no verdict

# What follows reads prose; each quantifier is bounded or followed by something it cannot match itself.
_MARKUP = str.maketrans(dict.fromkeys("*`#>|~\"'\u201c\u201d\u2018\u2019", " "))
_SMALL = str.maketrans({letter: letter.lower() for letter in string.ascii_uppercase})  # others could change in length
_EMPHASIS = re.compile(r"(?<![A-Za-z])_+|_+(?![A-Za-z])")
_SENTENCE = re.compile(r"[^.!?;\n\u3002]+[.!?;\n\u3002]?")
_LABEL = r"(?:incorrect|not[ _-]?attempted|correct)"
_MENTION = re.compile(rf"(?<![\w-])(?:({_LABEL})|wrong|right|false|true|ungradable)(?![\w-])")
_CHOICE_OF_LABELS = re.compile(rf"(?<![\w-]){_LABEL}(?:\s{{0,9}}(?:,|/|\bor\b|\bnor\b)\s{{0,9}}(?:or\s)?{_LABEL})+")
_KEYED = re.compile(r"(?:label|verdict|grade)\s{0,9}[:=]\s{0,9}(\w[\w -]{0,40})")
_QUOTED_KEY = re.compile(
    rf"[\"'](?:{'|'.join(_KEYS)})[\"']\s{{0,9}}:\s{{0,9}}(?:\"([^\"]{{0,60}})\"|'([^']{{0,60}})'|(\w{{1,60}})\s{{0,9}}[,}}])",
    re.IGNORECASE,
)
_ADVERB = (
    r"(?:(?:clearly|completely|definitely|entirely|factually|fully|indeed|obviously|plainly|simply|therefore)\s+)?"
)
_STATES = re.compile(
    r"(?:\b(?:is|was|are|be|as|graded|judged|labelled|labeled|marked|rated|therefore|thus|hence|so)\s+(?:an?\s+)?"
    rf"{_ADVERB}"
    r"|\b(?:label|verdict|grade|judge?ment|classification|rating|conclusion|decision|final answer)"
    r"\s*[:=\u2013\u2014-]?\s*"
    r"|[:=\u2192\u21d2\uff1a]\s*)$"
)
_DENIES = re.compile(
    r"(?:\b(?:not|never|neither|nor|hardly|almost|nearly|partially|partly|mostly|largely|somewhat|half)"
    r"|\bcannot|(?:is|was|are|do|does|did|could|would|should|ca)n ?t)\s+(?:[a-z]+\s+)?$"
)
_SUPPOSES = re.compile(r"\b(?:would(?! say)|could|might|may|if|whether|either|unless)\b")
_OPENS = re.compile(r"\W*(?:\w\s?[).:\]-]\W*)?$")
_ENDS = re.compile(r"\s*(?:$|[.,;!)\]\u3002\u2013\u2014-])")
_GOES_ON = re.compile(r"\s*(?:$|[.,;:!)\]\u3002\u2013\u2014-]|(?:because|since|as|and|answer|response)\b)")
_IS_TALKED_OF = re.compile(r"\s*(?:does|do|would|could|can|cannot|may|might|if)\b")
_TAKES_BACK = re.compile(r"\b(?:but|except|however|only|part|partly|partially|though|although)\b")


@dataclass(frozen=True, slots=True)
class ReadVerdict:
    """What a judge said. Without a label, `reason` says why none can be read."""

    label: Label | None
    reason: str
    fabricated: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """A verdict at a place of the text; without a label it was none of those offered."""

    at: int
    label: Label | None
    said: dict[str, object] | None = None


def read_verdict(raw: str) -> ReadVerdict:
    """The verdict in a judge's words: JSON, also in a fence or cut behind its label, a bare word, or prose.

    Never raises, whatever the text; closed thinking is passed over, and thinking that was never closed says nothing.
    """
    said = _without_thinking(raw[-_LONGEST_READ:])
    if not said.strip():
        return ReadVerdict(None, "the judge said nothing")
    given, prose = _in_objects(said)
    given = sorted((*given, *_in_prose(prose)), key=lambda one: one.at)
    if not given:
        return ReadVerdict(None, f"the judge gave no verdict: {_short(said)}")
    last = given[-1]
    if last.label is None:
        return ReadVerdict(None, f"the judge's last verdict is none that was offered: {_short(said)}")
    if last.said is None:
        is_alone = _label(said) is not None
        return ReadVerdict(last.label, "the judge gave no reason" if is_alone else _short(said))
    reason, fabricated = last.said.get("reason"), last.said.get("fabricated")
    return ReadVerdict(
        last.label,
        _short(reason) if isinstance(reason, str) and reason.strip() else "the judge gave no reason",
        fabricated if isinstance(fabricated, str) else "",
    )


def find_quoted(quoted: str, text: str) -> tuple[int, int] | None:
    """Where a text holds words that were quoted from it, as a half-open range of it; None where it does not.

    Case, accents, white space and the kinds of quotes and dashes may differ, and quotes or full stops around the words
    do not count. Whole words are wanted, but in writing that has no spaces.
    """
    wanted = _folded(quoted)[0].strip(" '.,;:!?")
    if not wanted:
        return None
    line, places = _folded(text)
    at = line.find(wanted)
    while at != -1:
        end = at + len(wanted)
        is_whole = not (_joins(line, at) or _joins(line, end))
        if is_whole or not wanted.isascii():
            return places[at], places[end - 1] + 1
        at = line.find(wanted, at + 1)
    return None


def _without_thinking(text: str) -> str:
    shown = _TOKENS.sub(" ", _THOUGHTS.sub(" ", text))
    shown = shown.rpartition("</think>")[2]  # the template had opened the thinking
    return shown.partition("<think>")[0]


def _in_objects(text: str) -> tuple[list[_Given], str]:
    """The verdicts in JSON objects, whole or broken, and the text with all objects blanked."""
    given: list[_Given] = []
    prose: list[str] = []
    at = 0
    while (opened := text.find("{", at)) != -1:
        prose.append(text[at:opened])
        try:
            said, end = _DECODER.raw_decode(text, opened)
        except (ValueError, RecursionError):
            # Cut off, or no JSON: only a label that is given whole counts, nothing that the reason says.
            following = text.find("{", opened + 1)
            piece = text[opened : following if following != -1 else len(text)]
            end = opened + (piece.rfind("}") + 1 or len(piece))
            given.extend(
                _Given(match.start(), _label(next(part for part in match.groups() if part is not None)))
                for match in _QUOTED_KEY.finditer(text, opened, end)
            )
        else:
            holder = _holder(said)
            if holder is not None:
                value = next(holder[key] for key in _KEYS if _is_verdict(holder.get(key, {})))
                given.append(_Given(opened, _label(value) if isinstance(value, str) else None, holder))
        prose.append(" " * (end - opened))
        at = end
    return given, "".join((*prose, text[at:]))


def _holder(said: object) -> dict[str, object] | None:
    """The object that holds the verdict: this one, or one directly inside it."""
    outer = _plain_keys(said)
    inner = [_plain_keys(value) for value in outer.values() if isinstance(value, dict)]
    return next((one for one in (outer, *reversed(inner)) if any(_is_verdict(one.get(key, {})) for key in _KEYS)), None)


def _is_verdict(value: object) -> bool:
    return not isinstance(value, dict)


def _plain_keys(said: object) -> dict[str, object]:
    return {str(key).strip().casefold(): value for key, value in said.items()} if isinstance(said, dict) else {}


def _label(words: str) -> Label | None:
    """The label that a text is, markup and full stops left out; None where it is none of those offered."""
    plain = "_".join(re.split(r"[\s_-]+", words.translate(_MARKUP).strip(" \t\r\n_.,;:!()[]").casefold()))
    return next((label for label in GRADABLE if label == plain), None)


def _in_prose(text: str) -> Iterator[_Given]:
    plain = _EMPHASIS.sub(_blank, text.translate(_SMALL).translate(_MARKUP))
    plain = _CHOICE_OF_LABELS.sub(_blank, plain)  # the labels named as a choice are not given as a verdict
    for match in _KEYED.finditer(plain):
        if not re.match(_LABEL + r"(?![\w-])", match[1]):
            yield _Given(match.start(), None)
    for sentence in _SENTENCE.finditer(plain):
        if sentence.group().endswith("?"):
            continue
        start, end = sentence.span()
        for mention in _MENTION.finditer(plain, start, end):
            if _DENIES.search(plain[max(0, mention.start() - _LONGEST_DENIAL) : mention.start()]):
                yield _Given(mention.start(), None)  # also over the end of a line: "not", and "correct" on the next
                continue
            before = plain[max(start, mention.start() - _LONGEST_CLAUSE) : mention.start()]
            after = plain[mention.end() : min(end, mention.end() + _LONGEST_CLAUSE)]
            verdict = _as_verdict(mention, before, after)
            if verdict is not None:
                yield verdict


def _as_verdict(mention: re.Match[str], before: str, after: str) -> _Given | None:
    """What the mention of a verdict's word says; None where it is not said of the answer ("the correct answer is")."""
    if _SUPPOSES.search(before):
        return None
    label = _label(mention[1]) if mention[1] else None
    if _OPENS.fullmatch(before):
        # "Correct: Boldwood" may name the right answer as well as praise the one given.
        return _Given(mention.start(), label) if _ENDS.match(after) else None
    if not _STATES.search(before):
        return None
    if _IS_TALKED_OF.match(after):
        return _Given(mention.start(), None)
    if label is Label.CORRECT and (not _GOES_ON.match(after) or _TAKES_BACK.search(after)):
        return _Given(mention.start(), None)
    return _Given(mention.start(), label)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "\u2026"


def _folded(text: str) -> tuple[str, list[int]]:
    """A text in the form in which quotes are compared, and for each of its characters the place in the text."""
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        part = " " if character.isspace() else _SAME.get(character) or _plain(character)
        if part == " " and (not parts or parts[-1] == " "):
            continue
        for letter in part:
            parts.append(letter)
            places.append(place)
    return "".join(parts), places


def _plain(character: str) -> str:
    """A character without case and accents; an accent of its own is left out."""
    if character.isascii():
        return character.casefold()
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _joins(line: str, at: int) -> bool:
    """Whether a word goes on over a place of the text."""
    return 0 < at < len(line) and line[at - 1].isalnum() and line[at].isalnum()


_SAME = {
    **dict.fromkeys('"`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u02bc', "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
    "\u2026": "...",
}
