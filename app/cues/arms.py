"""The arms: which text, if any, stands before the question (method 5.2)."""

from __future__ import annotations

from enum import StrEnum


class Arm(StrEnum):
    """The condition on the cue. The value is what commands, exports and pages show."""

    NONE = "none"
    INTRO = "intro"
    PLACEBO = "placebo"
    ORACLE = "oracle"


ARM_MEANING: dict[Arm, str] = {
    Arm.NONE: "asked unaided",
    Arm.INTRO: "introduction, answer removed",
    Arm.PLACEBO: "unrelated introduction",
    Arm.ORACLE: "passage that holds the answer",
}
"""One line per arm, as it stands beside its name in tables."""
