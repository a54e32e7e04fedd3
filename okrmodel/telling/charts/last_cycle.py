"""The cycle before, laid on the days of this one: from its own snapshots, else from stored answers."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import KeyResult, Manual, Reach
from okrmodel.exact import exactly
from okrmodel.history import cycle_then
from okrmodel.observations import Aggregation, Key
from okrmodel.publication import Publication
from okrmodel.snapshot import Known
from okrmodel.store.daily import KeyResultOf, day_by_day
from okrmodel.store.observations import known_observations
from okrmodel.store.store import Store
from okrmodel.telling.charts.drawn import Dated
from okrmodel.windows import Window


def last_cycle(
    store: Store,
    words: Publication,
    closure: Closure,
    scale: Reach | Manual,
    known_at: datetime | None,
) -> tuple[Dated, ...]:
    """The value of the cycle before by the same day of it, as far as it is stored."""
    if isinstance(scale, Manual) or scale.starts:
        return ()
    told = tuple(_snapshots(store, words, closure, scale, known_at))
    found = told or tuple(_answers(store, closure, scale, known_at))
    shift = closure.starts - closure.before
    return tuple(Dated(each.day + shift, each.value) for each in found if each.day + shift <= closure.ends)


def _snapshots(
    store: Store, words: Publication, closure: Closure, scale: Reach, known_at: datetime | None
) -> Iterator[Dated]:
    """Of the key result with the same id that read the same metric in the same way."""
    before = next((c for c in words.cycles if c.starts == closure.before), None)
    twin = next((k for _, k in before.key_results() if _alike(k, scale)), None) if before else None
    if before is None or twin is None:
        return
    for day in day_by_day(store, KeyResultOf(words.workspace, before.id, twin.id), known_at):
        if day.value is not None:
            yield Dated(day.as_of, day.value)


def _alike(other: KeyResult, scale: Reach) -> bool:
    return (
        isinstance(other, Reach)
        and other.id in {scale.id, *scale.was}
        and (other.metric, other.window) == (scale.metric, scale.window)
    )


def _answers(
    store: Store, closure: Closure, scale: Reach, known_at: datetime | None
) -> Iterator[Dated]:
    """Of a metric that a connection answers: its days added up, its curve, or its levels."""
    measure = closure.measures[closure.measure]
    if not isinstance(measure, SourceMeasure):
        return
    then, mark = cycle_then(closure), measure.fingerprint
    match measure.aggregation, scale.window:
        case Aggregation.SUM, "cycle":
            known = _known(store, closure, mark, [*then.day_windows()], known_at)
            yield from _added(known, mark, then)
        case Aggregation.DISTINCT, "cycle":
            windows = [Window(then.start, day.end) for day in then.day_windows()]
            yield from _each(_known(store, closure, mark, windows, known_at))
        case Aggregation.LEVEL, "latest":
            yield from _each(_known(store, closure, mark, [*then.day_windows()], known_at))


def _known(
    store: Store, closure: Closure, mark: str, windows: list[Window], known_at: datetime | None
) -> Mapping[Key, Known]:
    return known_observations(store, closure.workspace, {mark: windows}, known_at)


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
