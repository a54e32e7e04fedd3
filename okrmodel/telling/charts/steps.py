"""The chart of milestones: a row for each, from the cycle's first day to when it was due and done."""

from collections.abc import Iterator
from datetime import date

from okrmodel.telling.charts.drawn import Step, StepsChart
from okrmodel.telling.charts.palette import Palette
from okrmodel.telling.charts.parts import Spec, across, framed, haloed, layer, today, words

_ROW = 50
_TITLE = 14
"""Where in its row the title stands, in pixels from the row's top."""
_TRACK = 34
"""Where in its row its line lies."""
_LETTER = 7
"""Pixels that a letter beside a title is reckoned with."""
_CHECK = "M-0.55,0.05L-0.15,0.45L0.6,-0.45"


def steps_spec(chart: StepsChart, palette: Palette, width: int | None) -> Spec:
    """The chart's spec; see `framed` for the width."""
    rows = list(enumerate(chart.steps))
    layers = [
        *today(chart, palette),
        _tracks(chart, palette),
        *(one for row, step in rows for one in _row(chart, palette, row, step)),
    ]
    return framed(
        chart,
        palette,
        layers,
        width=width,
        height=_ROW * len(rows) + 8,
        description=" ".join(_described(chart)),
    )


def _tracks(chart: StepsChart, palette: Palette) -> Spec:
    tracks = [
        {"x": 0, "to": chart.length, "y": row * _ROW + _TRACK} for row in range(len(chart.steps))
    ]
    return layer(
        tracks,
        {"type": "rule", "color": palette.line, "strokeWidth": 2},
        x=across(chart),
        x2={"field": "to"},
        y=_down(chart),
    )


def _down(chart: StepsChart) -> Spec:
    """Pixels from the top, as an axis that nobody sees."""
    height = _ROW * len(chart.steps) + 8
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [height, 0], "nice": False, "zero": False},
        "axis": None,
    }


def _row(chart: StepsChart, palette: Palette, row: int, step: Step) -> Iterator[Spec]:
    late = _late(chart, step)
    color = palette.bad if late and step.done is None else palette.warn if late else palette.good
    y = row * _ROW + _TRACK
    if late:
        until = step.done or chart.as_of
        lag = [{"x": chart.place(step.due), "to": chart.place(until), "y": y}]
        rule = {"type": "rule", "color": color, "strokeWidth": 3}
        yield layer(lag, rule, x=across(chart), x2={"field": "to"}, y=_down(chart))
    yield _due(chart, palette, {"x": chart.place(step.due), "y": y})
    if step.done:
        yield from _done(chart, palette, {"x": chart.place(step.done), "y": y}, color)
    state = color if late or step.done else palette.muted
    yield from _named(chart, palette, step, row * _ROW + _TITLE, state)


def _due(chart: StepsChart, palette: Palette, at: Spec) -> Spec:
    """A hollow diamond."""
    diamond = {
        "type": "point",
        "shape": "diamond",
        "size": 110,
        "fill": palette.paper,
        "stroke": palette.ink,
        "strokeWidth": 1.5,
        "opacity": 1,
    }
    return layer([at], diamond, x=across(chart), y=_down(chart))


def _named(chart: StepsChart, palette: Palette, step: Step, y: int, color: str) -> Iterator[Spec]:
    """Its title on the left, and how it stands on the right, in a colour."""
    standing = _told(chart, step)
    title = [{"x": 0, "y": y, "title": step.title, "tip": _tip(chart, step)}]
    mark = words(
        palette,
        align="left",
        baseline="middle",
        fontSize=13,
        limit={"expr": f"width - {len(standing) * _LETTER + 16}"},
    )
    yield from haloed(
        title,
        palette,
        mark,
        x=across(chart),
        y=_down(chart),
        text={"field": "title"},
        tooltip={"field": "tip"},
    )
    told = [{"y": y, "told": standing}]
    state = words(palette, align="right", baseline="middle", color=color)
    yield from haloed(
        told, palette, state, x={"value": "width"}, y=_down(chart), text={"field": "told"}
    )


def _done(chart: StepsChart, palette: Palette, at: Spec, color: str) -> Iterator[Spec]:
    """A full disc with a tick in it."""
    disc = {
        "type": "point",
        "shape": "circle",
        "filled": True,
        "size": 230,
        "color": color,
        "opacity": 1,
    }
    tick = {
        "type": "point",
        "shape": _CHECK,
        "size": 80,
        "filled": False,
        "stroke": palette.paper,
        "strokeWidth": 2,
        "opacity": 1,
    }
    for mark in (disc, tick):
        yield layer([at], mark, x=across(chart), y=_down(chart))


def _late(chart: StepsChart, step: Step) -> int:
    """Days from when it was due to when it was done, or until now; 0 when it is not late."""
    end: date = step.done or chart.as_of
    return max((end - step.due).days, 0)


def _told(chart: StepsChart, step: Step) -> str:
    texts, figures = chart.texts, chart.texts.figures
    late = _late(chart, step)
    if step.done and late:
        return texts("charts.done-late", n=late, day=figures.short_day(step.done))
    if step.done:
        return texts("common.done", day=figures.short_day(step.done))
    if late:
        return texts("charts.overdue", n=late)
    return texts("common.due", day=figures.short_day(step.due))


def _tip(chart: StepsChart, step: Step) -> str:
    """The whole title, which a narrow chart cuts short, and both dates."""
    due = chart.texts("common.due", day=chart.texts.figures.day(step.due))
    return "\n".join(dict.fromkeys((step.title, due, _told(chart, step))))


def _described(chart: StepsChart) -> Iterator[str]:
    for step in chart.steps:
        due = chart.texts("common.due", day=chart.texts.figures.day(step.due))
        told = _told(chart, step)
        ends = "" if told == due else f", {told}"
        yield f"{step.title}: {due}{ends}."
