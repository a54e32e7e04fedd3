"""The words in and beside a line chart, each where no line runs through it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrmodel.telling.charts.axes import rounded, short_figure, spread
from okrmodel.telling.charts.drawing import HEIGHT, Drawing, sides
from okrmodel.telling.charts.drawn import Dated, Day, LineChart
from okrmodel.telling.charts.parts import (
    LINE,
    SMALL,
    Spec,
    across,
    haloed,
    layer,
    number,
    upwards,
    words,
)

_COLUMN = 8
"""Pixels between the plot and the labels beside it."""
_BIG = 14
"""Of the last value's figure, in pixels."""
_WIDE = 5.5
"""Pixels a day that are reckoned with: where words lie must not depend on the reader's window."""
_ENOUGH = 20.0
"""Pixels to the nearest line from which on one corner is as good as another."""
_LONG = 13
"""Characters of a range that stand on one line."""


def plan_name(drawing: Drawing) -> list[Spec]:
    """The plan's name, above its line, where that is farthest from all others."""
    chart, palette = drawing.chart, drawing.palette
    place = _over_a_span(chart) if chart.spans else _clear_of_all(drawing)
    if place is None:
        return []
    side = "right" if _rises(chart) else "left"
    mark = words(palette, color=palette.muted, baseline="bottom", dy=-4, align=side)
    name = [{"x": place[0], "y": number(place[1]), "name": chart.texts("common.plan")}]
    return haloed(
        name, palette, mark, x=across(chart), y=upwards(drawing.ticks), text={"field": "name"}
    )


def _over_a_span(chart: LineChart) -> tuple[float, Decimal] | None:
    """The beginning of the first month or week that one is planned for."""
    found = ((sides(chart, s)[0], s.planned) for s in chart.spans if s.planned is not None)
    return next(found, None)


def _clear_of_all(drawing: Drawing) -> tuple[float, Decimal] | None:
    chart = drawing.chart
    today = chart.place(chart.as_of)
    inner = [
        each
        for each in chart.plan
        if 0.14 < (share := chart.place(each.day) / chart.length) < 0.85
        and abs(share - today / chart.length) > 0.1
    ]
    if not inner:
        return None
    best = max(inner, key=lambda each: _room_above_plan(drawing, each, rises=_rises(chart)))
    return chart.place(best.day), best.value


def _rises(chart: LineChart) -> bool:
    return not chart.spans and chart.plan[-1].value >= chart.plan[0].value


def _room_above_plan(drawing: Drawing, where: Dated, *, rises: bool) -> float:
    """Pixels between the plan's name, if it stood here, and the nearest other line."""
    y = drawing.y(where.value)
    days = len(drawing.chart.texts("common.plan")) * SMALL * 0.6 / _WIDE
    box = _Box(*((-days, 1.0) if rises else (-1.0, days)), top=y - 4 - SMALL, bottom=y - 4)
    return _room(drawing, where.day, box, drawing.lines)


def figure_now(drawing: Drawing) -> list[Spec]:
    """The last value: a point, hollow while it may change, and its figure."""
    chart, palette, now = drawing.chart, drawing.palette, drawing.chart.now
    if now is None or now.value is None:
        return []
    told = short_figure(chart.texts.figures, rounded(now.value), chart.unit)
    place = [{"x": _end(chart), "y": number(now.value), "told": told}]
    point = {
        "type": "point",
        "size": 70,
        "fill": palette.paper if now.provisional else palette.accent,
        "stroke": palette.accent,
        "strokeWidth": 2,
        "opacity": 1,
    }
    where = _best_corner(drawing, now, len(told))
    mark = words(
        palette,
        color=palette.accent,
        fontWeight="bold",
        fontSize=_BIG,
        align="right" if where.left else "left",
        baseline="bottom" if where.above else "top",
        dx=-6 if where.left else 8,
        dy=-7 if where.above else 7,
    )
    across_, upwards_ = across(chart), upwards(drawing.ticks)
    return [
        *(() if chart.spans else (layer(place, point, x=across_, y=upwards_),)),
        *haloed(place, palette, mark, x=across_, y=upwards_, text={"field": "told"}),
    ]


