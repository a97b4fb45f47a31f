"""What a run of a given size can detect, before or after it was made (method 5.5, 6)."""

from __future__ import annotations

import math

from scipy import optimize, special

TEST_LEVEL = 0.05
POWER = 0.8


def smallest_detectable_difference(n: int, discordance: float) -> float:
    """Smallest paired difference in accuracy, in [0, 1], that n facts with one draw each show with 80 % power.

    `discordance` in (0, 1] is the share of facts on which the two arms differ; two-sided test at 5 %, no clustering.
    Solves d sqrt(n) = z(.975) sqrt(discordance) + z(.8) sqrt(discordance - d ** 2): Connor (1987), doi:10.2307/2531961.
    A difference cannot exceed the discordance, so a result equal to it means that hardly anything can be shown.
    Raises ValueError when n is below 1 or the discordance outside (0, 1].
    """
    if n < 1:
        raise ValueError("no facts, no detectable difference")
    if not 0 < discordance <= 1:
        raise ValueError(f"the discordance is a share above 0 and up to 1, not {discordance}")
    level_z, power_z = float(special.ndtri(1 - TEST_LEVEL / 2)), float(special.ndtri(POWER))

    def shortfall(difference: float) -> float:
        spread = math.sqrt(max(discordance - difference**2, 0.0))
        return difference * math.sqrt(n) - level_z * math.sqrt(discordance) - power_z * spread

    if shortfall(discordance) <= 0:
        return discordance
    return float(optimize.brentq(shortfall, 0.0, discordance, xtol=1e-12))
