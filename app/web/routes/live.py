"""The event stream of a run at work: its counters about once a second, and word when its page has changed.

Reads one row a second and nothing else, in a thread, so that a page left open does not slow the run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from app.pages.records import LiveHead, live_head
from app.runs.progress import Pace
from app.store import queries
from app.store.session import Database
from app.web import numbers
from app.web.routes.shared import database_of

router = APIRouter(include_in_schema=False)

EVERY_S = 1.0
PAGE_AT_MOST_EVERY_S = 5.0


def known_run(request: Request, run_id: int) -> int:
    """The run's number; raises NotFound before the stream has begun, and keeps no session open while it lasts."""
    with database_of(request).read() as session:
        return queries.get_run(session, run_id).id


@router.get("/runs/{run_id:int}/events", response_class=EventSourceResponse)
async def stream_run(request: Request, run_id: Annotated[int, Depends(known_run)]) -> AsyncIterator[ServerSentEvent]:
    """`fields` with what the head of the run's page shows, `page` when facts were completed, `end` when it is over."""
    async for event in run_events(database_of(request), run_id):
        yield event


async def run_events(
    database: Database, run_id: int, *, every_s: float = EVERY_S, page_every_s: float = PAGE_AT_MOST_EVERY_S
) -> AsyncIterator[ServerSentEvent]:
    """The events of a run until it ends, is paused or loses its process; the stream ends with `end`."""
    pace = Pace()
    shown_over, page_at_s = -1, time.monotonic()
    while True:
        head = await asyncio.to_thread(_read_head, database, run_id, pace)
        yield ServerSentEvent(event="fields", data=head_fields(head))
        if not head.is_live:
            yield ServerSentEvent(event="end", data={"status": head.status})
            return
        now_s = time.monotonic()
        if shown_over < 0:
            shown_over = head.trials_over
        elif head.trials_over != shown_over and now_s - page_at_s >= page_every_s:
            shown_over, page_at_s = head.trials_over, now_s
            yield ServerSentEvent(event="page", data={"trials_over": head.trials_over})
        await asyncio.sleep(every_s)


def head_fields(head: LiveHead) -> dict[str, Any]:
    """The figures of a run's head as they are written; `done` is the value of the progress bar."""
    fields = {
        "status": head.status,
        "done": head.trials_over,
        "trials_over": numbers.count(head.trials_over),
        "responses": numbers.count(head.responses),
        "rate": numbers.number(head.responses_per_second),
        "retries": numbers.count(head.retries),
        "failed": numbers.count(head.trials_failed),
    }
    if head.seconds_left is not None:
        fields["left"] = numbers.duration(head.seconds_left)
    return fields


def _read_head(database: Database, run_id: int, pace: Pace) -> LiveHead:
    with database.read() as session:
        run = queries.get_run(session, run_id)
        progress = pace.measure(
            time.monotonic(),
            planned=run.planned_trials,
            done=run.trials_done,
            failed=run.trials_failed,
            responses=run.responses_stored,
            retries=run.retries,
        )
        return live_head(run, progress=progress)
