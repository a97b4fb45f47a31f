"""Years as probes give them, and works on the line of time."""

from collections import Counter

import pytest

from app.pages.years import time_strips, year_number


@pytest.mark.parametrize(
    ("year", "number"),
    [
        (1866, 1866),
        ("1554-55", 1554),
        ("c. 1400", 1400),
        ("AD 8", 8),
        ("19 BC", -19),
        ("2nd century AD", 150),
        ("c. 6th-4th century BC", -450),
        ("8th to 11th century", 900),
        ("2nd millennium BC", -1500),
        ("1960s", 1960),
        ("unknown", None),
        (None, None),
        (99999, None),
    ],
)
def test_a_year_in_words_stands_in_the_middle_of_what_it_names(year, number):
    assert year_number(year) == number


def works(*years, less_read=False):
    return Counter((year, less_read) for year in years)


def test_every_dated_work_is_drawn_once_and_the_rest_is_counted():
    (strip,) = time_strips([works("19 BC", 1866, 1866, "unknown", None) + works(1901, less_read=True)])
    assert sum(column.well_known for column in strip.columns) == 3
    assert sum(column.less_read for column in strip.columns) == 1
    assert (strip.first, strip.middle, strip.last) == ("19 BC", 1866, "1901")
    assert (strip.dated, strip.undated) == (4, 2)
    places = [column.at for column in strip.columns]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100


def test_suites_of_a_page_share_one_scale_and_one_without_years_has_no_strip():
    old, new, none = time_strips([works(1850), works(1850, 2020), works(None)])
    assert old.columns[0] == new.columns[0]
    assert old.ticks == new.ticks
    assert none is None


def test_thousands_of_works_stay_as_high_as_a_row():
    (strip,) = time_strips([works(*[1900] * 5000)])
    assert strip.columns[0].well_known * strip.mark_px <= 32
