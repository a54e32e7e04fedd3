"""The parts that Vega-Lite specs of key results are put together from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from okrmodel.telling.charts.axes import Tick, day_ticks
from okrmodel.telling.charts.drawn import KeyResultChart
from okrmodel.telling.charts.palette import FONT, Palette

Spec = dict[str, Any]
"""A Vega-Lite spec, or a part of one: plain JSON."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""Names the language; nobody loads it."""

SMALL = 12
"""Of all text, in pixels."""
LINE = 15
"""From one line of text to the next, in pixels."""

_PADDING = {"left": 8, "right": 18, "top": 6, "bottom": 4}
"""Pixels around it: a reader's font may be wider than the one that the picture was measured with."""


def number(value: Decimal) -> float:
    """A value for drawing, where a pixel is coarser than any float."""
    return float(f"{value:.12g}")


def framed(
    chart: KeyResultChart,
    palette: Palette,
    layers: Sequence[Spec],
    *,
    width: int | None,
    height: int,
    description: str,
    notes: Sequence[str] = (),
) -> Spec:
    """A whole spec: its layers on the cycle's days.

    Args:
        chart: What is drawn.
        palette: In which colours.
        layers: Each with its own data.
        width: In pixels; None is as wide as the element that a browser shows it in.
        height: Of the plot, in pixels.
        description: What it shows, in words, for those who do not see it.
        notes: What lines below have to explain.
    """
    spec: Spec = {
        "$schema": SCHEMA,
        "description": description,
        "usermeta": {"title": chart.title},
        "width": "container" if width is None else width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": _PADDING,
        "background": palette.paper,
        "config": _config(palette),
        "layer": list(layers),
    }
    if notes:
        spec["title"] = {
            "text": list(notes),
            "lineHeight": LINE,
            "orient": "bottom",
            "anchor": "start",
            "frame": "group",
            "color": palette.muted,
            "fontSize": SMALL,
            "fontWeight": "normal",
            "offset": 8,
        }
    return spec


def _config(palette: Palette) -> Spec:
    return {
        # A description of the whole says more than one of each of a hundred marks.
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "text": {"fontSize": SMALL, "color": palette.ink},
        "axis": {
            "labelColor": palette.muted,
            "labelFontSize": SMALL,
            "gridColor": palette.line,
            "domainColor": palette.faint,
            "tickColor": palette.faint,
            "title": None,
        },
    }


def across(chart: KeyResultChart, field: str = "x") -> Spec:
    """The axis of days."""
    ticks = list(day_ticks(chart))
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, chart.length], "nice": False, "zero": False},
        "axis": _axis(ticks, grid=False) | {"labelFlush": True, "labelPadding": 4},
    }


def upwards(ticks: Sequence[Tick], field: str = "y") -> Spec:
    """The axis of values."""
    domain = [number(ticks[0].at), number(ticks[-1].at)]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False, "zero": False},
        "axis": _axis(ticks, grid=True) | {"domain": False, "ticks": False, "labelPadding": 8},
    }


def _axis(ticks: Sequence[Tick], *, grid: bool) -> Spec:
    """Written in Python, for the reader's locale: Vega looks them up."""
    places = [number(tick.at) for tick in ticks]
    labels = [tick.label for tick in ticks]
    return {
        "grid": grid,
        "values": places,
        "labelExpr": f"{_listed(labels)}[indexof({places}, datum.value)]",
        "labelOverlap": "greedy",
        "labelSeparation": 10,
    }


def _listed(texts: Sequence[str]) -> str:
    """Texts as an array of Vega's expression language."""
    quoted = (text.replace("\\", "\\\\").replace("'", "\\'") for text in texts)
    return "[" + ", ".join(f"'{text}'" for text in quoted) + "]"


def layer(values: Sequence[Mapping[str, Any]], mark: Spec, **encoding: Any) -> Spec:
    """Marks of some values."""
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}


def words(palette: Palette, **how: Any) -> Spec:
    """The mark of words; in the colour of ordinary text unless said otherwise."""
    return {"type": "text", "color": palette.ink, "lineHeight": LINE} | how


def haloed(
    values: Sequence[Mapping[str, Any]], palette: Palette, mark: Spec, **encoding: Any
) -> list[Spec]:
    """Words that stay readable where they lie on lines: once as a rim of paper, then as themselves."""
    rim = mark | {
        "stroke": palette.paper,
        "strokeWidth": 4,
        "strokeJoin": "round",
        "color": palette.paper,
    }
    return [layer(values, rim, **encoding), layer(values, mark, **encoding)]


def today(chart: KeyResultChart, palette: Palette) -> list[Spec]:
    """The line at the last day that something is said of, with its date on top."""
    if chart.as_of >= chart.ends:
        return []
    at = [{"x": chart.place(chart.as_of), "day": chart.texts.figures.short_day(chart.as_of)}]
    label = words(palette, color=palette.muted, baseline="bottom")
    return [
        layer(at, {"type": "rule", "color": palette.faint, "strokeDash": [2, 3]}, x=across(chart)),
        layer(at, label, x=across(chart), y={"value": -4}, text={"field": "day"}),
    ]


def measured(chart: KeyResultChart, palette: Palette) -> Spec:
    """What is counted, above the axis of values."""
    at = [{"told": chart.measure}]
    mark = words(
        palette, color=palette.muted, align="left", baseline="bottom", limit={"expr": "width"}
    )
    return layer(at, mark, x={"value": 0}, y={"value": -LINE - 8}, text={"field": "told"})


def hover(chart: KeyResultChart, palette: Palette, tips: Sequence[Mapping[str, Any]]) -> Spec:
    """What a pointer finds: columns of days from `x` to `to`, each with the lines of its `tip`."""
    return {
        "data": {"values": list(tips)},
        "params": [
            {
                "name": "pointed",
                "select": {"type": "point", "on": "pointerover", "clear": "pointerout"},
            }
        ],
        "mark": {"type": "rect", "color": palette.muted, "cursor": "crosshair"},
        "encoding": {
            "x": across(chart),
            "x2": {"field": "to"},
            "y": {"value": 0},
            "y2": {"value": "height"},
            "tooltip": {"field": "tip"},
            "opacity": {
                "condition": {"param": "pointed", "empty": False, "value": 0.14},
                "value": 0,
            },
        },
    }
