"""`okr history`: only what is said otherwise than before, and since when."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest

from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Okr

FIRST, LAST = date(2026, 11, 19), date(2026, 11, 22)


@pytest.fixture
def restated(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A ledger was corrected after the first night."""
    scene.backfill(FIRST, LAST)
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.sync()
    monkeypatch.setenv("OKR_CONFIG", str(scene.root))
    return scene


def test_restated_days_are_told_with_old_and_new_values(okr: Okr, restated: Scene) -> None:
    rows = okr("history", "spend", "--output", "json").rows
    assert [row["as_of"] for row in rows] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    first = rows[0]
    assert (first["kind"], first["revision"]) == ("restatement", 2)
    assert (first["old_value"], first["value"]) == ("3500.75", "3650.75")
    assert first["known_since"].startswith("2026-11-24T03:00:00")
    assert first["run"] == 2
    assert {"value", "raw_progress", "arithmetic"} <= set(first["changed"].split())


def test_people_see_each_day_with_old_and_new_and_the_cause_below(
    okr: Okr, restated: Scene
) -> None:
    shown = okr("history", "spend").out.splitlines()
    assert shown[0] == "Restated 2026-11-24 03:00 UTC, by run 2"
    assert [re.split(r"  +", line)[1:3] for line in shown[2:5]] == [
        ["2026-11-20", "3500.75 → 3650.75"],
        ["2026-11-21", "3500.75 → 3650.75"],
        ["2026-11-22", "3500.75 → 3650.75"],
    ]
    assert [line[0] for line in shown[2:5]] == [" ", "!", "!"]
    assert shown[4].endswith("off track → at risk")
    assert shown[5:] == ["    spend on 2026-11-20: 500 → 650"], "the same cause is told once"
    assert max(map(len, shown)) <= 80


def test_one_day_can_be_asked_for(okr: Okr, restated: Scene) -> None:
    [row] = okr("history", "spend", "--as-of", "2026-11-21", "--output", "json").rows
    assert row["as_of"] == "2026-11-21"


def test_all_has_what_was_said_first(okr: Okr, restated: Scene) -> None:
    rows = okr("history", "spend", "--all", "--output", "json").rows
    kinds = [(row["as_of"], row["kind"]) for row in rows]
    assert kinds[:3] == [
        ("2026-11-19", "first"),
        ("2026-11-20", "first"),
        ("2026-11-20", "restatement"),
    ]
    assert len(rows) == 5 + 3
    assert rows[0]["old_value"] is None


def test_csv_has_the_same_rows(okr: Okr, restated: Scene) -> None:
    told = okr("history", "spend", "--output", "json").rows
    listed = list(csv.DictReader(io.StringIO(okr("history", "spend", "--output", "csv").out)))
    assert [line["value"] for line in listed] == [row["value"] for row in told]
    assert list(listed[0]) == list(told[0])


def test_a_new_target_is_a_recomputation_and_no_restatement(okr: Okr, restated: Scene) -> None:
    rewrite(restated.root / "okrs/2026-Q4.yaml", {"target: 5000": "target: 6000"})
    restated.backfill(FIRST, FIRST)
    [row] = okr("history", "sessions", "--as-of", "2026-11-19", "--output", "json").rows
    assert row["kind"] == "recomputation"
    assert row["old_value"] == row["value"]
    assert row["old_progress"] > row["progress"]


def test_nothing_changed_is_said_so(okr: Okr, restated: Scene) -> None:
    unchanged = "Nothing of approved has changed since"
    assert okr("history", "approved").out == f"{unchanged} it was first recorded.\n"
    assert okr("history", "approved", "--since", "2026-11-20").out == f"{unchanged} 2026-11-20.\n"
    assert okr("history", "approved", "--output", "json").rows == []


def test_an_unknown_key_result_is_answered_with_the_nearest(okr: Okr, restated: Scene) -> None:
    ended = okr("history", "spendd")
    assert ended.code == 2
    assert 'did you mean "spend"?' in ended.err


def test_a_restatement_says_which_answers_had_moved(okr: Okr, restated: Scene) -> None:
    rows = okr("history", "spend", "--output", "json").rows
    assert [row["moved"] for row in rows] == [
        [
            {
                "metric": "spend",
                "start": "2026-11-20",
                "end": "2026-11-21",
                "old": "500",
                "new": "650",
                "came": False,
                "pinned": False,
                "observed_at": "2026-11-24T03:00:00+00:00",
                "known_since": rows[0]["moved"][0]["known_since"],
                "run": 2,
            }
        ]
    ] * 3
    assert rows[0]["moved"][0]["known_since"].startswith("2026-11-24T03:00:00")
    listed = list(csv.DictReader(io.StringIO(okr("history", "spend", "--output", "csv").out)))
    assert listed[0]["moved"] == (
        "spend [2026-11-20, 2026-11-21): 500 → 650, read 2026-11-24T03:00:00+00:00 by run 2"
    )


def test_a_status_that_flipped_is_marked(okr: Okr, restated: Scene) -> None:
    rows = okr("history", "spend", "--output", "json").rows
    assert all(row["flipped"] is (row["old_status"] != row["status"]) for row in rows)
    rewrite(restated.root / "spend.csv", {"2026-11-20,650.00": "2026-11-20,6500.00"})
    restated.sync()
    last = okr("history", "spend", "--as-of", "2026-11-22", "--output", "json").rows[-1]
    assert (last["flipped"], last["status"]) == (True, "achieved")


