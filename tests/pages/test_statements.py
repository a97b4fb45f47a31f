"""Pages ask the database a fixed number of questions, however many facts and answers there are."""

from pathlib import Path

import pytest
from sqlalchemy import event

from app.config import RESOURCES
from app.pages.asked_probe import asked_probe_page
from app.pages.findings import analyse
from app.pages.library import library_page, probe_page
from app.pages.models import models_page
from app.pages.overview import overview_page
from app.pages.run import run_page
from app.pages.runs import runs_page
from app.store import queries
from tests.factories import AskedFact, make_database, make_probe, make_run

SUITES = Path(RESOURCES) / "probes"
LABELS = {"none": ["incorrect"] * 4, "intro": ["correct"] * 4, "placebo": ["incorrect"] * 4, "oracle": ["correct"] * 4}
PAGES = {
    "run": run_page,
    "analysis": lambda session, run_id: analyse(session, queries.get_run(session, run_id)),
    "fact": lambda session, run_id: asked_probe_page(session, run_id, "probe-0"),
    "overview": lambda session, _: overview_page(session),
    "runs": lambda session, _: runs_page(session),
    "probe": lambda session, _: probe_page(session, SUITES, "probe-0"),
    "library": lambda session, _: library_page(session, SUITES),
    "models": lambda session, _: models_page(session),
}


def statements(folder, facts, page):
    """How many statements a page takes over a run of so many facts."""
    folder.mkdir()
    database = make_database(folder)
    run_id = make_run(database, [AskedFact(make_probe(f"probe-{number}"), LABELS) for number in range(facts)])
    asked = []
    event.listen(database.reader, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    with database.read() as session:
        PAGES[page](session, run_id)
    database.close()
    return len(asked)


@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_statements_does_not_grow_with_the_facts(tmp_path, page):
    assert statements(tmp_path / "small", 2, page) == statements(tmp_path / "large", 30, page)
