"""The smallest detectable difference against the printed table of method 6."""

import pytest

from app.analysis.power import smallest_detectable_difference


@pytest.mark.parametrize(
    ("n", "points"),
    [
        (60, [10.0, 15.9, 19.4]),
        (100, [8.8, 12.4, 15.2]),
        (200, [6.2, 8.8, 10.8]),
        (400, [4.4, 6.2, 7.6]),
        (1000, [2.8, 4.0, 4.8]),
    ],
)
def test_the_smallest_detectable_difference_is_that_of_the_table(n, points):
    found = [100 * smallest_detectable_difference(n, discordance) for discordance in (0.1, 0.2, 0.3)]
    assert found == pytest.approx(points, abs=0.05)


def test_a_difference_cannot_exceed_the_discordance():
    assert smallest_detectable_difference(60, 0.1) == 0.1
    assert smallest_detectable_difference(1, 1.0) == 1.0


@pytest.mark.parametrize(("n", "discordance"), [(0, 0.1), (10, 0.0), (10, 1.1)])
def test_no_facts_or_no_discordance_is_refused(n, discordance):
    with pytest.raises(ValueError, match=r"detectable|discordance"):
        smallest_detectable_difference(n, discordance)
