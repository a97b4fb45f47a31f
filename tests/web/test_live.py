"""The event stream of a run at work."""

import asyncio
from collections import Counter

import anyio
import pytest

from app.store import queries, writes
from app.store.tables import TrialRow
from app.store.writes import TrialOutcome
from app.web.routes.live import run_events
from tests.factories import AskedFact, make_probe, make_run


@pytest.fixture
def live_run(database):
    """A run at work with two trials to come."""
    return make_run(database, [AskedFact(make_probe(slug), {"none": ["correct"]}) for slug in "ab"], k=8)


def finish_trial(database, run_id, number):
    with database.write() as session:
        trial = session.query(TrialRow).filter_by(run_id=run_id, position=number).one()
        outcome = TrialOutcome(trial.id, "done", 2, 2)
        writes.save_deliveries(session, queries.get_run(session, run_id), [], [outcome])


def test_the_stream_follows_a_run_to_its_end(database, live_run):
    async def follow():
        seen = []
        async for event in run_events(database, live_run, every_s=0.01, page_every_s=0.0):
            seen.append((event.event, event.data))
            if len(seen) == 1:
                finish_trial(database, live_run, 1)
            elif event.event == "page":
                with database.write() as session:
                    writes.set_run_status(session, live_run, "done")
        return seen

    seen = anyio.run(follow)
    assert seen[0][1]["trials_over"] == "0"
    assert ("page", {"trials_over": 1}) in seen
    assert [event for event, _ in seen[-2:]] == ["fields", "end"]
    assert seen[-1][1] == {"status": "done"}


def test_a_page_is_announced_only_when_something_was_completed_and_not_too_often(database, live_run):
    async def follow():
        count = Counter()
        async for event in run_events(database, live_run, every_s=0.01, page_every_s=3600.0):
            count[event.event] += 1
            if count["fields"] == 2:
                finish_trial(database, live_run, 1)
            if count["fields"] == 5:
                return count
        return count

    assert anyio.run(follow)["page"] == 0


def test_the_stream_stops_when_the_reader_goes(database, live_run):
    async def leave():
        stream = run_events(database, live_run, every_s=3600.0)
        await anext(stream)
        reading = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await stream.aclose()

    anyio.run(leave)


def test_the_stream_of_a_paused_run_ends_at_once_with_its_state(database):
    run_id = make_run(database, none=["correct"], k=8, status="paused", reason="interrupted")

    async def read():
        return [(event.event, event.data) async for event in run_events(database, run_id)]

    events = anyio.run(read)
    assert [event for event, _ in events] == ["fields", "end"]
    assert events[1][1] == {"status": "paused"}
