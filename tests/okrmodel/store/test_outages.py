"""Since when a connection fails, which runs broke off, and what was said of each day."""

from datetime import date, datetime, timedelta

from okrmodel.snapshot import Status
from okrmodel.store import Store
from okrmodel.store.colours import colours
from okrmodel.store.outages import answered, outages
from okrmodel.store.runs import Outcome, Result, begin_run, broken_runs, end_run, record_outcomes
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work, closure, snapshot

OK, FAILED = Result.OK, Result.FAILED


def night(store: Store, clock: Clock, **results: Result) -> int:
    """A run in which connections answered, or did not."""
    clock.move(days=1)
    run = begin_run(store, "acme", "sync", {})
    found = [Outcome("connection", name, r, f"run {run.id}") for name, r in results.items()]
    record_outcomes(store, run, found)
    end_run(store, run, FAILED if FAILED in results.values() else OK)
    return run.id


def test_an_outage_begins_with_its_first_run(store: Store, clock: Clock) -> None:
    night(store, clock, crm=OK, web=FAILED)
    first = night(store, clock, crm=FAILED, web=OK)
    since = clock.now
    last = night(store, clock, crm=FAILED, web=OK)
    found = outages(store, "acme")
    assert set(found) == {"crm"}
    assert (found["crm"].run, found["crm"].reason) == (first, f"run {last}")
    assert since <= found["crm"].since < since + timedelta(seconds=1)
    assert outages(store, "other") == {}


def test_one_that_never_answered_is_out_since_its_first_run(store: Store, clock: Clock) -> None:
    first = night(store, clock, crm=FAILED)
    night(store, clock, crm=FAILED)
    assert outages(store, "acme")["crm"].run == first


def test_it_is_over_when_it_answers_and_stays_known_as_it_was(store: Store, clock: Clock) -> None:
    night(store, clock, crm=FAILED)
    during = clock.now + timedelta(hours=1)
    night(store, clock, crm=OK)
    again = clock.now
    assert outages(store, "acme") == {}
    assert set(outages(store, "acme", during)) == {"crm"}
    found = answered(store, "acme", "crm", during)
    assert found is not None
    assert again <= found < again + timedelta(seconds=1)
    assert answered(store, "acme", "crm", found) is None


def test_a_run_that_a_connection_failed_in_is_not_broken(store: Store, clock: Clock) -> None:
    begins = clock.now
    night(store, clock, crm=FAILED)
    killed = begin_run(store, "acme", "sync", {})
    crashed = begin_run(store, "acme", "freeze", {})
    end_run(store, crashed, FAILED, "ValueError: no")
    night(store, clock, crm=OK)
    begin_run(store, "other", "sync", {})
    found = broken_runs(store, "acme", begins, clock.now + timedelta(hours=1))
    assert [(run.id, run.reason) for run in found] == [
        (killed.id, None),
        (crashed.id, "ValueError: no"),
    ]
    assert broken_runs(store, "acme", clock.now, clock.now + timedelta(hours=1)) == ()
    assert broken_runs(store, "acme", begins, begins) == ()


def test_what_was_said_last_of_each_day_counts(work: Work, clock: Clock) -> None:
    work.definitions(closure())
    one, two = date(2026, 11, 16), date(2026, 11, 17)
    work.snapshots(snapshot(as_of=one), snapshot(as_of=two, status=Status.AT_RISK))
    then: datetime = clock.move(days=1)
    clock.move(days=1)
    work.snapshots(snapshot(as_of=one, status=Status.ON_TRACK))
    assert colours(work.store, "acme", "2026-Q4") == {
        "leads": ((one, Status.ON_TRACK), (two, Status.AT_RISK))
    }
    assert colours(work.store, "acme", "2026-Q4", then) == {
        "leads": ((one, Status.OFF_TRACK), (two, Status.AT_RISK))
    }
    assert colours(work.store, "acme", "2027-Q1") == {}
