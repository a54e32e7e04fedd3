"""Settled days of a source that rewrites its past are found out when they move, cheaply."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from okrmodel.store.kinds import Kind
from okrmodel.store.observations import known_observations
from okrmodel.store.snapshots import revisions
from okrmodel.windows import ONE_DAY, Window
from sandbox import truth
from tests.flows.scene import Scene

STARTS, LAST = date(2026, 10, 1), date(2026, 11, 22)
CONTACTS = "POST /crm/v3/objects/contacts/search"


def night(scene: Scene, number: int) -> None:
    """04:00 in Warsaw, so many nights after the backfill; what the world was asked is forgotten."""
    scene.move_to(datetime(2026, 11, 23, 3, tzinfo=UTC) + timedelta(days=number))
    scene.sandbox.log.clear()


def true_mqls(scene: Scene, day: date) -> Decimal:
    """MQLs from the cycle's first day to the end of a day, as the company's rows say now."""
    window = truth.Window(STARTS, day + ONE_DAY)
    now = scene.sandbox.clock.now()
    company = scene.sandbox.company
    return Decimal(
        truth.contacts_entered(company, "marketingqualifiedlead", window, "Europe/Warsaw", now)
    )


@pytest.fixture
def backfilled(scene: Scene) -> Scene:
    scene.backfill(LAST - 5 * ONE_DAY, LAST)
    return scene


def test_a_settled_day_that_moved_is_restated_the_next_night(backfilled: Scene) -> None:
    """Contacts become MQLs again, merge and vanish: their old days' counts fall."""
    scene = backfilled
    before = {day: s.snapshot.value for day, s in scene.told()["mqls"].items()}
    moved = None
    for number in (2, 9, 15, 22, 29, 36):
        night(scene, number)
        scene.sync()
        told = {day: r.snapshot for day, r in scene.told()["mqls"].items()}
        for day, snapshot in told.items():
            assert snapshot.value == true_mqls(scene, day), (number, day)
        moved = moved or next((d for d, v in before.items() if told[d].value != v), None)
    # Something must have moved, or this shows nothing.
    assert moved
    with scene.asking() as store:
        found = revisions(store, "pretend", "2026-Q4", "mqls", moved)
    assert Kind.RESTATEMENT in {revision.kind for revision in found}


def test_a_quiet_night_costs_one_request_for_the_new_day_and_one_for_all_others(
    backfilled: Scene,
) -> None:
    scene = backfilled
    quiet = None
    for number in range(1, 6):
        night(scene, number)
        before = {day: s.snapshot.value for day, s in scene.told()["mqls"].items()}
        scene.sync()
        told = scene.told()["mqls"]
        if all(told[day].snapshot.value == value for day, value in before.items()):
            quiet = number
            assert scene.requests.count(CONTACTS) == 2
    assert quiet


def test_once_a_week_every_settled_day_is_read_again(backfilled: Scene) -> None:
    scene = backfilled
    with scene.job() as job:
        mark = job.company.fingerprint(job.company.metrics["mqls"])  # type: ignore[arg-type]
    days = {mark: [*Window(STARTS, LAST + ONE_DAY).day_windows()]}
    read = []
    for number in range(1, 8):
        night(scene, number)
        scene.sync()
        with scene.asking() as store:
            known = known_observations(store, "pretend", days)
        tonight = scene.sandbox.clock.now()
        read.append(all(one.observed_at == tonight for one in known.values()))
    assert read == [False] * 6 + [True]


def test_a_backfill_leaves_settled_days_alone(backfilled: Scene) -> None:
    scene = backfilled
    night(scene, 2)
    scene.backfill(LAST - 5 * ONE_DAY, LAST)
    assert CONTACTS not in scene.requests
