"""How the Retry-After header is read."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.cues.patience import retry_after_s


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 5 ", 5), ("0", 0), ("", 0), ("-3", 0), ("soon", 0), ("1.5", 0), ("٣", 0)],
)
def test_a_number_of_seconds_is_read_and_nonsense_asks_for_nothing(value, seconds):
    assert retry_after_s(value) == seconds


def test_a_date_to_come_is_the_time_until_then():
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3500 < retry_after_s(in_an_hour) <= 3600


@pytest.mark.parametrize("date", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 -0000"])
def test_a_date_gone_by_asks_for_nothing(date):
    assert retry_after_s(date) == 0