def test_all_that_was_restated_is_listed_newest_first(okr: Okr, restated: Scene) -> None:
    rows = okr("history", "--output", "json").rows
    assert {row["kind"] for row in rows} == {"restatement"}
    assert {row["key_result"] for row in rows} >= {"spend", "cost", "sessions"}
    instants = [row["known_since"] for row in rows]
    assert instants == sorted(instants, reverse=True)
    shown = okr("history").out
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.startswith("Restated 2026-11-24 03:00 UTC, by run 2\n")
    [line] = [line for line in shown.splitlines() if " spend " in line and "→" in line][:1]
    assert re.sub(r" +", " ", line).startswith(
        "! spend 2026-11-22 (3 days) 3500.75 → 3650.75 off track → at risk"
    )
    assert "    spend on 2026-11-20: 500 → 650\n" in shown
    assert "    ! spend as of 2026-11-21: off track → at risk\n" in shown


def test_an_id_is_told_as_it_is_written(okr: Okr, scene: Scene) -> None:
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"id: spend,": "id: ad_spend,"})
    scene.backfill(FIRST, LAST)
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    scene.sync()
    shown = okr("history", "--config", str(scene.root)).out
    assert "    ! ad_spend as of 2026-11-21: off track → at risk\n" in shown


def test_confirmations_are_no_restatements(okr: Okr, restated: Scene) -> None:
    restated.move_to(datetime(2026, 11, 28, 3, tzinfo=UTC))
    restated.sync()
    kinds = {row["kind"] for row in okr("history", "--all", "--output", "json").rows}
    assert kinds >= {"restatement", "confirmation"}
    assert {row["kind"] for row in okr("history", "--output", "json").rows} == {"restatement"}
    shown = okr("history", "sessions").out
    assert "Confirmed as final 2026-11-28 03:00 UTC, by run 3\n" in shown
    confirmed = [r for r in okr("history", "sessions", "--output", "json").rows if not r["moved"]]
    assert confirmed
    assert {row["kind"] for row in confirmed} == {"confirmation"}


def test_an_answer_that_came_late_is_told_as_such(okr: Okr, restated: Scene) -> None:
    restated.fault("BatchRunReports", status=403)
    restated.move_to(datetime(2026, 11, 25, 3, tzinfo=UTC))
    restated.sync()
    restated.sandbox.faults.clear()
    restated.sync()
    [row] = okr("history", "views", "--as-of", "2026-11-24", "--output", "json").rows
    [late] = [move for move in row["moved"] if move["came"]]
    assert (late["start"], late["old"], late["run"]) == ("2026-11-24", None, 4)
    shown = okr("history", "views", "--as-of", "2026-11-24").out
    assert f"views on 2026-11-24: came late, {late['new']}\n" in shown


def test_what_came_after_a_freeze_is_marked(
    okr: Okr, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_CONFIG", str(scene.root))
    end_early(scene.root, LAST, 3)
    scene.backfill(FIRST, LAST)
    assert okr("freeze", "2026-Q4").code == 0
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.backfill(LAST, LAST)
    rows = okr("history", "spend", "--output", "json").rows
    assert {(row["kind"], row["frozen"]) for row in rows} == {("restatement", True)}
    assert "; the frozen figures of 2026-Q4 stay\n" in okr("history", "spend").out


def test_what_became_known_before_a_day_is_left_out(okr: Okr, restated: Scene) -> None:
    assert okr("history", "--since", "2026-11-24", "--output", "json").rows
    assert okr("history", "--since", "2026-11-25", "--output", "json").rows == []
    assert okr("history", "--since", "2026-11-25").out == "Nothing was restated since 2026-11-25.\n"


def test_what_is_of_one_key_result_needs_one(okr: Okr, restated: Scene) -> None:
    ended = okr("history", "--as-of", "2026-11-22")
    assert (ended.code, "need a key result" in ended.err) == (2, True)


def test_check_ins_of_two_key_results_are_told_apart(okr: Okr, restated: Scene) -> None:
    manual = "      - { id: approved, kind: manual, title: Get plans approved, target: 3 }"
    other = manual.replace("approved,", "trained,")
    rewrite(restated.root / "okrs/2026-Q4.yaml", {manual: f"{manual}\n{other}"})
    checkins = restated.root / "checkins/2026-Q4.yaml"
    more = "\n- { key_result: trained, date: 2026-11-20, value: 1, author: ola }\n"
    checkins.write_text(checkins.read_text(encoding="utf-8") + more, encoding="utf-8")
    restated.sync()
    rewrite(checkins, {"date: 2026-11-20, value: 2": "date: 2026-11-20, value: 3"})
    rewrite(checkins, {"date: 2026-11-20, value: 1": "date: 2026-11-20, value: 2"})
    restated.sync()
    shown = okr("history").out
    assert "    check_ins of approved on 2026-11-20: 2 → 3\n" in shown
    assert "    check_ins of trained on 2026-11-23: 1 → 2\n" in shown


def test_a_store_that_is_not_there_is_told(okr: Okr, restated: Scene) -> None:
    elsewhere = restated.root / "elsewhere.db"
    ended = okr("history", "--store", elsewhere)
    assert (ended.code, ended.out) == (0, "Nothing was recorded yet; run okr sync.\n")
    assert not elsewhere.exists()
