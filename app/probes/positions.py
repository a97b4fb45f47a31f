"""Text of a YAML file -> plain values, the line of each of them, and everything wrong with its form.

Reads no file and knows neither probes nor notes. Only the part of YAML that a suite needs is allowed: mappings,
lists and scalars. Tags, anchors and aliases are refused, so that no file can run code or grow without bound in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

MAX_DEPTH: Final = 20
"""Deepest nesting of lists and mappings; a suite needs five levels."""

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top, as in ("probes", 3, "answer")."""

# libyaml reads a suite of 100 probes in 15 ms where the Python scanner needs 400 ms; the events are the same.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file's form: 1-based line, where it stands, what is wrong, what to do."""

    line: int | None
    place: Place
    reason: str
    fix: str


@dataclass(slots=True)
class Document:
    """What a file holds: plain values, and 1-based lines (of the key for what has one, of the item in a list)."""

    value: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    complete: bool = True

    def line_of(self, place: Place) -> int | None:
        """The line of a place, or of the nearest thing around it that has one (a missing field has none itself)."""
        for end in range(len(place), -1, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return None

    def at(self, place: Place) -> object:
        """The value at a place; None where there is none."""
        value = self.value
        for step in place:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `key` is the mapping key that waits for its value."""

    value: list[object] | dict[str, object]
    place: Place
    key: str | None = None
    key_line: int = 0
    skips_value: bool = False


class _Builder:
    """Puts values together from parser events, without recursion: a deeply nested file cannot exhaust the stack."""

    def __init__(self) -> None:
        self.document = Document()
        self.open: list[_Open] = []
        self.documents = 0

    def fault(self, line: int, reason: str, fix: str, place: Place | None = None) -> None:
        where = place if place is not None else self.next_place()
        self.document.faults.append(Fault(line, where, reason, fix))

    def next_place(self) -> Place:
        """Where the next value will stand."""
        if not self.open:
            return ()
        holder = self.open[-1]
        if isinstance(holder.value, list):
            return (*holder.place, len(holder.value))
        return holder.place if holder.key is None else (*holder.place, holder.key)

    def add(self, event: yaml.Event) -> bool:
        """Take one event; False when the rest of the file cannot be read sensibly."""
        line = _line(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.fault(line, "a second YAML document begins here", "Remove the line '---'", ())
                return False
        elif isinstance(event, yaml.AliasEvent):
            self.fault(line, f"*{event.anchor} repeats another part of the file", "Write the text out in full")
            self.put(None, line)
        elif isinstance(event, yaml.ScalarEvent):
            self.refuse_extras(event, line)
            self.scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.refuse_extras(event, line)
            return self.begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        return True

    def refuse_extras(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            self.fault(line, f"&{event.anchor} names a part of the file", "Remove it; suite files have no references")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self.fault(line, f"the tag {tag} is not allowed", "Remove it; only text, numbers and lists are read")

    def begin(self, value: list[object] | dict[str, object], line: int) -> bool:
        if len(self.open) >= MAX_DEPTH:
            self.fault(line, f"lists and mappings are nested more than {MAX_DEPTH} deep", "Flatten this part", ())
            return False
        holder = self.open[-1] if self.open else None
        if holder is not None and isinstance(holder.value, dict) and holder.key is None and not holder.skips_value:
            self.fault(line, "a list or mapping cannot be a key", "Use a word before the colon")
            return False
        # The content of a key given twice is read but stands nowhere, so that its lines do not replace others.
        place = (*holder.place, "", "") if holder is not None and holder.skips_value else self.next_place()
        self.put(value, line)
        self.open.append(_Open(value, place))
        return True

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        holder = self.open[-1] if self.open else None
        if holder is None or isinstance(holder.value, list) or holder.key is not None or holder.skips_value:
            self.put(self.plain_value(event, line), line)
        elif event.value in holder.value:
            first = self.document.lines.get((*holder.place, event.value), line)
            place = (*holder.place, event.value)
            self.fault(line, f"the key {event.value!r} is given twice, first on line {first}", "Keep one", place)
            holder.skips_value = True
        else:
            # A key is its text even where YAML reads a boolean or a number, so that it can be named as it was written.
            holder.key, holder.key_line = event.value, line

    def plain_value(self, event: yaml.ScalarEvent, line: int) -> object:
        """The value YAML 1.1 gives a scalar: text if quoted, else perhaps a number, boolean, date or null."""
        tag = _resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in _TEXT_TAGS:
            return event.value
        node = yaml.ScalarNode(tag, event.value)
        try:
            value: object = yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, OverflowError):  # 2024-02-31, or a number of several thousand digits
            self.fault(line, f"{event.value[:40]!r} is no possible date or number", "Put it in quotes to make it text")
            return event.value
        return value

    def put(self, value: object, line: int) -> None:
        """Store a value in the list or mapping that is open, or as the whole document."""
        place = self.next_place()
        if not self.open:
            self.document.value = value
            self.document.lines[()] = line
            return
        holder = self.open[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
            self.document.lines[place] = line
        elif holder.skips_value:
            holder.skips_value = False
        elif holder.key is None:
            self.fault(line, "a reference cannot be a key", "Use a word before the colon")
        else:
            holder.value[holder.key] = value
            self.document.lines[place] = holder.key_line
            holder.key = None


# The stubs leave this method untyped: (kind of node, text, (is plain, is quoted)) -> tag.
_resolve: Callable[[type[yaml.Node], str, tuple[bool, bool]], str] = yaml.resolver.Resolver().resolve


def _line(event: yaml.Event) -> int:
    """The 1-based line an event begins on."""
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def read_document(text: str) -> Document:
    """The values of one YAML document, their lines, and all faults of form that can be told apart.

    Where a fault ends the reading (text that is not YAML, nesting beyond MAX_DEPTH), `complete` is False and `value`
    holds what came before. Raises nothing.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.add(event):
                builder.document.complete = False
                break
    except yaml.MarkedYAMLError as error:
        builder.document.faults.append(_not_yaml(text, error))
        builder.document.complete = False
    except yaml.reader.ReaderError as error:
        line = _line_of_character(text, error)
        builder.document.faults.append(Fault(line, (), "a control character stands in the text", "Remove it"))
        builder.document.complete = False
    return builder.document


def _line_of_character(text: str, error: yaml.reader.ReaderError) -> int | None:
    """The line of the character that YAML forbids. libyaml counts bytes and Python characters, so it is looked up."""
    code = error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")
    at = text.find(chr(code)) if 0 <= code <= 0x10FFFF else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else None


def _not_yaml(text: str, error: yaml.MarkedYAMLError) -> Fault:
    """What to tell about text that is not YAML; the commonest causes get a plain word of their own."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else None
    rows = text.splitlines()
    row = rows[line - 1] if line is not None and line <= len(rows) else ""
    if row[: len(row) - len(row.lstrip())].count("\t"):
        return Fault(line, (), "the line is indented with a tab", "Indent with spaces")
    problem = error.problem or "the text is not YAML"
    if "mapping values are not allowed" in problem:
        return Fault(line, (), "a colon stands where none can be", "Put the whole text after the key in quotes")
    if "undefined alias" in problem:
        return Fault(line, (), "an unquoted text begins with *", "Put it in quotes")
    return Fault(line, (), f"not YAML: {problem}", "Check the indentation, and put texts with : # ' or \" in quotes")
