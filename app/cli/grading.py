"""The command `grade`: a run's answers graded again, by the matcher or by a judge."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from app.cli.database import opened
from app.cli.terminal import paper, people, print_json
from app.cli.work import ShownWork, carried_out, span
from app.config import load_settings
from app.errors import InputError
from app.grading.records import LABEL_SHOWN, Label
from app.runs.regrade import GradingProgress, Regraded, grade_by_judge, grade_by_matcher
from app.store.tables import RunRow

EXIT_SOME_FAILED = 1
UNGRADED = "ungraded"


def grade_run(
    run_id: int, judge: str | None, *, every: bool, concurrency: int | None, data: Path | None, as_json: bool
) -> None:
    """Grade a run again; exits with 1 when the judge could not be asked about some answers."""
    if judge is None and every:
        raise InputError("--all is for a judge; name one with --judge")
    settings = load_settings(data)
    with opened(settings) as database:

        def work(shown: _ShownGrading) -> Coroutine[Any, Any, Regraded]:
            if judge is None:
                return grade_by_matcher(run_id, settings, database, shown)
            return grade_by_judge(run_id, judge, settings, database, shown, every=every, concurrency=concurrency)

        graded = carried_out(_ShownGrading(judge, every=every), work)
    if as_json:
        print_json(_for_programs(graded))
    else:
        _print(graded)
    if graded.failed:
        people.print(
            f"{_answers(graded.failed)} could not be put to the judge ({graded.failure}); the same command tries again",
            soft_wrap=True,
        )
        raise typer.Exit(EXIT_SOME_FAILED)


class _ShownGrading(ShownWork):
    """A grading as the terminal shows it."""

    def __init__(self, judge: str | None, *, every: bool) -> None:
        super().__init__()
        self._run_id: int | None = None
        self._options = (f" --judge {judge}" if judge else "") + (" --all" if every else "")

    def begun(self, run: RunRow, grader: str, answers: int, remarks: Sequence[str]) -> None:
        """Say what is graded by whom."""
        self._run_id = run.id
        people.print(f"Run {run.id}: {_answers(answers)} of {run.model.served_name} for {grader}", soft_wrap=True)
        for remark in remarks:
            people.print(f"  {remark}", style="dim", soft_wrap=True)

    def progress(self, now: GradingProgress) -> None:
        """Show how far it is."""
        if not now.answers:
            return
        figures = f"{now.graded}/{_answers(now.answers)}"
        if now.per_second is not None:
            figures += f" · {now.per_second:.{1 if now.per_second >= 1 else 2}f}/s"  # judges on small machines are slow
        if now.seconds_left is not None and now.graded < now.answers:
            figures += f" · {span(now.seconds_left)} left"
        self.step(now.graded, now.answers, figures)

    def ended_early(self, why: str) -> None:
        """Say how the grading is gone on with, if it has begun."""
        if self._run_id is not None:
            people.print(
                f"{why}; what was graded is stored. Go on with: cueprobe grade {self._run_id}{self._options}",
                soft_wrap=True,
            )


def _print(graded: Regraded) -> None:
    """What was done, how many labels changed and in which direction."""
    done = f"Run {graded.run}, {graded.grader}: {_answers(graded.graded)} graded"
    if not graded.graded and not graded.failed:
        done = f"Run {graded.run}: {graded.grader} has nothing to grade that it has not graded already"
    elif graded.asked or graded.from_cache:
        done += f", {graded.asked} asked about and {graded.from_cache} known from equal ones"
    if graded.grader_errors:
        done += f"; {graded.grader_errors} of the verdicts could not be read"
    paper.print(done, soft_wrap=True)
    total = sum(graded.after.values())
    if not graded.changed:
        paper.print(f"No label of {total} changed.")
        return
    paper.print(f"{graded.changed} of {total} labels changed:")
    for (old, new), count in sorted(graded.moves.items(), key=lambda move: (-move[1], str(move[0]))):
        paper.print(f"  {count} from {_shown(old)} to {_shown(new)}")
    counts = (
        f"{_shown(label)} {graded.before.get(label, 0)} -> {graded.after.get(label, 0)}"
        for label in (*Label, None)
        if label in graded.before or label in graded.after
    )
    paper.print(f"All answers, the greedy ones included: {', '.join(counts)}", soft_wrap=True)


def _for_programs(graded: Regraded) -> dict[str, object]:
    return {
        "run": graded.run,
        "graded": graded.graded,
        "asked": graded.asked,
        "from_cache": graded.from_cache,
        "grader_errors": graded.grader_errors,
        "failed": graded.failed,
        "changed": graded.changed,
        "before": _named(graded.before),
        "after": _named(graded.after),
    }


def _named(counts: Mapping[str | None, int]) -> dict[str, int]:
    return {label or UNGRADED: count for label, count in counts.items()}


def _shown(label: str | None) -> str:
    return LABEL_SHOWN[Label(label)] if label else UNGRADED


def _answers(count: int) -> str:
    return f"{count} answer{'s' if count != 1 else ''}"
