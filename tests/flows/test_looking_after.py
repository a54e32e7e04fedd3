"""Settled days of a source that rewrites its past are found out when they move, cheaply."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from okrmodel.store.kinds import Kind
from okrmodel.store.observations import known_observations
from okrmodel.windows import ONE_DAY, Window
from sandbox import truth
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.deletions import gone_on, mqls_of
from tests.flows.scene import TOKEN, Scene, settle_in

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


@pytest.mark.parametrize("deleted", [1, 3])
def test_settled_days_that_moved_are_restated_the_next_night_and_no_others(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch, deleted: int
) -> None:
    """A deleted contact vanishes from the day on which it had become an MQL."""
    company = grow(contacts=700, sessions_per_weekday=40, newsletter_recipients=20)
    for contact in mqls_of(company, STARTS + 3 * ONE_DAY, LAST - 9 * ONE_DAY)[:deleted]:
        company = gone_on(company, contact, datetime(2026, 11, 23, 12, tzinfo=UTC))
    with Sandbox(company, limits=False) as sandbox:
        monkeypatch.setenv(TOKEN, sandbox.hubspot_token)
        store = tmp_path / "okr.db"
        store.write_bytes(migrated_file.read_bytes())
        scene = Scene(sandbox, settle_in(CONFIG, tmp_path / "config", sandbox), str(store))
        scene.backfill(LAST - 20 * ONE_DAY, LAST)
        before = {day: r.snapshot.value for day, r in scene.told()["mqls"].items()}
        night(scene, 1)
        scene.sync()
        told = scene.told()["mqls"]
        for day, revision in told.items():
            assert revision.snapshot.value == true_mqls(scene, day), day
            restated = day in before and before[day] != revision.snapshot.value
            assert revision.kind is (Kind.RESTATEMENT if restated else Kind.FIRST)
        # What depends on it is restated on the same days, and nothing else but what GA4 settles.
        said_anew = {
            (key_result, day)
            for key_result, days in scene.told().items()
            for day, revision in days.items()
            if revision.kind is not Kind.FIRST
        }
        moved = {day for key_result, day in said_anew if key_result == "mqls"}
        assert {key_result for key_result, _ in said_anew} <= {"mqls", "cost", "sessions", "views"}
        assert {day for key_result, day in said_anew if key_result == "cost"} == moved
        assert before[LAST] == (told[LAST].snapshot.value or 0) + deleted
        # The new day, the total, and the days that moved, found in a few halvings or one reading.
        assert scene.requests.count(CONTACTS) <= 2 + 1 + 7 * deleted


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
        mark = job.company.fingerprints["mqls"]
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


def test_a_comparison_that_was_cut_off_is_made_again(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The total is known, the days that moved are not: it does not count as looked at."""
    company = grow(contacts=700, sessions_per_weekday=40, newsletter_recipients=20)
    [lost, *_] = mqls_of(company, STARTS + 3 * ONE_DAY, LAST - 9 * ONE_DAY)
    company = gone_on(company, lost, datetime(2026, 11, 23, 12, tzinfo=UTC))
    with Sandbox(company, limits=False) as sandbox:
        monkeypatch.setenv(TOKEN, sandbox.hubspot_token)
        store = tmp_path / "okr.db"
        store.write_bytes(migrated_file.read_bytes())
        scene = Scene(sandbox, settle_in(CONFIG, tmp_path / "config", sandbox), str(store))
        scene.backfill(LAST, LAST)
        night(scene, 1)
        # The new day and the total are answered, and then nothing.
        scene.fault("contacts/search", skip=2)
        assert scene.sync().faults
        sandbox.faults.clear()
        scene.sync()
        for day, revision in scene.told()["mqls"].items():
            assert revision.snapshot.value == true_mqls(scene, day), day
