"""A note is queued once and sent once at most, however many look for it and send it at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

from okrmodel.store import Store
from okrmodel.store.notes import (
    GIVEN_UP_AFTER,
    IN_FLIGHT,
    NewNote,
    Note,
    State,
    abandoned,
    claim,
    mark_sent,
    news_through,
    put_back,
    queue,
    queued,
    recorded_through,
    troubled,
    waiting,
    with_notes,
    withdraw,
)
from okrmodel.store.purge import purge
from okrmodel.store.runs import begin_run
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work

DIGEST = "digest/2026-W48"


@pytest.fixture
def now(store: Store, clock: Clock) -> datetime:
    """The workspace's time; it is known to the store."""
    begin_run(store, "acme", "sync", {})
    return clock.now


def note(now: datetime, **changes: Any) -> NewNote:
    plain: dict[str, Any] = {
        "target": "team",
        "key": "flip/1",
        "subject": "flips",
        "due": now,
        "body": {"a": "1"},
    }
    return NewNote(**(plain | changes))


def put(store: Store, *notes: NewNote, now: datetime, workspace: str = "acme") -> None:
    queue(store, workspace, notes, now)


def only(store: Store) -> Note:
    [found] = waiting(store, "acme")
    return found


def state(store: Store, key: str = "flip/1", target: str = "team") -> State | None:
    found = queued(store, "acme", target, key)
    return found.state if found else None


# Queueing.


def test_what_is_found_twice_is_queued_once(store: Store, now: datetime) -> None:
    put(store, note(now), note(now), now=now)
    put(store, note(now, body={"a": "2"}), now=now)
    assert only(store).body == {"a": "1"}
    put(store, note(now, target="leaders"), note(now, key="flip/2"), now=now)
    assert [(n.target, n.key) for n in waiting(store, "acme")] == [
        ("team", "flip/1"),
        ("leaders", "flip/1"),
        ("team", "flip/2"),
    ]


@pytest.mark.parametrize("end", ["sent", "withdrawn", "given up", "unsure"])
def test_what_has_come_to_an_end_is_not_queued_again(
    store: Store, now: datetime, wall: Clock, end: str
) -> None:
    put(store, note(now), now=now)
    one = only(store)
    match end:
        case "sent":
            claim(store, one)
            mark_sent(store, one)
        case "withdrawn":
            withdraw(store, [one], "nobody asks for it")
        case "given up":
            claim(store, one)
            put_back(store, one, now, "down")
            one = only(store)
            claim(store, one)
            assert put_back(store, one, now + GIVEN_UP_AFTER, "down")
        case "unsure":
            claim(store, one)
            wall.move(hours=1)
            abandoned(store, "acme")
    put(store, note(now), now=now)
    assert waiting(store, "acme") == ()
    assert state(store) == end.replace(" ", "_")


def test_how_far_was_looked_only_moves_on(store: Store, now: datetime) -> None:
    assert news_through(store, "acme") is None
    queue(store, "acme", [], now, now)
    queue(store, "acme", [], now, now - timedelta(days=1))
    assert news_through(store, "acme") == now == recorded_through(store, "acme")
    assert recorded_through(store, "nobody") is None


def test_notes_do_not_move_the_clock_by_which_figures_are_known(
    store: Store, now: datetime, clock: Clock
) -> None:
    clock.move(days=300)
    put(store, note(now), now=now)
    claim(store, only(store))
    assert recorded_through(store, "acme") == now


def test_a_digest_that_waits_follows_the_files_unless_it_failed(
    store: Store, now: datetime
) -> None:
    later = now + timedelta(hours=3)
    digest = note(now, key=DIGEST, subject="digest", body=None)
    put(store, digest, now=now)
    put(store, note(later, key=DIGEST, subject="digest", body=None), now=now)
    assert only(store).due == later
    waits = only(store)
    claim(store, waits)
    put_back(store, waits, now, "down")
    put(store, digest, now=now)
    assert only(store).due == now + timedelta(minutes=5)


# Taking back.


def back(now: datetime, **changes: Any) -> NewNote:
    return note(now, key="back/1", takes_back="stale/1", **changes)


def test_the_end_of_an_outage_is_told_to_those_who_heard_of_it(store: Store, now: datetime) -> None:
    put(store, note(now, key="stale/1"), note(now, key="stale/1", target="late"), now=now)
    sent, _ = waiting(store, "acme")
    claim(store, sent)
    mark_sent(store, sent)
    put(store, *(back(now, target=name) for name in ("team", "late", "new")), now=now)
    # "late" had not been told yet, and "new" asked for notes only afterwards.
    assert [(n.target, n.key) for n in waiting(store, "acme")] == [("team", "back/1")]
    assert state(store, "stale/1", "late") is State.WITHDRAWN
    assert state(store, "stale/1") is State.SENT


def test_who_may_have_heard_of_it_is_told_the_end(store: Store, now: datetime) -> None:
    put(store, note(now, key="stale/1"), now=now)
    claim(store, only(store))
    put(store, back(now), now=now)
    assert only(store).key == "back/1"


