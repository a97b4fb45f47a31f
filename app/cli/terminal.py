"""What commands share in printing: JSON on standard output, words for people on standard error or in tables."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import datetime
from typing import Any

from rich.console import Console

people = Console(stderr=True, highlight=False)
"""For progress and remarks: standard error, so that standard output stays clean for what was asked for."""

paper = Console(highlight=False)
"""For what was asked for: tables and texts on standard output."""


def print_json(value: object) -> None:
    """One JSON document on standard output; dataclasses become objects, moments ISO 8601."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever json can go on with
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
