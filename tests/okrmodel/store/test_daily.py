"""A key result day by day: what stands for each day, as known at any moment, and what moved."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, text

from okrmodel.closure import Closure
from okrmodel.observations import Provisional
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.daily import KeyResultOf, day_by_day, restated_days, shares_by_day
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, cycle, snapshot

LEADS = KeyResultOf("acme", "2026-Q4", "leads")


@pytest.fixture
def defined(work: Work) -> Work:
    work.definitions(closure())
    return work


def monday(value: int, **changes: object) -> Snapshot:
    return snapshot(value=Decimal(value), **changes)


def tuesday(value: int, **changes: object) -> Snapshot:
    return snapshot(as_of=TUESDAY.start, value=Decimal(value), **changes)


def values(work: Work, *known_at: object) -> list[Decimal | None]:
    found = day_by_day(work.store, LEADS, *known_at)  # type: ignore[arg-type]
    return [one.value for one in found]


def test_a_day_is_told_as_its_snapshot_tells_it(defined: Work) -> None:
    defined.snapshots(snapshot(stale="crm failed", provisional=(Provisional.SETTLING,)))
    (found,) = day_by_day(defined.store, LEADS)
    said = snapshot()
    assert (found.as_of, found.through) == (MONDAY.start, MONDAY.start)
    assert (found.value, found.baseline, found.target) == (Decimal(7), Decimal(0), Decimal(100))
    assert (found.raw_progress, found.expected) == (said.raw_progress, said.expected)
    assert found.status is Status.OFF_TRACK
    assert (found.provisional, found.stale, found.restated) == (True, True, False)
    assert (found.revision, found.definition_hash) == (1, said.definition_hash)


def test_a_day_without_a_value_has_none_and_is_not_zero(defined: Work) -> None:
    nothing = {"value": None, "baseline": None, "target": None, "through": None, "expected": None}
    defined.snapshots(snapshot(status=Status.NO_DATA, **nothing))
    (found,) = day_by_day(defined.store, LEADS)
    assert (found.value, found.baseline, found.target, found.through) == (None, None, None, None)
    assert (found.provisional, found.stale) == (False, False)


def test_the_latest_revision_of_each_day_stands_oldest_day_first(
    defined: Work, clock: Clock
) -> None:
    defined.snapshots(tuesday(9), monday(7), snapshot(key_result="deals", value=Decimal(1)))
    before = clock.move(hours=1)
    clock.move(hours=1)
    defined.snapshots(monday(8))
    assert values(defined) == [8, 9]
    assert values(defined, before) == [7, 9]
    assert values(defined, before - timedelta(days=9)) == []


def test_a_frozen_cycle_is_told_as_it_was_frozen(defined: Work, clock: Clock) -> None:
    defined.snapshots(monday(7))
    before = clock.move(hours=1)
    clock.move(hours=1)
    defined.freeze(cycle(ends=TUESDAY.start))
    clock.move(hours=1)
    defined.snapshots(monday(8), tuesday(9))
    assert values(defined) == [7, 9], "the later Monday is not applied, the missing Tuesday is told"
    assert values(defined, before) == [7]


def test_all_shares_of_a_cycle_are_told_at_once(defined: Work, clock: Clock) -> None:
    half = {"raw_progress": Decimal("0.5"), "expected": None}
    defined.snapshots(monday(7), tuesday(9, **half), snapshot(key_result="deals", **half))
    before = clock.move(hours=1)
    clock.move(hours=1)
    defined.snapshots(monday(8, raw_progress=Decimal("0.08")))
    found = shares_by_day(defined.store, "acme", "2026-Q4")
    assert list(found) == ["deals", "leads"]
    assert [day.raw_progress for day in found["leads"]] == [Decimal("0.08"), Decimal("0.5")]
    assert [day.as_of for day in found["leads"]] == [MONDAY.start, TUESDAY.start]
    assert found["deals"][0].expected is None
    earlier = shares_by_day(defined.store, "acme", "2026-Q4", before)
    assert earlier["leads"][0].raw_progress == Decimal("0.07")

    defined.freeze(cycle())
    defined.snapshots(monday(9, raw_progress=Decimal("0.09")))
    frozen = shares_by_day(defined.store, "acme", "2026-Q4")
    assert frozen == found


def test_a_restatement_says_what_moved_and_whether_it_had_been_final(
    defined: Work, clock: Clock
) -> None:
    defined.snapshots(monday(7), tuesday(9, provisional=(Provisional.TODAY,)))
    first = clock.move(hours=1)
    defined.snapshots(monday(8), tuesday(10))
    second = clock.move(hours=1)
    defined.snapshots(monday(6))

    found = restated_days(defined.store, LEADS)
    assert [one.as_of for one in found] == [MONDAY.start, MONDAY.start, TUESDAY.start]
    assert [one.old for one in found] == [7, 8, 9]
    assert [one.new for one in found] == [8, 6, 10]
    assert [one.was_final for one in found] == [True, True, False]
    assert [one.recorded_at for one in found] == [first, second, first]
    assert restated_days(defined.store, LEADS, first) == (found[0], found[2])
    assert restated_days(defined.store, KeyResultOf("acme", "2026-Q4", "deals")) == ()


def test_another_definition_restates_nothing(defined: Work) -> None:
    other: Closure = closure(status_rule="viva_goals")
    defined.definitions(other)
    defined.snapshots(monday(7))
    defined.snapshots(monday(8, computation_hash=other.computation_hash))
    assert restated_days(defined.store, LEADS) == ()


def test_days_are_found_in_the_index_and_not_by_reading_the_table(defined: Work) -> None:
    if defined.store.engine.dialect.name != "sqlite":
        pytest.skip("a plan of PostgreSQL depends on how much there is in the table")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, said: str, *_: object) -> None:
        asked.append(said)

    event.listen(defined.store.engine, "before_cursor_execute", note)
    day_by_day(defined.store, LEADS)
    restated_days(defined.store, LEADS)
    event.remove(defined.store.engine, "before_cursor_execute", note)
    with defined.store.asking() as connection:
        for question in (said for said in asked if "FROM snapshot" in said):
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {question}".replace("?", "'x'")))
            steps = [row.detail for row in plan]
            assert any("(workspace=? AND cycle=? AND key_result=?" in step for step in steps)
            assert not any(step.startswith("SCAN snapshot") for step in steps), steps
