"""A backfill that was killed goes on where it stopped, and the order of days does not matter."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.hubspot import crm, scan, search
from flows.edges import Progress
from okrmodel.store.bookmarks import bookmarks
from okrmodel.store.errors import LeaseHeld
from okrmodel.store.runs import Result, runs
from okrmodel.windows import ONE_DAY, Window
from tests.flows.scene import Scene

FIRST, LAST = date(2026, 11, 17), date(2026, 11, 22)


class Killed(BaseException):
    """Nobody catches it."""


def after_steps(number: int, of: str = "") -> Callable[[Progress], None]:
    """An ear in which the work dies when it begins its next step, of one connection or of all."""
    heard = iter(range(number))

    def listen(progress: Progress) -> None:
        pulls = progress.stage == "pull" and progress.title.startswith(of)
        if pulls and next(heard, None) is None:
            raise Killed

    return listen


@pytest.fixture
def uninterrupted(scene: Scene, tmp_path: Path, migrated_file: Path) -> Scene:
    """The same workspace with a store of its own, backfilled in one go."""
    store = tmp_path / "uninterrupted.db"
    store.write_bytes(migrated_file.read_bytes())
    other = replace(scene, store=str(store))
    other.backfill(FIRST, LAST)
    scene.sandbox.log.clear()
    return other


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_backfill_killed_in_a_pull_goes_on_to_the_same_end(
    scene: Scene, uninterrupted: Scene, steps: int
) -> None:
    scene.listen = after_steps(steps)
    with pytest.raises(Killed):
        scene.backfill(FIRST, LAST)
    assert scene.told() == {}
    scene.listen = lambda _: None
    scene.backfill(FIRST, LAST)
    assert scene.payloads() == uninterrupted.payloads()


def test_what_was_settled_before_the_kill_is_not_asked_again(scene: Scene) -> None:
    scene.listen = after_steps(0, of="hubspot: open deals")  # Behind the contacts.
    with pytest.raises(Killed):
        scene.backfill(FIRST, LAST)
    assert "POST /crm/v3/objects/contacts/search" in scene.requests
    scene.listen = lambda _: None
    scene.sandbox.log.clear()
    scene.backfill(FIRST, LAST)
    assert "POST /crm/v3/objects/contacts/search" not in scene.requests


def test_a_kill_between_pull_and_compute_loses_nothing(
    scene: Scene, uninterrupted: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("flows.update.record", killed)
        with pytest.raises(Killed):
            scene.backfill(FIRST, LAST)
    scene.sandbox.log.clear()
    scene.backfill(FIRST, LAST)
    assert scene.payloads() == uninterrupted.payloads()
    assert "POST /crm/v3/objects/contacts/search" not in scene.requests


def test_late_data_pulled_by_a_killed_run_still_reaches_the_recorded_days(
    scene: Scene, tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    store = tmp_path / "undisturbed.db"
    store.write_bytes(migrated_file.read_bytes())
    undisturbed = replace(scene, store=str(store))
    for each in (scene, undisturbed):
        each.backfill(FIRST, LAST)
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    with monkeypatch.context() as patch:
        patch.setattr("flows.update.record", killed)
        with pytest.raises(Killed):
            scene.sync()
    for each in (scene, undisturbed):
        each.sync()
    assert scene.payloads() == undisturbed.payloads()


CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from connectors.budget import Unlimited
from flows.backfill import backfill
from flows.edges import Edges
from flows.job import open_job
from flows.places import find_places
from okrmodel.windows import Window

left = 4

def listen(progress):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

place = find_places(Path(sys.argv[1]), store=sys.argv[2])[0]
with open_job(place, Edges(budget=Unlimited(), listen=listen)) as job:
    backfill(job, Window(date(2026, 11, 17), date(2026, 11, 23)))
"""


def test_a_process_killed_outright_leaves_its_lease_for_a_while_and_then_all_goes_on(
    scene: Scene, uninterrupted: Scene
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, scene.root, scene.store],
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ,
    )
    assert child.returncode == -signal.SIGKILL
    with pytest.raises(LeaseHeld, match="if it was killed, wait until then"):
        scene.backfill(FIRST, LAST)
    scene.clock = lambda: datetime.now(UTC) + timedelta(minutes=11)
    scene.backfill(FIRST, LAST)
    assert scene.payloads() == uninterrupted.payloads()
    with scene.asking() as store:
        second, first = runs(store, "pretend")
    assert (first.ended, first.result) == (None, None)
    assert second.result is Result.OK


@pytest.mark.parametrize("backwards", [False, True])
def test_days_backfilled_one_by_one_in_any_order_say_the_same(
    scene: Scene, uninterrupted: Scene, *, backwards: bool
) -> None:
    days = [*Window(date(2026, 11, 19), LAST + ONE_DAY).days()]
    for day in days[::-1] if backwards else days:
        scene.backfill(day, day)
    whole = uninterrupted.payloads()
    assert scene.payloads() == {place: whole[place] for place in whole if place[1] in days}


def test_a_second_run_writes_nothing_and_asks_only_what_is_unsettled(scene: Scene) -> None:
    first = scene.backfill(FIRST, LAST)
    told = scene.told()
    scene.sandbox.log.clear()
    second = scene.backfill(FIRST, LAST)
    assert (first.written > 0, second.written) == (True, 0)
    assert scene.told() == told
    assert not any("contacts" in request for request in scene.requests)
    # GA4 still settles its last three days: one call for the days and the windows that end in them.
    (body,) = [json.loads(r.body) for r in scene.sandbox.log.all() if "2026-10" in r.body]
    ranges = [(r["startDate"], r["endDate"]) for q in body["requests"] for r in q["dateRanges"]]
    assert ranges == [
        ("2026-11-20", "2026-11-22"),
        ("2026-10-01", "2026-11-20"),
        ("2026-10-01", "2026-11-21"),
        ("2026-10-01", "2026-11-22"),
    ]


def test_one_key_result_can_be_backfilled_alone(scene: Scene) -> None:
    scene.backfill(FIRST, LAST, ["sessions"])
    assert scene.told().keys() == {"sessions"}
    assert not any("/crm" in request for request in scene.requests)


def test_who_fails_twice_goes_on_where_it_was_the_second_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (search, scan):
        monkeypatch.setattr(module, "PAGE", 1)
    monkeypatch.setattr(crm.Crm, "_cheapest", lambda _, asks, __: (tuple(range(len(asks))), {}))
    contacts = "POST /crm/v3/objects/contacts/search"
    spent = []
    for failing in (True, True, False):
        scene.sandbox.faults.clear()
        scene.sandbox.log.clear()
        if failing:
            scene.fault("contacts/search", skip=22)
        faults = scene.backfill(LAST, LAST, ["mqls"]).faults
        assert bool(faults) is failing
        spent.append(scene.requests.count(contacts))
    # 51 MQLs, a request for each: twenty are kept of each of the first two runs.
    assert spent[2] < 51 - 2 * 15
    with scene.asking() as store:
        assert bookmarks(store, scene.place.workspace) == {}