def test_another_workspaces_outage_is_not_taken_back(store: Store, now: datetime) -> None:
    begin_run(store, "other", "sync", {})
    put(store, note(now, key="stale/1"), now=now)
    put(store, back(now), now=now, workspace="other")
    assert only(store).key == "stale/1"
    assert waiting(store, "other") == ()


# Sending.


def test_only_one_of_many_gets_a_note(store: Store, now: datetime) -> None:
    put(store, *(note(now, key=f"flip/{n}") for n in range(20)), now=now)
    found = waiting(store, "acme")
    start = Barrier(4)

    def grab(_: int) -> list[int]:
        start.wait()
        return [one.id for one in found if claim(store, one)]

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(grab, range(4)))
    assert sorted(i for some in taken for i in some) == [one.id for one in found]


GRABBING = """
import sys
from okrmodel.store import Store
from okrmodel.store.notes import claim, waiting

with Store.open(sys.argv[1]) as store:
    found = waiting(store, "acme")
    print("ready", flush=True)
    sys.stdin.readline()
    print(*(one.id for one in found if claim(store, one)))
"""


def test_of_two_processes_one_gets_a_note(store: Store, store_url: str, now: datetime) -> None:
    put(store, *(note(now, key=f"flip/{n}") for n in range(30)), now=now)
    ids = {one.id for one in waiting(store, "acme")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", GRABBING, store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    taken = [int(word) for process in processes for word in process.communicate()[0].split()]
    assert (sorted(taken), len(taken)) == (sorted(ids), len(ids))


def test_what_is_sent_is_claimed_first_and_committed(
    store: Store, store_url: str, now: datetime
) -> None:
    put(store, note(now), now=now)
    one = only(store)
    assert claim(store, one)
    with Store.open(store_url) as other:
        assert state(other) is State.CLAIMED
        assert not claim(other, one)
    mark_sent(store, one)
    assert state(store) is State.SENT
    assert not claim(store, one)


def test_what_is_being_sent_is_not_withdrawn(store: Store, now: datetime) -> None:
    put(store, note(now), now=now)
    one = only(store)
    claim(store, one)
    withdraw(store, [one], "nobody asks for it")
    assert state(store) is State.CLAIMED


def test_a_killed_sender_leaves_it_unsure_and_it_is_told_once(
    store: Store, now: datetime, wall: Clock
) -> None:
    put(store, note(now), now=now)
    claim(store, only(store))
    wall.move(seconds=IN_FLIGHT.total_seconds() - 1)
    assert with_notes(store, now) == frozenset()
    assert abandoned(store, "acme") == ()
    wall.move(seconds=1)
    assert with_notes(store, now) == {"acme"}
    [told] = abandoned(store, "acme")
    assert (told.key, told.state) == ("flip/1", State.UNSURE)
    assert abandoned(store, "acme") == ()
    assert with_notes(store, now + timedelta(days=9)) == frozenset()
    assert not claim(store, told)
    assert troubled(store, "acme", wall.now) == (told,)
    assert troubled(store, "acme", wall.now + timedelta(seconds=1)) == ()


def test_what_fails_waits_longer_each_time_for_a_day(store: Store, now: datetime) -> None:
    put(store, note(now), now=now)
    at, tries = now, []
    while True:
        one = only(store)
        at = max(at, one.due)
        tries.append((at - now) / timedelta(minutes=1))
        claim(store, one)
        if put_back(store, one, at, "the service is down"):
            break
    waits = [b - a for a, b in pairwise(tries)]
    assert waits[:5] == [5, 15, 45, 135, 405]
    assert tries[-1] == 24 * 60
    assert state(store) is State.GIVEN_UP
    [lost] = troubled(store, "acme", store.wall())
    assert lost.reason == "the service is down"


def test_one_that_was_given_up_can_be_asked_for_again(store: Store, now: datetime) -> None:
    put(store, note(now), now=now)
    for at in (now, now + GIVEN_UP_AFTER):
        one = only(store)
        claim(store, one)
        put_back(store, one, at, "down")
    given_up = queued(store, "acme", "team", "flip/1")
    assert given_up is not None
    assert claim(store, given_up)
    mark_sent(store, given_up)
    assert state(store) is State.SENT
    assert troubled(store, "acme", now - timedelta(days=9)) == ()


def test_only_workspaces_with_something_due_are_named(store: Store, now: datetime) -> None:
    for name in ("other", "third"):
        begin_run(store, name, "sync", {})
    put(store, note(now + timedelta(hours=1)), now=now)
    put(store, note(now), now=now, workspace="other")
    assert with_notes(store, now) == {"other"}
    assert with_notes(store, now + timedelta(hours=1)) == {"acme", "other"}


def test_they_go_with_their_workspace(store: Store, now: datetime) -> None:
    work = Work.begin(store, "acme")
    queue(store, "acme", [note(now)], now, now)
    stone = purge(store, work.lease)
    assert (stone.rows["note"], stone.rows["news"]) == (1, 1)
    assert waiting(store, "acme") == ()
