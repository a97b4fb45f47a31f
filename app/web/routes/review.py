"""The review desk: the next answer, and what a reviewer does with it. Every act is a form that leads to the next."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import InputError
from app.pages import review
from app.pages.review import Chosen, Judgement, WordsNotFound
from app.store.grades import add_grades
from app.web.forms import read_form
from app.web.routes.shared import SessionDep, database_of, show

router = APIRouter(include_in_schema=False)

REVIEWER_COOKIE = "cueprobe_reviewer"
"""Holds the reviewer's name and nothing else: who may come in is decided before, by the token."""

_COOKIE_SECONDS = 365 * 24 * 3600


def reviewer_of(request: Request, session: SessionDep) -> str | None:
    """The name in the cookie; None where there is none."""
    return review.reviewer_named(session, unquote(request.cookies.get(REVIEWER_COOKIE, "")))


FormDep = Annotated[dict[str, str], Depends(read_form)]
ReviewerDep = Annotated[str | None, Depends(reviewer_of)]


@router.get("/review", response_class=HTMLResponse)
def show_review(
    request: Request, session: SessionDep, reviewer: ReviewerDep, item: str = "", undone: str = ""
) -> HTMLResponse:
    """The next answer for the reviewer, or the form that asks for a name."""
    chosen = Chosen.from_fields(request.query_params)
    return show(request, "review/show.html", review.review_page(session, reviewer, chosen, item=item, undone=undone))


@router.post("/review/reviewer")
def name_reviewer(request: Request, session: SessionDep, form: FormDep) -> Response:
    """Keep the reviewer's name in a cookie; ask again, with what is wrong, where it is none."""
    chosen, given = Chosen.from_fields(form), form.get("name", "")
    name = review.reviewer_named(session, given)
    if name is None:
        problem = review.name_problem(given)
        page = review.review_page(session, None, chosen, problem=problem, name=given)
        asked_again = show(request, "review/show.html", page)
        asked_again.status_code = InputError.http_status
        return asked_again
    answer = RedirectResponse(chosen.address(), 303)
    answer.set_cookie(
        REVIEWER_COOKIE,
        quote(name),
        max_age=_COOKIE_SECONDS,
        path="/review",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/review/grades")
def grade_item(request: Request, session: SessionDep, reviewer: ReviewerDep, form: FormDep) -> Response:
    """Store the grade and lead to the next answer; the same one again with what is wrong about the marked words."""
    chosen = Chosen.from_fields(form)
    if reviewer is None:
        return RedirectResponse(chosen.address(), 303)
    judgement = Judgement.from_fields(form)
    try:
        graded = review.judged(session, reviewer, chosen, judgement)
    except WordsNotFound as error:
        page = review.review_page(session, reviewer, chosen, item=judgement.item, problem=str(error), draft=judgement)
        answer = show(request, "review/show.html", page)
        answer.status_code = error.http_status
        return answer
    with database_of(request).write() as writing:
        add_grades(writing, [graded])
    return RedirectResponse(chosen.address(), 303)


@router.post("/review/skip")
def skip_item(session: SessionDep, reviewer: ReviewerDep, form: FormDep) -> Response:
    """Put the answer off."""
    chosen = Chosen.from_fields(form)
    if reviewer is not None:
        review.skip(session, reviewer, form.get("item", ""))
    return RedirectResponse(chosen.address(), 303)


@router.post("/review/skipped")
def bring_back_skipped(session: SessionDep, reviewer: ReviewerDep, form: FormDep) -> Response:
    """Let the answers come again that were put off."""
    if reviewer is not None:
        review.bring_back_skipped(session, reviewer)
    return RedirectResponse(Chosen.from_fields(form).address(), 303)


@router.post("/review/undo")
def undo(request: Request, reviewer: ReviewerDep, form: FormDep) -> Response:
    """Take back what the reviewer did last, show its answer again and say what it was."""
    chosen, taken = Chosen.from_fields(form), None
    if reviewer is not None:
        with database_of(request).write() as writing:
            taken = review.take_back(writing, reviewer)
    if taken is None:
        return RedirectResponse(chosen.address(), 303)
    item = {"item": taken.item} if taken.item else {}
    return RedirectResponse(chosen.address(**item, undone=taken.act), 303)
