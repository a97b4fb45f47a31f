"""How the word lists of the grading room are written down: as text, so that they read as lists of words."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(words.split())
