"""Runs for readers, their connections, and who works at the moment, on each kind of database."""

from datetime import timedelta

from okrmodel.snapshot import Status
from okrmodel.store import Store
from okrmodel.store.accounts import confirm_account, repin_account
from okrmodel.store.answering import Answering, answering
from okrmodel.store.kinds import Kind
from okrmodel.store.leases import acquire, release
from okrmodel.store.limits import Limits, known_quotas, limits_of
from okrmodel.store.run_list import (
    Choice,
    Held,
    Parts,
    connections_of,
    held,
    parts_of,
    recorded_by,
    run_list,
)
from okrmodel.store.runs import Outcome, Result, Run, begin_run, end_run, record_outcomes
from tests.conftest import Clock
from tests.okrmodel.store.samples import TUESDAY, Work, closure, snapshot

DOWN = Outcome("connection", "crm", Result.FAILED, "it answered 503", calls=3)
UP = Outcome("connection", "crm", Result.OK, calls=7)
WEB = Outcome("connection", "web", Result.OK, calls=1)


def ran(
    store: Store,
    workspace: str,
    kind: str = "sync",
    *outcomes: Outcome,
    result: Result | None = Result.OK,
) -> Run:
    run = begin_run(store, workspace, kind, {})
    record_outcomes(store, run, outcomes)
    if result:
        end_run(store, run, result)
    return run


def test_a_choice_chooses_the_newest_first(store: Store) -> None:
    a = ran(store, "acorn")
    b = ran(store, "birch", "backfill", result=Result.FAILED)
    c = ran(store, "cedar", result=None)
    d = ran(store, "acorn", result=Result.STALE)

    def chosen(choice: Choice, most: int = 9) -> list[int]:
        return [run.id for run in run_list(store, choice, most)]

    assert chosen(Choice()) == [d.id, c.id, b.id, a.id]
    assert chosen(Choice(), 2) == [d.id, c.id]
    assert chosen(Choice(before=c.id)) == [b.id, a.id]
    assert chosen(Choice(workspaces=["acorn"])) == [d.id, a.id]
    assert chosen(Choice(workspaces=("acorn", "birch", "x", "y", "z"))) == [d.id, b.id, a.id]
    assert chosen(Choice(workspaces=())) == []
    assert chosen(Choice(kind="backfill")) == [b.id]
    assert chosen(Choice(result=Result.STALE)) == [d.id]
    assert chosen(Choice(ended=False)) == [c.id]
    assert chosen(Choice(ended=True, kind="sync")) == [d.id, a.id]


def test_parts_are_told_run_by_run(store: Store) -> None:
    first = ran(
        store,
        "acorn",
        "sync",
        WEB,
        DOWN,
        Outcome("key_result", "q/a", Result.STALE, "crm"),
        Outcome("key_result", "q/b", Result.OK),
    )
    second = ran(store, "birch", "sync", UP)
    none = ran(store, "cedar")
    numbers = [first.id, second.id, none.id]
    assert parts_of(store, numbers) == {
        first.id: Parts((DOWN, WEB), key_results=2, stale=1),
        second.id: Parts((UP,)),
    }
    assert connections_of(store, numbers) == {first.id: (DOWN, WEB), second.id: (UP,)}


def test_what_a_run_recorded_is_counted_by_key_result_and_kind(store: Store) -> None:
    work = Work.begin(store)
    work.definitions(closure())
    work.snapshots(snapshot(), snapshot(as_of=TUESDAY.start))
    again = Work(store, begin_run(store, "acme", "sync", {}), work.lease)
    again.snapshots(snapshot(status=Status.AT_RISK), snapshot(key_result="deals"))
    assert recorded_by(store, "acme", work.run.id) == {("2026-Q4", "leads"): {Kind.FIRST: 2}}
    assert recorded_by(store, "acme", again.run.id) == {
        ("2026-Q4", "deals"): {Kind.FIRST: 1},
        ("2026-Q4", "leads"): {Kind.RECOMPUTATION: 1},
    }
    assert recorded_by(store, "acme", again.run.id, ["2026-Q3"]) == {}
    assert recorded_by(store, "other", again.run.id) == {}


def test_a_workspace_is_held_until_the_lease_ends(store: Store, wall: Clock) -> None:
    lease = acquire(store, "acorn", "somebody", timedelta(minutes=5))
    acquire(store, "birch", "another", timedelta(minutes=9))
    ran(store, "acorn")
    newest = ran(store, "acorn", result=None)
    until = wall.now + timedelta(minutes=5)
    assert held(store)["acorn"] == Held(newest.id, "somebody", until)
    assert held(store)["birch"].run is None
    release(store, lease)
    assert list(held(store)) == ["birch"]
    wall.move(minutes=9)
    assert held(store) == {}


def test_a_connection_tells_when_it_answered_and_when_it_did_not(
    store: Store, clock: Clock
) -> None:
    begun = clock.now
    confirm_account(store, "acorn", "crm", "4711")
    repin_account(store, "acorn", "crm", "4712", "moved")
    ran(store, "acorn", "sync", UP, WEB)
    clock.move(days=1)
    ran(store, "acorn", "sync", DOWN, WEB)
    ran(store, "birch", "sync", UP)
    since = (clock.now - timedelta(hours=1), begun)
    crm, web = answering(store, "acorn", since)
    assert (crm.name, crm.account, crm.reason, crm.calls) == (
        "crm",
        "4712",
        "it answered 503",
        (3, 10),
    )
    assert crm.fails
    assert crm.answered
    assert crm.failed
    assert timedelta(hours=23) < crm.failed - crm.answered < timedelta(hours=25)
    assert web == Answering("web", None, web.answered, None, "", (1, 2))
    assert not web.fails
    clock.move(days=1)
    ran(store, "acorn", "sync", UP)
    assert not answering(store, "acorn", ())[0].fails
    assert answering(store, "nobody", since) == ()


def test_known_quotas_are_read_without_being_made(store: Store) -> None:
    with limits_of(store) as limits:
        limits.spend("crm 4711", "requests a day", 7, most=100, until=2**60, reserve=False)
        limits.spend("crm 4711", "tokens an hour", 7, most=100, until=1, reserve=False)
    # On PostgreSQL limits are nobody's rows: other tests' stay.
    found = [each for each in known_quotas(store) if each.account == "crm 4711"]
    assert {each.name: (each.most, each.left) for each in found} == {
        "requests a day": (100, 93),
        "tokens an hour": (100, None),
    }
    assert known_quotas(store) == known_quotas(store)


def test_asking_for_quotas_creates_no_table() -> None:
    with Store.open("sqlite://") as store:
        assert known_quotas(store) == ()
        assert Limits(store.engine).quotas() == ()
