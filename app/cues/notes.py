"""Bundled notes -> passages of the cue library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.cues.records import Passage, SourceKind
from app.probes.records import Note

LICENCE: Final = "Apache-2.0"
LICENCE_URL: Final = "https://www.apache.org/licenses/LICENSE-2.0"


def note_passages(notes: Mapping[str, Note]) -> dict[str, Passage]:
    """A passage for each note, by title. Notes have no revision; they are part of the program and share its licence."""
    return {
        title: Passage(
            source=SourceKind.NOTE,
            title=note.title,
            text=note.text,
            topic_kind=note.kind,
            genre=note.genre,
            author=note.author,
            licence=LICENCE,
            licence_url=LICENCE_URL,
        )
        for title, note in notes.items()
    }
