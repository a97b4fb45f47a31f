"""The one writer of a run: grades what comes in and stores it in batches, each in one transaction.

Requests finish at any rate and in any order; the writer drains them from a queue, up to 500 answers or 50 ms at a time,
and works in a thread so that requests go on meanwhile. An answer is lost only if the process dies within that time, and
then its trial is still planned and is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.grading.records import Grade
from app.inference.records import Completion, FinishReason
from app.probes.forms import AnswerFormat
from app.probes.records import Probe
from app.store import writes
from app.store.session import Database
from app.store.tables import RunRow
from app.store.writes import Delivery, TrialOutcome

MAX_ANSWERS = 500
MAX_WAIT_S = 0.05

Grader = Callable[[Probe, str, FinishReason, str | None, AnswerFormat], Grade]
"""Grades one response: the probe as asked, the text, why it ended, the cue's text and the answer format."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one request of a trial brought, its answers numbered from `first_draw`; None when it failed for good.

    `outcome` is how the trial ended, None while another of its requests is to come.
    """

    trial_id: int
    arm: str
    probe: Probe
    answer_format: AnswerFormat
    cue_text: str | None
    seed: int | None
    first_draw: int
    completion: Completion | None
    received_at_utc: datetime
    outcome: TrialOutcome | None

    @property
    def rows(self) -> int:
        """Number of answers in it."""
        return len(self.completion.answers) if self.completion else 0


class Writer:
    """Takes what trials bring and stores it; `written` is called in the loop after each transaction."""

    def __init__(
        self, database: Database, run: RunRow, grader: Grader, written: Callable[[list[Received]], None]
    ) -> None:
        self._database, self._run, self._grader, self._written = database, run, grader, written
        self._queue: asyncio.Queue[Received | None] = asyncio.Queue(maxsize=4 * MAX_ANSWERS)

    async def put(self, received: Received) -> None:
        """Hand over what a trial brought; waits while the writer is far behind."""
        await self._queue.put(received)

    async def finish(self) -> None:
        """Say that nothing more comes; `run` returns when everything is stored."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Store until `finish` is called."""
        while True:
            batch, is_last = await self._next_batch()
            if batch:
                await asyncio.to_thread(self._store, batch)
                self._written(batch)
            if is_last:
                return

    async def _next_batch(self) -> tuple[list[Received], bool]:
        """What has come in by now, or within the next moment; and whether it was the last."""
        first = await self._queue.get()
        if first is None:
            return [], True
        batch, rows = [first], first.rows
        for wait in (0.0, MAX_WAIT_S):  # under load the queue is full already, and waiting would only slow it down
            if wait and rows < MAX_ANSWERS:
                await asyncio.sleep(wait)
            while rows < MAX_ANSWERS and not self._queue.empty():
                item = self._queue.get_nowait()
                if item is None:
                    return batch, True
                batch.append(item)
                rows += item.rows
        return batch, False

    def _store(self, batch: list[Received]) -> None:
        deliveries = [delivery for received in batch for delivery in self._graded(received)]
        outcomes = [received.outcome for received in batch if received.outcome is not None]
        with self._database.write() as session:
            writes.save_deliveries(session, self._run, deliveries, outcomes)

    def _graded(self, received: Received) -> list[Delivery]:
        completion = received.completion
        if completion is None:
            return []
        return [
            Delivery(
                trial_id=received.trial_id,
                arm=received.arm,
                draw=draw,
                seed=received.seed,
                text=_storable(answer.text),
                reasoning=_storable(answer.reasoning) if answer.reasoning is not None else None,
                finish_reason=answer.finish_reason,
                prompt_tokens=completion.prompt_tokens,
                completion_tokens=answer.completion_tokens,
                latency_ms=completion.latency_ms,
                model_answered=completion.model_answered,
                received_at_utc=received.received_at_utc,
                grade=self._grader(
                    received.probe,
                    _storable(answer.text),
                    answer.finish_reason,
                    received.cue_text,
                    received.answer_format,
                ),
            )
            for draw, answer in enumerate(completion.answers, start=received.first_draw)
        ]


def _storable(text: str) -> str:
    """The text with NUL shown as the replacement sign: PostgreSQL refuses it, and evidence ranges keep their length."""
    return text.replace("\x00", "\ufffd")
