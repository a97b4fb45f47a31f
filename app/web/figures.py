"""Figures with axes as Vega-Lite specs: the forest of paired differences and the posteriors of one fact.

Each is laid out twice, at 840 and at 356 px, row by row in pixels; only x is a scale. Colours are the tokens of
static/css/tokens.css, so one drawing serves both themes and print. Drawn by renderer.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.web.numbers import interval, signed_points
from app.web.renderer import Figure, Spec

WIDE, NARROW = 840, 356
_ACCENT_ARM = "intro"


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One paired difference in [-1, 1] with its 95 % interval over `n` facts, under the heading `group`.

    `primary` is drawn in the accent: at most one row should be.
    """

    label: str
    group: str
    n: int
    estimate: float
    low: float
    high: float
    primary: bool = False


@dataclass(frozen=True, slots=True)
class PosteriorRow:
    """The share correct of one arm: `correct` of `graded` draws, its 95 % interval, and its posterior.

    `density` is taken at the middles of equal steps over [0, 1] (see beta_density); only its shape is drawn.
    """

    arm: str
    correct: int
    graded: int
    density: tuple[float, ...]
    low: float
    high: float


def beta_density(correct: int, graded: int, steps: int = 120) -> tuple[float, ...]:
    """Density of Beta(correct + 1/2, graded - correct + 1/2) at the middles of `steps` equal steps (method 5.4)."""
    a, b = correct + 0.5, graded - correct + 0.5
    log_norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    middles = ((index + 0.5) / steps for index in range(steps))
    return tuple(math.exp(log_norm + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)) for x in middles)


def forest_figure(rows: Sequence[ForestRow], label: str = "Paired differences in percentage points") -> Figure:
    """The forest of `rows` in their order, a heading wherever the group changes."""
    return Figure(_forest(rows, is_wide=True), _forest(rows, is_wide=False), label)


def posterior_figure(rows: Sequence[PosteriorRow], label: str = "Posterior of the share correct in each arm") -> Figure:
    """One ridge a row over the share correct; heights are scaled per arm."""
    return Figure(_posterior(rows, is_wide=True), _posterior(rows, is_wide=False), label)


def _forest(rows: Sequence[ForestRow], *, is_wide: bool) -> Spec:
    left, plot = (214, 450) if is_wide else (8, 340)
    right_edge = (WIDE if is_wide else NARROW) - left
    pitch, drop = (26, 0) if is_wide else (40, 17)
    headings, data = [], []
    y = 0
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            y += 34
            headings.append({"y": y - 6, "text": group})
        text_y = y + pitch / 2 + 3 if is_wide else y + 13
        beyond_noise = row.low > 0 or row.high < 0
        data.append(
            {
                "y": text_y + drop, "text_y": text_y, "low": row.low * 100, "high": row.high * 100,
                "estimate": row.estimate * 100, "css": _row_ink(row.primary),
                "fill": _row_ink(row.primary) if beyond_noise else "var(--paper)",
                "label": row.label if is_wide else f"{row.label}, n {row.n}", "n": f"{row.n}",
                "number": signed_points(row.estimate, 0),
                "range": f"({signed_points(row.low, 0)} to {signed_points(row.high, 0)})",
            }
        )  # fmt: skip
        y += pitch
    height = y + 12
    ends = _forest_ends(rows)
    x = _x_axis(ends, list(range(ends[0], ends[1] + 1, 20 if ends[1] - ends[0] <= 140 else 40)), _SIGNED_LABEL)
    layers = [
        _layer([{"at": 0}], {"type": "rule", "color": "var(--ink)"}, x=x | {"field": "at"}),
        _layer(
            data,
            {"type": "rule", "strokeWidth": 1.5},
            x=x | {"field": "low"}, x2={"field": "high"}, y=_y(), color=_own("css"),
        ),
        _layer(
            data,
            {"type": "point", "filled": True, "size": 64, "opacity": 1, "strokeWidth": 1.5},
            x=x | {"field": "estimate"}, y=_y(), fill=_own("fill"), stroke=_own("css"),
        ),
        _text(headings, -left, "var(--ink)", "text", weight=600),
        _text(data, (12 if is_wide else 0) - left, "var(--ink)", "label", y="text_y", limit=160 if is_wide else 220),
        _text(data, right_edge - 98, "var(--ink)", "number", y="text_y", align="right"),
        _text(data, right_edge, "var(--ink-3)", "range", y="text_y", align="right"),
        _text([{"y": height + 12, "text": "hurts"}], None, "var(--ink-3)", "text", align="right", at_zero=(x, -6)),
        _text([{"y": height + 12, "text": "helps"}], None, "var(--ink-3)", "text", at_zero=(x, 6)),
    ]  # fmt: skip
    if is_wide:
        layers += [
            _text(data, 186 - left, "var(--ink-3)", "n", y="text_y", align="right"),
            _text([{"y": -12, "text": "facts"}], 186 - left, "var(--ink-3)", "text", align="right"),
            _text([{"y": -12, "text": "points (95 % interval)"}], right_edge, "var(--ink-3)", "text", align="right"),
        ]
    return _frame(layers, (plot, height), left=left, right=right_edge - plot, bottom=24)


def _forest_ends(rows: Sequence[ForestRow]) -> tuple[int, int]:
    """The ends of the axis in points: steps of 20 that hold all intervals and zero, at least from -20 to +20."""
    low = min((row.low for row in rows), default=0.0)
    high = max((row.high for row in rows), default=0.0)
    return min(-20, 20 * math.floor(low * 5)), max(20, 20 * math.ceil(high * 5))


