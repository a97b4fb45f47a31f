"""Retries, in virtual time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.inference.retries import AttemptFailed, GaveUp, retry, retry_after_s


class VirtualTime(asyncio.SelectorEventLoop):
    """A loop in which sleeping takes no time: its clock jumps to the moment it would have waited for."""

    def __init__(self):
        super().__init__()
        self._now = 0.0
        really_select = self._selector.select

        def select(timeout):
            self._now += timeout or 0.0
            return really_select(0)

        self._selector.select = select

    def time(self):
        return self._now


def tried(*failures, patience_s=1000.0):
    """Result (or the GaveUp), attempts made and virtual seconds taken of a call that fails so and then succeeds."""
    left = list(failures)

    async def attempt():
        if left:
            raise left.pop(0)
        return "done"

    async def run():
        try:
            result, attempts = await retry(attempt, patience_s=patience_s)
        except GaveUp as gave_up:
            result, attempts = gave_up, gave_up.attempts
        return result, attempts, asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        return runner.run(run())


def test_a_success_is_not_repeated():
    assert tried() == ("done", 1, 0.0)


def test_pauses_grow_and_carry_chance():
    times = {tried(*[AttemptFailed("down")] * 5)[2] for _ in range(20)}
    assert len(times) == 20
    # 0.2 + 0.5 + 1.25 + 3.125 + 7.8125 seconds, each times 0.5 to 1.5.
    assert all(12.8875 * 0.5 <= seconds <= 12.8875 * 1.5 for seconds in times)


def test_the_sixth_failure_is_the_last():
    result, attempts, _ = tried(*[AttemptFailed(f"failure {number}") for number in range(1, 8)])
    assert attempts == 6
    assert result.last.reason == "failure 6"


def test_a_final_failure_is_not_tried_again():
    assert tried(AttemptFailed("down"), AttemptFailed("refused", is_final=True))[1] == 2


def test_the_pause_a_server_asks_for_is_kept():
    assert tried(AttemptFailed("slow down", retry_after_s=30.0)) == ("done", 2, 30.0)


def test_no_attempt_begins_when_patience_is_over():
    result, attempts, seconds = tried(*[AttemptFailed("slow down", retry_after_s=30.0)] * 5, patience_s=70.0)
    assert (attempts, seconds) == (3, 60.0)
    assert result.last.reason == "slow down"


def test_other_errors_are_not_taken_for_failed_attempts():
    with pytest.raises(ZeroDivisionError):
        tried(ZeroDivisionError())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("0", 0.0),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("3600", 60.0),
        ("inf", 60.0),
        ("nan", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_capped(header, seconds):
    assert retry_after_s(header) == seconds


def test_retry_after_with_a_date_is_the_time_until_then():
    then = datetime.now(UTC) + timedelta(seconds=20)
    assert 15 < retry_after_s(format_datetime(then, usegmt=True)) <= 20
