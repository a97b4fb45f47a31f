"""Suite -> the text of a suite file, which the reader of suite files gives back as the same suite."""

from __future__ import annotations

from typing import Any, Final

import yaml

from app.probes.records import Probe, Suite

# libyaml writes a hundred times as fast as Python does; both write the same values.
_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_ENDLESS: Final = 2**30
"""No line is broken: a fold inside a text is where spaces get lost."""


def suite_yaml(suite: Suite) -> str:
    """The suite as YAML, fields in the order of the records, those left at their defaults not written."""
    whole: dict[str, Any] = {"name": suite.name, "title": suite.title, "description": suite.description}
    if suite.demo:
        whole["demo"] = list(suite.demo)
    whole["probes"] = [set_fields(probe) for probe in suite.probes]
    text: str = yaml.dump(whole, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_ENDLESS)
    return text


def set_fields(probe: Probe) -> dict[str, Any]:
    """The fields of a probe that are not at their defaults, as plain values, in the order of the record."""
    return probe.model_dump(mode="json", exclude_defaults=True)