def _posterior(rows: Sequence[PosteriorRow], *, is_wide: bool) -> Spec:
    left, plot = (104, 586) if is_wide else (8, 340)
    right_edge = (WIDE if is_wide else NARROW) - left
    pitch, ridge = (58, 36) if is_wide else (66, 34)
    areas: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    data = []
    for place, row in enumerate(rows):
        base = (place + 1) * pitch - 8
        top = _ridge_top(row.density)
        for index, density in enumerate(row.density):
            share = (index + 0.5) / len(row.density)
            rise = ridge * min(density / top, 1.0)
            areas[row.arm == _ACCENT_ARM].append(
                {"arm": row.arm, "share": round(share, 4), "y": round(base - rise, 2), "base": base}
            )
        data.append(
            {
                "y": base + 4, "text_y": base - 2 if is_wide else base - ridge - 8, "low": row.low, "high": row.high,
                "share": row.correct / row.graded if row.graded else None, "css": _row_ink(row.arm == _ACCENT_ARM),
                "label": row.arm, "number": f"{row.correct} of {row.graded}",
                "range": f"({interval(row.low, row.high, 'share')})",
            }
        )  # fmt: skip
    height = len(rows) * pitch + 6
    x = _x_axis((0, 1), [0, 0.25, 0.5, 0.75, 1], "format(datum.value, '.2~f')")
    half = {"type": "rule", "color": "var(--ink-3)", "strokeDash": [2, 3]}
    layers = [_layer([{"at": 0.5}], half, x=x | {"field": "at"})]
    for is_accent, points in areas.items():
        if points:
            fill, opacity, line = (
                ("var(--accent-fill)", 0.4, "var(--accent)") if is_accent else ("var(--ink-3)", 0.28, "var(--ink-2)")
            )
            mark = {"type": "area", "color": fill, "fillOpacity": opacity, "line": {"color": line, "strokeWidth": 1}}
            layers.append(
                _layer(
                    points, mark,
                    x=x | {"field": "share"}, y=_y(), y2={"field": "base"},
                    detail={"field": "arm", "type": "nominal"},
                )
            )  # fmt: skip
    layers += [
        _layer(
            data,
            {"type": "rule", "strokeWidth": 1.5},
            x=x | {"field": "low"}, x2={"field": "high"}, y=_y(), color=_own("css"),
        ),
        _layer(
            [one for one in data if one["share"] is not None],
            {"type": "point", "filled": True, "size": 56, "opacity": 1, "stroke": "var(--paper)", "strokeWidth": 1.5},
            x=x | {"field": "share"}, y=_y(), fill=_own("css"),
        ),
        _text(data, -left, None, "label", y="text_y"),
        _text(data, right_edge - 92, "var(--ink)", "number", y="text_y", align="right"),
        _text(data, right_edge, "var(--ink-3)", "range", y="text_y", align="right"),
    ]  # fmt: skip
    return _frame(layers, (plot, height), left=left, right=right_edge - plot, bottom=2)


def _ridge_top(density: tuple[float, ...]) -> float:
    """The density drawn at full height: the largest away from both ends, where a posterior may be infinite."""
    margin = max(1, len(density) // 40)
    return max(density[margin:-margin], default=0.0) or max(density, default=1.0)


_SIGNED_LABEL = "datum.value > 0 ? '+' + datum.value : datum.value < 0 ? '\u2212' + abs(datum.value) : '0'"


def _row_ink(is_accent: bool) -> str:
    return "var(--accent)" if is_accent else "var(--ink)"


def _x_axis(ends: tuple[float, float], values: Sequence[float], label: str) -> dict[str, Any]:
    axis = {
        "orient": "top", "values": list(values), "labelExpr": label, "title": None, "domain": False, "ticks": False,
        "labelColor": "var(--ink-3)", "gridColor": "var(--rule)", "gridOpacity": 1, "labelPadding": 7,
        "labelFlush": False, "labelOverlap": False,
    }  # fmt: skip
    return {"type": "quantitative", "scale": {"domain": list(ends), "nice": False, "zero": False}, "axis": axis}


def _y(field: str = "y") -> dict[str, Any]:
    """A row's height in pixels, as it stands in the data."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def _own(field: str) -> dict[str, Any]:
    """A colour that stands in the data."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def _layer(data: list[dict[str, Any]], mark: dict[str, Any], **encoding: dict[str, Any]) -> Spec:
    return {"data": {"values": data}, "mark": mark, "encoding": encoding}


def _text(
    data: list[dict[str, Any]],
    x: float | None,
    colour: str | None,
    field: str,
    *,
    y: str = "y",
    align: str = "left",
    weight: int = 400,
    limit: int = 0,
    at_zero: tuple[dict[str, Any], float] | None = None,
) -> Spec:
    """Words at `x` pixels from the plot's left edge, or beside zero of a scale; without a colour the row's own."""
    mark: dict[str, Any] = {"type": "text", "align": align, "baseline": "middle", "fontWeight": weight, "limit": limit}
    encoding = {"y": _y(y), "text": {"field": field, "type": "nominal"}}
    if at_zero is not None:
        scale, offset = at_zero
        encoding["x"] = scale | {"datum": 0}
        mark["dx"] = offset
    else:
        encoding["x"] = {"value": x}
    if colour is None:
        encoding["color"] = _own("css")
    else:
        mark["color"] = colour
    return _layer(data, mark, **encoding)


def _frame(layers: list[Spec], size: tuple[int, int], *, left: int, right: int, bottom: int) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": size[0],
        "height": size[1],
        "padding": {"left": left, "right": right, "top": 24, "bottom": bottom},
        "autosize": {"type": "none"},
        "background": "transparent",
        "layer": layers,
        # The library measures text in Liberation Sans; the page's own face has the same widths to within its limits.
        "config": {
            "font": "Liberation Sans, Arial, Helvetica, sans-serif",
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12},
            "text": {"fontSize": 12},
        },
    }
