"""The web app, put together: settings and an open database in, an ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import __version__
from app.config import Settings
from app.errors import SettingError
from app.store.session import Database, is_migrated
from app.web.api_docs import docs_routes
from app.web.errors import LastResort, handle_errors
from app.web.health import health_routes
from app.web.login import login_routes
from app.web.renderer import Renderer
from app.web.routes import ROUTERS
from app.web.security import CrossSiteCheck, HostCheck, SecurityHeaders, TokenCheck, is_loopback
from app.web.static_files import HashedFiles
from app.web.templating import make_templates


def create_app(settings: Settings, database: Database, *, host: str = "127.0.0.1") -> FastAPI:
    """The app as it will be bound to `host`. It keeps, in `app.state`: settings, database, templates, renderer.

    Raises SettingError for a host that others can reach when no token is set.
    """
    if settings.token is None and not is_loopback(host):
        raise SettingError(f"the web app on {host} can be reached by others; set CUEPROBE_TOKEN, or use 127.0.0.1")
    templates = make_templates(settings.resources)
    renderer = Renderer()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        renderer.start()
        try:
            yield
        finally:
            renderer.stop()

    app = FastAPI(
        title="cueprobe",
        version=__version__,
        description="What a model knows, what it makes up, and why: runs, probes, answers and diagnoses as JSON.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.templates = templates
    app.state.renderer = renderer

    handle_errors(app)
    app.mount("/static", HashedFiles(settings.resources / "static"), name="static")
    app.include_router(health_routes(lambda: is_migrated(database, settings.resources / "migrations")))
    app.include_router(login_routes(templates, settings.token))
    app.include_router(docs_routes(app, templates))
    for router in ROUTERS:
        app.include_router(router)

    # The one added last stands outermost.
    app.add_middleware(LastResort, templates=templates)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(TokenCheck, token=settings.token)
    app.add_middleware(CrossSiteCheck)
    app.add_middleware(HostCheck, bound_host=host)
    app.add_middleware(SecurityHeaders)
    return app
