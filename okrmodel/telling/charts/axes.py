"""Where things lie in a chart: ticks at round figures and first days, labels that do not overlap."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from okrmodel.exact import exactly, places
from okrmodel.periods import month_of
from okrmodel.telling.charts.drawn import KeyResultChart
from okrmodel.telling.numbers import Figures, beside

_STEPS = 4
"""Steps between ticks that are aimed at."""
_ROUND = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_FEW_DAYS = 45
"""Shorter cycles are marked by weeks."""
_MOST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: Decimal
    label: str


@exactly
def round_ticks(values: Sequence[Decimal], *, whole: bool) -> tuple[Decimal, ...]:
    """Round figures, evenly apart, from below the least to above the greatest.

    Args:
        values: What must lie between them; at least one.
        whole: Whether only whole numbers mean something.
    """
    low, high = min(values), max(values)
    if low == high:
        low, high = min(low, Decimal(0)), max(high, Decimal(0)) or Decimal(1)
    rough = (high - low) / _STEPS
    scale = Decimal(1).scaleb(rough.adjusted())
    step = next(scale * factor for factor in _ROUND if scale * factor >= rough)
    if whole:
        step = max(step, Decimal(1))
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return tuple(step * number for number in range(int(first), int(last) + 1))


@exactly
def rounded(value: Decimal) -> Decimal:
    """A value as people compare it; a round figure stays as it is."""
    decimals = places(value)
    return value.quantize(Decimal(1).scaleb(-decimals)) if decimals else value.to_integral_value()


def short_figure(figures: Figures, value: Decimal, unit: str) -> str:
    """A round figure as short as it can be told; a currency stands beside it, other units do not."""
    sign = beside(unit)
    if sign or value == value.to_integral_value():
        return figures.compact(value, sign)
    return figures.number(value)


def day_ticks(chart: KeyResultChart) -> Iterator[Tick]:
    """The first days of months (of a short cycle: of weeks) and the cycle's last day."""
    figures = chart.texts.figures
    days = list(_marked_days(chart))
    nearest = chart.length / 8
    for day in days:
        place = (day - chart.starts).days
        if day == chart.starts or nearest / 2 < place < chart.length - nearest:
            yield Tick(Decimal(place), figures.short_day(day))
    yield Tick(Decimal(chart.length), figures.short_day(chart.ends))


def _marked_days(chart: KeyResultChart) -> Iterator[date]:
    yield chart.starts
    if chart.length < _FEW_DAYS:
        yield from _every(chart, timedelta(days=max(chart.length // 4, 1)))
        return
    firsts = list(_months(chart))
    yield from firsts[:: max(-(-len(firsts) // _MOST_MONTHS), 1)]


def _every(chart: KeyResultChart, span: timedelta) -> Iterator[date]:
    day = chart.starts + span
    while day < chart.ends:
        yield day
        day += span


def _months(chart: KeyResultChart) -> Iterator[date]:
    month = month_of(chart.starts)
    while month.end <= chart.ends:
        month = month_of(month.end)
        yield month.start


def spread(places: Iterable[float], apart: Sequence[float], height: float) -> list[float]:
    """Middles of labels near their places, none on another, none outside from 0 to `height`.

    Args:
        places: Where they belong, in pixels from the top, ascending.
        apart: How high each label is.
        height: Of the whole, in pixels; when the labels are higher together, they go beyond it.
    """
    middles: list[float] = []
    top = 0.0
    for place, high in zip(places, apart, strict=True):
        middle = max(place, top + high / 2)
        middles.append(middle)
        top = middle + high / 2
    bottom = max(height, sum(apart))
    for number in reversed(range(len(middles))):
        middles[number] = min(middles[number], bottom - apart[number] / 2)
        bottom = middles[number] - apart[number] / 2
    return middles
