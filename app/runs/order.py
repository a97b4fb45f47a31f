"""The order in which trials are carried out: seeded blocks in which all arms are interleaved.

Interleaving balances time and load over the arms (method 5.2); doing it inside blocks of about a dozen probes rather
than over the whole run lets whole facts be shown early. Within a block, trials that put the same passage before their
question stand side by side, so that a server with a prefix cache computes it once.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

BLOCK_PROBES = 12

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Placed:
    """What the order needs to know of a trial: its probe, the probe's topic, and the passage before the question."""

    probe: str
    topic: str
    passage: Hashable | None


def interleave(trials: Sequence[_T], places: Sequence[Placed], *, seed: int) -> list[_T]:
    """The trials in the order to ask them; `places[i]` says where `trials[i]` belongs. Same seed, same order."""
    order = random.Random(seed)
    block_of = _blocks(places, order)
    groups: dict[tuple[int, Hashable], list[int]] = {}
    for index, place in enumerate(places):
        shared = ("passage", place.passage) if place.passage is not None else ("alone", index)
        groups.setdefault((block_of[place.probe], shared), []).append(index)
    by_block: dict[int, list[list[int]]] = {}
    for (block, _), members in groups.items():
        order.shuffle(members)
        by_block.setdefault(block, []).append(members)
    ordered: list[_T] = []
    for block in sorted(by_block):
        order.shuffle(by_block[block])
        ordered.extend(trials[index] for members in by_block[block] for index in members)
    return ordered


def _blocks(places: Iterable[Placed], order: random.Random) -> dict[str, int]:
    """Block number of each probe. Topics are shuffled and kept whole, since their probes share passages."""
    topics: dict[str, list[str]] = {}
    for place in places:
        probes = topics.setdefault(place.topic, [])
        if place.probe not in probes[-1:]:
            probes.append(place.probe)
    names = list(topics)
    order.shuffle(names)
    block_of: dict[str, int] = {}
    block, filled = 0, 0
    for name in names:
        for probe in dict.fromkeys(topics[name]):
            if filled == BLOCK_PROBES:
                block, filled = block + 1, 0
            block_of[probe] = block
            filled += 1
    return block_of
