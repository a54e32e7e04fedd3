"""What a line chart says in words: its description, its note, and a day's tip."""

from collections.abc import Iterator
from decimal import Decimal

from okrmodel.telling.charts.drawn import Day, LineChart, Restated
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
    if now is None:
        return
    yield texts(
        "charts.value-on",
        measure=chart.measure,
        day=figures.day(now.day),
        value=_told(chart, now.value),
    )
    day = next(each for each in chart.days if each.day == now.day)
    if day.planned is not None:
        yield texts("charts.planned-then", value=_told(chart, day.planned))
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
        yield texts("charts.forecast-is", value=_told(chart, ahead.final))
        return
    yield texts(
        "charts.forecast-between",
        value=_told(chart, ahead.final),
        low=_told(chart, ahead.low),
        high=_told(chart, ahead.high),
    )


def note(chart: LineChart) -> str:
    """What signs mean that have no label of their own; only of those that are there."""
    found = []
    if any(day.provisional and day.value is not None for day in chart.days):
        found.append(chart.texts("charts.dashed-provisional"))
    if chart.restated:
        found.append(chart.texts("charts.triangle-restated"))
    return "    ".join(found)


def tips(chart: LineChart) -> Iterator[Spec]:
    """Of each day its column, and the lines that a pointer finds there."""
    before = {each.day: each.value for each in chart.last_cycle}
    for day in chart.days:
        lines = [chart.texts.figures.day(day.day), *_of_day(chart, day)]
        if (last := before.get(day.day)) is not None:
            lines.append(f"{chart.texts('charts.last-cycle')}: {_told(chart, last)}")
        lines += [_moved(chart, each) for each in chart.restated if each.first == day.day]
        lines += [
            f"{chart.texts('common.target')}: {_told(chart, each.target)}, {each.reason}"
            for each in chart.targets[1:]
            if each.day == day.day
        ]
        place = chart.place(day.day)
        yield {"x": max(place - 0.5, 0), "to": min(place + 0.5, chart.length), "tip": "\n".join(lines)}


def _of_day(chart: LineChart, day: Day) -> Iterator[str]:
    texts = chart.texts
    value = texts("status.no-data") if day.value is None else _told(chart, day.value)
    open_ = f" ({texts('common.provisional')})" if day.provisional and day.value is not None else ""
    yield f"{chart.measure}: {value}{open_}"
    if day.planned is not None:
        yield f"{texts('charts.plan')}: {_told(chart, day.planned)}"


def _moved(chart: LineChart, moved: Restated) -> str:
    texts, figures = chart.texts, chart.texts.figures
    days = (
        figures.day(moved.first)
        if moved.first == moved.last
        else figures.span(moved.first, moved.last)
    )
    old, new = (_told(chart, value) for value in (moved.old, moved.new))
    return texts("charts.moved", days=days, old=old, new=new, known=figures.day(moved.known_on))


def _told(chart: LineChart, value: Decimal | None) -> str:
    return chart.texts.figures.value(value, chart.unit)
