"""Capabilities: found by asking the server, never guessed from a name.

One request for the list of models, then eight small ones at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.config import key_setting
from app.errors import ModelNotServed, ModelSpecError, ServerUnreachable, SettingError
from app.inference.records import Capabilities, FinishReason
from app.inference.replies import read_chat_reply
from app.inference.retries import AttemptFailed, GaveUp, retry
from app.inference.seeding import may_be_seeded
from app.inference.wire import Reply, Wire

_DEADLINE_S = 60.0
"""For one question: the first answer of a server that has just started can take half a minute."""

_MODELS_PATIENCE_S = 20.0
"""A server that is still loading its model says so for some seconds, and nothing can be done without this answer."""

_QUESTION_PATIENCE_S = 4.0
"""Some servers answer 500 to what they do not know, each time."""

_NAMES_SHOWN = 12

_COUNT = [{"role": "user", "content": "Count from one to twenty in words."}]
_TOKENS_EACH = 2
_ASK_N = {"messages": _COUNT, "n": 2, "max_tokens": _TOKENS_EACH, "temperature": 1.0, "seed": 1}
_ASK_LOGPROBS = {"messages": _COUNT, "max_tokens": 1, "logprobs": True, "top_logprobs": 1}
_ASK_PROMPT_LOGPROBS = {
    # Asked as it is used: the score of a given reply, not of a prompt that the model goes on from.
    "messages": [*_COUNT, {"role": "assistant", "content": "One"}],
    "max_tokens": 1,
    "prompt_logprobs": 1,
    "add_generation_prompt": False,
    "continue_final_message": True,
}
_ASK_JSON_SCHEMA = {
    "messages": _COUNT,
    "max_tokens": 16,
    "temperature": 0.0,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "counted",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"counted": {"type": "boolean"}},
                "required": ["counted"],
                "additionalProperties": False,
            },
        },
    },
}


async def ask_capabilities(base_url: str, served_name: str | None, api_key: str | None) -> Capabilities:
    """What the server at `base_url` (ending in /v1) can do with the model of that name, or with the only one it serves.

    Refused (4xx) and answered without what was asked for are False; no answer is None.
    Raises ServerUnreachable when nothing there speaks the protocol, ModelNotServed when the model is not there,
    ModelSpecError when several are and none was named, and SettingError when the server wants another key.
    """
    async with Wire(api_key=api_key, connections=8, deadline_s=_DEADLINE_S) as wire:
        inquiry = _Inquiry(wire, base_url, has_key=api_key is not None)
        model, name = _choose(base_url, await inquiry.models(), served_name)
        # /version, /metrics, /props and /tokenize stand beside /v1, not under it.
        root = base_url.removesuffix("/v1")
        try:
            async with asyncio.TaskGroup() as group:
                version = group.create_task(inquiry.ask("GET", f"{root}/version"))
                metrics = group.create_task(inquiry.read(f"{root}/metrics"))
                props = group.create_task(inquiry.ask("GET", f"{root}/props"))
                n = group.create_task(inquiry.ask_chat(name, _ASK_N))
                logprobs = group.create_task(inquiry.ask_chat(name, _ASK_LOGPROBS))
                prompt_logprobs = group.create_task(inquiry.ask_chat(name, _ASK_PROMPT_LOGPROBS))
                json_schema = group.create_task(inquiry.ask_chat(name, _ASK_JSON_SCHEMA))
                # vLLM reads the text from `prompt`, llama.cpp from `content`.
                words = {"model": name, "prompt": "one two", "content": "one two"}
                tokenize = group.create_task(inquiry.ask("POST", f"{root}/tokenize", words))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
    engine, engine_version = _engine(model, version.result(), props.result())
    return Capabilities(
        engine=engine,
        engine_version=engine_version,
        served_name=name,
        context_tokens=_context_tokens(model, props.result()),
        n=_found(n.result(), lambda said: _at(said, "choices", 1) is not None),
        logprobs=_found(logprobs.result(), lambda said: bool(_at(said, "choices", 0, "logprobs", "content"))),
        prompt_logprobs=_found(prompt_logprobs.result(), lambda said: bool(_at(said, "prompt_logprobs"))),
        json_schema=_found(json_schema.result(), _obeys_the_schema),
        tokenize=_found(tokenize.result(), lambda said: isinstance(_at(said, "tokens"), list)),
        seed=may_be_seeded(metrics.result()),
        usage_counts_all=_usage_counts_all(n.result()),
        max_n=_positive(_at(props.result(), "total_slots")),
    )


class _Inquiry:
    """Questions to one server.

    What came back is the JSON of a 200, False where the server refused, None where it did not answer.
    """

    def __init__(self, wire: Wire, base_url: str, *, has_key: bool) -> None:
        self._wire, self._base_url, self._has_key = wire, base_url, has_key

    async def models(self) -> list[dict[str, Any]]:
        """The entries of /models: the one question that has to be answered."""
        try:
            reply = await self._send("GET", f"{self._base_url}/models", patience_s=_MODELS_PATIENCE_S)
        except GaveUp as gave_up:
            self._raise_if_locked(gave_up.last)
            raise ServerUnreachable(self._base_url, f"GET /models: {gave_up.last.reason}") from None
        entries = _at(_json(reply), "data")
        if not isinstance(entries, list):
            raise ServerUnreachable(self._base_url, "GET /models is answered by something that is no model server")
        return [entry for entry in entries if isinstance(_at(entry, "id"), str)]

    async def ask_chat(self, name: str, question: dict[str, Any]) -> object:
        """Ask through a chat completion; a key that opens /models but not this is an error."""
        try:
            return _json(await self._send("POST", f"{self._base_url}/chat/completions", {"model": name, **question}))
        except GaveUp as gave_up:
            self._raise_if_locked(gave_up.last)
            return _refusal(gave_up.last)

    async def ask(self, method: str, url: str, question: dict[str, Any] | None = None) -> object:
        """Ask an address that not every server has."""
        try:
            return _json(await self._send(method, url, question))
        except GaveUp as gave_up:
            return _refusal(gave_up.last)

    async def read(self, url: str) -> str | None:
        """The text at an address that not every server has."""
        try:
            reply = await self._send("GET", url)
        except GaveUp:
            return None
        return reply.content.decode("utf-8", "replace")

    async def _send(
        self,
        method: str,
        url: str,
        question: dict[str, Any] | None = None,
        *,
        patience_s: float = _QUESTION_PATIENCE_S,
    ) -> Reply:
        async def attempt() -> Reply:
            try:
                reply = await self._wire.send(
                    method, httpx.URL(url), json.dumps(question).encode() if question else None
                )
            except AttemptFailed as failure:
                # Somebody is waiting for the first answer of all, and a wrong address will not get better.
                failure.is_final = failure.is_unreachable
                raise
            if refusal := self._wire.failure_in(reply):
                raise refusal
            return reply

        reply, _ = await retry(attempt, patience_s=patience_s)
        return reply

    def _raise_if_locked(self, failure: AttemptFailed) -> None:
        if failure.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            problem = "refuses this API key" if self._has_key else "wants an API key"
            raise SettingError(
                f"{self._base_url} {problem} ({failure.reason}); put the key into the setting "
                f"{key_setting(urlsplit(self._base_url).hostname or '')}"
            )


def _choose(base_url: str, entries: list[dict[str, Any]], served_name: str | None) -> tuple[dict[str, Any], str]:
    """The entry of the model that is meant, and its name."""
    if served_name is not None:
        for entry in entries:
            # llama.cpp answers to a model's aliases as well as to its id.
            if served_name == entry["id"] or served_name in (entry.get("aliases") or ()):
                return entry, served_name
        raise ModelNotServed(base_url, served_name, _shown(entries))
    if len(entries) == 1:
        return entries[0], entries[0]["id"]
    if not entries:
        raise ModelSpecError(f"{base_url} serves no model")
    raise ModelSpecError(
        f"{base_url} serves {len(entries)} models ({', '.join(_shown(entries))}); "
        f"add the one you mean to the address, as in {base_url}#{entries[0]['id']}"
    )


def _shown(entries: list[dict[str, Any]]) -> list[str]:
    names = [str(entry["id"]) for entry in entries]
    hidden = len(names) - _NAMES_SHOWN
    return [*names[:_NAMES_SHOWN], f"and {hidden} more"] if hidden > 0 else names


def _engine(model: dict[str, Any], version: object, props: object) -> tuple[str, str | None]:
    """The engine by the answers that only it gives, and its version."""
    if _at(props, "default_generation_settings") is not None:
        return "llama.cpp", _text(_at(props, "build_info"))
    owner = _text(model.get("owned_by"))
    engine = "vLLM" if owner == "vllm" else owner
    return engine or "unknown", _text(_at(version, "version"))


def _context_tokens(model: dict[str, Any], props: object) -> int | None:
    """The tokens that fit into one conversation: of one slot for llama.cpp, whose slots share the whole."""
    told = (
        _at(props, "default_generation_settings", "n_ctx"),
        model.get("max_model_len"),
        _at(model, "meta", "n_ctx"),
    )
    return next((tokens for tokens in map(_positive, told) if tokens), None)


def _usage_counts_all(said: object) -> bool | None:
    """Whether the counted tokens are those of both answers; known only where both have all they were allowed."""
    try:
        reply = read_chat_reply(json.dumps(said).encode(), 2)
    except AttemptFailed:
        return None
    if any(answer.finish_reason is not FinishReason.LENGTH for answer in reply.answers):
        return None
    return {2 * _TOKENS_EACH: True, _TOKENS_EACH: False}.get(reply.completion_tokens or 0)


def _obeys_the_schema(said: object) -> bool | None:
    """Whether a question that asks for no JSON was answered with an object; unknown where the model only thought."""
    try:
        answer = read_chat_reply(json.dumps(said).encode(), 1).answers[0]
    except AttemptFailed:
        return None
    if not answer.text and answer.reasoning:
        return None
    return answer.text.lstrip().startswith("{")


def _found(said: object, test: Callable[[object], bool | None]) -> bool | None:
    return said if said is None or said is False else test(said)


def _refusal(failure: AttemptFailed) -> bool | None:
    """False for a refusal, None for no answer or a server in trouble."""
    return False if failure.is_final and not failure.is_unreachable else None


def _json(reply: Reply) -> object:
    """The JSON of a reply, False where it is something else: a page where an answer was expected is a refusal."""
    try:
        return json.loads(reply.content)
    except ValueError:
        return False


def _at(said: object, *path: str | int) -> object:
    """What stands at a path of keys and indexes, None where the path breaks off."""
    for step in path:
        if isinstance(step, str) and isinstance(said, dict):
            said = said.get(step)
        elif isinstance(step, int) and isinstance(said, list) and step < len(said):
            said = said[step]
        else:
            return None
    return said


def _text(said: object) -> str | None:
    return said if isinstance(said, str) and said else None


def _positive(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else None
