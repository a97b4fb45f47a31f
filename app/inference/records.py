"""The records of the inference room: how to draw, what a server can do, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FinishReason(StrEnum):
    """Why the model stopped, in the words of the OpenAI-compatible protocol; OTHER is anything else a server says."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to draw: `n` answers to one prompt at `temperature`, each of at most `max_tokens` tokens, from `seed`.

    `json_schema` is the form answers must have. Servers that cannot hold a model to one are not sent it: what comes
    from them may have any form.
    """

    n: int
    temperature: float
    max_tokens: int
    seed: int
    json_schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `reasoning` is thinking text kept apart from `text`, token counts are None where not told."""

    text: str
    finish_reason: FinishReason
    reasoning: str | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The answers to one prompt, in the order of their draws, with what they cost.

    `latency_ms` is from the first byte sent to the last received, of the attempt that succeeded; `attempts` counts all
    of them; `model_answered` is the model's name in the server's own words.
    """

    answers: tuple[Answer, ...]
    model_answered: str
    latency_ms: float
    attempts: int
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server can do, found out by asking it; None is "not asked or not answered", never "no".

    `seed` is False for a server that a seeded draw can end: it is sent none.
    `max_n` is the most answers one request may ask for, None where the server names no limit. `usage_counts_all` says
    whether `usage.completion_tokens` adds up all answers of a request; some servers count the first one only.
    """

    engine: str
    engine_version: str | None
    served_name: str
    context_tokens: int | None
    n: bool | None
    logprobs: bool | None
    prompt_logprobs: bool | None
    json_schema: bool | None
    tokenize: bool | None
    seed: bool | None = None
    usage_counts_all: bool | None = None
    max_n: int | None = None
