"""How long to go on asking a server that is busy: what it asks for, what the caller allows. Knows no server by name."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class BusyError(Exception):
    """The server asks for patience, or one attempt failed in a way that the next need not.

    `asked_pause_s` is the pause the server asks for, 0 for none; `has_waited` says that the attempt itself took long.
    """

    def __init__(self, cause: str, asked_pause_s: float = 0, *, has_waited: bool = False) -> None:
        self.cause, self.asked_pause_s, self.has_waited = cause, asked_pause_s, has_waited
        super().__init__(cause)


class Patience:
    """How long one call may still take, and until when the server has asked all of its threads to wait."""

    def __init__(self, deadline_s: float) -> None:
        self._until = time.monotonic() + deadline_s
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._given_up = threading.Event()

    @property
    def remaining_s(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._until - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed or the call has ended."""
        return self._given_up.is_set() or self.remaining_s == 0

    def postpone(self, pause_s: float) -> None:
        """Nobody asks again before `pause_s` seconds from now; a longer pause already asked for stays."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + pause_s)

    def wait_turn(self) -> None:
        """Return when asking is allowed again, or when the call is over."""
        while (pause_s := self._not_before - time.monotonic()) > 0:
            if self._given_up.wait(min(pause_s, self.remaining_s)) or self.remaining_s == 0:
                return

    def give_up(self) -> None:
        """Wake every thread that waits: the call has ended, one way or the other."""
        self._given_up.set()


def retry_after_s(value: str) -> float:
    """Seconds that a Retry-After header asks for, as a number or as a date; 0 where it cannot be read."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
