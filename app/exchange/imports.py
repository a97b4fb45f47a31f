"""Keeping what was read of a file: the suite it becomes, and its next version in the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.exchange.probe_formats import AUTO, known_format
from app.exchange.probes_in import Reading, Surroundings, read_probes
from app.probes.records import Suite
from app.runs.suites import own_suite_name, suite_text, taken_ids
from app.store import suites as own
from app.store.session import Session
from app.store.suites import SavedSuite, StoredSuite


@dataclass(frozen=True, slots=True)
class Changes:
    """What the next version of a suite does to the probes of the one before, by their ids."""

    added: int
    changed: int
    removed: int

    def __str__(self) -> str:
        """In words, without what did not happen."""
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed}
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        return told or "another order, title or description"


@dataclass(frozen=True, slots=True)
class Import:
    """A file read for a suite: what it holds, the suite as it would be kept (None where no row is good), and before."""

    reading: Reading
    suite: Suite | None
    change: str
    before: StoredSuite | None

    @property
    def changes(self) -> Changes:
        """What keeping it would do to the probes that are there."""
        old = _versions(self.before.suite) if self.before is not None else {}
        new = _versions(self.suite) if self.suite is not None else old
        both = new.keys() & old.keys()
        return Changes(
            added=len(new.keys() - old.keys()),
            changed=sum(new[slug] != old[slug] for slug in both),
            removed=len(old.keys() - new.keys()),
        )


def read_import(
    session: Session,
    folder: Path,
    path: Path,
    suite_name: str,
    *,
    shown: str | None = None,
    format_name: str = AUTO,
    title: str | None = None,
) -> Import:
    """Read a file for the user's suite of that name, new or not; nothing is written.

    Title and description are those given, else those of the file, else those the suite has. Raises InputError for a
    name no suite of a user can have, and SuiteError for a file that cannot be read as a whole.
    """
    suite_name = own_suite_name(suite_name, folder)
    known_format(format_name)
    title = suite_text("title", title or "")
    before = own.find_suite(session, suite_name)
    probes = before.suite.probes if before is not None else ()
    asked = Counter(probe.question for probe in probes)
    surroundings = Surroundings(
        taken=taken_ids(session, folder, suite_name),
        id_of_question={probe.question: probe.id for probe in probes if asked[probe.question] == 1},
    )
    reading = read_probes(path, suite_name, surroundings, shown=shown, format_name=format_name)
    kept_title = before.suite.title if before is not None else suite_name
    kept_description = before.suite.description if before is not None else f"Imported from {Path(reading.shown).name}."
    suite = None
    if reading.probes:
        suite = Suite(
            name=suite_name,
            title=title or reading.title or kept_title,
            description=reading.description or kept_description,
            probes=reading.probes,
        )
    left_out = f", {reading.bad_count} bad rows left out" if reading.bad_count else ""
    change = f"imported from {Path(reading.shown).name} ({reading.format_name}{left_out})"
    return Import(reading, suite, change, before)


def keep_import(session: Session, read: Import) -> SavedSuite | None:
    """Store the suite of an import as its next version; None when no row is good."""
    return own.save_suite(session, read.suite, read.change) if read.suite is not None else None


def _versions(suite: Suite) -> dict[str, str]:
    """The probes of a suite: the hash of what each holds, by its id."""
    return {probe.id: probe.content_sha256 for probe in suite.probes}
