"""The suites that users make or import: each edit is a version of its own, and the newest is the suite.

Probe versions are shared with what runs have asked; a probe that was asked as it stands has its row already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.errors import InputError, NotFound
from app.probes.records import Probe, Suite
from app.store.tables import ProbeVersionRow, SuiteRow, SuiteVersionRow

_CHUNK = 500  # rows or parameters of one statement: below every database's limit


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A user's suite in one version; `newest` is the number of the newest there is."""

    suite: Suite
    version: int
    newest: int
    change: str
    made_at_utc: datetime


class SuiteHead(NamedTuple):
    """A user's suite without its probes: its newest version, and how many probes that has."""

    name: str
    version: int
    title: str
    description: str
    probes: int
    change: str
    made_at_utc: datetime


class SavedSuite(NamedTuple):
    """What became of a suite: its version, and whether that is a new one or the same as before."""

    version: int
    is_new: bool


def save_suite(session: Session, suite: Suite, change: str) -> SavedSuite:
    """Store a suite as its next version; one that is the same as the newest changes nothing.

    `change` says in words what was done. Raises InputError when another user's suite has one of the probes' ids.
    """
    row = session.scalar(select(SuiteRow).where(SuiteRow.name == suite.name))
    newest = _newest_version(session, row.id) if row is not None else None
    _refuse_taken(session, suite)
    ids = _save_probes(session, suite.probes)
    if newest is not None:
        before = (newest.title, newest.description, newest.probe_version_ids)
        if before == (suite.title, suite.description, ids):
            return SavedSuite(newest.version, is_new=False)
    now = datetime.now(UTC)
    if row is None:
        row = SuiteRow(name=suite.name, created_at_utc=now)
        session.add(row)
        session.flush()
    version = newest.version + 1 if newest is not None else 1
    session.add(
        SuiteVersionRow(
            suite_id=row.id,
            version=version,
            title=suite.title,
            description=suite.description,
            probe_version_ids=ids,
            change=change,
            made_at_utc=now,
        )
    )
    session.flush()
    return SavedSuite(version, is_new=True)


def find_suite(session: Session, name: str, version: int | None = None) -> StoredSuite | None:
    """A user's suite in its newest version or in an older one; None when no suite has this name.

    Raises NotFound for a version it never had.
    """
    suite_id = session.scalar(select(SuiteRow.id).where(SuiteRow.name == name))
    newest = _newest_version(session, suite_id) if suite_id is not None else None
    if newest is None:
        return None
    row: SuiteVersionRow | None = newest
    if version is not None and version != newest.version:
        row = session.scalar(
            select(SuiteVersionRow).where(SuiteVersionRow.suite_id == suite_id, SuiteVersionRow.version == version)
        )
    if row is None:
        raise NotFound(f"suite {name!r} has no version {version}; the newest is {newest.version}")
    suite = Suite(
        name=name,
        title=row.title,
        description=row.description,
        probes=tuple(probes_of(session, row.probe_version_ids)),
    )
    return StoredSuite(suite, row.version, newest.version, row.change, row.made_at_utc)


def suite_heads(session: Session) -> list[SuiteHead]:
    """Users' suites in their newest versions, by name."""
    newest = select(func.max(SuiteVersionRow.id)).group_by(SuiteVersionRow.suite_id)
    rows = session.execute(
        select(SuiteRow.name, SuiteVersionRow)
        .join(SuiteVersionRow, SuiteVersionRow.suite_id == SuiteRow.id)
        .where(SuiteVersionRow.id.in_(newest))
        .order_by(SuiteRow.name)
    )
    return [_head(name, version) for name, version in rows]


def versions_of_suite(session: Session, name: str) -> list[SuiteHead]:
    """Every version of a user's suite, newest first; none when there is no such suite."""
    rows = session.execute(
        select(SuiteRow.name, SuiteVersionRow)
        .join(SuiteVersionRow, SuiteVersionRow.suite_id == SuiteRow.id)
        .where(SuiteRow.name == name)
        .order_by(SuiteVersionRow.version.desc())
    )
    return [_head(stored, version) for stored, version in rows]


def suite_of_id(session: Session) -> dict[str, str]:
    """The user's suite that each probe id stands in, over the newest versions of all of them."""
    holders: dict[str, str] = {}
    newest = select(func.max(SuiteVersionRow.id)).group_by(SuiteVersionRow.suite_id)
    rows = session.execute(
        select(SuiteRow.name, SuiteVersionRow.probe_version_ids)
        .join(SuiteVersionRow, SuiteVersionRow.suite_id == SuiteRow.id)
        .where(SuiteVersionRow.id.in_(newest))
        .order_by(SuiteRow.name)
    ).all()
    for name, ids in rows:
        for chunk in _chunks(ids):
            slugs = session.scalars(
                select(ProbeVersionRow.slug).where(ProbeVersionRow.id.in_(chunk)).order_by(ProbeVersionRow.id)
            )
            holders.update(dict.fromkeys(slugs, name))
    return holders


