"""Retries: one attempt after another until one succeeds, they are used up, or patience ends. Knows no protocol."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")

MAX_ATTEMPTS = 6
_FIRST_PAUSE_S = 0.2
_PAUSE_GROWTH = 2.5
_LONGEST_WAIT_ON_REQUEST_S = 60.0
"""A server may ask for any pause; a longer one would look like a hang."""


class AttemptFailed(Exception):
    """One attempt failed; never leaves the inference room.

    `status` is that of the reply, None where there was none; `is_final` says that another attempt would fail in the
    same way; `is_unreachable` that no connection was made; `retry_after_s` is the pause the server asked for.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        is_final: bool = False,
        is_unreachable: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        self.reason, self.status, self.is_final = reason, status, is_final
        self.is_unreachable, self.retry_after_s = is_unreachable, retry_after_s
        super().__init__(reason)


class GaveUp(Exception):
    """The last failure of a call that was tried `attempts` times; never leaves the inference room."""

    def __init__(self, last: AttemptFailed, attempts: int) -> None:
        self.last, self.attempts = last, attempts
        super().__init__(last.reason)


async def retry(attempt: Callable[[], Awaitable[T]], *, patience_s: float) -> tuple[T, int]:
    """Await `attempt()` until it returns; its result and the number of attempts made.

    Only AttemptFailed is tried again. Raises GaveUp when that is final, after 6 attempts, or when the next pause
    would end more than `patience_s` seconds after the start.
    """
    clock = asyncio.get_running_loop().time
    started = clock()
    number = 1
    while True:
        try:
            return await attempt(), number
        except AttemptFailed as failure:
            pause_s = max(_backoff_s(number), failure.retry_after_s or 0.0)
            is_late = clock() - started + pause_s > patience_s
            if failure.is_final or number == MAX_ATTEMPTS or is_late:
                raise GaveUp(failure, number) from failure
        await asyncio.sleep(pause_s)
        number += 1


def _backoff_s(number: int) -> float:
    """The pause after the attempt of this number: 0.2, 0.5, 1.3, 3.1, 7.8 s, each times a random 0.5 to 1.5.

    The randomness keeps requests that failed together from coming back together.
    """
    return _FIRST_PAUSE_S * _PAUSE_GROWTH ** (number - 1) * random.uniform(0.5, 1.5)


def retry_after_s(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, at most 60; None where it says nothing that can be read.

    The header holds whole seconds or an HTTP date (RFC 9110, section 10.2.3); fractions, which some servers send, are
    read as well.
    """
    if header is None:
        return None
    try:
        asked = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        # A date without a zone is in UTC by the same RFC.
        asked = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    # min and max let a "nan" through as the first argument; this order turns it into no pause.
    return min(max(0.0, asked), _LONGEST_WAIT_ON_REQUEST_S)
