"""What the browser is shown: runs with facts of every diagnosis and label, and one whose every text is hostile."""

from __future__ import annotations

from sqlalchemy import update

from app.cues.records import Leak
from app.probes.records import PlotPoint, ProbeKind, Suite
from app.store import suites as own
from app.store.session import Database
from app.store.tables import ModelRow, PassageRow
from tests.factories import AskedFact, make_probe, make_run

RIGHT, WRONG, DECLINED = ["correct"] * 8, ["incorrect"] * 8, ["not_attempted"] * 8
READ_ERROR = {"none": WRONG, "intro": RIGHT, "placebo": WRONG, "oracle": RIGHT}
HALF = ["correct", "incorrect"] * 4
MOSTLY_MADE_UP = ["incorrect"] * 5 + ["not_attempted"] * 3
NO_LABEL = ["truncated", "empty", None, "grader_error", "disputed", "transport_error", "truncated", "empty"]

HOSTILE = (
    "<script class=injected>alert(1)</script><img class=injected src=x onerror=alert(2)>"
    "\"'><svg class=injected onload=alert(3)></p></td></table><b class=injected>{{ 7 * 7 }}</b>"
    "&lt;i&gt; \x1b[31mred\x1b[0m \x00\u202eright to left override\u202c עברית العربية 日本語 👩🏽‍🚀🏳️‍🌈 "
    + "unbreakable"
    * 30
)
"""Markup that would run, a template that would count, terminal colours, marks of direction, emoji and a word of 330
letters."""

HOSTILE_LINK = "javascript:alert(4)"
HOSTILE_PROBE = "hostile-texts"
OWN_SUITE = "of-ones-own"
"""A suite of a user's with that probe, and with a title and a language that are as hostile."""

FINISHED, PAUSED, PLANNED, LARGE, HOSTILE_RUN = 1, 2, 3, 4, 5
"""Numbers of the runs, in the order in which they are made; overviews open with the last."""


def fill(database: Database) -> None:
    """Store every run named above."""
    facts = every_diagnosis()
    made = [
        make_run(database, facts, suite="literature-first", remarks=["two notes stand in for Wikipedia"]),
        make_run(database, [*facts[:3], _partly_asked()], status="paused", reason="no model server answers"),
        make_run(database, facts[:2], status="planned"),
        make_run(database, [AskedFact(make_probe(f"fact-{n}"), READ_ERROR) for n in range(64)]),
        make_run(database, _hostile(), model=f"model {HOSTILE}", remarks=[HOSTILE]),
    ]
    assert made == [FINISHED, PAUSED, PLANNED, LARGE, HOSTILE_RUN]
    with database.write() as session:
        title = make_probe(HOSTILE_PROBE, wikipedia_title=HOSTILE).topic
        links = {"url": HOSTILE_LINK, "licence_url": HOSTILE_LINK, "licence": HOSTILE}
        session.execute(update(PassageRow).where(PassageRow.title == title).values(links))
        session.execute(update(ModelRow).where(ModelRow.served_name.contains("injected")).values(engine=HOSTILE))
        probes = (_hostile()[0].probe, make_probe("hostile-language", language=HOSTILE, chapter=HOSTILE, year=HOSTILE))
        suite = Suite(name=OWN_SUITE, title=f"Suite {HOSTILE}", description=HOSTILE, probes=probes)
        own.save_suite(session, suite, f"imported from {HOSTILE}")


def every_diagnosis() -> list[AskedFact]:
    """A fact of every diagnosis that a finished run can have, of every kind of probe and with every label."""
    short = {"kind": ProbeKind.SHORT_FACT, "answer": "A pike", "choices": (), "aliases": ("pike",)}
    plot = {
        "kind": ProbeKind.PLOT_POINTS,
        "answer": "The heroine leaves, and the mill burns down.",
        "choices": (),
        "aliases": (),
        "plot_points": (
            PlotPoint(event="the heroine leaves", any_of=("leaves", "goes away")),
            PlotPoint(event="the mill burns down", any_of=("fire", "burns")),
        ),
    }
    known = {**READ_ERROR, "none": RIGHT}
    return [
        AskedFact(make_probe(), READ_ERROR, leak=Leak.CUT),
        AskedFact(make_probe("known", **short), known),
        AskedFact(make_probe("declined", **plot), {**READ_ERROR, "none": DECLINED, "intro": DECLINED}),
        AskedFact(make_probe("made-up"), {**READ_ERROR, "none": MOSTLY_MADE_UP, "intro": MOSTLY_MADE_UP}),
        AskedFact(
            make_probe("mixed", kind=ProbeKind.ATTRIBUTION),
            {**READ_ERROR, "none": WRONG[:4] + DECLINED[:4], "intro": WRONG},
        ),
        AskedFact(make_probe("misbelief", kind=ProbeKind.EXISTENCE), {**READ_ERROR, "intro": WRONG}),
        AskedFact(make_probe("interference"), {**READ_ERROR, "none": RIGHT, "intro": WRONG}),
        AskedFact(make_probe("generic"), {**READ_ERROR, "placebo": RIGHT}),
        AskedFact(make_probe("leaked", wikipedia_title="A Leaking Article"), READ_ERROR, leak=Leak.LEAKS),
        AskedFact(make_probe("oracle-unread"), {**READ_ERROR, "oracle": WRONG}),
        AskedFact(make_probe("undecided"), {arm: HALF if arm != "oracle" else RIGHT for arm in READ_ERROR}),
        AskedFact(make_probe("no-label"), {**READ_ERROR, "none": NO_LABEL}),
        AskedFact(
            make_probe("failed"), {**READ_ERROR, "intro": []}, failed={"intro": "500 from the server: out of memory"}
        ),
    ]


def _partly_asked() -> AskedFact:
    return AskedFact(make_probe("partly-asked"), {**READ_ERROR, "intro": RIGHT[:3], "oracle": []})


def _hostile() -> list[AskedFact]:
    names = ("work", "author", "wikipedia_title", "question", "oracle", "source")
    texts = {name: f"{name} {HOSTILE}" for name in names}
    probe = make_probe(
        HOSTILE_PROBE,
        **{**texts, "wikipedia_title": HOSTILE},
        kind=ProbeKind.SHORT_FACT,
        answer=HOSTILE,
        aliases=(HOSTILE.casefold(),),
        must_not=(f"wrong {HOSTILE}",),
        choices=(HOSTILE, f"other {HOSTILE}"),
    )
    said = {arm: f"{arm} says {HOSTILE}" for arm in ("none", "intro", "placebo")}
    return [
        AskedFact(probe, READ_ERROR, leak=Leak.CUT, texts=said, wrong=HOSTILE),
        AskedFact(make_probe("hostile-error"), {**READ_ERROR, "none": []}, failed={"none": f"500: {HOSTILE}"}),
    ]
