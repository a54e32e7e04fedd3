"""The chart of a value on its way: line, plan, target, forecast, and the cycle before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.telling.charts.axes import Tick, clearest, round_ticks, spread, value_tick
from okrmodel.telling.charts.drawn import Dated, LineChart
from okrmodel.telling.charts.line_words import described, note, tips
from okrmodel.telling.charts.palette import Palette
from okrmodel.telling.charts.parts import (
    LINE,
    Spec,
    across,
    framed,
    haloed,
    hover,
    layer,
    number,
    today,
    upwards,
    words,
)

HEIGHT = 300
_BEYOND = Decimal("0.5")
"""How far beyond everything else, as a share of it, the first days of a rate may swing in sight."""
_COLUMN = 8
"""Pixels between the plot and the labels beside it."""


@dataclass(frozen=True)
class _Drawing:
    """The chart with all that its layers share."""

    chart: LineChart
    palette: Palette
    ticks: Sequence[Tick]

    def y(self, value: Decimal) -> float:
        """Pixels from the top."""
        low, high = self.ticks[0].at, self.ticks[-1].at
        return float((high - value) / (high - low) * HEIGHT)

    def points(self, dated: Sequence[Dated]) -> list[Spec]:
        """The same as data."""
        return [{"x": self.chart.place(d.day), "y": number(d.value)} for d in dated]

    def line(self, dated: Sequence[Dated], *, stepped: bool, **how: object) -> Spec:
        """A line through values."""
        mark = {"type": "line", "clip": True} | how
        if stepped:
            mark["interpolate"] = "step-after"
        shown = dated if stepped else straightened(dated)
        return layer(self.points(shown), mark, x=across(self.chart), y=upwards(self.ticks))


def line_spec(chart: LineChart, palette: Palette, width: int | None) -> Spec:
    """A line chart's spec; see `framed` for the width."""
    drawing = _Drawing(chart, palette, _ticks(chart))
    layers = [
        *_last_cycle(drawing),
        *_plan(drawing),
        *_targets(drawing),
        *_ahead(drawing),
        *today(chart, palette),
        *_value(drawing),
        *_restated(drawing),
        *_now(drawing),
        *_column(drawing),
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
        note=note(chart),
    )


@exactly
def straightened(dated: Sequence[Dated]) -> list[Dated]:
    """The same line without the points that lie on it anyway."""
    kept = list(dated[:1])
    for here, after in zip(dated[1:], dated[2:], strict=False):
        before = kept[-1]
        run, all_run = (here.day - before.day).days, (after.day - before.day).days
        straight = before.value + (after.value - before.value) * run / all_run
        if abs(straight - here.value) > abs(here.value) * Decimal("1e-9"):
            kept.append(here)
    return kept + list(dated[1:][-1:])


@exactly
def _ticks(chart: LineChart) -> list[Tick]:
    """Round figures around all that matters; a rate's first wild days may lie outside."""
    ahead = chart.ahead
    fixed = [d.value for d in chart.plan] + [t.target for t in chart.targets]
    fixed += [v for v in (ahead and (ahead.low, ahead.final, ahead.high)) or () if v is not None]
    fixed += [chart.now.value] if chart.now else []
    values = [d.value for d in chart.days if d.value is not None]
    values += [d.value for d in chart.last_cycle]
    matter = fixed or values or [Decimal(0), Decimal(1)]
    room = (max(matter) - min(matter)) * _BEYOND or max(map(abs, matter))
    low = max(min([*matter, *values]), min(matter) - room)
    high = min(max([*matter, *values]), max(matter) + room)
    if min([*matter, *values]) >= 0 and low < (high - low) / 2:
        low = Decimal(0)
    whole = all(value % 1 == 0 for value in [*values, *(t.target for t in chart.targets)])
    figures = chart.texts.figures
    return [
        Tick(at, value_tick(figures, at, chart.unit))
        for at in round_ticks([low, high], whole=whole)
    ]


def _last_cycle(drawing: _Drawing) -> list[Spec]:
    dated = drawing.chart.last_cycle
    if not dated:
        return []
    color = drawing.palette.faint
    return [drawing.line(dated, stepped=drawing.chart.stepped, color=color, strokeWidth=1.5)]


def _plan(drawing: _Drawing) -> list[Spec]:
    chart, palette = drawing.chart, drawing.palette
    if len(chart.plan) < 2:
        return []
    drawn = drawing.line(
        chart.plan, stepped=chart.stepped and _jumps(chart), color=palette.muted, strokeWidth=1
    )
    return [drawn, *_plan_name(drawing)]


def _jumps(chart: LineChart) -> bool:
    """Whether the plan is told in periods, too, and does not rise a little every day."""
    shares = [dated.value for dated in chart.plan]
    same = sum(one == other for one, other in zip(shares, shares[1:], strict=False))
    return same * 2 > len(shares)


def _plan_name(drawing: _Drawing) -> list[Spec]:
    """Its name, where it is farthest from all other lines."""
    chart, palette = drawing.chart, drawing.palette
    every = {d.day: d.value for d in chart.plan}
    inner = [
        day for day in every if chart.length * 0.12 < chart.place(day) < chart.length * 0.85
    ]
    if not inner:
        return []
    values = {d.day: d.value for d in chart.days}
    before = {d.day: d.value for d in chart.last_cycle}
    target = {d: max(drawing.y(t.target) for t in chart.targets) for d in inner if chart.targets}
    others = [
        [None if (v := line.get(day)) is None else drawing.y(v) for day in inner]
        for line in (values, before)
    ]
    best = inner[clearest([drawing.y(every[day]) for day in inner], [*others, [target.get(d) for d in inner]])]
    name = [{"x": chart.place(best), "y": number(every[best]), "name": chart.texts("charts.plan")}]
    mark = words(palette, color=palette.muted, baseline="bottom", dy=-4, align="center")
    return haloed(
        name, palette, mark, x=across(chart), y=upwards(drawing.ticks), text={"field": "name"}
    )


