"""Rows of published question sets -> the values of probes: SimpleQA, TruthfulQA and PopQA, as their files have them.

Column names are those of the files with spaces as underscores and in lower case. What a set says beyond what a probe
holds (the topic of a question, the kind of its answer) is left behind.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from app.exchange.row_errors import RowError

MAX_METADATA: Final = 20_000
"""Longest metadata literal read, in characters; those of SimpleQA have a few hundred."""

_MOST_WRONG_CHOICES: Final = 3
_VERDICTS = frozenset({"yes", "no", "true", "false", "maybe", "none"})
"""Incorrect answers that a right one may hold in passing."""
_PAGES_ABOUT_THE_WIKI: Final = re.compile(r"(?i)(special|file|category|talk|template|user|wikipedia|help|portal):")


def simpleqa_values(row: Mapping[str, object]) -> dict[str, object]:
    """A row of SimpleQA (columns metadata, problem, answer); a Wikipedia page among its urls names the topic.

    {"metadata": "{'topic': 'Art', 'answer_type': 'Person', 'urls': ['https://en.wikipedia.org/wiki/X']}", ...}
    """
    metadata = row.get("metadata")
    if isinstance(metadata, str):
        metadata = _literal(metadata)
    if metadata is not None and not isinstance(metadata, Mapping):
        raise RowError("metadata", "is no dictionary", "Write {'topic': ..., 'urls': [...]}, or leave it empty")
    urls = _urls(metadata.get("urls") if metadata else None)
    return {
        "question": row.get("problem"),
        "answer": row.get("answer"),
        "wikipedia_title": _wikipedia_title(urls),
        "source": " ".join(urls),
    }


def truthfulqa_values(row: Mapping[str, object]) -> dict[str, object]:
    """A row of TruthfulQA: the best answer is the gold, the correct ones are its aliases, the incorrect ones are wrong.

    The choices are the gold and up to three of the incorrect answers, the best incorrect one (where given) first. Those
    that are a bare "Yes" or "No" are no `must_not`: a right answer may hold them in passing.
    """
    gold = row.get("best_answer")
    correct = _semicolons(row, "correct_answers")
    wrong = _semicolons(row, "incorrect_answers")
    best_wrong = row.get("best_incorrect_answer")
    if isinstance(best_wrong, str) and best_wrong.strip():
        wrong = [best_wrong.strip(), *wrong]
    wrong = list(dict.fromkeys(wrong))
    answer = gold.strip() if isinstance(gold, str) else ""
    return {
        "question": row.get("question"),
        "answer": gold,
        "aliases": [text for text in dict.fromkeys(correct) if text != answer],
        "must_not": [text for text in wrong if text.rstrip(".!").casefold() not in _VERDICTS],
        "choices": [answer, *wrong[:_MOST_WRONG_CHOICES]] if answer and wrong else [],
        "source": row.get("source"),
    }


def popqa_values(row: Mapping[str, object]) -> dict[str, object]:
    """A row of PopQA: the object of its fact is the gold, the other possible answers are its aliases.

    `s_pop` is how often the article on the subject, `s_wiki_title`, is read in a month.
    """
    possible = _possible_answers(row.get("possible_answers"))
    gold = row.get("obj")
    answer = gold.strip() if isinstance(gold, str) else ""
    if not answer and possible:
        answer = possible[0]
    number = str(row.get("id", "")).strip()
    return {
        "id": f"popqa-{number}" if re.fullmatch(r"[0-9]{1,20}", number) else (number or None),
        "question": row.get("question"),
        "answer": answer,
        "aliases": [text for text in dict.fromkeys(possible) if text != answer],
        "wikipedia_title": row.get("s_wiki_title"),
        "popularity": _views(row.get("s_pop")),
    }


def _literal(text: str) -> object:
    """The value of a Python literal; nothing in it is carried out."""
    fix = "Write a dictionary such as {'topic': ..., 'urls': [...]}, or leave it empty"
    if len(text) > MAX_METADATA:
        raise RowError("metadata", f"is longer than {MAX_METADATA:,} characters", "Shorten it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an odd backslash, which changes nothing here
            return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise RowError("metadata", "is no dictionary that can be read", fix) from None


def _urls(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, Sequence):
        return [text for entry in value if isinstance(entry, str) for text in entry.split()]
    return []


def _wikipedia_title(urls: Sequence[str]) -> str | None:
    """The article that the first of the addresses names, an English one before others; None where none does."""
    titles: list[tuple[bool, str]] = []
    for url in urls:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            continue
        if not host.endswith(".wikipedia.org") or not parts.path.startswith("/wiki/"):
            continue
        title = unquote(parts.path.removeprefix("/wiki/")).replace("_", " ").strip()
        if title and not _PAGES_ABOUT_THE_WIKI.match(title):
            titles.append((not host.startswith("en."), title))
    return min(titles, key=lambda found: found[0])[1] if titles else None


def _semicolons(row: Mapping[str, object], column: str) -> list[str]:
    value = row.get(column)
    if value is None:
        return []
    entries: Sequence[Any] = value.split(";") if isinstance(value, str) else value if isinstance(value, list) else ()
    if not entries or not all(isinstance(entry, str) for entry in entries):
        raise RowError(column, "is no list of texts", "Separate its texts with ;")
    return [entry.strip() for entry in entries if entry.strip()]


def _possible_answers(value: object) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = 0
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise RowError("possible_answers", "is no JSON list of texts", 'Write ["one answer", "another"]')
    return [entry.strip() for entry in value if entry.strip()]


def _views(value: object) -> object:
    if isinstance(value, str) and value.strip():
        if not re.fullmatch(r"[0-9]{1,15}(\.0+)?", value.strip()):
            raise RowError("s_pop", f"{value.strip()[:40]!r} is no number of page views", "Write a whole number")
        return int(float(value))
    return value
