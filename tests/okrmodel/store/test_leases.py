"""One run at a time works on a workspace; a late writer is found out."""

from datetime import timedelta

import pytest

from okrmodel.store import Store
from okrmodel.store.errors import LeaseHeld, LeaseLost
from okrmodel.store.leases import acquire, release, renew
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work, answer, closure, snapshot

MINUTE = timedelta(minutes=1)


def test_a_workspace_has_one_holder(store: Store) -> None:
    acquire(store, "acme", "first", MINUTE)
    with pytest.raises(LeaseHeld, match=r"first works on workspace acme, until 03:01:00 UTC"):
        acquire(store, "acme", "second", MINUTE)


def test_workspaces_do_not_disturb_one_another(store: Store) -> None:
    acquire(store, "acme", "first", MINUTE)
    assert acquire(store, "globex", "second", MINUTE).fence == 1


def test_a_released_workspace_is_free_at_once(store: Store) -> None:
    release(store, acquire(store, "acme", "first", MINUTE))
    assert acquire(store, "acme", "second", MINUTE).fence == 2


def test_an_expired_lease_is_taken_over(store: Store, wall: Clock) -> None:
    acquire(store, "acme", "first", MINUTE)
    wall.move(seconds=59)
    with pytest.raises(LeaseHeld):
        acquire(store, "acme", "second", MINUTE)
    wall.move(seconds=1)
    assert acquire(store, "acme", "second", MINUTE).fence == 2


def test_leases_run_by_the_wall_and_not_by_a_pretend_clock(
    store: Store, wall: Clock, clock: Clock
) -> None:
    acquire(store, "acme", "first", MINUTE)
    wall.move(hours=1)
    assert acquire(store, "acme", "second", MINUTE)
    clock.move(hours=1)
    with pytest.raises(LeaseHeld):
        acquire(store, "acme", "third", MINUTE)


def test_a_renewed_lease_lasts_longer(store: Store, wall: Clock) -> None:
    lease = acquire(store, "acme", "first", MINUTE)
    wall.move(seconds=50)
    renewed = renew(store, lease, MINUTE)
    wall.move(seconds=50)

    assert renewed.fence == lease.fence
    with pytest.raises(LeaseHeld):
        acquire(store, "acme", "second", MINUTE)


def test_an_expired_lease_is_renewed_while_nobody_has_come(store: Store, wall: Clock) -> None:
    lease = acquire(store, "acme", "first", MINUTE)
    wall.move(hours=1)
    renew(store, lease, MINUTE)
    with pytest.raises(LeaseHeld):
        acquire(store, "acme", "second", MINUTE)


def test_a_lost_lease_is_neither_renewed_nor_released(store: Store, wall: Clock) -> None:
    lost = acquire(store, "acme", "first", MINUTE)
    wall.move(hours=1)
    acquire(store, "acme", "second", MINUTE)

    with pytest.raises(
        LeaseLost, match="first has lost the lease of workspace acme: by now second"
    ):
        renew(store, lost, MINUTE)
    release(store, lost)
    with pytest.raises(LeaseHeld, match="second works on"):
        acquire(store, "acme", "third", MINUTE)


def test_a_run_that_lost_its_lease_records_nothing(work: Work, wall: Clock) -> None:
    work.definitions(closure())
    wall.move(hours=1)
    acquire(work.store, "acme", "second", MINUTE)

    with pytest.raises(LeaseLost):
        work.answers(answer())
    with pytest.raises(LeaseLost):
        work.snapshots(snapshot())
    with pytest.raises(LeaseLost):
        work.definitions(closure(objective="other"))
    assert work.known() is None


def test_a_late_run_may_write_while_nobody_else_has_come(work: Work, wall: Clock) -> None:
    wall.move(hours=1)
    assert work.answers(answer())


def test_a_lease_covers_its_own_workspace_only(work: Work) -> None:
    other = acquire(work.store, "globex", "second", MINUTE)
    with (
        pytest.raises(ValueError, match="a lease of globex does not cover acme"),
        work.store.recording("acme", other),
    ):
        pass
