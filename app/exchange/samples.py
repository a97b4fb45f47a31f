"""Samples of Inspect (https://inspect.aisi.org.uk) as jsonl -> the values of probes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.exchange.row_errors import RowError
from app.probes.forms import LETTERS

# What else a sample's metadata holds is named by whoever wrote it and may mean anything.
_TEXTS: Final = ("work", "author", "wikipedia_title", "source", "oracle")
_LISTS: Final = ("aliases", "must_not")


def sample_values(row: Mapping[str, object], suite: str) -> dict[str, object]:
    """A sample: input as a text or as messages, target as a text, a list or the letter of a choice.

    An id that is not one of ours becomes one: "Sample 3" is sample-3, and 3 is SUITE-3, since other files count too.
    """
    choices = _texts(row.get("choices"), "choices")
    targets = _texts(row.get("target"), "target")
    answers = [_chosen(target, choices) for target in targets] if choices else targets
    if choices and len(set(answers)) > 1:
        raise RowError("target", "names more than one of the choices", "Keep the best one; a probe has one gold answer")
    values: dict[str, object] = {
        "id": _identity(row.get("id"), suite),
        "question": _question(row.get("input")),
        "answer": answers[0] if answers else None,
        "aliases": list(dict.fromkeys(answers[1:])) if not choices else [],
        "choices": choices,
    }
    metadata = row.get("metadata")
    if isinstance(metadata, Mapping):
        values |= {name: metadata[name] for name in _TEXTS if isinstance(metadata.get(name), str)}
        for name in _LISTS:
            held = metadata.get(name)
            if isinstance(held, list) and all(isinstance(entry, str) for entry in held) and held:
                given = values.get(name)
                values[name] = [*(given if isinstance(given, list) else []), *held]
    return values


def _question(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(message, Mapping) for message in value):
        raise RowError("input", "is neither a text nor a list of messages", "Write the question as one text")
    roles = [message.get("role") for message in value]
    if any(role != "user" for role in roles):
        other = next(str(role)[:40] for role in roles if role != "user")
        raise RowError("input", f"holds a message of the role {other!r}", "Put what it says into one user message")
    return "\n\n".join(_content(message.get("content")) for message in value)


def _content(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, Mapping) and part.get("type") == "text" for part in value):
        return "\n".join(str(part.get("text", "")) for part in value)
    raise RowError("input", "holds a message that is not text alone", "A probe is asked in text; leave images out")


def _texts(value: object, column: str) -> list[str]:
    if value is None:
        return []
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise RowError(column, "is neither a text nor a list of texts", "Write texts in quotes")
    return [entry.strip() for entry in entries if entry.strip()]


def _chosen(target: str, choices: list[str]) -> str:
    """The choice that a target means: by its letter, or by being the same."""
    if len(target) == 1 and target in LETTERS[: len(choices)]:
        return choices[LETTERS.index(target)]
    if target in choices:
        return target
    raise RowError("target", f"{target[:40]!r} is none of the choices", "Give a choice's letter or its text")


def _identity(value: object, suite: str) -> object:
    if value is None or isinstance(value, bool) or not isinstance(value, int | str):
        return None
    name = re.sub(r"[^a-z0-9]+", "-", str(value).casefold()).strip("-")
    if not name:
        return None
    return f"{suite}-{name}" if name.isdecimal() else name
