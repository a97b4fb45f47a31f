"""How good is the matcher, on answers labelled by hand? Precision, recall and coverage by label, kind and shape.

    python -m benchmarks.graders.measure                      the part of bench.jsonl that rules may be made by
    python -m benchmarks.graders.measure --set held-out       the part set apart
    python -m benchmarks.graders.measure --bench FILE         answers of your own
    python -m benchmarks.graders.measure --misses             and every answer whose label is another

A row of a bench is one JSON object a line: `probe` (an id of the library, or a probe written out as in a suite file),
`text`, `label`, and where they are not the usual ones `format` (free), `direction` (direct), `variant` (which option is
the right one: gold-1 to gold-4; which statement: true or false), `options` (as they were shown), `finish` (stop),
`shape`, `set`. Rows labelled `unsure` count for nothing.

Precision of a label is the share of the answers given it that people gave it; recall the share of those people gave it
that got it; coverage the share of all that got any label. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.analysis.intervals import wilson_interval
from app.config import RESOURCES
from app.grading.matcher import MATCHER_VERSION, grade_response
from app.inference.records import FinishReason
from app.probes.files import list_suites, load_suite
from app.probes.forms import AnswerFormat, Direction, as_asked
from app.probes.records import Probe

BENCH = Path(__file__).with_name("bench.jsonl")
LABELS = ("correct", "incorrect", "not_attempted", "truncated", "empty")


@dataclass(frozen=True, slots=True)
class Graded:
    """One row with its label and the matcher's; `got` is None where the matcher is not sure."""

    row: dict[str, Any]
    kind: str
    label: str
    got: str | None
    reason: str


def library() -> dict[str, Probe]:
    """The probes that come with the program, by id."""
    suites = (load_suite(path) for path in list_suites(RESOURCES / "probes"))
    return {probe.id: probe for suite in suites for probe in suite.probes}


def graded(rows: Iterable[dict[str, Any]]) -> list[Graded]:
    """Every row that people could label, graded."""
    known = library()
    return [_graded(row, known) for row in rows if row["label"] != "unsure"]


def _graded(row: dict[str, Any], known: dict[str, Probe]) -> Graded:
    written_out = isinstance(row["probe"], dict)
    probe = Probe.model_validate({"id": "given", **row["probe"]}) if written_out else known[row["probe"]]
    answer_format = AnswerFormat(row.get("format", "free"))
    if options := row.get("options"):
        asked = probe.model_copy(update={"choices": tuple(options)})  # as they were shown: options change with time
    else:
        asked = as_asked(probe, answer_format, Direction(row.get("direction", "direct")), row.get("variant", ""))
    grade = grade_response(asked, row["text"], FinishReason(row.get("finish", "stop")), None, answer_format)
    return Graded(row, asked.kind.value, row["label"], grade.label.value if grade.label else None, grade.reason)


def report(graded_rows: Sequence[Graded]) -> str:
    """The figures as text."""
    head = f"{'label':<14} {'precision':<28} {'recall':<28} given"
    lines = [f"{len(graded_rows)} labelled answers, matcher version {MATCHER_VERSION}", "", head]
    for label in LABELS:
        got = [each for each in graded_rows if each.got == label]
        people = [each for each in graded_rows if each.label == label]
        right = sum(each.label == label for each in got)
        lines.append(f"{label:<14} {_share(right, len(got)):<28} {_share(right, len(people)):<28} {len(got)}")
    decided = sum(each.got is not None for each in graded_rows)
    lines += ["", f"coverage       {_share(decided, len(graded_rows))}"]
    opposite = sum({each.label, each.got} == {"correct", "incorrect"} for each in graded_rows)
    lines.append(f"correct for incorrect or the other way round: {opposite}")
    for name, of in (("kind", lambda each: each.kind), ("format", lambda each: each.row.get("format", "free")),
                     ("source", lambda each: each.row.get("source", "-")),
                     ("shape", lambda each: each.row.get("shape", "-"))):  # fmt: skip
        lines += ["", f"by {name}", *_groups(graded_rows, of)]
    return "\n".join(lines)


def _groups(graded_rows: Sequence[Graded], of: Callable[[Graded], str]) -> list[str]:
    lines = []
    for name in sorted({of(each) for each in graded_rows}):
        own = [each for each in graded_rows if of(each) == name]
        decided = [each for each in own if each.got is not None]
        right = sum(each.got == each.label for each in decided)
        lines.append(f"  {name:<26} right {right} of {len(decided)} decided, {len(own)} in all")
    return lines


def _share(part: int, whole: int) -> str:
    if not whole:
        return "not measured"
    low, high = wilson_interval(part, whole)
    return f"{part / whole:.3f} ({low:.3f} to {high:.3f}, n {whole})"


def main() -> None:
    """Read the arguments and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--set", dest="part", help="dev (the default for the project's own bench) or held-out")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.bench.read_text(encoding="utf-8").splitlines() if line.strip()]
    part = given.part or ("dev" if given.bench == BENCH else None)
    results = graded([row for row in rows if part is None or row.get("set") == part])
    if given.misses:
        for each in results:
            if each.got != each.label:
                where = each.row["probe"] if isinstance(each.row["probe"], str) else each.row["probe"]["question"]
                print(f"{each.row.get('id', '-')} {where}: people {each.label}, matcher {each.got} ({each.reason})")
                print(f"    {each.row['text']!r}")
    print(report(results))


if __name__ == "__main__":
    main()
