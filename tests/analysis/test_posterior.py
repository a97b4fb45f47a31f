"""The posterior comparison against closed forms, an independent integration and its own symmetries."""

import math

import pytest
from scipy import integrate, stats

from app.analysis.posterior import probability_above_half, probability_below_half, probability_greater


def by_quadrature(x, k, other_x, other_k, margin):
    """The same probability by adaptive quadrature over the first posterior's quantiles."""
    first, other = stats.beta(x + 0.5, k - x + 0.5), stats.beta(other_x + 0.5, other_k - other_x + 0.5)
    return integrate.quad(lambda u: other.cdf(first.ppf(u) - margin), 0, 1, epsabs=1e-9, epsrel=1e-9, limit=400)[0]


@pytest.mark.parametrize("margin", [0.0, 0.1])
@pytest.mark.parametrize(
    ("x", "k", "other_x", "other_k"), [(4, 4, 2, 4), (7, 8, 4, 8), (8, 8, 0, 8), (14, 16, 10, 16), (5, 7, 3, 16)]
)
def test_the_comparison_agrees_with_an_independent_integration(x, k, other_x, other_k, margin):
    expected = by_quadrature(x, k, other_x, other_k, margin)
    assert probability_greater(x, k, other_x, other_k, margin) == pytest.approx(expected, abs=1e-6)


def test_without_any_draw_the_comparison_has_its_closed_form():
    # Both thetas follow the arcsine law, so with theta = sin(phi) ** 2 the two phi are uniform on (0, pi / 2).
    expected = integrate.quad(
        lambda phi: 1 - 2 / math.pi * math.asin(math.sqrt(math.sin(phi) ** 2 + 0.1)), 0, math.asin(math.sqrt(0.9))
    )[0]
    assert probability_greater(0, 0, 0, 0, 0.1) == pytest.approx(expected * 2 / math.pi, abs=1e-9)


@pytest.mark.parametrize("k", [1, 8, 16, 200])
def test_one_of_two_arms_is_greater_and_equal_arms_are_even(k):
    assert probability_greater(k // 2, k, k // 2, k) == pytest.approx(0.5, abs=1e-9)
    assert probability_greater(k, k, 0, k) + probability_greater(0, k, k, k) == pytest.approx(1, abs=1e-9)


def test_above_and_below_half_are_the_two_sides_of_one_posterior():
    assert probability_above_half(6, 8) == pytest.approx(stats.beta(6.5, 2.5).sf(0.5))
    assert probability_above_half(6, 8) + probability_below_half(6, 8) == pytest.approx(1)
    assert probability_above_half(0, 0) == pytest.approx(0.5)
