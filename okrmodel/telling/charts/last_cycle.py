"""The cycle before, laid on the days of this one: from its own snapshots, else from stored answers."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import KeyResult, Manual, Reach
from okrmodel.exact import exactly
from okrmodel.history import cycle_then
from okrmodel.observations import Aggregation, Key
from okrmodel.snapshot import Known, Snapshot
from okrmodel.store.daily import KeyResultOf, day_by_day
from okrmodel.store.observations import known_observations
from okrmodel.telling.charts.drawn import Dated
from okrmodel.telling.charts.remembered import Remembered
from okrmodel.windows import Window


def last_cycle(
    remembered: Remembered, closure: Closure, scale: Reach | Manual, said: Snapshot
) -> tuple[Dated, ...]:
    """The value of the cycle before by the same day of it, as far as it is stored.

    Where only its last one was ever asked for, that alone.
    """
    if isinstance(scale, Manual) or scale.starts or scale.window in ("month", "week"):
        return ()
    told = tuple(_snapshots(remembered, closure, scale))
    found = told or tuple(_answers(remembered, closure, scale))
    shift = closure.starts - closure.before
    if not found and said.previous is not None:
        return (Dated(closure.ends, said.previous),)
    return tuple(
        Dated(each.day + shift, each.value) for each in found if each.day + shift <= closure.ends
    )


def _snapshots(remembered: Remembered, closure: Closure, scale: Reach) -> Iterator[Dated]:
    """Of the key result with the same id that read the same metric in the same way."""
    before = next((c for c in remembered.words.cycles if c.starts == closure.before), None)
    twin = next((k for _, k in before.key_results() if _alike(k, scale)), None) if before else None
    if before is None or twin is None:
        return
    which = KeyResultOf(closure.workspace, before.id, twin.id)
    for day in day_by_day(remembered.store, which, remembered.known_at):
        if day.value is not None:
            yield Dated(day.as_of, day.value)


def _alike(other: KeyResult, scale: Reach) -> bool:
    return (
        isinstance(other, Reach)
        and other.id in scale.ids
        and (other.metric, other.window) == (scale.metric, scale.window)
    )


def _answers(remembered: Remembered, closure: Closure, scale: Reach) -> Iterator[Dated]:
    """Of a metric that a connection answers: its days added up, its curve, or its levels."""
    measure = closure.measures[closure.measure]
    if not isinstance(measure, SourceMeasure):
        return
    then, mark = cycle_then(closure), measure.fingerprint
    match measure.aggregation, scale.window:
        case Aggregation.SUM, "cycle":
            known = _known(remembered, closure, mark, [*then.day_windows()])
            yield from _added(known, mark, then)
        case Aggregation.DISTINCT, "cycle":
            windows = [Window(then.start, day.end) for day in then.day_windows()]
            yield from _each(_known(remembered, closure, mark, windows))
        case Aggregation.LEVEL, "latest":
            yield from _each(_known(remembered, closure, mark, [*then.day_windows()]))


def _known(
    remembered: Remembered, closure: Closure, mark: str, windows: list[Window]
) -> Mapping[Key, Known]:
    return known_observations(
        remembered.store, closure.workspace, {mark: windows}, remembered.known_at
    )


@exactly
def _totals(values: Mapping[date, Decimal], days: Window) -> list[Dated]:
    """Sums from the first day on, up to the first that is not stored."""
    found: list[Dated] = []
    total = Decimal(0)
    for day in days.days():
        if day not in values:
            break
        total += values[day]
        found.append(Dated(day, total))
    return found


def _added(known: Mapping[Key, Known], mark: str, days: Window) -> Iterator[Dated]:
    values = {
        window.start: one.value
        for (fingerprint, window), one in known.items()
        if fingerprint == mark and one.value is not None
    }
    yield from _totals(values, days)


def _each(known: Mapping[Key, Known]) -> Iterator[Dated]:
    for one in sorted(known.values(), key=lambda each: each.window.end):
        if one.value is not None:
            yield Dated(one.window.last_day, one.value)
