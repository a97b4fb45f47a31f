"""Users' suites: every edit is a version, and what runs have asked stays as it was."""

import pytest

from app.config import RESOURCES
from app.errors import InputError, NotFound
from app.probes.records import Probe, Suite
from app.runs.suites import built_in_suites, find_suite, own_suite_name, put_probe, taken_ids
from app.store import suites as own
from app.store import writes
from app.store.session import open_database

FOLDER = RESOURCES / "probes"


def probe(slug="cat", answer="Tom", **fields):
    return Probe(id=slug, question=f"Which {slug}?", answer=answer, **fields)


def suite(*probes, name="mine", title="Mine", description="Some."):
    return Suite(name=name, title=title, description=description, probes=probes or (probe(), probe("dog", "Rex")))


def save(database, saved, change="made"):
    with database.write() as session:
        return own.save_suite(session, saved, change)


@pytest.fixture(params=["sqlite", "postgres"])
def either(request, database):
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield database
        return
    url = request.getfixturevalue("postgres_url")
    postgres = open_database(url, RESOURCES / "migrations")
    yield postgres
    postgres.close()


def test_a_suite_comes_back_as_it_was_saved(either):
    saved = suite(probe(aliases=("tom cat",), year=1940), probe("dog", "Rex"))
    assert save(either, saved) == (1, True)
    with either.read() as session:
        stored = own.find_suite(session, "mine")
    assert stored.suite == saved
    assert (stored.version, stored.newest, stored.change) == (1, 1, "made")


def test_an_edit_is_the_next_version_and_the_older_one_stays(either):
    save(either, suite())
    edited = suite(probe(answer="Thomas"), probe("dog", "Rex"))
    assert save(either, edited, "edited cat") == (2, True)
    with either.read() as session:
        assert own.find_suite(session, "mine").suite == edited
        assert own.find_suite(session, "mine", 1).suite == suite()
        assert [head.change for head in own.versions_of_suite(session, "mine")] == ["edited cat", "made"]
        with pytest.raises(NotFound, match="has no version 3; the newest is 2"):
            own.find_suite(session, "mine", 3)


@pytest.mark.parametrize(
    ("changed", "is_new"),
    [
        (suite(), False),
        (suite(title="Ours"), True),
        (suite(description="More."), True),
        (suite(probe("dog", "Rex"), probe()), True),
        (suite(probe()), True),
    ],
)
def test_only_a_difference_makes_a_version(database, changed, is_new):
    save(database, suite())
    assert save(database, changed) == (2 if is_new else 1, is_new)


def test_going_back_to_what_was_makes_a_suite_version_and_no_probe_version(database):
    for answer in ("Tom", "Thomas", "Tom"):
        save(database, suite(probe(answer=answer)))
    with database.read() as session:
        assert own.find_suite(session, "mine").version == 3
        versions = session.connection().exec_driver_sql("select version from probe_versions order by id").all()
    assert [row[0] for row in versions] == [1, 2]


def test_a_probe_that_was_run_from_a_file_keeps_its_version(database):
    with database.write() as session:
        ids = writes.save_probes(session, [probe()])
    save(database, suite(probe()))
    with database.read() as session:
        rows = session.connection().exec_driver_sql("select id from probe_versions").all()
    assert [row[0] for row in rows] == list(ids.values())


def test_an_id_that_stands_in_another_suite_is_refused(database):
    save(database, suite())
    with pytest.raises(InputError, match="the suite 'mine' has a probe 'dog' already"):
        save(database, suite(probe("dog"), name="other"))
    with database.read() as session:
        assert own.find_suite(session, "other") is None
        assert own.suite_of_id(session) == {"cat": "mine", "dog": "mine"}
        head, found = own.find_probe(session, "dog")
        assert (head.name, found) == ("mine", probe("dog", "Rex"))
        assert own.find_probe(session, "cow") is None


def test_an_id_that_was_removed_is_free_again(database):
    save(database, suite())
    save(database, suite(probe()))
    assert save(database, suite(probe("dog"), name="other")).is_new


def test_more_probes_than_a_statement_takes_keep_their_order(database):
    many = suite(*(probe(f"p-{n}") for n in reversed(range(1201))))
    save(database, many)
    with database.read() as session:
        assert own.find_suite(session, "mine").suite == many
        assert own.suite_heads(session)[0].probes == 1201


def test_a_suite_is_found_among_files_and_users_own(database):
    save(database, suite())
    with database.read() as session:
        assert find_suite(session, "mine", FOLDER).origin == "yours, version 1"
        assert find_suite(session, "literature-first", FOLDER).origin == "built in"
        with pytest.raises(NotFound, match="did you mean 'mine'"):
            find_suite(session, "mime", FOLDER)
    with pytest.raises(NotFound):
        find_suite(None, "mine", FOLDER)


def test_ids_are_taken_by_every_other_suite(database):
    save(database, suite())
    with database.read() as session:
        taken = taken_ids(session, FOLDER, "mine")
        assert "cat" not in taken
        assert set(taken) == {p.id for s in built_in_suites(FOLDER)[0] for p in s.probes}
        assert taken_ids(session, FOLDER, "other")["cat"] == "mine"


def test_names_are_tidied_and_built_in_ones_refused():
    assert own_suite_name(" mine ", FOLDER) == "mine"
    with pytest.raises(InputError, match="has no name"):
        own_suite_name(" ", FOLDER)


def test_one_probe_is_put_replaced_and_dropped_and_the_others_stay(either):
    save(either, suite())
    with either.write() as session:
        assert own.put_probe(session, "mine", probe("cow", "Moo"), "added cow") == (2, True)
        assert own.put_probe(session, "mine", probe("cat", "Tim"), "edited cat", instead_of="cat") == (3, True)
        assert own.put_probe(session, "mine", probe("cat", "Tim"), "edited cat", instead_of="cat") == (3, False)
        assert own.drop_probe(session, "mine", "dog", "removed dog") == (4, True)
        assert own.describe(session, "mine", "Pets", "All.", "described anew") == (5, True)
        assert own.describe(session, "mine", "Pets", "All.", "described anew") == (5, False)
        with pytest.raises(NotFound, match="has no probe 'dog'"):
            own.drop_probe(session, "mine", "dog", "removed dog")
        with pytest.raises(NotFound, match="no suite 'none-such'"):
            own.put_probe(session, "none-such", probe(), "added cat")
    with either.read() as session:
        now = own.find_suite(session, "mine")
        assert [(p.id, p.answer) for p in now.suite.probes] == [("cat", "Tim"), ("cow", "Moo")]
        assert (now.suite.title, now.suite.description, now.version) == ("Pets", "All.", 5)
        assert own.find_suite(session, "mine", 1).suite == suite()
        assert own.find_probe(session, "cat")[1].answer == "Tim"
        assert own.find_probe(session, "cat", "other") is None


def test_the_last_probe_stays(database):
    save(database, suite(probe()))
    with pytest.raises(InputError, match="at least one probe"), database.write() as session:
        own.drop_probe(session, "mine", "cat", "removed cat")


def test_a_probe_cannot_take_the_id_of_another(database):
    save(database, suite())
    with database.write() as session:
        for taken, holder in (("dog", "mine"), ("orwell-university", "biography")):
            for instead_of in (None, "cat"):
                with pytest.raises(InputError, match=f"the suite '{holder}' has a probe '{taken}' already"):
                    put_probe(session, FOLDER, "mine", probe(taken), instead_of=instead_of)
        with pytest.raises(InputError, match="is built in"):
            put_probe(session, FOLDER, "literature-first", probe("new"))
