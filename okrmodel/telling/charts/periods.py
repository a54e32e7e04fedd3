"""The chart of a bound that is kept in each month or week: a bar for each, and the bound across."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.telling.charts.axes import Tick, round_ticks, short_figure
from okrmodel.telling.charts.drawn import Period, PeriodsChart
from okrmodel.telling.charts.palette import Palette
from okrmodel.telling.charts.parts import (
    LINE,
    Spec,
    across,
    framed,
    hover,
    layer,
    measured,
    number,
    today,
    upwards,
    words,
)

HEIGHT = 240
_GAP = 0.12
"""Between bars, as a share of a period."""
_FEW = 6
"""Up to so many bars have their figure written above."""
_CHECK = "M-0.9,0.05L-0.25,0.7L0.95,-0.7"
_CROSS = "M-0.7,-0.7L0.7,0.7M0.7,-0.7L-0.7,0.7"


def periods_spec(chart: PeriodsChart, palette: Palette, width: int | None) -> Spec:
    """The chart's spec; see `framed` for the width."""
    ticks = _ticks(chart)
    layers = [
        *today(chart, palette),
        *_bars(chart, palette, ticks),
        *_bounds(chart, palette, ticks),
        *_marks(chart, palette, ticks),
        measured(chart, palette),
    ]
    if width is None:
        layers.append(hover(chart, palette, list(_tips(chart))))
    return framed(
        chart, palette, layers, width=width, height=HEIGHT, description=" ".join(_described(chart))
    )


@exactly
def _ticks(chart: PeriodsChart) -> list[Tick]:
    """From zero up, with room for the marks above the bars."""
    known = [p.value for p in chart.periods if p.value is not None]
    values = [Decimal(0), *known, *(v for v in (chart.low, chart.high) if v is not None)]
    top = max(values) + (max(values) - min(values)) * Decimal("0.12")
    figures = chart.texts.figures
    return [
        Tick(at, short_figure(figures, at, chart.unit))
        for at in round_ticks([min(values), top], whole=False)
    ]


def _bars(chart: PeriodsChart, palette: Palette, ticks: Sequence[Tick]) -> Iterator[Spec]:
    """Full where the bound was met, an outline where it was not."""
    color = {
        True: {"color": palette.accent, "opacity": 0.85},
        False: {"fill": palette.paper, "stroke": palette.bad, "strokeWidth": 2},
    }
    for met, how in color.items():
        found = [p for p in chart.periods if p.met is met]
        bars = [
            _sides(chart, p) | {"y": number(p.value), "zero": 0}
            for p in found
            if p.value is not None
        ]
        if bars:
            yield layer(
                bars,
                {"type": "rect"} | how,
                x=across(chart),
                x2={"field": "to"},
                y=upwards(ticks),
                y2={"field": "zero"},
            )


def _sides(chart: PeriodsChart, period: Period) -> Spec:
    begin, end = chart.place(period.first) - 1, chart.place(period.last)
    gap = (end - begin) * _GAP / 2
    return {"x": round(begin + gap, 3), "to": round(end - gap, 3)}


def _bounds(chart: PeriodsChart, palette: Palette, ticks: Sequence[Tick]) -> Iterator[Spec]:
    names = {"charts.at-least": chart.low, "charts.at-most": chart.high}
    for name, bound in names.items():
        if bound is None:
            continue
        rule = {"type": "rule", "color": palette.ink, "strokeWidth": 1.5, "strokeDash": [6, 3]}
        lines = [chart.texts(name), short_figure(chart.texts.figures, bound, chart.unit)]
        at = [{"x": 0, "to": chart.length, "y": number(bound), "lines": lines}]
        yield layer(at, rule, x=across(chart), x2={"field": "to"}, y=upwards(ticks))
        label = words(palette, align="left", baseline="middle", dx=8, dy=-LINE / 2)
        yield layer(at, label, x={"value": "width"}, y=upwards(ticks), text={"field": "lines"})


def _marks(chart: PeriodsChart, palette: Palette, ticks: Sequence[Tick]) -> Iterator[Spec]:
    """A tick or a cross above each bar, and its figure where there is room."""
    signs = {True: (_CHECK, palette.good), False: (_CROSS, palette.bad)}
    few = len(chart.periods) <= _FEW
    for met, (path, color) in signs.items():
        found = [
            {
                "x": (chart.place(p.first) - 1 + chart.place(p.last)) / 2,
                "y": number(p.value),
                "told": chart.texts.figures.value(p.value, chart.unit),
            }
            for p in chart.periods
            if p.met is met and p.value is not None
        ]
        if not found:
            continue
        sign = {
            "type": "point",
            "shape": path,
            "size": 60,
            "filled": False,
            "stroke": color,
            "strokeWidth": 2.5,
            "opacity": 1,
            "yOffset": -12,
        }
        yield layer(found, sign, x=across(chart), y=upwards(ticks))
        if few:
            told = words(palette, baseline="bottom", dy=-22, fontWeight="bold")
            yield layer(found, told, x=across(chart), y=upwards(ticks), text={"field": "told"})


def _told(chart: PeriodsChart, period: Period) -> str:
    texts, figures = chart.texts, chart.texts.figures
    return texts(
        "charts.period-is",
        days=figures.span(period.first, period.last),
        value=figures.value(period.value, chart.unit),
        met=texts("charts.met") if period.met else texts("charts.not-met"),
    )


def _described(chart: PeriodsChart) -> Iterator[str]:
    figures = chart.texts.figures
    yield f"{chart.measure}."
    for name, bound in (("charts.at-least", chart.low), ("charts.at-most", chart.high)):
        if bound is not None:
            yield f"{chart.texts(name)} {figures.value(bound, chart.unit)}."
    known = [period for period in chart.periods if period.value is not None]
    yield from (_told(chart, period) for period in known)
    if not known:
        yield chart.texts("charts.nothing", days=figures.span(chart.starts, chart.ends))


def _tips(chart: PeriodsChart) -> Iterator[Spec]:
    for period in chart.periods:
        if period.value is None:
            continue
        lines = [
            chart.texts.figures.span(period.first, period.last),
            f"{chart.measure}: {chart.texts.figures.value(period.value, chart.unit)}",
            chart.texts("charts.met") if period.met else chart.texts("charts.not-met"),
        ]
        if period.provisional:
            lines.append(chart.texts("common.provisional"))
        begin, end = chart.place(period.first) - 1, chart.place(period.last)
        yield {"x": begin, "to": end, "tip": "\n".join(lines)}
