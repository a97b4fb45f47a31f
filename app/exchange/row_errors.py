"""What a reader of rows raises for a row that it cannot understand."""

from __future__ import annotations


class RowError(ValueError):
    """A value of a row means nothing: the column, what is wrong and what to do."""

    def __init__(self, field: str, reason: str, fix: str) -> None:
        self.field, self.reason, self.fix = field, reason, fix
        super().__init__(f"{field}: {reason}. {fix}")
