"""The wire: one request to a model server and its reply. Knows HTTP and the key, and nothing of chats or retries."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from app import __version__
from app.inference.retries import AttemptFailed, retry_after_s

logger = logging.getLogger(__name__)

_WORDS_LIMIT = 300
"""Characters of a server's own words that are kept, so that an HTML page does not become an error message."""


_CONNECT_WITHIN_S = 10.0
"""An address behind which nothing listens, not even to refuse, is told before the deadline of an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, with the milliseconds from the first byte sent to the last received."""

    status: int
    headers: httpx.Headers
    content: bytes
    latency_ms: float


class Wire:
    """A pool of connections to one server.

    Requests go straight to the httpx transport: httpx's client around it costs half of the throughput again, for
    redirects, cookies and authentication flows that a model server does not use.
    """

    def __init__(self, *, api_key: str | None, connections: int, deadline_s: float) -> None:
        self._api_key = api_key
        self._deadline_s = deadline_s
        # A request waits for its turn here and not inside the pool, where waiting would count against its deadline.
        self._turns = asyncio.Semaphore(connections)
        self._transport = AiohttpTransport(
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        )
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"cueprobe/{__version__}",
        }
        if api_key is not None:
            headers["Authorization"] = f"Bearer {api_key}"
        self._headers = httpx.Headers(headers)

    async def send(self, method: str, url: httpx.URL, body: bytes | None = None) -> Reply:
        """Send one request and read the whole reply, whatever its status.

        Raises AttemptFailed when no reply came: not connected, disconnected, or the deadline passed.
        """
        timeouts = {"timeout": {"connect": _CONNECT_WITHIN_S}}
        request = httpx.Request(method, url, headers=self._headers, content=body, extensions=timeouts)
        async with self._turns:
            started = perf_counter()
            try:
                async with asyncio.timeout(self._deadline_s):
                    response = await self._transport.handle_async_request(request)
                    try:
                        content = await response.aread()
                    finally:
                        await response.aclose()
            except TimeoutError:
                raise self._no_reply(request, f"no answer within {self._deadline_s:g} s") from None
            except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
                cause = error.__cause__ if isinstance(error, httpx.HTTPError) else error
                connected = not isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
                raise self._no_reply(request, _in_words(cause or error), connected=connected) from None
            latency_ms = (perf_counter() - started) * 1000
        logger.info("%s %s %d %.0f ms", method, url, response.status_code, latency_ms)
        return Reply(response.status_code, response.headers, content, latency_ms)

    def failure_in(self, reply: Reply) -> AttemptFailed | None:
        """What is wrong with a reply by its status: nothing for 200, for good below 500 unless it is 429."""
        if reply.status == httpx.codes.OK:
            return None
        is_passing = reply.status == httpx.codes.TOO_MANY_REQUESTS or reply.status >= httpx.codes.INTERNAL_SERVER_ERROR
        return AttemptFailed(
            f"HTTP {reply.status}: {self._words_of(reply)}",
            status=reply.status,
            is_final=not is_passing,
            retry_after_s=retry_after_s(reply.headers.get("Retry-After")),
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def _words_of(self, reply: Reply) -> str:
        """The server's own words for what went wrong, on one line, without the key that some servers repeat."""
        try:
            said = _message_in(json.loads(reply.content))
        except ValueError:
            said = None
        words = " ".join((said or reply.content.decode("utf-8", "replace")).split())
        if self._api_key:
            words = words.replace(self._api_key, "[API key]")
        return words[:_WORDS_LIMIT] or httpx.codes.get_reason_phrase(reply.status)

    def _no_reply(self, request: httpx.Request, reason: str, *, connected: bool = True) -> AttemptFailed:
        logger.info("%s %s failed: %s", request.method, request.url, reason)
        return AttemptFailed(reason, is_unreachable=not connected)


def _message_in(said: object) -> str | None:
    """The message of an OpenAI-style error body; also where servers put it flat, or under FastAPI's `detail`."""
    if not isinstance(said, dict):
        return None
    error = said.get("error")
    nested = error.get("message") if isinstance(error, dict) else error
    return next((words for words in (nested, said.get("message"), said.get("detail")) if isinstance(words, str)), None)


def _in_words(error: BaseException) -> str:
    """Why there was no reply, without the addresses of objects and sockets that the libraries' own texts hold."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name of the host is not known"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"no connection within {_CONNECT_WITHIN_S:g} s"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without an answer"
    if isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
        return "connection refused"
    if isinstance(error, OSError) and error.errno == errno.ECONNRESET:
        return "the server reset the connection"
    return " ".join(str(error).split())[:_WORDS_LIMIT] or type(error).__name__
