"""The chart of a value on its way: line, plan, target, forecast, and the cycle before."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from okrmodel.telling.charts.drawing import HEIGHT, Drawing, sides
from okrmodel.telling.charts.drawn import Dated, LineChart
from okrmodel.telling.charts.line_labels import column, figure_now, plan_name
from okrmodel.telling.charts.line_words import described, notes, tips
from okrmodel.telling.charts.palette import Palette
from okrmodel.telling.charts.parts import (
    Spec,
    across,
    framed,
    haloed,
    hover,
    layer,
    measured,
    number,
    today,
    upwards,
    words,
)

_REASON = 190
"""Pixels that a reason may be long."""


def line_spec(chart: LineChart, palette: Palette, width: int | None) -> Spec:
    """A line chart's spec; see `framed` for the width."""
    drawing = Drawing(chart, palette)
    layers = [
        *_last_cycle(drawing),
        *_plan(drawing),
        *_targets(drawing),
        *_ahead(drawing),
        *today(chart, palette),
        *_value(drawing),
        *_restated(drawing),
        *plan_name(drawing),
        *figure_now(drawing),
        *column(drawing),
        measured(chart, palette),
    ]
    if width is None:
        layers.append(hover(chart, palette, list(tips(chart))))
    return framed(
        chart,
        palette,
        layers,
        width=width,
        height=HEIGHT,
        description=described(chart),
        notes=list(notes(chart)),
    )


def _last_cycle(drawing: Drawing) -> list[Spec]:
    chart = drawing.chart
    dated = chart.last_cycle
    if not dated:
        return []
    how = {"color": drawing.palette.faint, "strokeWidth": 1.5}
    if len(dated) > 1:
        return [drawing.line(dated, stepped=drawing.chart.stepped, **how)]
    return [
        drawing.rules([(chart.length - chart.length / 40, chart.length, dated[0].value)], **how)
    ]


def _plan(drawing: Drawing) -> list[Spec]:
    chart, how = drawing.chart, {"color": drawing.palette.muted, "strokeWidth": 1}
    if chart.spans:
        planned = [(*sides(chart, s), s.planned) for s in chart.spans if s.planned is not None]
        return [drawing.rules(planned, **how)] if planned else []
    stepped = chart.stepped and _jumps(chart)
    pieces = by_months(chart.plan) if chart.restarts else [list(chart.plan)]
    return [drawing.line(piece, stepped=stepped, **how) for piece in pieces if len(piece) > 1]


def _jumps(chart: LineChart) -> bool:
    """Whether the plan is told in periods, too, and does not rise a little every day."""
    same = sum(one.value == other.value for one, other in pairwise(chart.plan))
    return same * 2 > len(chart.plan)


def _targets(drawing: Drawing) -> list[Spec]:
    chart, palette = drawing.chart, drawing.palette
    if not chart.targets:
        return []
    until = [*(t.day for t in chart.targets[1:]), None]
    spans = [
        {
            "x": chart.place(target.day) - 1,
            "to": chart.length if end is None else chart.place(end) - 1,
            "y": number(target.target),
        }
        for target, end in zip(chart.targets, until, strict=True)
    ]
    rule = {"type": "rule", "color": palette.ink, "strokeWidth": 1.5, "strokeDash": [6, 3]}
    drawn = layer(spans, rule, x=across(chart), x2={"field": "to"}, y=upwards(drawing.ticks))
    changes = [
        {
            "x": chart.place(new.day) - 1,
            "y": number(new.target),
            "why": new.reason,
            "old": number(old.target),
        }
        for old, new in zip(chart.targets, chart.targets[1:], strict=False)
    ]
    if not changes:
        return [drawn]
    across_, upwards_ = across(chart), upwards(drawing.ticks)
    sign = {"type": "point", "shape": "diamond", "filled": True, "size": 70, "opacity": 1}
    return [
        drawn,
        layer(changes, rule, x=across_, y=upwards_, y2={"field": "old"}),
        layer(changes, sign | {"color": palette.ink}, x=across_, y=upwards_),
        *(part for change in changes for part in _why(drawing, change)),
    ]


