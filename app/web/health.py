"""The doors for machines that watch: the process answers, the database answers and is migrated."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import PlainTextResponse


def health_routes(is_ready: Callable[[], bool]) -> APIRouter:
    """/healthz and /readyz; `is_ready` asks the database and may block, so it runs in a thread."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def show_process() -> PlainTextResponse:
        """200 as long as the process answers."""
        return PlainTextResponse("ok\n")

    @router.get("/readyz")
    def show_readiness() -> PlainTextResponse:
        """200 when the database answers and stands at the newest version, else 503."""
        if is_ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("the database does not answer or is not migrated\n", 503)

    return router
