"""What the layers of a line chart share: its scale, its lines, and where everything lies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from okrmodel.exact import exactly
from okrmodel.telling.charts.axes import Tick, round_ticks, short_figure
from okrmodel.telling.charts.drawn import Dated, LineChart, Span
from okrmodel.telling.charts.palette import Palette
from okrmodel.telling.charts.parts import Spec, across, layer, number, upwards

HEIGHT = 300
"""Of the plot, in pixels."""
_BEYOND = Decimal("0.5")
"""How far beyond everything else, as a share of it, the first days of a rate may swing in sight."""
_STRAIGHT = Decimal("1e-9")
"""A point that is off a line by less, as a share of its value, lies on it."""


@dataclass(frozen=True)
class Drawing:
    """The chart with all that its layers share."""

    chart: LineChart
    palette: Palette

    @cached_property
    def ticks(self) -> Sequence[Tick]:
        """On the axis of values."""
        return _ticks(self.chart)

    @cached_property
    def lines(self) -> Sequence[Mapping[date, Decimal]]:
        """Every line that words should keep away from, by day; the plan is not among them."""
        chart = self.chart
        every = [each.day for each in chart.plan] or [day.day for day in chart.days]
        return [
            {each.day: each.value for each in chart.days if each.value is not None},
            {each.day: each.value for each in chart.last_cycle},
            *(dict.fromkeys(every, target.target) for target in chart.targets),
            *_fan(chart, every),
        ]

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

    def rules(self, sides: Iterable[tuple[float, float, Decimal]], **how: object) -> Spec:
        """Level lines from one place to another."""
        values = [{"x": begin, "to": end, "y": number(value)} for begin, end, value in sides]
        mark = {"type": "rule"} | how
        return layer(values, mark, x=across(self.chart), x2={"field": "to"}, y=upwards(self.ticks))


def sides(chart: LineChart, span: Span) -> tuple[float, float]:
    """A month or week from its beginning to its end, a little apart from its neighbours."""
    begin, end = chart.place(span.first) - 1, chart.place(span.last)
    gap = (end - begin) / 40
    return round(begin + gap, 3), round(end - gap, 3)


@exactly
def straightened(dated: Sequence[Dated]) -> list[Dated]:
    """The same line without the points that lie on it anyway."""
    kept = list(dated[:1])
    for here, after in pairwise(dated[1:]):
        before = kept[-1]
        run, whole = (here.day - before.day).days, (after.day - before.day).days
        straight = before.value + (after.value - before.value) * run / whole
        if abs(straight - here.value) > abs(here.value) * _STRAIGHT:
            kept.append(here)
    return kept + list(dated[1:][-1:])


@exactly
def _ticks(chart: LineChart) -> list[Tick]:
    """Round figures around all that matters; a rate's first wild days may lie outside."""
    ahead = chart.ahead
    fixed = [d.value for d in chart.plan] + [t.target for t in chart.targets]
    beside = (ahead.low, ahead.final, ahead.high) if ahead else ()
    now = (chart.now.value,) if chart.now else ()
    fixed += [value for value in (*beside, *now) if value is not None]
    values = [d.value for d in chart.days if d.value is not None]
    values += [d.value for d in chart.last_cycle]
    matter = fixed or values or [Decimal(0), Decimal(1)]
    room = (max(matter) - min(matter)) * _BEYOND or max(map(abs, matter))
    low = max(min([*matter, *values]), min(matter) - room)
    high = min(max([*matter, *values]), max(matter) + room)
    if min([*matter, *values]) >= 0 and low < (high - low) / 2:
        low = Decimal(0)
    figures = chart.texts.figures
    return [
        Tick(at, short_figure(figures, at, chart.unit))
        for at in round_ticks([low, high], whole=chart.whole)
    ]


def _fan(chart: LineChart, days: Sequence[date]) -> Iterator[dict[date, Decimal]]:
    """The lines of the forecast on days to come."""
    now, ahead = chart.now, chart.ahead
    if now is None or now.value is None or ahead is None:
        return
    left = (chart.ends - now.day).days
    for end in (ahead.low, ahead.final, ahead.high):
        if end is not None:
            yield {
                day: now.value + (end - now.value) * (day - now.day).days / left
                for day in days
                if day > now.day
            }
