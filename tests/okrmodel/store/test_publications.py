"""What the files say for readers: each saying is kept once, and answered as known at any moment."""

from datetime import timedelta

import pytest

from okrmodel.store import Store
from okrmodel.store.errors import LeaseLost
from okrmodel.store.export import publication_rows
from okrmodel.store.leases import acquire
from okrmodel.store.publications import published, workspaces
from okrmodel.store.purge import purge
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work, words


def test_what_was_published_is_read_back(work: Work) -> None:
    assert published(work.store, "acme") is None
    assert work.publish(words())
    assert published(work.store, "acme") == words()


def test_the_same_words_are_no_news(work: Work, clock: Clock) -> None:
    assert [work.publish(words()), work.publish(words())] == [True, False]
    clock.move(hours=1)
    # A name that was taken back is news again: the latest saying counts, not any earlier one.
    told = [words(name="Acme Inc."), words(name="Acme Inc."), words()]
    assert [work.publish(one) for one in told] == [True, False, True]
    assert [row["digest"] for row in publication_rows(work.store, "acme")] == [
        words().digest,
        words(name="Acme Inc.").digest,
        words().digest,
    ]


def test_words_are_answered_as_known_at_any_moment(work: Work, clock: Clock) -> None:
    before = clock()
    clock.move(hours=1)
    work.publish(words())
    first = clock()
    clock.move(hours=1)
    work.publish(words(name="Acme Inc."))
    after = clock.move(hours=1)
    found = [published(work.store, "acme", at) for at in (before, first, after, None)]
    names = [one.name if one else None for one in found]
    assert names == [None, "Acme", "Acme Inc.", "Acme Inc."]


def test_every_workspace_with_words_is_named(work: Work) -> None:
    other = Work.begin(work.store, "other")
    Work.begin(work.store, "silent")
    assert workspaces(work.store) == ()
    other.publish(words(workspace="other"))
    for name in ("Acme", "Acme Inc."):
        work.publish(words(name=name))
    assert workspaces(work.store) == ("acme", "other")
    purge(work.store, work.lease)
    assert workspaces(work.store) == ("other",)
    assert published(work.store, "acme") is None


def test_another_workspaces_words_are_refused(work: Work) -> None:
    with pytest.raises(ValueError, match="is acme's, not other's"):
        work.publish(words(workspace="other"))


def test_who_has_lost_the_workspace_publishes_nothing(store: Store, wall: Clock) -> None:
    work = Work.begin(store)
    wall.move(hours=1)
    acquire(store, "acme", "another", timedelta(minutes=5))
    with pytest.raises(LeaseLost):
        work.publish(words())
    assert published(store, "acme") is None
