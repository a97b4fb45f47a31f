"""Static files: kept for a year under an address that carries their hash, asked for anew under any other."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web.templating import Assets


class HashedFiles(StaticFiles):
    """Serves a folder; only the present hash in ?v= makes an answer immutable, lest a stale address pin a new file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._assets = Assets(folder)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with its cache policy; raises HTTPException 404 as the parent does."""
        response = await super().get_response(path, scope)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        is_current = response.status_code in {200, 304} and given == self._assets.digest(path)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "no-cache"
        return response
