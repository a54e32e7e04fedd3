"""A key result that goes on in the next cycle under its id: each command means the right one."""

import json
import shutil
from datetime import date

import pytest

from flows.artifacts import markdown
from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Okr

DAY = date(2026, 11, 13)
OLD, NEW = "okrs/2026-Q4.yaml", "okrs/b.yaml"
DATES = "cycle: {{ id: {}, starts: {}, ends: {} }}"


@pytest.fixture
def two(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The first cycle is over and not frozen yet; a night recorded both."""
    root = scene.root
    rewrite(root / "workspace.yaml", {"2026-11-23T04": "2026-11-14T04"})
    shutil.copy(root / OLD, root / NEW)
    rewrite(root / OLD, {"cycle: 2026-Q4": DATES.format("2026-Q4", "2026-10-01", "2026-11-10")})
    rewrite(
        root / NEW,
        {
            "cycle: 2026-Q4": "# The next one.\n" + DATES.format("b", "2026-11-11", "2026-12-31"),
            "target: 100 }\n      - { id: pipeline": "target: 77 }\n      - { id: pipeline",
        },
    )
    (root / "checkins" / "2026-Q4.yaml").write_text("[]\n", "utf-8")
    scene.sync(DAY)
    monkeypatch.setenv("OKR_CONFIG", str(root))
    return scene


def test_without_a_cycle_the_newest_is_meant_though_both_were_recorded_that_night(
    okr: Okr, two: Scene
) -> None:
    found = json.loads(okr("explain", "mqls", "--output", "json").out)
    assert (found["snapshot"]["cycle"], found["snapshot"]["as_of"]) == ("b", DAY.isoformat())
    assert found["definition"]["written"]["key_result"] == f"{NEW}:8:9"
    assert found["definition"]["config"] == "the config says the same today"
    found = json.loads(okr("explain", "mqls", "--cycle", "2026-Q4", "--output", "json").out)
    assert found["snapshot"]["cycle"] == "2026-Q4"
    assert found["definition"]["written"]["key_result"] == f"{OLD}:7:9"


def test_a_day_before_the_newest_cycle_means_the_one_before(okr: Okr, two: Scene) -> None:
    two.backfill(date(2026, 11, 9), date(2026, 11, 12))
    found = json.loads(okr("explain", "mqls", "--as-of", "2026-11-09", "--output", "json").out)
    assert (found["snapshot"]["cycle"], found["snapshot"]["as_of"]) == ("2026-Q4", "2026-11-09")
    assert {row["cycle"] for row in okr("history", "mqls", "--all", "--output", "json").rows} == {
        "b"
    }


def test_a_check_in_goes_to_the_cycle_of_its_day(okr: Okr, two: Scene) -> None:
    ended = okr("check-in", "approved", "--value", "1")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "wrote checkins/b.yaml:5"), ended.err
    ended = okr("check-in", "approved", "--value", "3", "--date", "2026-11-10")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "wrote checkins/2026-Q4.yaml:1")


def test_each_cycle_counts_its_own_check_ins(okr: Okr, two: Scene) -> None:
    for value, day in (("3", "2026-11-10"), ("1", "2026-11-12")):
        assert okr("check-in", "approved", "--value", value, "--date", day).code == 0
    two.sync(DAY)
    for cycle, value in (("2026-Q4", "3"), ("b", "1")):
        row = okr("status", "--cycle", cycle, "--output", "json").row("approved")
        assert row["value"] == value


def test_a_plan_names_the_cycle_where_both_change_and_points_to_the_right_file(
    okr: Okr, two: Scene
) -> None:
    assert okr("plan").out == "A small pretend company: nothing changes.\n"
    for name in (OLD, NEW):
        rewrite(two.root / name, {"metric: views, target: 9000": "metric: views, target: 8000"})
    ended = okr("plan")
    assert "~ 2026-Q4/views  Have pages seen" in ended.out
    assert "~ b/views  Have pages seen" in ended.out
    assert f"{NEW}:11:69: error: the target of key result" in ended.out, ended.out
    assert f"{OLD}:10:69: error: the target of key result" in ended.out


def test_what_is_taken_out_of_one_cycle_is_told_though_the_other_has_it(
    okr: Okr, two: Scene
) -> None:
    file = two.root / NEW
    kept = [line for line in file.read_text("utf-8").split("\n") if "views," not in line]
    file.write_text("\n".join(kept), "utf-8")
    [found] = json.loads(okr("plan", "--output", "json").out)
    [gone] = found["key_results"]
    assert (gone["kinds"], gone["cycle"], gone["key_result"]) == (["removed"], "b", "views")


def test_the_report_of_a_night_names_the_cycles(two: Scene) -> None:
    text = markdown(two.sync(DAY))
    old, new = text.index("## 2026-Q4\n"), text.index("## b\n")
    assert [text.count("| Win MQLs |", *span) for span in ((old, new), (new, None))] == [1, 1]
