"""How far graders agree: the page, the answers behind each of its cells, and both as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.requests import Request

from app.exchange.responses import as_csv, as_jsonl
from app.pages.agreement import (
    ALL_RUNS,
    COLUMNS,
    AgreementPage,
    AnswersPage,
    AnswersWanted,
    agreement_page,
    answer_records,
    answers_page,
)
from app.web.routes.runs import TableFormat
from app.web.routes.shared import SessionDep, database_of, show

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["results"])

RunNumber = Annotated[
    str, Query(max_length=20, description="A run's number, or `all`; else the newest run that was graded again.")
]
_Grader = Annotated[str, Query(max_length=2000, description="matcher, judge:MODEL or person:NAME.")]
_Label = Annotated[str, Query(description="A label this grader gave; any when left out.")]
_MEDIA_TYPES = {TableFormat.CSV: "text/csv; charset=utf-8", TableFormat.JSONL: "application/x-ndjson"}


def answers_wanted(
    *,
    a: _Grader = "",
    b: _Grader = "",
    a_label: _Label = "",
    b_label: _Label = "",
    run: RunNumber = ALL_RUNS,
    page: Annotated[int, Query(ge=1, description="Counts from 1.")] = 1,
) -> AnswersWanted:
    """Two graders and the labels they gave; without any label the answers on which they differ.

    The page refuses what is missing, in words of its own.
    """
    return AnswersWanted(a, b, a_label, b_label, run or ALL_RUNS, page)


WantedDep = Annotated[AnswersWanted, Depends(answers_wanted)]


@router.get("/agreement", response_class=HTMLResponse)
def show_agreement(request: Request, session: SessionDep, run: RunNumber = "") -> HTMLResponse:
    """Every pair of graders, alpha, and rates corrected by people's labels."""
    return show(request, "agreement/show.html", agreement_page(session, run))


@router.get("/agreement/answers", response_class=HTMLResponse)
def show_answers(request: Request, session: SessionDep, wanted: WantedDep) -> HTMLResponse:
    """The answers to which two graders gave some labels."""
    return show(request, "agreement/answers.html", answers_page(session, wanted))


@router.get("/agreement/answers.{table_format}")
def download_answers(
    request: Request, table_format: TableFormat, session: SessionDep, wanted: WantedDep
) -> StreamingResponse:
    """The same answers as a file, all of its pages, streamed with a session of its own."""
    answers_page(session, wanted)  # an unknown run or grader is an answer of its own, not a file that breaks off
    database = database_of(request)

    def lines() -> Iterator[str]:
        with database.read() as reading:
            records = answer_records(reading, wanted)
            yield from as_csv(records, COLUMNS) if table_format is TableFormat.CSV else as_jsonl(records)

    headers = {"Content-Disposition": f'attachment; filename="agreement-answers.{table_format}"'}
    return StreamingResponse(lines(), media_type=_MEDIA_TYPES[table_format], headers=headers)


@api.get("/agreement")
def read_agreement(session: SessionDep, run: RunNumber = "") -> AgreementPage:
    """How far the graders of a run agree: confusion matrices, alpha, and rates corrected by people's labels."""
    return agreement_page(session, run)


@api.get("/agreement/answers")
def read_answers(session: SessionDep, wanted: WantedDep) -> AnswersPage:
    """The answers to which two graders gave some labels, 50 a page."""
    return answers_page(session, wanted)
