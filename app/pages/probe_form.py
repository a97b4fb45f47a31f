"""A probe as the fields of a form, and the fields as a person sent them back: a probe, or what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.exchange.plain import cell_values
from app.exchange.probe_cells import LISTS, NESTED, guarded, joined, year_cell
from app.exchange.row_errors import RowError
from app.probes.checking import Problem, probe_from
from app.probes.records import Probe, ProbeKind, Verified

_REVERSE: Final = ("question", "answer", "aliases", "must_not")
_YES: Final = "true"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: `rows` is its height in lines, `options` makes it a choice, `problem` is what is wrong with it."""

    name: str
    label: str
    hint: str
    value: str
    rows: int
    options: tuple[tuple[str, str], ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together; those of a closed group are seldom needed."""

    title: str
    fields: tuple[FormField, ...]
    is_open: bool


_KINDS: Final = (
    (ProbeKind.SHORT_FACT, "short fact"),
    (ProbeKind.YES_NO, "yes or no"),
    (ProbeKind.PLOT_POINTS, "plot points"),
    (ProbeKind.ATTRIBUTION, "attribution"),
    (ProbeKind.EXISTENCE, "existence"),
    (ProbeKind.CONTINUATION, "continuation"),
)
_CHECKED: Final = (
    ("", "not stated"),
    (Verified.TEXT, "the work's own text"),
    (Verified.SECONDARY, "secondary accounts"),
    (Verified.MEMORY, "neither; from memory"),
)
_LESS_READ: Final = (("", "no"), (_YES, "yes"))

# (name, label, hint, rows, options)
_Spec = tuple[str, str, str, int, tuple[tuple[str, str], ...]]
_QUESTION: Final[tuple[_Spec, ...]] = (
    ("question", "Question", "", 2, ()),
    ("answer", "Gold answer", "", 2, ()),
    ("aliases", "Also accepted", "one a line", 3, ()),
    ("must_not", "Known wrong", "one a line", 3, ()),
    ("choices", "Choices", "one a line; one of them is the gold answer, to the letter", 4, ()),
    ("kind", "Kind", "", 1, tuple((str(kind), words) for kind, words in _KINDS)),
)
_CUE: Final[tuple[_Spec, ...]] = (
    ("wikipedia_title", "Wikipedia article on the subject", "needed for the arms intro and placebo", 1, ()),
    ("work", "Work", "takes the article's place where there is none", 1, ()),
    ("author", "Author", "", 1, ()),
    ("year", "Year", "negative before Christ; any text", 1, ()),
    ("oracle", "Oracle", "a sentence or two that state the answer; without it one is made", 3, ()),
)
_ORIGIN: Final[tuple[_Spec, ...]] = (
    ("source", "Source of the gold answer", "", 1, ()),
    ("evidence", "What it says there", "", 2, ()),
    ("verified", "Gold checked in", "", 1, tuple((str(value), words) for value, words in _CHECKED)),
    ("chapter", "Chapter", "", 1, ()),
    ("language", "Language of the work", "", 1, ()),
    ("popularity", "Page views a month", "", 1, ()),
    ("less_read", "Less read", "few readers know the work", 1, _LESS_READ),
)
_FORMS: Final[tuple[_Spec, ...]] = (
    ("true_statement", "True statement", "for the yes-or-no form", 2, ()),
    ("false_statement", "False statement", "", 2, ()),
    ("reverse_question", "Question from the other side", "", 2, ()),
    ("reverse_answer", "Its answer", "", 1, ()),
    ("reverse_aliases", "Also accepted for it", "one a line", 2, ()),
    ("reverse_must_not", "Known wrong for it", "one a line", 2, ()),
    ("tolerance", "Tolerance", "how far a number may be from the gold answer", 1, ()),
    ("plot_points", "Plot points", 'JSON: [{"event": "...", "any_of": ["...", "..."]}]', 3, ()),
    ("continuation", "Continuation", 'JSON: {"dose": 1, "unrelated": "..."}', 2, ()),
)
_GROUPS: Final = (
    ("Question and answer", _QUESTION, True),
    ("Cue", _CUE, True),
    ("Where it comes from", _ORIGIN, False),
    ("Other forms", _FORMS, False),
)
_ID: Final[_Spec] = ("id", "Id", "lower-case letters, digits and hyphens; made of the question when empty", 1, ())


def form_values(probe: Probe) -> dict[str, str]:
    """The values of the fields for a probe."""
    values = {"id": probe.id}
    for name, value in probe.model_dump(mode="json", exclude_none=True).items():
        if name == "reverse":
            values |= {f"reverse_{part}": _shown(part, value[part]) for part in _REVERSE if value.get(part)}
        elif name not in {"id", "less_read"}:
            values[name] = _shown(name, value)
    values["less_read"] = _YES if probe.less_read else ""
    return values


def form_groups(
    values: Mapping[str, str], problems: Sequence[Problem] = (), *, with_id: bool = True
) -> tuple[FieldGroup, ...]:
    """The fields of the form, filled, each with what is wrong with it."""
    groups = []
    for title, specs, is_open in _GROUPS:
        shown = (_ID, *specs) if with_id and specs is _QUESTION else specs
        fields = tuple(_field(spec, values, problems) for spec in shown)
        has_something = any(field.problem or (field.value and not field.options) for field in fields)
        groups.append(FieldGroup(title, fields, is_open or has_something))
    return tuple(groups)


def loose_problems(problems: Sequence[Problem]) -> tuple[str, ...]:
    """Problems that belong to no field of the form."""
    names = {spec[0] for _, specs, _ in _GROUPS for spec in (_ID, *specs)}
    return tuple(str(problem) for problem in problems if _field_of(problem) not in names)


def probe_from_form(form: Mapping[str, str]) -> Probe | list[Problem]:
    """The probe that the fields of a form make, or what is wrong with them."""
    cells = {}
    for _, specs, _ in _GROUPS:
        for name, *_ in (_ID, *specs):
            text = form.get(name, "")
            if text.strip() and not name.startswith("reverse_"):
                cells[name] = joined(text.splitlines()) if name in LISTS else guarded(text)
    try:
        values = cell_values(cells)
    except RowError as error:
        return [Problem(error.field, error.reason, error.fix)]
    reverse: dict[str, object] = {}
    for part in _REVERSE:
        text = form.get(f"reverse_{part}", "")
        if text.strip():
            reverse[part] = text.splitlines() if part in LISTS else text
    if reverse:
        values["reverse"] = reverse
    return probe_from(values)


def _shown(name: str, value: object) -> str:
    if name in LISTS and isinstance(value, list):
        return "\n".join(value)
    if name in NESTED:
        return json.dumps(value, ensure_ascii=False) if value else ""
    if name == "year" and isinstance(value, int | str):
        return year_cell(value)
    return str(value)


def _field(spec: _Spec, values: Mapping[str, str], problems: Sequence[Problem]) -> FormField:
    name, label, hint, rows, options = spec
    told = [f"{problem.reason}. {problem.fix}".strip() for problem in problems if _field_of(problem) == name]
    return FormField(name, label, hint, values.get(name, ""), rows, options, "; ".join(told) or None)


def _field_of(problem: Problem) -> str | None:
    """The field of the form that a problem is about: "aliases, entry 2" is aliases, "reverse, answer" its own."""
    if problem.field is None:
        return None
    first, _, rest = problem.field.partition(", ")
    return f"reverse_{rest.partition(', ')[0]}" if first == "reverse" and rest else first
