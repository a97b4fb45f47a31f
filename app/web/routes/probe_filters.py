"""The filter of a list of probes as an address carries it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from app.pages.probe_filter import ProbeFilter


def probe_filter(
    *,
    q: Annotated[str, Query(max_length=200, description="Words that must all occur.")] = "",
    suite: Annotated[str, Query(max_length=120, description="A suite's name.")] = "",
    kind: Annotated[str, Query(max_length=40, description="A kind of probe.")] = "",
    language: Annotated[str, Query(max_length=200, description="What the work was written in.")] = "",
    read: Annotated[str, Query(max_length=20, description="`less` or `well`.")] = "",
    checked: Annotated[
        str, Query(max_length=20, description="Where: `text`, `secondary`, `memory` or `unstated`.")
    ] = "",
    has: Annotated[str, Query(max_length=20, description="`choices`, `statements`, `reverse` or `popularity`.")] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000_000, description="Counts from 1, 50 probes each.")] = 1,
) -> ProbeFilter:
    """The filter of a list of probes; what no probe has lets none through."""
    return ProbeFilter(q.strip(), suite, kind, language, read, checked, has, page)


ProbeFilterDep = Annotated[ProbeFilter, Depends(probe_filter)]
