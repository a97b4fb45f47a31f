"""Whether a request wants JSON or a page, decided from its path and its Accept header."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

_DATA_SUFFIXES = (".json", ".jsonl", ".csv", ".parquet")


def wants_json(scope: Scope) -> bool:
    """True under /api, for addresses that end like data, and when Accept asks for JSON and not for a page."""
    path: str = scope["path"]
    if path.startswith("/api/") and path != "/api/docs":
        return True
    if path.endswith(_DATA_SUFFIXES):
        return True
    accept = Headers(scope=scope).get("accept", "")
    return "application/json" in accept and "text/html" not in accept
