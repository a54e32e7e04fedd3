"""Runs: noted before they do anything, and after, and telling which connections fail."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from okrmodel.snapshot import Failure
from okrmodel.store import Store
from okrmodel.store.runs import (
    Outcome,
    Result,
    Run,
    begin_run,
    end_run,
    failures,
    outcomes,
    record_outcomes,
    run,
    runs,
)
from okrmodel.store.tables import WorkspaceRow
from tests.conftest import Clock

CRM_DOWN = Outcome("connection", "crm", Result.FAILED, "HubSpot answered 503", calls=3)
CRM_UP = Outcome("connection", "crm", Result.OK, calls=7)
WEB_UP = Outcome("connection", "web", Result.OK, calls=1)


def recorded(store: Store) -> datetime:
    with store.asking() as connection:
        at = connection.scalars(select(WorkspaceRow.recorded_at)).one()
    assert at
    return at


def ran(store: Store, *found: Outcome) -> Run:
    begun = begin_run(store, "acme", "sync", {"as_of": "2026-11-22"})
    record_outcomes(store, begun, found)
    return begun


def test_a_run_is_remembered_from_its_beginning(store: Store, clock: Clock) -> None:
    begun = begin_run(store, "acme", "sync", {"as_of": "2026-11-22"})
    kept = run(store, begun.id)

    assert kept
    assert (kept.workspace, kept.kind, kept.parameters) == (
        "acme",
        "sync",
        {"as_of": "2026-11-22"},
    )
    assert kept.began == clock.now
    assert (kept.ended, kept.result, kept.reason) == (None, None, None)


def test_a_run_ends_with_its_result(store: Store, clock: Clock) -> None:
    begun = ran(store)
    ended = clock.move(minutes=2)
    end_run(store, begun, Result.FAILED, "the token has expired")
    kept = run(store, begun.id)

    assert kept
    assert (kept.ended, kept.result, kept.reason) == (
        ended,
        Result.FAILED,
        "the token has expired",
    )


def test_runs_come_newest_first(store: Store) -> None:
    numbers = [ran(store).id for _ in range(3)]
    begin_run(store, "globex", "sync", {})

    assert [each.id for each in runs(store, "acme", newest=2)] == numbers[:0:-1]


def test_an_unknown_run_is_none(store: Store) -> None:
    assert run(store, 4711) is None


def test_outcomes_belong_to_their_run(store: Store) -> None:
    first = ran(store, WEB_UP, CRM_DOWN)
    ran(store, CRM_UP)

    assert outcomes(store, first.id) == (CRM_DOWN, WEB_UP)


def test_a_failure_lasts_until_the_connection_answers(store: Store, clock: Clock) -> None:
    ran(store, CRM_DOWN, WEB_UP)
    down = recorded(store)
    clock.move(hours=1)
    ran(store, WEB_UP)
    assert failures(store, "acme") == (Failure("crm", "HubSpot answered 503"),)
    clock.move(hours=1)
    ran(store, CRM_UP)

    assert failures(store, "acme") == ()
    assert failures(store, "acme", down) == (Failure("crm", "HubSpot answered 503"),)
    assert failures(store, "acme", down - timedelta(microseconds=1)) == ()


def test_a_key_result_that_failed_is_no_failure_of_a_connection(store: Store) -> None:
    ran(store, Outcome("key_result", "2026-Q4/leads", Result.FAILED, "no such metric"))
    assert failures(store, "acme") == ()


def test_recorded_at_grows_although_the_clock_stands_still_or_goes_back(
    store: Store, clock: Clock
) -> None:
    times = []
    for move in (0, 0, -3600, 1, 7200):
        clock.move(seconds=move)
        ran(store)
        times.append(recorded(store))

    assert times == sorted(set(times))
    assert times[1] - times[0] == timedelta(microseconds=1)
    assert times[-1] == clock.now


def test_a_clock_without_a_zone_is_refused(store: Store, clock: Clock) -> None:
    clock.now = clock.now.replace(tzinfo=None)
    with pytest.raises(ValueError, match="give a datetime with a time zone"):
        begin_run(store, "acme", "sync", {})


def test_at_one_moment_nothing_comes_in_between(store: Store) -> None:
    first = begin_run(store, "acorn", "sync", {})
    with store.at_one_moment() as still:
        before = runs(still, "acorn")
        end_run(store, first, Result.OK)
        begin_run(store, "acorn", "sync", {})
        assert runs(still, "acorn") == before
    assert len(runs(store, "acorn")) == 2