def _end(chart: LineChart) -> float:
    """Where the last value's line ends."""
    known = [span for span in chart.spans if span.value is not None]
    if known:
        return sides(chart, known[-1])[1]
    return chart.place(chart.now.day if chart.now else chart.as_of)


@dataclass(frozen=True, slots=True)
class _Corner:
    """On which side of the point its figure stands."""

    above: bool
    left: bool


def _best_corner(drawing: Drawing, now: Day, letters: int) -> _Corner:
    """The corner that is farthest from all lines; above and to the left when it does not matter."""
    chart = drawing.chart
    if chart.spans:
        return _Corner(now.planned is None or (now.value or 0) >= now.planned, left=True)
    corners = [_Corner(above, left) for left in (True, False) for above in (True, False)]
    place = chart.place(now.day)
    days = letters * _BIG * 0.6 / _WIDE
    inside = [
        c
        for c in corners
        if (place - days > 0 if c.left else place + days < chart.length)
        and LINE * 2
        < drawing.y(now.value or Decimal(0)) + (0 if c.above else LINE * 4)
        < HEIGHT + LINE * 2
    ]
    plan = {each.day: each.value for each in chart.plan}

    def room(corner: _Corner) -> float:
        y = drawing.y(now.value or Decimal(0))
        top = y - 7 - _BIG if corner.above else y + 7
        sides_ = (-days, -1.0) if corner.left else (1.0, days)
        found = _room(drawing, now.day, _Box(*sides_, top, top + _BIG), [*drawing.lines, plan])
        return min(found, _ENOUGH)

    return max(inside or corners, key=room)


@dataclass(frozen=True, slots=True)
class _Box:
    """Where words would stand: in days from the one that they belong to, and pixels from the top."""

    begin: float
    end: float
    top: float
    bottom: float


def _room(drawing: Drawing, day: date, box: _Box, lines: Iterable[Mapping[date, Decimal]]) -> float:
    """Pixels from the box up or down to the nearest line."""
    found = float(HEIGHT)
    for line in lines:
        for other, value in line.items():
            if box.begin <= (other - day).days <= box.end:
                at = drawing.y(value)
                found = min(found, max(box.top - at, at - box.bottom, 0.0))
    return found


def column(drawing: Drawing) -> list[Spec]:
    """The names and figures of what reaches the cycle's end, beside it."""
    rows = sorted(_ends(drawing))
    middles = spread([y for y, *_ in rows], [LINE * len(lines) + 5 for _, lines, _ in rows], HEIGHT)
    return [
        _beside(drawing, middle, lines, color)
        for middle, (_, lines, color) in zip(middles, rows, strict=True)
    ]


def _beside(drawing: Drawing, middle: float, lines: Sequence[str], color: str) -> Spec:
    mark = words(
        drawing.palette,
        color=color,
        align="left",
        baseline="middle",
        dx=_COLUMN,
        dy=-LINE * (len(lines) - 1) / 2,
    )
    at = [{"lines": lines}]
    return layer(
        at, mark, x={"value": "width"}, y={"value": round(middle, 1)}, text={"field": "lines"}
    )


def _ends(drawing: Drawing) -> Iterator[tuple[float, list[str], str]]:
    """Where each label belongs, its lines and its colour."""
    chart, palette, texts = drawing.chart, drawing.palette, drawing.chart.texts

    def told(value: Decimal) -> str:
        return short_figure(texts.figures, rounded(chart.estimate(value)), chart.unit)

    if chart.targets:
        target = chart.targets[-1].target
        short = short_figure(texts.figures, target, chart.unit)
        yield drawing.y(target), [texts("charts.target"), short], palette.ink
    if chart.ahead and chart.now:
        ahead = chart.ahead
        lines = [texts("common.forecast"), told(ahead.final)]
        if ahead.low is not None and ahead.high is not None:
            lines += _range(told(ahead.low), told(ahead.high))
        yield drawing.y(ahead.final), lines, palette.accent
    if chart.last_cycle and (last := chart.last_cycle[-1]).day == chart.ends:
        lines = [texts("charts.last-cycle"), told(last.value)]
        yield drawing.y(last.value), lines, palette.muted


def _range(low: str, high: str) -> list[str]:
    """Two figures with a dash between them, on one line where they are short."""
    told = f"{low}–{high}"
    return [told] if len(told) <= _LONG else [f"{low} –", high]
