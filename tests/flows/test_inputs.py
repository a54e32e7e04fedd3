"""What snapshots are computed from: the day's own windows, and older ones where they may be read."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest

from connectors.registry import catalogue
from flows.inputs import inputs
from okrmodel.compute import compute
from okrmodel.resolution import resolve
from okrmodel.snapshot import SnapshotInputs
from okrmodel.windows import ONE_DAY
from tests.flows.scene import Scene

LAST = date(2026, 11, 22)
BEFORE = LAST - ONE_DAY


def given(scene: Scene, key_result: str, *days: date) -> Iterator[SnapshotInputs]:
    """The inputs of a key result's days."""
    with scene.job() as job:
        cycle = job.company.cycles[0]
        (chosen,) = (k for _, k in cycle.key_results() if k.id == key_result)
        closure = resolve(job.company, cycle, chosen, catalogue()).closure
        found = inputs(job.store, job.workspace, [(closure, days)])
        yield from chain.from_iterable(each for _, each in found)


@pytest.mark.parametrize("key_result", ["mqls", "pipeline", "sessions", "views", "spend", "cost"])
def test_a_day_alone_is_the_same_as_among_others(scene: Scene, key_result: str) -> None:
    scene.backfill(BEFORE, LAST)
    (alone,) = given(scene, key_result, LAST)
    *_, among = given(scene, key_result, BEFORE, LAST)
    assert compute(alone) == compute(among)
    assert compute(alone).stale is None


def test_older_windows_are_read_only_where_a_newer_one_is_missing(scene: Scene) -> None:
    scene.backfill(BEFORE, LAST)
    windows = {k.window.last_day for one in given(scene, "sessions", LAST) for k in one.known}
    assert windows == {LAST}
    after = LAST + ONE_DAY
    windows = {k.window.last_day for one in given(scene, "sessions", after) for k in one.known}
    assert windows == {BEFORE, LAST}


def test_of_a_level_without_history_older_days_are_read_too(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    (one,) = given(scene, "pipeline", LAST + ONE_DAY)
    assert [known.window.last_day for known in one.known] == [LAST]
    scene.move_to(scene.sandbox.clock.now() + ONE_DAY)
    scene.sync()
    (one,) = given(scene, "pipeline", LAST + ONE_DAY)
    assert {known.window.last_day for known in one.known} == {LAST, LAST + ONE_DAY}
