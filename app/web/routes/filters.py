"""The filter of a run's facts as an address carries it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.pages.matrix import FactFilter


def fact_filter(
    *,
    q: Annotated[str, Query(max_length=200, description="Words in question, gold answer, topic or slug.")] = "",
    diagnosis: Annotated[str, Query(description="A diagnosis, or `waiting`.")] = "",
    kind: Annotated[str, Query(description="A kind of probe.")] = "",
    arm: Annotated[str, Query(description="With `label`: any draw in this arm has it.")] = "",
    label: Annotated[str, Query(description="Any draw has this label, or `ungraded`.")] = "",
    cells: Annotated[Literal["draws", "share"], Query(description="How the page shows draws.")] = "draws",
    page: Annotated[int, Query(ge=1, description="Counts from 1.")] = 1,
) -> FactFilter:
    """The filter of the facts of a run; what no fact has lets none through."""
    return FactFilter(q=q.strip(), diagnosis=diagnosis, kind=kind, arm=arm, label=label, page=page, cells=cells)


FilterDep = Annotated[FactFilter, Depends(fact_filter)]
