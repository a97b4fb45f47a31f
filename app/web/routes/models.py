"""The models met."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.models import models_page
from app.web.routes.shared import SessionDep, show

router = APIRouter(include_in_schema=False)


@router.get("/models", response_class=HTMLResponse)
def show_models(request: Request, session: SessionDep) -> HTMLResponse:
    """Every model, what its server can do, and what its newest run found."""
    return show(request, "models.html", models_page(session))
