"""Replies: from the body of a chat completion to Answers. Knows the wire format and its dialects, and sends nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.inference.records import Answer, FinishReason
from app.inference.retries import AttemptFailed

_THINK_OPENS, _THINK_CLOSES = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The answers of one request in the order of their draws, with what the server counted; None where it did not say.

    `completion_tokens` is the server's number as it stands, whatever it counted.
    """

    answers: tuple[Answer, ...]
    model_answered: str | None
    prompt_tokens: int | None
    completion_tokens: int | None


def read_chat_reply(content: bytes, n: int) -> ChatReply:
    """Read the body of a reply to a request for `n` answers.

    Raises AttemptFailed for anything but exactly `n` well-formed choices: a body that was cut once may come whole.
    """
    try:
        body = json.loads(content)
    except ValueError:
        raise AttemptFailed("the reply is not JSON") from None
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise AttemptFailed("the reply has no list of choices")
    if len(choices) != n:
        raise AttemptFailed(f"the reply has {len(choices)} choices instead of {n}")
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    completion_tokens = _count(usage.get("completion_tokens"))
    model = body.get("model")
    return ChatReply(
        answers=tuple(_answer(choice, completion_tokens if n == 1 else None) for choice in _in_order(choices)),
        model_answered=model if isinstance(model, str) else None,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=completion_tokens,
    )


def split_reasoning(text: str) -> tuple[str, str | None]:
    """The answer and the thinking text before it, None where there is none.

    Thinking stands in a leading <think> block. Without </think> the model was cut off while thinking, and the answer is
    empty. Without <think> but with </think> the prompt's template had opened the block already.
    """
    opens = text.lstrip().startswith(_THINK_OPENS)
    before, closed, after = text.partition(_THINK_CLOSES)
    if not opens and not closed:
        return text, None
    reasoning = before.lstrip().removeprefix(_THINK_OPENS).strip()
    return after.strip(), reasoning or None


def _answer(choice: dict[str, Any], completion_tokens: int | None) -> Answer:
    message = choice.get("message")
    if not isinstance(message, dict):
        raise AttemptFailed("a choice of the reply has no message")
    written = message.get("content")
    # Content is null where the model only thought, or declined through a field of its own.
    if not isinstance(written, str | None):
        raise AttemptFailed("the text of a choice is not a string")
    text, reasoning = split_reasoning(_encodable(written or ""))
    for field in ("reasoning_content", "reasoning"):
        apart = message.get(field)
        if isinstance(apart, str) and apart.strip():
            reasoning = _encodable(apart).strip()
            break
    return Answer(text, _finish_reason(choice.get("finish_reason")), reasoning, completion_tokens)


def _in_order(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices by their `index`, or as they came where the indexes are not exactly 0 to n - 1."""
    indexes = [choice.get("index") for choice in choices]
    if not all(isinstance(index, int) for index in indexes) or set(indexes) != set(range(len(choices))):
        return choices
    return sorted(choices, key=lambda choice: int(choice["index"]))


def _finish_reason(said: object) -> FinishReason:
    return FinishReason(said) if isinstance(said, str) and said in set(FinishReason) else FinishReason.OTHER


def _count(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


def _encodable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which JSON allows and no database stores."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