def find_probe(session: Session, slug: str) -> tuple[SuiteHead, Probe] | None:
    """The probe of this id in the newest version of a user's suite, and that suite; None when none has it."""
    ids = set(session.scalars(select(ProbeVersionRow.id).where(ProbeVersionRow.slug == slug)))
    if not ids:
        return None
    newest = select(func.max(SuiteVersionRow.id)).group_by(SuiteVersionRow.suite_id)
    rows = session.execute(
        select(SuiteRow.name, SuiteVersionRow)
        .join(SuiteVersionRow, SuiteVersionRow.suite_id == SuiteRow.id)
        .where(SuiteVersionRow.id.in_(newest))
        .order_by(SuiteRow.name)
    )
    for name, version in rows:
        held = ids.intersection(version.probe_version_ids)
        if held:
            return _head(name, version), next(probes_of(session, [held.pop()]))
    return None


def first_probes(session: Session, name: str, limit: int) -> list[Probe]:
    """The first probes of a user's suite as it is now; none when there is no such suite."""
    suite_id = session.scalar(select(SuiteRow.id).where(SuiteRow.name == name))
    newest = _newest_version(session, suite_id) if suite_id is not None else None
    return list(probes_of(session, newest.probe_version_ids[:limit])) if newest is not None else []


def probes_of(session: Session, version_ids: Sequence[int]) -> Iterator[Probe]:
    """The probes of these versions in this order."""
    for chunk in _chunks(version_ids):
        rows = session.execute(
            select(ProbeVersionRow.id, ProbeVersionRow.content)
            .where(ProbeVersionRow.id.in_(chunk))
            .order_by(ProbeVersionRow.id)
        )
        content = {row.id: row.content for row in rows}
        yield from (Probe.model_validate(content[id_]) for id_ in chunk)


def _head(name: str, row: SuiteVersionRow) -> SuiteHead:
    count = len(row.probe_version_ids)
    return SuiteHead(name, row.version, row.title, row.description, count, row.change, row.made_at_utc)


def _newest_version(session: Session, suite_id: int) -> SuiteVersionRow | None:
    return session.scalar(
        select(SuiteVersionRow)
        .where(SuiteVersionRow.suite_id == suite_id)
        .order_by(SuiteVersionRow.version.desc())
        .limit(1)
    )


def _refuse_taken(session: Session, suite: Suite) -> None:
    """A probe id stands for one probe in one suite: an import that was read while another was kept is told here."""
    holders = suite_of_id(session)
    for probe in suite.probes:
        holder = holders.get(probe.id, suite.name)
        if holder != suite.name:
            raise InputError(f"the suite {holder!r} has a probe {probe.id!r} already; give this one another id")


def _save_probes(session: Session, probes: Sequence[Probe]) -> list[int]:
    """Row ids of the probes' versions in their order, missing ones stored; as `writes.save_probes`, for thousands."""
    ids: list[int] = []
    now = datetime.now(UTC)
    for chunk in _chunks(probes):
        hashes = {probe.id: probe.content_sha256 for probe in chunk}
        known, newest = _stored(session, list(hashes))
        missing: list[dict[str, Any]] = [
            {
                "slug": probe.id,
                "version": newest.get(probe.id, 0) + 1,
                "content_sha256": hashes[probe.id],
                "content": probe.model_dump(mode="json"),
                "added_at_utc": now,
            }
            for probe in chunk
            if (probe.id, hashes[probe.id]) not in known
        ]
        if missing:
            session.execute(insert(ProbeVersionRow), missing)
            known, _ = _stored(session, list(hashes))
        ids += [known[probe.id, hashes[probe.id]] for probe in chunk]
    return ids


def _stored(session: Session, slugs: Sequence[str]) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Ids of the stored versions of some probes by id and hash, and the newest version number of each."""
    known: dict[tuple[str, str], int] = {}
    newest: dict[str, int] = {}
    for row in session.execute(
        select(ProbeVersionRow.id, ProbeVersionRow.slug, ProbeVersionRow.content_sha256, ProbeVersionRow.version)
        .where(ProbeVersionRow.slug.in_(slugs))
        .order_by(ProbeVersionRow.version)
    ):
        known[row.slug, row.content_sha256] = row.id
        newest[row.slug] = row.version
    return known, newest


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
