"""Whatever was recorded in whatever order: as known at any moment, as a list in memory knows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from okrmodel.observations import Flag, Observation, Provisional
from okrmodel.snapshot import Snapshot
from okrmodel.store import Store
from okrmodel.store.observations import known_observations
from okrmodel.store.snapshots import latest, series
from okrmodel.store.tables import WorkspaceRow
from okrmodel.windows import Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import OBSERVED, ZONE, Work, answer, closure, snapshot

MARKS = ("f1", "f2")
DAYS = tuple(Window(date(2026, 11, 15), date(2026, 11, 18)).day_windows())
WINDOWS = (*DAYS, Window(date(2026, 11, 15), date(2026, 11, 18)))
VALUES = st.sampled_from((None, Decimal(0), Decimal(7), Decimal("7.5")))

TICKS = st.integers(-2, 3).map(lambda hours: timedelta(hours=hours))
"""Clocks stand still, go on, and go back."""

ANSWERS = st.lists(
    st.builds(
        answer,
        fingerprint=st.sampled_from(MARKS),
        window=st.sampled_from(WINDOWS),
        value=VALUES,
        flags=st.sampled_from((frozenset(), frozenset({Flag.SAMPLED}))),
        observed_at=st.integers(-72, 96).map(lambda hours: OBSERVED + timedelta(hours=hours)),
        settles=st.sampled_from((timedelta(0), timedelta(days=2))),
    ),
    max_size=6,
    unique_by=lambda each: (each.fingerprint, each.window),
)
SNAPSHOTS = st.lists(
    st.builds(
        snapshot,
        key_result=st.sampled_from(("leads", "deals")),
        as_of=st.sampled_from([day.start for day in DAYS]),
        value=VALUES,
        provisional=st.sampled_from(((), (Provisional.SETTLING,))),
    ),
    max_size=4,
    unique_by=lambda each: (each.key_result, each.as_of),
)

on_both = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
numbers = count()


@dataclass
class Told:
    """Something that was recorded, and when."""

    at: datetime
    what: Any


def record(
    work: Work, clock: Clock, steps: list[tuple[timedelta, list[Any]]], write: Callable[..., Any]
) -> list[Told]:
    """Record the steps one after the other; all that was told, in order."""
    told = []
    for tick, things in steps:
        clock.now += tick
        write(*things)
        at = recorded_at(work.store, work.run.workspace)
        told += [Told(at, thing) for thing in things]
    return told


def recorded_at(store: Store, workspace: str) -> datetime:
    with store.asking() as connection:
        row = select(WorkspaceRow.recorded_at).where(WorkspaceRow.id == workspace)
        at = connection.scalars(row).one()
    assert at
    return at


def moments(told: list[Told]) -> list[datetime | None]:
    """Each moment at which something became known, the moments just before, and now."""
    exact = {each.at for each in told}
    return [None, *exact, *(at - timedelta(microseconds=1) for at in exact)]


def seen_by(told: list[Told], known_at: datetime | None) -> list[Any]:
    return [each.what for each in told if known_at is None or each.at <= known_at]


@dataclass
class Belief:
    """What a plain list of answers says of one window."""

    value: Decimal | None
    provisional: Provisional | None
    observed_at: datetime
    restated: bool


def beliefs(answers: list[Observation]) -> dict[tuple[str, Window], Belief]:
    found: dict[tuple[str, Window], Belief] = {}
    for each in answers:
        key = (each.fingerprint, each.window)
        old = found.get(key)
        restated = bool(
            old and (old.restated or (old.provisional is None and each.value != old.value))
        )
        found[key] = Belief(each.value, each.provisional(ZONE), each.observed_at, restated)
    return found


@on_both
@given(steps=st.lists(st.tuples(TICKS, ANSWERS), max_size=6))
def test_observations_are_known_as_a_list_knows_them(
    store: Store, clock: Clock, steps: list[tuple[timedelta, list[Observation]]]
) -> None:
    work = Work.begin(store, f"w{next(numbers)}")
    told = record(work, clock, steps, work.answers)
    wanted = dict.fromkeys(MARKS, WINDOWS)

    for known_at in moments(told):
        known = known_observations(store, work.run.workspace, wanted, known_at)
        assert {
            key: Belief(each.value, each.provisional, each.observed_at, each.restated)
            for key, each in known.items()
        } == beliefs(seen_by(told, known_at))


@on_both
@given(steps=st.lists(st.tuples(TICKS, ANSWERS), min_size=1, max_size=5))
def test_changes_tell_exactly_what_is_known_otherwise(
    store: Store, clock: Clock, steps: list[tuple[timedelta, list[Observation]]]
) -> None:
    work = Work.begin(store, f"w{next(numbers)}")
    wanted = dict.fromkeys(MARKS, WINDOWS)
    for tick, answers in steps:
        clock.now += tick
        before = known_observations(store, work.run.workspace, wanted)
        changes = work.answers(*answers)
        after = known_observations(store, work.run.workspace, wanted)

        assert {(c.after.fingerprint, c.after.window): (c.before, c.after) for c in changes} == {
            key: (before.get(key), new)
            for key, new in after.items()
            if key not in before
            or replace(new, check=0, observed_at=OBSERVED, id=0)
            != replace(before[key], check=0, observed_at=OBSERVED, id=0)
        }


@on_both
@given(steps=st.lists(st.tuples(TICKS, SNAPSHOTS), max_size=6))
def test_snapshots_are_known_as_a_list_knows_them(
    store: Store, clock: Clock, steps: list[tuple[timedelta, list[Snapshot]]]
) -> None:
    workspace = f"w{next(numbers)}"
    work = Work.begin(store, workspace)
    own = closure(workspace=workspace)
    work.definitions(own)
    signed = {"workspace": workspace, "definition_hash": own.definition_hash}
    signed["computation_hash"] = own.computation_hash
    told = record(
        work,
        clock,
        [(tick, [replace(each, **signed) for each in some]) for tick, some in steps],  # type: ignore[arg-type]
        work.snapshots,
    )

    for known_at in moments(told):
        last = {(s.key_result, s.as_of): s for s in seen_by(told, known_at)}
        days = sorted(last.values(), key=lambda s: s.as_of)
        for name in ("leads", "deals"):
            found = series(store, workspace, "2026-Q4", name, known_at)
            assert [r.snapshot for r in found] == [s for s in days if s.key_result == name]
        for as_of in (None, DAYS[1].start):
            newest = latest(store, workspace, "2026-Q4", as_of, known_at)
            assert {r.snapshot.key_result: r.snapshot for r in newest.values()} == {
                s.key_result: s for s in days if as_of is None or s.as_of <= as_of
            }


def test_the_model_itself_sees_a_restatement() -> None:
    final, other = answer(), answer(value=Decimal(8))
    (belief,) = beliefs([final, other, final]).values()
    assert belief == Belief(Decimal(7), None, OBSERVED, restated=True)
