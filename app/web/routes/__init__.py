"""One module per family of addresses; `create_app` includes the routers listed here."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.routes import about, agreement, api, asked_probes, library, live, models, overview, review, runs

ROUTERS: tuple[APIRouter, ...] = (
    overview.router,
    runs.router,
    live.router,
    asked_probes.router,
    library.router,
    models.router,
    review.router,
    agreement.router,
    agreement.api,
    about.router,
    api.router,
)
