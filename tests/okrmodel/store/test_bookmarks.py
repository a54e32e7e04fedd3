"""Where long steps are: kept while they go on, gone when they are done or too old."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from okrmodel.store import Store
from okrmodel.store.bookmarks import bookmarks, forget_bookmark, set_bookmark
from okrmodel.store.errors import LeaseLost
from okrmodel.store.leases import acquire
from okrmodel.store.store import Lease
from okrmodel.store.tables import BookmarkRow
from tests.conftest import Clock

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def lease(store: Store) -> Lease:
    return acquire(store, "acme", "a test", TEN_MINUTES)


def test_a_bookmark_is_moved_on(store: Store, lease: Lease) -> None:
    assert bookmarks(store, "acme") == {}
    set_bookmark(store, lease, "scan", "page 20")
    set_bookmark(store, lease, "other", "page 1")
    set_bookmark(store, lease, "scan", "page 40")
    assert bookmarks(store, "acme") == {"scan": "page 40", "other": "page 1"}
    assert bookmarks(store, "another") == {}


def test_a_step_that_is_done_has_none(store: Store, lease: Lease) -> None:
    set_bookmark(store, lease, "scan", "page 20")
    set_bookmark(store, lease, "other", "page 1")
    forget_bookmark(store, lease, "scan")
    assert bookmarks(store, "acme") == {"other": "page 1"}


def test_one_that_is_too_old_is_not_gone_on_from(store: Store, lease: Lease, wall: Clock) -> None:
    set_bookmark(store, lease, "scan", "page 20")
    wall.move(minutes=59)
    assert bookmarks(store, "acme")
    wall.move(minutes=1)
    assert bookmarks(store, "acme") == {}


def test_one_that_is_too_old_goes_when_another_is_set(
    store: Store, lease: Lease, wall: Clock
) -> None:
    set_bookmark(store, lease, "scan", "page 20")
    wall.move(minutes=30)
    set_bookmark(store, lease, "other", "page 1")
    wall.move(minutes=30)
    set_bookmark(store, lease, "third", "page 1")
    with store.asking() as connection:
        kept = connection.scalars(select(BookmarkRow.step).order_by(BookmarkRow.step)).all()
    assert kept == ["other", "third"]


def test_who_has_lost_the_workspace_moves_nothing(store: Store, lease: Lease, wall: Clock) -> None:
    set_bookmark(store, lease, "scan", "page 20")
    wall.move(minutes=11)
    acquire(store, "acme", "another", TEN_MINUTES)
    with pytest.raises(LeaseLost):
        set_bookmark(store, lease, "scan", "page 40")
    with pytest.raises(LeaseLost):
        forget_bookmark(store, lease, "scan")
    assert bookmarks(store, "acme") == {"scan": "page 20"}
