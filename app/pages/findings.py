"""The findings of a run: its facts with their diagnoses, its rates, effects and headline numbers.

Made once for each state of a run and remembered: pages and exports ask for the same findings again and again. What is
remembered is bounded, and a run's key holds all that can change its results.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock

from app.analysis.diagnosis import Behaviour, Diagnosis, Verdict, diagnose
from app.analysis.effects import Effect, effects
from app.analysis.headline import Headline, headline
from app.analysis.rates import ArmRates, arm_rates
from app.cues.arms import Arm
from app.pages.facts import AskedFact, asked_facts
from app.store.session import Session
from app.store.tables import RunRow

WAITING = "waiting"
"""Stands for the diagnosis of a fact whose trials are not all over."""

_KEPT = 32
_MAX_SHARE_OF_TIME = 0.05
"""The findings of a run at work are made anew only so often that making them takes this share of a processor."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its verdict, None while it waits; `shown` is its diagnosis as lists have it (see shown_diagnosis)."""

    asked: AskedFact
    verdict: Verdict | None
    shown: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run shows so far. `tests_unlocked` is False until every trial is over: before, p is None (method 5.5).

    `counts` are facts by `shown`, `diagnoses` by the names of method 5.4; rates, effects and headline leave waiting
    facts out. `seconds` is what the analysis cost.
    """

    facts: tuple[Fact, ...]
    counts: Mapping[str, int]
    diagnoses: Mapping[str, int]
    rates: Mapping[Arm, ArmRates | None]
    effects: tuple[Effect, ...]
    headline: Headline
    tests_unlocked: bool
    seconds: float

    @property
    def complete(self) -> int:
        """Facts that are not waiting."""
        return len(self.facts) - self.counts.get(WAITING, 0)

    def diagnosis_of(self) -> dict[str, str]:
        """Diagnosis by probe, waiting facts left out: what an export says beside every response."""
        return {fact.asked.slug: fact.verdict.diagnosis.value for fact in self.facts if fact.verdict}


def findings_of(session: Session, run: RunRow) -> Findings:
    """The findings of a run, remembered from an earlier call where nothing has changed since."""
    return _MEMORY.findings_of(session, run)


def analyse(session: Session, run: RunRow) -> Findings:
    """The findings of a run, made from its rows."""
    began = time.perf_counter()
    facts = tuple(_diagnosed(asked) for asked in asked_facts(session, run))
    counted = [fact.asked.counts for fact in facts if fact.verdict]
    is_over = run.trials_done + run.trials_failed >= run.planned_trials
    return Findings(
        facts=facts,
        counts=Counter(fact.shown for fact in facts),
        diagnoses={
            diagnosis.value: sum(1 for fact in facts if fact.verdict and fact.verdict.diagnosis is diagnosis)
            for diagnosis in Diagnosis
        },
        rates={Arm(arm): arm_rates(counted, Arm(arm), seed=run.seed) for arm in run.arms},
        effects=tuple(effects(counted, seed=run.seed, tests=is_over)),
        headline=headline(counted, seed=run.seed),
        tests_unlocked=is_over,
        seconds=time.perf_counter() - began,
    )


def shown_diagnosis(verdict: Verdict | None) -> str:
    """A verdict's key in lists: its diagnosis, a write error with what the model does instead, or `waiting`."""
    if verdict is None:
        return WAITING
    if verdict.diagnosis is Diagnosis.WRITE_ERROR:
        return f"write_{verdict.behaviour or Behaviour.MIXED}"
    return verdict.diagnosis.value


def _diagnosed(asked: AskedFact) -> Fact:
    verdict = None if asked.is_waiting else diagnose(asked.counts)
    return Fact(asked, verdict, shown_diagnosis(verdict))


class _Memory:
    """Findings by run and state. Two readers of the same run wait for one analysis; other runs do not wait for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def findings_of(self, session: Session, run: RunRow) -> Findings:
        """Remembered findings when the run's state is the same, or when they are still young for what they cost."""
        name = (session.get_bind().engine.url.render_as_string(), run.id, run.created_at_utc)
        state = (
            run.responses_stored,
            run.trials_done,
            run.trials_failed,
            run.status == "running" or run.heartbeat_at_utc,  # grading anew moves the heartbeat and no counter
        )
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
            self._kept.move_to_end(name)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        with kept.lock:
            if kept.findings is None or not (kept.state == state or kept.is_young(run.status)):
                kept.findings, kept.state, kept.made_at_s = analyse(session, run), state, time.monotonic()
            return kept.findings


class _Kept:
    """The findings of one run, with the state they were made for."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.findings: Findings | None = None
        self.state: Hashable = None
        self.made_at_s = 0.0

    def is_young(self, status: str) -> bool:
        """Whether the run is at work and making its findings anew so soon would cost it too much."""
        cost_s = self.findings.seconds if self.findings else 0.0
        young_s = cost_s / _MAX_SHARE_OF_TIME
        return status == "running" and young_s > 1.0 and time.monotonic() - self.made_at_s < young_s


_MEMORY = _Memory()
