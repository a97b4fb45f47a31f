"""How far a run is, how fast it goes, and how long it will take: the same figures for the terminal and the browser."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_S = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a run at one moment. Rate and time left are None until there is something to measure."""

    planned_trials: int
    trials_done: int
    trials_failed: int
    responses: int
    retries: int
    responses_per_second: float | None
    seconds_left: float | None

    @property
    def trials_over(self) -> int:
        """Trials that need no more work."""
        return self.trials_done + self.trials_failed


class Pace:
    """Turns counts seen over time into a rate over the last minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int, int]] = deque()

    def measure(self, now_s: float, *, planned: int, done: int, failed: int, responses: int, retries: int) -> Progress:
        """Progress at `now_s`, a monotonic time in seconds, from the counts at that moment."""
        over = done + failed
        self._seen.append((now_s, over, responses))
        while len(self._seen) > 2 and now_s - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()
        then_s, over_then, responses_then = self._seen[0]
        elapsed = now_s - then_s
        rate = (responses - responses_then) / elapsed if elapsed > 0 and responses > responses_then else None
        left = (planned - over) * elapsed / (over - over_then) if over > over_then and elapsed > 0 else None
        return Progress(planned, done, failed, responses, retries, rate, 0.0 if planned == over else left)
