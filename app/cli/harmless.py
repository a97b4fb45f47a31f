"""Words that are not ours, made safe to print: a model's name or a server's words must not drive the terminal."""

from __future__ import annotations

_MOVERS = [code for code in range(0x20) if chr(code) not in "\n\t"] + [*range(0x7F, 0xA0)]
_TURNERS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_HALVES = range(0xD800, 0xE000)
_SHOWN_AS = dict.fromkeys([*_MOVERS, *_TURNERS, *_HALVES], "\ufffd")
"""Control characters, those that turn the direction of writing, and halves of characters that no encoding has."""


def harmless(text: str) -> str:
    """The text with the replacement sign for every character that a terminal would act on instead of showing it."""
    return text.translate(_SHOWN_AS)
