"""Forecasts of past days, made again from what the store holds, against what then came."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flows.inputs import inputs
from okrmodel.backtest import Part, Tried, cut, parts
from okrmodel.closure import Closure
from okrmodel.compute import compute
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.snapshot import Snapshot
from okrmodel.store.definitions import definition
from okrmodel.store.frozen import told
from okrmodel.store.recorded import spans
from okrmodel.store.store import Store
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True)
class Backtest:
    """How far off a key result's forecasts were in one cycle."""

    cycle: str
    key_result: str
    ended: bool
    """Against the cycle's final value; else against what had come by the last recorded day."""
    parts: tuple[Part, ...]
    """Empty where no forecast was made."""
    why: str
    """Why there was none; empty where there was."""


def backtests(store: Store, workspace: str, key_result: str | None = None) -> Iterator[Backtest]:
    """Each recorded key result in each of its cycles, oldest cycle first.

    Args:
        store: Where they are kept.
        workspace: Whose id.
        key_result: Only the one of this id.
    """
    recorded = spans(store, workspace)
    for cycle, name in sorted(recorded, key=lambda each: recorded[each].start):
        newest = told(store, workspace, cycle).revisions.get(name)
        if newest and key_result in {None, name}:
            closure = definition(store, workspace, newest.snapshot.definition_hash)
            yield backtest(store, workspace, closure, newest.snapshot)


def backtest(store: Store, workspace: str, closure: Closure, newest: Snapshot) -> Backtest:
    """One key result in one cycle, as far as it was recorded."""
    ended = newest.as_of >= closure.ends
    tested = closure if ended else cut(closure, newest)
    tried = () if tested is None else tuple(_tried(store, workspace, tested))
    return Backtest(
        closure.cycle,
        closure.key_result.id,
        ended,
        tuple(parts(tried)),
        "" if tried else _lacking(closure, newest),
    )


def _lacking(closure: Closure, newest: Snapshot) -> str:
    if newest.no_forecast:
        return newest.no_forecast
    if not isinstance(closure.key_result, Reach | Manual):
        return "periods and steps are done or not, and their chance is in the status"
    return "a running cycle cannot test it, and none that has ended is stored with days enough"


def _tried(store: Store, workspace: str, closure: Closure) -> Iterator[Tried]:
    days = list(Window(closure.span.start, closure.ends + ONE_DAY).days())
    ((_, given),) = inputs(store, workspace, [(closure, days)])
    *earlier, last = map(compute, given)
    came = last.value
    if came is None or last.stale:
        return
    for number, snapshot in enumerate(earlier, 1):
        if snapshot.forecast and not snapshot.stale:
            yield Tried(Decimal(number) / len(days), snapshot.forecast, came)
