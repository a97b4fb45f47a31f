"""How numbers, times and hashes are written on pages: the template filters.

A value that was not measured is None and reads as a dash, never as a zero. Minus is U+2212; a narrow no-break space
sets groups of three apart from the fourth digit on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from markupsafe import Markup

NOT_MEASURED = "—"
_NARROW = "\u202f"
_MINUS = "\u2212"


def count(value: int | None) -> str:
    """1851 as 1 851."""
    return NOT_MEASURED if value is None else f"{value:,}".replace(",", _NARROW).replace("-", _MINUS)


def number(value: float | None, digits: int = 1) -> str:
    """A plain number with a true minus."""
    return NOT_MEASURED if value is None else f"{value:z,.{digits}f}".replace(",", _NARROW).replace("-", _MINUS)


def signed(value: float | None, digits: int = 2) -> str:
    """A number that always shows its sign, except zero: +0.92, −1.84, 0."""
    if value is None:
        return NOT_MEASURED
    text = f"{value:+z.{digits}f}"
    return "0" if float(text) == 0 else text.replace("-", _MINUS)


def percent(share: float | None, digits: int = 0) -> str:
    """A share in [0, 1] as 24 %."""
    return NOT_MEASURED if share is None else f"{hundredths(share, digits)}{_NARROW}%"


def hundredths(share: float | None, digits: int = 0) -> str:
    """A share in [0, 1] as 24, for columns whose heading says percent."""
    return NOT_MEASURED if share is None else f"{share * 100:z.{digits}f}"


def signed_points(difference: float | None, digits: int = 1) -> str:
    """A difference of shares in [-1, 1] as percentage points: +17.4."""
    return NOT_MEASURED if difference is None else signed(difference * 100, digits)


def interval(low: float | None, high: float | None, kind: str = "percent") -> str:
    """Both ends of an interval: `percent` 10 to 38 %, `dash` 28–51, `points` −14.6 to +18.8, `share` 0.55 to 0.99."""
    if low is None or high is None:
        return NOT_MEASURED
    if kind == "dash":
        return f"{hundredths(low)}–{hundredths(high)}"
    if kind == "points":
        return f"{signed_points(low)} to {signed_points(high)}"
    if kind == "share":
        return f"{low:.2f} to {high:.2f}"
    if kind == "percent":
        return f"{hundredths(low)} to {percent(high)}"
    raise ValueError(f"an interval is written as percent, dash, points or share, not {kind!r}")


def duration(seconds: float | None) -> str:
    """Seconds in the two largest units that matter: 0.4 s, 27 s, 3 min 20 s, 2 h 5 min, 3 d 4 h."""
    if seconds is None:
        return NOT_MEASURED
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 ", " ")
    whole = round(seconds)
    for size, unit, part_size, part_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part_size
            return f"{whole // size} {unit}" + (f" {rest} {part_unit}" if rest else "")
    return f"{whole} s"


def relative_time(moment: datetime, now: datetime) -> str:
    """How long ago in words; the date from a week on."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "just now"
    for limit, size, unit in ((3600, 60, "minute"), (86400, 3600, "hour"), (7 * 86400, 86400, "day")):
        if seconds < limit:
            amount = int(seconds // size)
            return f"{amount} {unit}{'' if amount == 1 else 's'} ago"
    return f"{moment.day} {moment:%b %Y}" if moment.year != now.year else f"{moment.day} {moment:%b}"


def when_filter(clock: Callable[[], datetime]) -> Callable[[datetime | None], str | Markup]:
    """The filter `when`: a <time> that reads as relative to the clock and keeps the exact moment, in UTC."""

    def when(moment: datetime | None) -> str | Markup:
        if moment is None:
            return NOT_MEASURED
        exact = moment.astimezone(UTC)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            exact.isoformat(timespec="seconds"), f"{exact:%Y-%m-%d %H:%M:%S} UTC", relative_time(exact, clock())
        )

    return when


def short_hash(digest: str) -> str:
    """The first eight signs in two groups: 9c41 e07a."""
    return f"{digest[:4]} {digest[4:8]}".strip()


def web_address(url: str | None) -> str | None:
    """The address when it is http, https or a path of this site, else None: a stored javascript: becomes no link."""
    if not url:
        return None
    parts = urlsplit(url)
    is_path = not parts.scheme and not parts.netloc and url.startswith("/")
    return url if is_path or (parts.scheme in {"http", "https"} and parts.netloc) else None
