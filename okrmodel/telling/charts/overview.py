"""A cycle's sheet as one picture, for a mail or a chat: how each key result stands, and against what.

Letters are big enough for a phone that shows the picture at half its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okrmodel.definitions.cycle import Objective
from okrmodel.definitions.key_results import KeyResult, Maintain
from okrmodel.snapshot import Snapshot, Status
from okrmodel.telling.charts.axes import rounded, short_figure
from okrmodel.telling.charts.palette import FONT, PALETTES, Look, Palette
from okrmodel.telling.charts.parts import SCHEMA, Spec, layer, number, words
from okrmodel.telling.looks import LOOKS, status_words
from okrmodel.telling.sheet import Sheet
from okrmodel.telling.texts import Texts

WIDTH = 600
"""In pixels; a picture for mail is drawn at twice that."""
_MARGIN = 16
_HEAD = 62
"""Pixels of the picture's own heading."""
_OBJECTIVE = 44
_ROW = 62
_INDENT = 44
"""Where titles and bars begin; the signs stand left of it."""
_BAR = 310
"""Pixels of a whole way."""
_THICK = 12
_LETTER = 8
"""Pixels that a letter of a status is reckoned with."""
_BEYOND = Decimal(1)
"""A bar ends where the way does; the figure beside it says more."""

_SHAPES = {
    "★": "M0,-1L0.29,-0.4L0.95,-0.31L0.47,0.15L0.59,0.81L0,0.5L-0.59,0.81L-0.47,0.15L-0.95,-0.31L-0.29,-0.4Z"
}
"""Of signs that the picture's font lacks."""
_NAMED = {"●": "circle", "▲": "triangle-up", "■": "square"}


@dataclass(frozen=True)
class _Canvas:
    """What the rows are drawn with, in pixels from the top left."""

    palette: Palette
    texts: Texts
    height: int

    def x(self, field: str = "x") -> Spec:
        return _pixels(field, [0, WIDTH])

    def y(self, field: str = "y") -> Spec:
        return _pixels(field, [self.height, 0])

    def text(self, x: float, y: float, told: str, **how: Any) -> Spec:
        """Words, their middle at this height."""
        mark = words(self.palette, **{"align": "left", "baseline": "middle"} | how)
        return layer(
            [{"x": x, "y": y, "told": told}], mark, x=self.x(), y=self.y(), text={"field": "told"}
        )

    def box(self, left: float, right: float, top: float, color: str) -> Spec:
        """A bar's rectangle."""
        at = [{"x": left, "to": right, "y": top, "down": top + _THICK}]
        mark = {"type": "rect", "color": color, "cornerRadius": 3}
        return layer(at, mark, x=self.x(), x2={"field": "to"}, y=self.y(), y2={"field": "down"})


def _pixels(field: str, domain: list[int]) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False, "zero": False},
        "axis": None,
    }


def overview_spec(sheet: Sheet, texts: Texts, look: Look = "light") -> Spec:
    """The whole sheet as one spec: a row for each key result, as written."""
    objectives = [o for o in sheet.cycle.objectives if o.key_results]
    rows = sum(len(objective.key_results) for objective in objectives)
    height = _HEAD + _OBJECTIVE * len(objectives) + _ROW * rows + 8
    canvas = _Canvas(PALETTES[look], texts, height)
    layers = [*_heading(canvas, sheet)]
    top = _HEAD
    for objective in objectives:
        layers += _objective(canvas, objective, top)
        top += _OBJECTIVE
        for key_result in objective.key_results:
            layers += _row(canvas, sheet, key_result, top)
            top += _ROW
    return {
        "$schema": SCHEMA,
        "description": " ".join(_described(sheet, texts)),
        "usermeta": {"title": f"{sheet.title}, {sheet.cycle.id}"},
        "width": WIDTH,
        "height": height,
        "padding": 0,
        "background": canvas.palette.paper,
        "config": {"aria": False, "font": FONT, "view": {"stroke": None}},
        "layer": layers,
    }


def _heading(canvas: _Canvas, sheet: Sheet) -> Iterator[Spec]:
    yield canvas.text(
        _MARGIN, 26, f"{sheet.title} · {sheet.cycle.id}", fontSize=20, fontWeight="bold", limit=560
    )
    if sheet.as_of:
        through = canvas.texts("charts.through", day=canvas.texts.figures.day(sheet.as_of))
        yield canvas.text(_MARGIN, 50, through, fontSize=14, color=canvas.palette.muted)