def _why(drawing: Drawing, change: Spec) -> list[Spec]:
    """Why a target was changed, as much of it as there is room for."""
    chart, palette = drawing.chart, drawing.palette
    room = round(1 - change["x"] / chart.length, 3)
    mark = words(
        palette,
        align="left",
        baseline="bottom",
        dx=8,
        dy=-5,
        # A reader's font may be wider than the one that this is cut with.
        limit={"expr": f"min({_REASON}, width * {room} * 0.85 - 10)"},
    )
    across_, upwards_ = across(chart), upwards(drawing.ticks)
    return haloed([change], palette, mark, x=across_, y=upwards_, text={"field": "why"})


def _ahead(drawing: Drawing) -> list[Spec]:
    """From the last value to where it is going to end: a fan, or a line where no chance is given."""
    chart, palette, ahead, now = (
        drawing.chart,
        drawing.palette,
        drawing.chart.ahead,
        drawing.chart.now,
    )
    if ahead is None or now is None or now.value is None:
        return []
    layers = []
    if ahead.low is not None and ahead.high is not None:
        here = number(now.value)
        fan = [
            {"x": chart.place(now.day), "y": here, "to": here},
            {"x": chart.length, "y": number(ahead.low), "to": number(ahead.high)},
        ]
        mark = {"type": "area", "color": palette.accent, "opacity": 0.18, "clip": True}
        layers.append(
            layer(fan, mark, x=across(chart), y=upwards(drawing.ticks), y2={"field": "to"})
        )
    way = [Dated(now.day, now.value), Dated(chart.ends, ahead.final)]
    dashes = {"strokeDash": [3, 3], "strokeWidth": 1.5, "color": palette.accent}
    return [*layers, drawing.line(way, stepped=False, **dashes)]


def _value(drawing: Drawing) -> list[Spec]:
    chart, palette = drawing.chart, drawing.palette
    layers: list[Spec] = []
    for span in chart.spans:
        if span.value is not None:
            dash: dict[str, object] = {"strokeDash": [4, 3]} if span.provisional else {}
            value = [(*sides(chart, span), span.value)]
            layers.append(drawing.rules(value, color=palette.accent, strokeWidth=4, **dash))
    for stretch, firm in () if chart.spans else stretches(chart):
        if len(stretch) > 1:
            dashes: dict[str, object] = {} if firm else {"strokeDash": [4, 3]}
            layers.append(
                drawing.line(
                    stretch, stepped=chart.stepped, color=palette.accent, strokeWidth=2.5, **dashes
                )
            )
    return layers


def stretches(chart: LineChart) -> Iterator[tuple[list[Dated], bool]]:
    """The value's line in pieces, broken where there is no data: each final or provisional.

    A provisional piece begins at the final value before it. What starts anew each month is broken
    there, too.
    """
    piece: list[Dated] = []
    firm = True
    for day in chart.days:
        if piece and (day.value is None or (chart.restarts and day.day.day == 1)):
            yield piece, firm
            piece = []
        if day.value is None:
            continue
        if piece and firm == day.provisional:
            yield piece, firm
            piece = piece[-1:]
        firm = not day.provisional
        piece.append(Dated(day.day, day.value))
    if piece:
        yield piece, firm


def by_months(dated: Sequence[Dated]) -> list[list[Dated]]:
    """The same, month by month."""
    months: dict[tuple[int, int], list[Dated]] = {}
    for each in dated:
        months.setdefault((each.day.year, each.day.month), []).append(each)
    return list(months.values())


def _restated(drawing: Drawing) -> list[Spec]:
    chart, palette = drawing.chart, drawing.palette
    values = {day.day: day.value for day in chart.days}
    found = [
        {"x": chart.place(each.first), "y": number(value)}
        for each in chart.restated
        if (value := values.get(each.first)) is not None
    ]
    sign = {
        "type": "point",
        "shape": "triangle-up",
        "size": 60,
        "fill": palette.paper,
        "stroke": palette.warn,
        "strokeWidth": 1.5,
        "opacity": 1,
    }
    if not found:
        return []
    return [layer(found, sign, x=across(chart), y=upwards(drawing.ticks))]
