"""What the literature library holds, as its users are told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.probes.files import list_suites, load_suite
from app.probes.records import Probe, ProbeKind, Verified

FOLDER = Path(__file__).parents[2] / "probes"
VERDICTS = {ProbeKind.YES_NO, ProbeKind.EXISTENCE}


@pytest.fixture(scope="module")
def probes() -> list[Probe]:
    every = {probe.id: probe for path in list_suites(FOLDER) for probe in load_suite(path).probes}
    return list(every.values())


def test_every_probe_is_written_in_full_once():
    written = Counter(
        line.split("id: ", 1)[1].strip()
        for path in list_suites(FOLDER)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"  - id: ", line)
    )
    assert {name: n for name, n in written.items() if n > 1} == {}


def test_it_is_as_large_and_as_wide_as_it_says(probes):
    assert len(probes) >= 320
    assert len({probe.work for probe in probes}) >= 110
    assert len({probe.author for probe in probes} - {"Anonymous"}) >= 70
    assert len({probe.language for probe in probes}) >= 12
    assert sum(probe.less_read for probe in probes) >= len(probes) / 4


def test_every_probe_says_where_its_fact_stands_and_how_it_was_verified(probes):
    for probe in probes:
        for name in ("work", "author", "year", "language", "chapter", "oracle", "source", "verified"):
            assert getattr(probe, name) is not None, (probe.id, name)
    assert sum(probe.verified is Verified.MEMORY for probe in probes) <= 0.05 * len(probes)


def test_a_quotation_is_short_and_stands_only_where_something_was_read(probes):
    for probe in probes:
        assert len((probe.evidence or "").split()) <= 40, probe.id
        assert probe.evidence is None or probe.verified is not Verified.MEMORY, probe.id


def test_yes_and_no_are_right_equally_often(probes):
    golds = Counter(probe.answer for probe in probes if probe.kind in VERDICTS)
    assert abs(golds["Yes"] - golds["No"]) <= 1, golds


def test_every_probe_can_be_asked_in_every_format(probes):
    for probe in probes:
        assert probe.true_statement, probe.id
        assert len(probe.choices) == 4 or (not probe.choices and probe.kind is ProbeKind.PLOT_POINTS), probe.id


def test_no_question_holds_its_own_answer(probes):
    for probe in probes:
        if probe.kind not in VERDICTS:
            assert probe.answer.casefold() not in probe.question.casefold(), probe.id
        if probe.reverse is not None:
            assert probe.reverse.answer.casefold() not in probe.reverse.question.casefold(), probe.id


def test_every_author_of_a_life_is_asked_about_by_name(probes):
    for probe in probes:
        if probe.work is not None and probe.work.endswith("(biography)"):
            assert probe.wikipedia_title == probe.author, probe.id
