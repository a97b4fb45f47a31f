"""What a run is asked to be, checked before any work starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.cues.arms import Arm
from app.errors import InputError
from app.probes.forms import AnswerFormat, Direction

MAX_SEED = 2**31 - 1
DEMO_ARMS = (Arm.NONE, Arm.INTRO, Arm.PLACEBO, Arm.ORACLE)


@dataclass(frozen=True, slots=True)
class Design:
    """How the probes of a run are put to its model.

    `k` sampled draws at `temperature` and one greedy answer per trial, each of at most `max_tokens` tokens;
    `seed` orders the trials, picks the placebos and seeds the draws.
    """

    arms: tuple[Arm, ...]
    k: int = 8
    seed: int = 0
    temperature: float = 1.0
    max_tokens: int = 256
    answer_format: AnswerFormat = AnswerFormat.FREE
    direction: Direction = Direction.DIRECT

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out, naming the option and its range."""
        if not 1 <= self.k <= 64:
            raise InputError(f"--k is {self.k}; it must be from 1 to 64")
        if not 0 <= self.seed <= MAX_SEED:
            raise InputError(f"--seed is {self.seed}; it must be from 0 to {MAX_SEED}")
        if not 0 < self.temperature <= 2:
            raise InputError(f"--temperature is {self.temperature}; it must be above 0 and at most 2")
        if not 1 <= self.max_tokens <= 32_768:
            raise InputError(f"--max-tokens is {self.max_tokens}; it must be from 1 to 32768")
        if not self.arms:
            raise InputError("--arms is empty; name at least one arm, for example none,intro,placebo,oracle")


def parse_format(name: str) -> AnswerFormat:
    """The answer format of that name; raises InputError naming those there are."""
    try:
        return AnswerFormat(name)
    except ValueError:
        raise InputError(f"--format {name} is none of the formats; use {', '.join(AnswerFormat)}") from None


def parse_arms(names: Sequence[str]) -> tuple[Arm, ...]:
    """Arms from their names, in the order given and each once; raises InputError naming the arms there are."""
    arms: list[Arm] = []
    for name in (part.strip() for entry in names for part in entry.split(",")):
        if not name:
            continue
        try:
            arm = Arm(name)
        except ValueError:
            raise InputError(f"there is no arm {name!r}; the arms are {', '.join(Arm)}") from None
        if arm not in arms:
            arms.append(arm)
    return tuple(arms)
