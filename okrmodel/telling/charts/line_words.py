"""What a line chart says in words: its description, its note, and a day's tip."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from okrmodel.telling.charts.drawn import Day, LineChart, Restated, Span
from okrmodel.telling.charts.parts import Spec


def described(chart: LineChart) -> str:
    """The whole chart in words, for those who do not see it."""
    texts, figures = chart.texts, chart.texts.figures
    return " ".join(_sentences(chart)) or texts(
        "charts.nothing", days=figures.span(chart.starts, chart.ends)
    )


def _sentences(chart: LineChart) -> Iterator[str]:
    texts, figures = chart.texts, chart.texts.figures
    now = chart.now
    if now is None or now.value is None:
        return
    yield texts(
        "charts.value-on",
        measure=chart.measure,
        day=figures.day(now.day),
        value=_told(chart, now.value),
    )
    if now.planned is not None:
        yield texts("charts.planned-then", value=_told(chart, now.planned))
    if chart.targets:
        yield texts("charts.target-is", value=_told(chart, chart.targets[-1].target))
    for change in chart.targets[1:]:
        yield texts(
            "charts.target-changed",
            day=figures.day(change.day),
            value=_told(chart, change.target),
            reason=change.reason,
        )
    yield from _outlook(chart)
    if chart.last_cycle:
        last = chart.last_cycle[-1]
        yield texts("charts.last-cycle-was", value=_told(chart, last.value))
    if chart.restated:
        yield texts("charts.restated-times", n=len(chart.restated))


def _outlook(chart: LineChart) -> Iterator[str]:
    ahead, texts = chart.ahead, chart.texts
    if ahead is None:
        return
    if ahead.low is None or ahead.high is None:
        yield texts("charts.forecast-is", value=_told(chart, chart.estimate(ahead.final)))
        return
    yield texts(
        "charts.forecast-between",
        value=_told(chart, chart.estimate(ahead.final)),
        low=_told(chart, ahead.low),
        high=_told(chart, ahead.high),
    )


def notes(chart: LineChart) -> Iterator[str]:
    """What signs mean that have no label of their own; only of those that are there."""
    if any(day.provisional and day.value is not None for day in chart.days):
        yield chart.texts("charts.dashed-provisional")
    if chart.restated:
        yield chart.texts("charts.triangle-restated")


def tips(chart: LineChart) -> Iterator[Spec]:
    """Of each day, or of each month or week, its column, and the lines that a pointer finds there."""
    for span in chart.spans:
        lines = [_over(chart, span.first, span.last), *_figures(chart, span)]
        yield {
            "x": chart.place(span.first) - 1,
            "to": chart.place(span.last),
            "tip": "\n".join(lines),
        }
    for day in () if chart.spans else chart.days:
        lines = [chart.texts.figures.day(day.day), *_figures(chart, day), *_beside(chart, day.day)]
        place = chart.place(day.day)
        yield {
            "x": max(place - 0.5, 0),
            "to": min(place + 0.5, chart.length),
            "tip": "\n".join(lines),
        }


def _figures(chart: LineChart, of: Day | Span) -> Iterator[str]:
    texts = chart.texts
    value = texts("status.no-data") if of.value is None else _told(chart, of.value)
    open_ = f" ({texts('common.provisional')})" if of.provisional and of.value is not None else ""
    yield f"{chart.measure}: {value}{open_}"
    if of.planned is not None:
        yield f"{texts('common.plan')}: {_told(chart, of.planned)}"


def _beside(chart: LineChart, day: date) -> Iterator[str]:
    for each in chart.last_cycle:
        if each.day == day:
            yield f"{chart.texts('charts.last-cycle')}: {_told(chart, each.value)}"
    for moved in chart.restated:
        if moved.first == day:
            yield _moved(chart, moved)
    for change in chart.targets[1:]:
        if change.day == day:
            yield f"{chart.texts('common.target')}: {_told(chart, change.target)}, {change.reason}"


def _over(chart: LineChart, first: date, last: date) -> str:
    figures = chart.texts.figures
    return figures.day(first) if first == last else figures.span(first, last)


def _moved(chart: LineChart, moved: Restated) -> str:
    texts, figures = chart.texts, chart.texts.figures
    days = _over(chart, moved.first, moved.last)
    old, new = (_told(chart, value) for value in (moved.old, moved.new))
    return texts("charts.moved", days=days, old=old, new=new, known=figures.day(moved.known_on))


def _told(chart: LineChart, value: Decimal | None) -> str:
    return chart.texts.figures.value(value, chart.unit)
