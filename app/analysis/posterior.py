"""Posterior probabilities of method 5.4: theta ~ Beta(x + 1/2, k - x + 1/2) for x correct of k gradable draws."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import special

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(256)
_UNIT_NODES, _UNIT_WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def probability_above_half(correct: int, graded: int) -> float:
    """P(theta > 1/2)."""
    return float(special.betainc(graded - correct + 0.5, correct + 0.5, 0.5))


def probability_below_half(correct: int, graded: int) -> float:
    """P(theta < 1/2)."""
    return float(special.betainc(correct + 0.5, graded - correct + 0.5, 0.5))


@lru_cache(maxsize=65_536)
def probability_greater(correct: int, graded: int, other_correct: int, other_graded: int, margin: float = 0.0) -> float:
    """P(theta - theta_other > margin) for two independent posteriors, margin in [0, 1); exact to about 1e-12.

    Integrates the other's density times the first's upper tail. With theta_other = sin(phi) ** 2 the density is a
    polynomial in sin and cos, and phi = top * (1 - v ** 2) removes the square root with which the tail ends, so
    Gauss-Legendre converges at once. A plain grid over theta does not, since the densities are infinite at 0 and 1:
    2,000 points put 4 of 4 against 2 of 4 at .9497, where the value is .9517.
    """
    top = np.arcsin(np.sqrt(1 - margin))
    phi = top * (1 - _UNIT_NODES**2)
    sine, cosine = np.sin(phi), np.cos(phi)
    log_density = (
        2 * other_correct * np.log(sine)
        + 2 * (other_graded - other_correct) * np.log(cosine)
        - special.betaln(other_correct + 0.5, other_graded - other_correct + 0.5)
    )
    beyond = np.clip(cosine**2 - margin, 0.0, 1.0)
    tail = special.betainc(graded - correct + 0.5, correct + 0.5, beyond)
    return float(np.sum(_UNIT_WEIGHTS * 4 * top * _UNIT_NODES * np.exp(log_density) * tail))
