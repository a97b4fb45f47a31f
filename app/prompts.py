"""Prompts: from a probe and the text of its cue, the exact messages a model is sent. Knows no server and no arm.

Every arm gets the same system text and the same frame, so that two arms differ in the cue alone (method 5.2). What is
common stands first (system text, then cue) and the question last: servers that cache prefixes compute a cue once for
all the questions it is used with.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TypedDict

from app.probes.forms import LETTERS, AnswerFormat
from app.probes.records import Probe, ProbeKind

FRAME_VERSIONS = {
    AnswerFormat.FREE: "free-1",
    AnswerFormat.CHOICE: "choice-1",
    AnswerFormat.YES_NO: "yes-no-1",
}
"""The version of each format's frame, stored with every prompt; it changes whenever a word of the frame does."""

CONTINUATION_VERSION = "continuation-1"
"""The version of the frame of continuation probes."""

_DECLINE = "If you do not know the answer, say that you do not know."
SYSTEM = f"Answer the question about literature in one short sentence. {_DECLINE}"
SYSTEM_PLOT = f"Answer the question about literature in three to five sentences. {_DECLINE}"
SYSTEM_CHOICE = f"Answer the question about literature with the letter of the right option. {_DECLINE}"
SYSTEM_STATEMENT = f"Say whether the statement about literature is true: answer yes or no. {_DECLINE}"
SYSTEM_CONTINUATION = (
    "Continue the text word for word as it goes on in the original. "
    "If you do not know how it goes on, say that you do not know."
)


class Message(TypedDict):
    """One message of a chat: who speaks, and what is said."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages as sent, and the version of the frame they were made with."""

    messages: tuple[Message, ...]
    template_version: str = FRAME_VERSIONS[AnswerFormat.FREE]

    @property
    def sha256(self) -> str:
        """Hash of the messages in order: equal prompts are stored once."""
        return hashlib.sha256(json.dumps(self.messages, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def build_prompt(probe: Probe, cue_text: str | None, answer_format: AnswerFormat = AnswerFormat.FREE) -> Prompt:
    """The prompt that asks a probe, with the cue's text before the question when there is one.

    The probe is one that `forms.as_asked` made for the format: its question and options are shown as they are.
    """
    system, version = _frame(probe, answer_format)
    content = probe.question if probe.kind is ProbeKind.CONTINUATION else f"Question: {probe.question}"
    if answer_format is AnswerFormat.CHOICE:
        options = (f"{letter}. {choice}" for letter, choice in zip(LETTERS, probe.choices, strict=False))
        content = "\n".join((content, *options))
    if cue_text is not None:
        content = f"From an encyclopedia:\n{cue_text}\n\n{content}"
    return Prompt((Message(role="system", content=system), Message(role="user", content=content)), version)


def _frame(probe: Probe, answer_format: AnswerFormat) -> tuple[str, str]:
    """The system text and the version of the frame."""
    if probe.kind is ProbeKind.CONTINUATION:
        return SYSTEM_CONTINUATION, CONTINUATION_VERSION
    system = {
        AnswerFormat.FREE: SYSTEM_PLOT if probe.kind is ProbeKind.PLOT_POINTS else SYSTEM,
        AnswerFormat.CHOICE: SYSTEM_CHOICE,
        AnswerFormat.YES_NO: SYSTEM_STATEMENT,
    }[answer_format]
    return system, FRAME_VERSIONS[answer_format]
