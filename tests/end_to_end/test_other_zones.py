"""A workspace far from its sources: each window is cut where the design says, and is complete."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from okrmodel.observations import Provisional
from okrmodel.snapshot import Snapshot
from okrmodel.windows import ONE_DAY
from sandbox import truth
from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.end_to_end import oracle
from tests.end_to_end.oracle import DAYS, LAST, STARTS, Oracle
from tests.end_to_end.test_truth import KEY_RESULTS, decimal, places
from tests.flows.conftest import CONFIG
from tests.flows.scene import SHIPPED, Scene, rewrite, settle_in

ANGELES = "America/Los_Angeles"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""04:00 in Los Angeles."""
WEEKS = DAYS[-23:]
"""31 October to 22 November: clocks went back in Los Angeles on 1 November, in Warsaw before."""

Told = tuple[Oracle, dict[str, dict[date, Snapshot]]]


@pytest.fixture(scope="module")
def told(world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The shipped config of a company in Los Angeles whose GA4 counts Warsaw's days."""
    folder = tmp_path_factory.mktemp("angeles")
    root = settle_in(SHIPPED, folder / "config", world)
    changes = {
        "timezone: Europe/Warsaw": f"timezone: {ANGELES}",
        "connector: ga4": "connector: ga4\n    days: source",
    }
    rewrite(root / "workspace.yaml", changes)
    store = folder / "okr.db"
    store.write_bytes(migrated_file.read_bytes())
    scene = Scene(world, root, str(store))
    scene.move_to(NOON)
    try:
        report = scene.backfill(WEEKS[0], LAST)
    finally:
        world.clock.move_to(DEFAULT_NOW)
    assert report.faults == ()
    found = {i: {d: r.snapshot for d, r in days.items()} for i, days in scene.told().items()}
    return Oracle(world.company, ANGELES, NOON, root), found


@pytest.mark.parametrize("key_result", KEY_RESULTS)
def test_a_key_result_is_right_on_every_day_in_another_zone(told: Told, key_result: str) -> None:
    of, found = told
    assert {day: s.value for day, s in found[key_result].items()} == {
        day: decimal(of.value(key_result, day)) for day in WEEKS
    }
    assert {day: places(s.raw_progress) for day, s in found[key_result].items()} == {
        day: places(decimal(oracle.progress(of, key_result, day))) for day in WEEKS
    }


def test_the_zone_makes_a_difference(world: Sandbox, told: Told) -> None:
    in_warsaw = Oracle(world.company, "Europe/Warsaw", NOON, told[0].root)
    ours, theirs = ([of.value("mqls", day) for day in WEEKS] for of in (told[0], in_warsaw))
    assert ours != theirs


@pytest.fixture
def western(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """A company in Warsaw whose GA4 counts the days of Los Angeles, nine hours later."""
    company = grow(contacts=300, sessions_per_weekday=40, property_zone=ANGELES)
    with Sandbox(company, limits=False) as sandbox:
        monkeypatch.setenv("HUBSPOT_TOKEN", sandbox.hubspot_token)
        root = settle_in(CONFIG, tmp_path / "config", sandbox)
        changes = {"connector: ga4": "connector: ga4\n    days: source"}
        rewrite(root / "workspace.yaml", changes)
        store = tmp_path / "okr.db"
        store.write_bytes(migrated_file.read_bytes())
        yield Scene(sandbox, root, str(store))


def test_a_day_is_over_when_it_is_over_at_the_source(western: Scene) -> None:
    # 04:00 in Warsaw: 22 November goes on in Los Angeles until 09:00.
    western.sync()
    assert western.snapshot("views", LAST).provisional == (Provisional.SETTLING, Provisional.TODAY)
    # Three days after midnight in Warsaw a session may still be under way to GA4.
    western.move_to(datetime(2026, 11, 26, 3, tzinfo=UTC))
    western.sync()
    assert western.snapshot("views", LAST).provisional == (Provisional.SETTLING,)
    western.move_to(datetime(2026, 11, 27, 3, tzinfo=UTC))
    western.sync()
    final = western.snapshot("views", LAST)
    window = truth.Window(STARTS, LAST + ONE_DAY)
    company, now = western.sandbox.company, western.sandbox.clock.now()
    assert final.provisional == ()
    assert final.value == truth.page_views(company, window, now)