def _targets(drawing: _Drawing) -> list[Spec]:
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
    joint = layer(changes, rule, x=across_, y=upwards_, y2={"field": "old"})
    mark = layer(changes, sign | {"color": palette.ink}, x=across_, y=upwards_)
    why = words(palette, color=palette.ink, align="left", baseline="bottom", dx=8, dy=-5, limit=190)
    return [
        drawn,
        joint,
        mark,
        *haloed(changes, palette, why, x=across_, y=upwards_, text={"field": "why"}),
    ]


def _ahead(drawing: _Drawing) -> list[Spec]:
    """From the last value to where it is going to end: a fan, or a line where no chance is given."""
    chart, palette, ahead, now = (
        drawing.chart,
        drawing.palette,
        drawing.chart.ahead,
        drawing.chart.now,
    )
    if ahead is None or now is None:
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
    way = [now, Dated(chart.ends, ahead.final)]
    dashes = {"strokeDash": [3, 3], "strokeWidth": 1.5, "color": palette.accent}
    return [*layers, drawing.line(way, stepped=False, **dashes)]


def _value(drawing: _Drawing) -> list[Spec]:
    chart, palette = drawing.chart, drawing.palette
    layers = []
    for stretch, firm in stretches(chart):
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

    A provisional piece begins at the final value before it.
    """
    piece: list[Dated] = []
    firm = True
    for day in chart.days:
        if day.value is None:
            if piece:
                yield piece, firm
            piece = []
            continue
        here = Dated(day.day, day.value)
        if piece and firm == day.provisional:
            yield piece, firm
            piece = piece[-1:]
        firm = not day.provisional
        piece.append(here)
    if piece:
        yield piece, firm


def _restated(drawing: _Drawing) -> list[Spec]:
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


def _now(drawing: _Drawing) -> list[Spec]:
    """The last value: a point, hollow while it may change, and its figure."""
    chart, palette, now = drawing.chart, drawing.palette, drawing.chart.now
    if now is None:
        return []
    last = next(day for day in chart.days if day.day == now.day)
    told = chart.texts.figures.compact(now.value, chart.unit)
    place = [{"x": chart.place(now.day), "y": number(now.value), "told": told}]
    point = {
        "type": "point",
        "size": 70,
        "fill": palette.paper if last.provisional else palette.accent,
        "stroke": palette.accent,
        "strokeWidth": 2,
        "opacity": 1,
    }
    planned = last.planned
    above = planned is None or now.value >= planned
    room = drawing.y(now.value) > 2 * LINE if above else drawing.y(now.value) > HEIGHT - 2 * LINE
    up = above == room
    late = chart.place(now.day) > chart.length * 0.8
    mark = words(
        palette,
        color=palette.accent,
        fontWeight="bold",
        fontSize=14,
        align="right",
        baseline="bottom" if up else "top",
        dx=8 if late and not chart.ahead else -6,
        dy=-7 if up else 7,
    )
    across_, upwards_ = across(chart), upwards(drawing.ticks)
    return [
        layer(place, point, x=across_, y=upwards_),
        *haloed(place, palette, mark, x=across_, y=upwards_, text={"field": "told"}),
    ]


def _column(drawing: _Drawing) -> list[Spec]:
    """The names and figures of what reaches the cycle's end, beside it."""
    rows = sorted(_ends(drawing))
    middles = spread([y for y, *_ in rows], [LINE * len(lines) + 5 for _, lines, _ in rows], HEIGHT)
    layers = []
    for middle, (_, lines, color) in zip(middles, rows, strict=True):
        mark = words(
            drawing.palette,
            color=color,
            align="left",
            baseline="middle",
            dx=_COLUMN,
            dy=-LINE * (len(lines) - 1) / 2,
        )
        layers.append(
            layer(
                [{"lines": lines}],
                mark,
                x={"value": "width"},
                y={"value": round(middle, 1)},
                text={"field": "lines"},
            )
        )
    return layers


def _ends(drawing: _Drawing) -> Iterator[tuple[float, list[str], str]]:
    """Where each label belongs, its lines and its colour."""
    chart, palette, texts = drawing.chart, drawing.palette, drawing.chart.texts

    def told(value: Decimal) -> str:
        return texts.figures.compact(value, chart.unit)

    if chart.targets:
        target = chart.targets[-1].target
        yield drawing.y(target), [texts("common.target"), told(target)], palette.ink
    if chart.ahead and chart.now:
        ahead = chart.ahead
        lines = [texts("common.forecast"), told(ahead.final)]
        if ahead.low is not None and ahead.high is not None:
            lines.append(f"{texts.figures.compact(ahead.low)}–{texts.figures.compact(ahead.high)}")
        yield drawing.y(ahead.final), lines, palette.accent
    if chart.last_cycle and (last := chart.last_cycle[-1]).day == chart.ends:
        lines = [texts("charts.last-cycle"), told(last.value)]
        yield drawing.y(last.value), lines, palette.muted
