"""What commands share in printing: JSON on standard output, words for people on standard error or in tables."""

from __future__ import annotations

import dataclasses
import io
import json
import sys
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from app.cli.harmless import harmless


class _Screen(Console):
    """A console for words that are not all ours: model names and servers' words can neither drive it nor be markup."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - rich's own options, passed on
        """The text with control characters made visible; rich calls this for every string, cells of tables included."""
        return super().render_str(harmless(text), **options)

    def on_broken_pipe(self) -> None:
        """Leave it to `main`: rich itself would exit with 1, which here means that trials failed."""
        raise BrokenPipeError


people = _Screen(stderr=True, highlight=False, markup=False, emoji=False)
"""For progress and remarks: standard error, so that standard output stays clean for what was asked for."""

paper = _Screen(highlight=False, markup=False, emoji=False)
"""For what was asked for: tables and texts on standard output."""


def machine_output() -> TextIO:
    """Standard output for programs: UTF-8 with the line ends as they are written, whatever the terminal uses."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    return sys.stdout


def print_json(value: object) -> None:
    """One JSON document on standard output; dataclasses become objects, moments ISO 8601."""
    output = machine_output()
    json.dump(value, output, default=_plain, ensure_ascii=False, allow_nan=False, indent=2)
    output.write("\n")


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever json can go on with
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
