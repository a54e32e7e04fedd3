"""`okr backtest`: how far off forecasts of past days were."""

from datetime import date
from decimal import Decimal

from tests.flows.scene import Scene
from tests.okrapp.conftest import Okr


def test_every_part_of_a_running_cycle_is_told_for_people(okr: Okr, scene: Scene) -> None:
    scene.backfill(date(2026, 10, 1), date(2026, 11, 22))
    shown = okr("backtest", "--config", str(scene.root))
    assert shown.code == 0, shown.err
    words = " ".join(shown.out.split())
    assert "key result cycle 1/4 2/4 3/4 4/4" in words
    assert "mqls 2026-Q4 so far" in words
    assert "Half of a part's forecasts were within the first figure of what came" in words
    assert "cost: the days of what it is computed from do not add up to its value" in words


def test_programs_get_exact_shares(okr: Okr, scene: Scene) -> None:
    scene.backfill(date(2026, 10, 1), date(2026, 11, 22))
    where = ("--config", str(scene.root), "--output", "json")
    rows = [row for row in okr("backtest", "mqls", *where).rows if row["part"]]
    assert [row["part"] for row in rows] == [1, 2, 3, 4]
    assert sum(row["days"] for row in rows) == 52
    assert all(row["ended"] is False for row in rows)
    assert all(0 <= Decimal(row["inside"]) <= 1 for row in rows)


def test_nothing_recorded_is_told_and_a_wrong_id_has_a_hint(okr: Okr, scene: Scene) -> None:
    where = ("--config", str(scene.root))
    assert "Nothing was recorded yet; run okr sync." in okr("backtest", *where).out
    scene.backfill(date(2026, 11, 22), date(2026, 11, 22))
    wrong = okr("backtest", "mqs", *where)
    assert (wrong.code, 'did you mean "mqls"' in wrong.err) == (2, True)


def test_explain_carries_the_back_test_of_its_forecast(okr: Okr, scene: Scene) -> None:
    scene.backfill(date(2026, 10, 1), date(2026, 11, 22))
    words = " ".join(okr("explain", "mqls", "--config", str(scene.root)).out.split())
    assert "back-test: half of" in words
    assert "(2026-Q4 so far, part 3 of 4)" in words
