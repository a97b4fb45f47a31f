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

from app.probes.records import Probe, ProbeKind

TEMPLATE_VERSION = "free-1"
"""Changes whenever a word of the frame does; stored with every trial."""

SYSTEM = (
    "Answer the question about literature in one short sentence. "
    "If you do not know the answer, say that you do not know."
)
SYSTEM_PLOT = (
    "Answer the question about literature in three to five sentences. "
    "If you do not know the answer, say that you do not know."
)


class Message(TypedDict):
    """One message of a chat: who speaks, and what is said."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages as sent, and the version of the frame they were made with."""

    messages: tuple[Message, ...]
    template_version: str = TEMPLATE_VERSION

    @property
    def sha256(self) -> str:
        """Hash of the messages in order: equal prompts are stored once."""
        return hashlib.sha256(json.dumps(self.messages, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def build_prompt(probe: Probe, cue_text: str | None) -> Prompt:
    """The prompt that asks a probe, with the cue's text before the question when there is one."""
    question = f"Question: {probe.question}"
    system = SYSTEM_PLOT if probe.kind is ProbeKind.PLOT_POINTS else SYSTEM
    content = f"From an encyclopedia:\n{cue_text}\n\n{question}" if cue_text is not None else question
    return Prompt((Message(role="system", content=system), Message(role="user", content=content)))
