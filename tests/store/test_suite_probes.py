"""Probes of users' suites a page at a time: the database and a probe in hand understand a filter alike."""

import pytest

from app.config import RESOURCES
from app.probes.records import Probe, Reverse, Suite
from app.store import suites as own
from app.store.session import open_database
from app.store.suite_probes import Wanted, contents_of_probes, contents_of_version, find_probes

STATEMENTS = {"true_statement": "It is.", "false_statement": "It is not."}
PROBES = (
    Probe(id="plain", question="Who is Tom?", answer="A cat"),
    Probe(
        id="axe", question="Who swings the AXE?", answer="Раскольников", work="Crime and Punishment",
        author="Dostoevsky", year=1866, language="Russian", verified="text", popularity=9000,
        choices=("Раскольников", "Разумихин"),
    ),
    Probe(
        id="strasse", question="Which Straße, 100 % sure_ly?", answer="Yes", kind="yes_no", work="Der Große Wald",
        author="Dostoevsky", year="c. 5th century", language="German", less_read=True, verified="memory", **STATEMENTS,
    ),
    Probe(
        id="back-slash", question=r"What is \n?", answer='A "break"', language="German", less_read=True, popularity=0,
        reverse=Reverse(question="What is a break?", answer=r"\n"), verified="secondary",
    ),
)  # fmt: skip
FILTERS = [
    Wanted(),
    *(Wanted(words=words) for words in (
        "tom", "CAT who", "axe", "раскольников", "РАСКОЛЬНИКОВ", "dostoevsky", "who dostoevsky", "große", "100 %", "%",
        "_ly", r"\n", '"break"', "zebra", "null", "short_fact", "strasse", "memory", "punishment crime axe",
    )),
    *(Wanted(kind=kind) for kind in ("short_fact", "yes_no", "plot_points", "no-such")),
    *(Wanted(language=language) for language in ("German", "german", "Latin", "' or 1=1 --", "a\x00b")),
    *(Wanted(read=read) for read in ("less", "well", "no-such")),
    *(Wanted(checked=checked) for checked in ("text", "secondary", "memory", "unstated", "no-such")),
    *(Wanted(has=part) for part in ("choices", "statements", "reverse", "popularity", "no-such")),
    Wanted(words="who", read="well", checked="text", has="choices", language="Russian", kind="short_fact"),
]  # fmt: skip


def keep(database, *probes, name="mine"):
    with database.write() as session:
        own.save_suite(session, Suite(name=name, title=name, description="Some.", probes=probes), "made")


@pytest.fixture(params=["sqlite", "postgres"])
def either(request, database):
    """A database of each kind with the suite `mine`."""
    if request.param == "sqlite":
        keep(database, *PROBES)
        yield database
        return
    postgres = open_database(request.getfixturevalue("postgres_url"), RESOURCES / "migrations")
    keep(postgres, *PROBES)
    yield postgres
    postgres.close()


def test_every_filter_finds_in_the_database_what_it_lets_through(either):
    with either.read() as session:
        heads = own.suite_heads(session)
        for wanted in FILTERS:
            passing = [("mine", probe) for probe in PROBES if wanted.lets_through(probe)]
            assert find_probes(session, heads, wanted, offset=0, limit=50) == (len(passing), passing), wanted


def test_what_a_suite_is_about_is_counted_alike(either):
    with either.read() as session:
        (head,) = own.suite_heads(session)
        counted, in_hand = contents_of_version(session, head), contents_of_probes(PROBES)
    assert (counted.probes, counted.less_read, counted.authors) == (4, 2, {"Dostoevsky"})
    assert (counted.kinds, counted.languages) == (in_hand.kinds, in_hand.languages)
    assert counted.works == in_hand.works == {"Crime and Punishment", "Der Große Wald"}
    assert {str(year): less_read for year, less_read in counted.years} == {"1866": False, "c. 5th century": True}


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(words="which")])
def test_slices_go_on_from_suite_to_suite_and_miss_nothing(database, wanted):
    for name in ("b", "a"):
        keep(database, *(Probe(id=f"{name}-{n}", question="Which?", answer="This") for n in range(7)), name=name)
    with database.read() as session:
        heads = own.suite_heads(session)
        slices = [find_probes(session, heads, wanted, offset=at, limit=4) for at in range(0, 16, 4)]
    assert {found.matching for found in slices} == {14}
    assert [(name, probe.id) for found in slices for name, probe in found.probes] == [
        (name, f"{name}-{n}") for name in ("a", "b") for n in range(7)
    ]


def test_what_is_remembered_of_a_suite_is_of_the_version_asked_for(database):
    keep(database, PROBES[0])
    keep(database, PROBES[0], PROBES[1])
    with database.read() as session:
        counted = [contents_of_version(session, head).probes for head in own.versions_of_suite(session, "mine")]
    assert counted == [2, 1]
