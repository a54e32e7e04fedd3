"""Questions about all workspaces together, on each kind of database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from okrmodel.snapshot import Status
from okrmodel.store import Store
from okrmodel.store import every_workspace as here
from okrmodel.store.board import standings
from okrmodel.store.every_workspace import (
    Frame,
    Weakest,
    anything_recorded,
    every_workspace,
    reasons_of,
    weakest_of,
)
from okrmodel.store.purge import purge
from okrmodel.store.runs import Result, begin_run, end_run
from tests.okrmodel.store.samples import MONDAY, Work, closure, cycle, snapshot, words

CLOCK = datetime(2026, 11, 23, 3, tzinfo=UTC)


def told(
    store: Store, workspace: str, *key_results: tuple[str, Status, str | None], **more: str | None
) -> Work:
    """A workspace whose key results stand so, each with its score."""
    work = Work.begin(store, workspace)
    own = closure(workspace=workspace)
    work.definitions(own)
    names = [name for name, *_ in key_results] or ["a"]
    work.publish(
        words(cycle(*names, ends=date(2026, 12, 31)), workspace=workspace, name=workspace.title())
    )
    hashes = {"definition_hash": own.definition_hash, "computation_hash": own.computation_hash}
    work.snapshots(
        *(
            snapshot(
                workspace=workspace,
                key_result=name,
                status=status,
                score=None if score is None else Decimal(score),
                **hashes,
                **more,
            )
            for name, status, score in key_results
        )
    )
    return work


def test_frames_are_those_of_the_last_publication(store: Store) -> None:
    work = told(store, "acorn")
    told(store, "birch")
    assert every_workspace(store).frames["acorn"] == Frame("Acorn", "Europe/Warsaw", "en", "", None)
    work.publish(
        words(
            workspace="acorn",
            name="Oak",
            timezone="Asia/Tokyo",
            locale="de",
            rests="left",
            clock=CLOCK,
        )
    )
    frames = every_workspace(store).frames
    assert sorted(frames) == ["acorn", "birch"]
    assert frames["acorn"] == Frame("Oak", "Asia/Tokyo", "de", "left", CLOCK)
    assert frames["acorn"].zone.key == "Asia/Tokyo"


def test_nothing_is_read_again_while_nothing_is_recorded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(store, "acorn", ("a", Status.ON_TRACK, "0.5"))
    first = every_workspace(store)
    monkeypatch.setattr(here, "standings", lambda _: pytest.fail("it was read again"))
    assert every_workspace(store) is first
    with store.at_one_moment() as still:
        assert every_workspace(still) is first
    monkeypatch.undo()
    begin_run(store, "acorn", "sync", {})
    again = every_workspace(store)
    assert again is not first
    assert again.standings["acorn"] == standings(store)[0]


def test_pages_that_look_at_one_moment_each_share_what_was_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(store, "acorn", ("a", Status.ON_TRACK, "0.5"))
    with store.at_one_moment() as still:
        first = every_workspace(still)
    monkeypatch.setattr(here, "standings", lambda _: pytest.fail("it was read again"))
    with store.at_one_moment() as still:
        assert every_workspace(still) is first
    assert every_workspace(store) is first


def test_two_stores_are_not_taken_for_one_another(store: Store) -> None:
    with Store.open("sqlite://", now=lambda: CLOCK) as other:
        told(store, "acorn")
        told(other, "birch")
        assert list(every_workspace(store).frames) == ["acorn"]
        assert list(every_workspace(other).frames) == ["birch"]


def test_a_workspace_that_left_is_in_it_no_more(store: Store) -> None:
    told(store, "acorn")
    birch = told(store, "birch")
    assert len(every_workspace(store).standings) == 2
    purge(store, birch.lease)
    assert list(every_workspace(store).standings) == ["acorn"]


def test_stale_figures_are_complete_up_to_the_day_of_most(store: Store) -> None:
    told(store, "acorn", ("a", Status.ON_TRACK, "0.5"))
    work = told(
        store,
        "birch",
        ("a", Status.ON_TRACK, "0.5"),
        ("b", Status.STALE, None),
        ("c", Status.STALE, None),
    )
    own = closure(workspace="birch")
    hashes = {"definition_hash": own.definition_hash, "computation_hash": own.computation_hash}
    before = MONDAY.start - timedelta(days=3)
    work.snapshots(
        *(
            snapshot(
                workspace="birch", key_result=name, stale="crm is down", through=before, **hashes
            )
            for name in ("b", "c")
        )
    )
    told(store, "cedar", ("a", Status.NO_DATA, None), through=None, stale="crm is down")
    found = every_workspace(store)
    assert {name: found.through(name) for name in found.standings} == {
        "acorn": MONDAY.start,
        "birch": before,
        "cedar": None,
    }


def test_the_weakest_is_the_worst_then_the_lowest_then_the_first(store: Store) -> None:
    told(
        store,
        "acorn",
        ("a", Status.AT_RISK, "0.1"),
        ("b", Status.OFF_TRACK, "0.10"),
        ("c", Status.OFF_TRACK, "0.9"),
    )
    told(
        store,
        "birch",
        ("a", Status.AT_RISK, "0.9"),
        ("b", Status.AT_RISK, "0.10"),
        ("c", Status.AT_RISK, "0.1"),
    )
    told(store, "cedar", ("a", Status.NO_DATA, None), ("b", Status.ACHIEVED, "1"))
    told(store, "dogwood")
    found = weakest_of(store, ["acorn", "birch", "cedar", "dogwood"])
    assert {name: (one.key_result, one.status) for name, one in found.items()} == {
        "acorn": ("b", Status.OFF_TRACK),
        "birch": ("b", Status.AT_RISK),
        "cedar": ("b", Status.ACHIEVED),
    }
    assert found["acorn"] == Weakest("2026-Q4", "b", "B", Status.OFF_TRACK)
    assert list(weakest_of(store, ["birch"])) == ["birch"]


def test_more_than_one_question_holds_are_asked_in_parts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here, "AT_ONCE", 2)
    names = ["acorn", "birch", "cedar"]
    works = [told(store, name, ("a", Status.AT_RISK, "0.1")) for name in names]
    assert sorted(every_workspace(store).frames) == names
    assert sorted(weakest_of(store, names)) == names
    for work in works:
        end_run(store, work.run, Result.FAILED, f"{work.run.workspace} broke")
    reasons = reasons_of(store, [work.run.id for work in works])
    assert sorted(reasons.values()) == ["acorn broke", "birch broke", "cedar broke"]


def test_a_run_without_a_reason_is_left_out(store: Store) -> None:
    work = told(store, "acorn")
    assert reasons_of(store, [work.run.id]) == {}
    end_run(store, work.run, Result.OK)
    assert reasons_of(store, [work.run.id]) == {}


def test_anything_recorded_counts_also_where_nothing_was_published(store: Store) -> None:
    assert not anything_recorded(store)
    begin_run(store, "acorn", "sync", {})
    assert anything_recorded(store)
    assert every_workspace(store).frames == {}