def _objective(canvas: _Canvas, objective: Objective, top: int) -> Iterator[Spec]:
    line = [{"x": _MARGIN, "to": WIDTH - _MARGIN, "y": top + 8}]
    rule = {"type": "rule", "color": canvas.palette.line}
    yield layer(line, rule, x=canvas.x(), x2={"field": "to"}, y=canvas.y())
    yield canvas.text(
        _MARGIN,
        top + 28,
        objective.title,
        fontSize=15,
        fontWeight="bold",
        color=canvas.palette.muted,
        limit=WIDTH - 2 * _MARGIN,
    )


def _row(canvas: _Canvas, sheet: Sheet, key_result: KeyResult, top: int) -> Iterator[Spec]:
    snapshot = sheet.snapshots.get(key_result.id)
    status = snapshot.status if snapshot else Status.NO_DATA
    told = status_words(canvas.texts, status)
    color = canvas.palette.of(LOOKS[status].tone)
    right = WIDTH - _MARGIN
    room = right - _INDENT - len(told) * _LETTER - 16
    yield _sign(canvas, status, top + 14, color)
    yield canvas.text(_INDENT, top + 14, key_result.title, fontSize=17, limit=room)
    yield canvas.text(right, top + 14, told, fontSize=15, color=color, align="right")
    if snapshot is None:
        return
    yield from _bar(canvas, snapshot, top + 34, color)
    beside = _INDENT + _BAR + 14
    figures = _figures(canvas.texts, snapshot, key_result, sheet.unit(key_result.id))
    middle = top + 34 + _THICK / 2
    yield canvas.text(beside, middle, figures, fontSize=15, limit=right - beside)


def _sign(canvas: _Canvas, status: Status, y: float, color: str) -> Spec:
    """The status's sign; what is no shape stands as a letter."""
    sign = LOOKS[status].sign
    x = (_MARGIN + _INDENT) / 2 - 2
    shape = _SHAPES.get(sign) or _NAMED.get(sign)
    if shape is None:
        return canvas.text(x, y, sign, fontSize=16, color=color, fontWeight="bold", align="center")
    mark = {
        "type": "point",
        "shape": shape,
        "filled": True,
        "size": 130,
        "color": color,
        "opacity": 1,
    }
    return layer([{"x": x, "y": y}], mark, x=canvas.x(), y=canvas.y())


def _bar(canvas: _Canvas, snapshot: Snapshot, top: float, color: str) -> Iterator[Spec]:
    """The way, how much of it is done, and where that should be by now."""
    yield canvas.box(_INDENT, _INDENT + _BAR, top, canvas.palette.line)
    raw = snapshot.raw_progress
    if raw is not None and raw > 0:
        done = _INDENT + _BAR * number(min(raw, _BEYOND))
        yield canvas.box(_INDENT, done, top, color)
    if snapshot.expected is not None:
        at = _INDENT + _BAR * number(min(max(snapshot.expected, Decimal(0)), _BEYOND))
        tick = [{"x": at, "y": top - 4, "down": top + _THICK + 4}]
        mark = {"type": "rule", "color": canvas.palette.ink, "strokeWidth": 2.5}
        yield layer(tick, mark, x=canvas.x(), y=canvas.y(), y2={"field": "down"})


def _figures(texts: Texts, snapshot: Snapshot, key_result: KeyResult, unit: str) -> str:
    """Where it stands: "290 of 280"; of a bound, how often it was met."""
    figures = texts.figures
    if isinstance(key_result, Maintain):
        return texts("charts.share-met", share=figures.percent(snapshot.raw_progress))
    if snapshot.value is None:
        return figures.value(None)
    if snapshot.target is None:
        return figures.value(snapshot.value, unit)
    target = short_figure(figures, snapshot.target, unit)
    return texts(
        "common.of-target",
        value=short_figure(figures, rounded(snapshot.value), unit),
        target=target,
    )


def _described(sheet: Sheet, texts: Texts) -> Iterator[str]:
    for _, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        status = status_words(texts, snapshot.status if snapshot else Status.NO_DATA)
        if snapshot is None:
            yield f"{key_result.title}: {status}."
            continue
        told = _figures(texts, snapshot, key_result, sheet.unit(key_result.id))
        yield f"{key_result.title}: {status}, {told}."
