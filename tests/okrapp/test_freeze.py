"""`okr freeze`, and what a frozen cycle looks like to people and to programs."""

import csv
import io
import json
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Ended, Okr

ENDS = date(2026, 11, 20)
HEADING = "A small pretend company  2026-Q4, as of 2026-11-20"


@pytest.fixture
def ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The cycle ended yesterday and was recorded; the config is found without naming it."""
    end_early(scene.root, ENDS, 3)
    monkeypatch.setenv("OKR_CONFIG", str(scene.root))
    scene.move_to(datetime(2026, 11, 21, 3, tzinfo=UTC))
    scene.sync()
    return scene


@pytest.fixture
def changed(ended: Scene, okr: Okr) -> Scene:
    """It was frozen, then a bill was corrected and a target raised."""
    assert okr("freeze", "2026-Q4").code == 0
    rewrite(ended.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    rewrite(ended.root / "okrs/2026-Q4.yaml", {"target: 5000": "target: 6000"})
    ended.move_to(datetime(2026, 11, 28, 3, tzinfo=UTC))
    ended.backfill(ENDS, ENDS)
    return ended


def words(shown: Ended) -> str:
    return " ".join(shown.out.split())


def test_freezing_shows_the_figures_the_digest_and_what_is_not_final(
    okr: Okr, ended: Scene
) -> None:
    shown = okr("freeze", "2026-Q4")
    assert shown.code == 0
    assert shown.out.startswith(f"{HEADING}, frozen 2026-11-21\n")
    assert "* 2 values were provisional when the cycle was frozen." in shown.out
    [verified] = json.loads(okr("freeze", "--verify", "--output", "json").out)
    assert "2026-Q4 is frozen by run 2 with the figures of 7 key results" in shown.err
    assert f"digest {verified['digest']}" in shown.err
    assert "not final, and kept so: sessions (settling), views (settling)" in shown.err


def test_what_cannot_be_frozen_ends_with_2_and_the_reason(okr: Okr, ended: Scene) -> None:
    okr("freeze", "2026-Q4")
    for words, told in (
        (("freeze",), "name the cycle to freeze, such as: okr freeze 2026-Q4"),
        (("freeze", "2026-Q4"), "okr freeze 2026-Q4 --verify proves"),
        (("freeze", "2026-Q3"), 'did you mean "2026-Q4"?'),
    ):
        refused = okr(*words)
        assert (refused.code, refused.out) == (2, "")
        assert told in refused.err


def test_a_frozen_figure_stays_and_a_later_one_stands_beside_it(okr: Okr, changed: Scene) -> None:
    for day in ((), ("--as-of", "2026-11-20"), ("--as-of", "2026-11-30")):
        shown = okr("status", *day)
        assert shown.out.startswith(f"{HEADING}, frozen 2026-11-21\n")
        assert "Spend it all 3,501 9,000 39 %" in words(shown)
        assert "Spend it all, since: 3,501 → 3,651, restated 2026-11-28, not applied" in words(
            shown
        )
        assert "Bring sessions 1,705* 5,000 34 %" in words(shown)
        assert "Bring sessions, since: 1,705 → 1,710, recomputed 2026-11-28, not app" in words(
            shown
        )
        assert "Win MQLs, since" not in shown.out
        assert max(map(len, shown.out.splitlines())) <= 80


def test_programs_get_both_figures_apart(okr: Okr, changed: Scene) -> None:
    told = okr("status", "--output", "json")
    spend, mqls = told.row("spend"), told.row("mqls")
    assert (spend["frozen"], spend["value"], spend["since_value"]) == (True, "3500.75", "3650.75")
    assert round(Decimal(spend["since_progress"]) * 9000, 9) == Decimal("3650.75")
    assert (spend["since_status"], spend["since_known"][:10]) == ("missed", "2026-11-28")
    assert (mqls["frozen"], mqls["since_value"], mqls["since_known"]) == (True, None, None)
    [first, *_] = csv.DictReader(io.StringIO(okr("status", "--output", "csv").out))
    assert [*first] == [*mqls]


def test_a_figure_that_became_final_later_is_confirmed_beside(okr: Okr, ended: Scene) -> None:
    ended.move_to(datetime(2026, 11, 23, 3, tzinfo=UTC))
    ended.sync()
    okr("freeze", "2026-Q4")
    ended.move_to(datetime(2026, 11, 28, 3, tzinfo=UTC))
    ended.backfill(ENDS, ENDS)
    shown = words(okr("status"))
    late = "since: provisional → final, confirmed 2026-11-28, not applied"
    assert f"Bring sessions, {late}" in shown


def test_a_key_result_written_down_after_the_freezing_is_not_among_the_figures(
    okr: Okr, changed: Scene
) -> None:
    file = changed.root / "okrs/2026-Q4.yaml"
    line = "      - { id: late, title: Come late, metric: mqls, target: 40 }\n"
    file.write_text(file.read_text("utf-8") + line, "utf-8")
    assert okr("status", "--output", "json").row("late")["reason"] == (
        "not among the figures that 2026-Q4 was frozen with"
    )
    changed.backfill(ENDS, ENDS)
    shown = okr("status")
    assert "Come late – – – – – – no data" in words(shown)
    assert "Come late, since: – → 50, recorded 2026-11-28, not applied" in words(shown)


def test_explain_leads_to_the_frozen_figure_and_names_the_later_one(
    okr: Okr, changed: Scene
) -> None:
    shown = words(okr("explain", "spend"))
    assert "3500.75 against 9000" in shown
    assert "frozen with its cycle" in shown
    assert "since, not applied: the cycle is over: 3650.75 against 9000" in shown
    told = json.loads(okr("explain", "spend", "--output", "json").out)
    assert (told["revision"]["number"], told["revision"]["frozen"]) == (1, True)
    assert (told["since"]["number"], told["since"]["snapshot"]["value"]) == (2, "3650.75")
    untouched = json.loads(okr("explain", "mqls", "--output", "json").out)
    assert (untouched["revision"]["frozen"], untouched["since"]) == (True, None)


def test_as_known_before_the_freezing_nothing_is_frozen(okr: Okr, changed: Scene) -> None:
    # The sync and the freezing were at 04:00 in Warsaw, a moment apart.
    first = okr("explain", "mqls", "--output", "json").out
    synced = json.loads(first)["revision"]["recorded_at"]
    then = okr("status", "--known-at", synced, "--output", "json")
    assert {row["frozen"] for row in then.rows} == {False}
    after = okr("status", "--known-at", "2026-11-21T04:01:00", "--output", "json")
    assert {row["frozen"] for row in after.rows} == {True}
    assert {row["since_value"] for row in after.rows} == {None}
    assert [r["value"] for r in then.rows] == [r["value"] for r in after.rows]


def test_verifying_an_honest_store_shows_each_frozen_cycle(okr: Okr, changed: Scene) -> None:
    shown = okr("freeze", "--verify")
    assert (shown.code, shown.err) == (0, "")
    assert "pretend 2026-Q4 2026-11-21 03:00 7 2 0" in words(shown)
    assert max(map(len, shown.out.splitlines())) <= 80
    [row] = okr("replay", "--output", "json").rows
    assert (row["frozen_cycles"], row["broken"], row["different"]) == (1, 0, 0)


def test_a_changed_figure_is_named_by_verify_and_by_replay(okr: Okr, changed: Scene) -> None:
    with sqlite3.connect(changed.store) as raw:
        raw.execute('DROP TRIGGER "snapshot_no_update"')
        raw.execute(
            """UPDATE snapshot SET payload = replace(payload, '"score":', '"score":"1","x":')
            WHERE key_result = 'mqls'"""
        )
    raw.close()
    for command in (("freeze", "--verify"), ("freeze", "2026-Q4", "--verify"), ("replay",)):
        found = okr(*command)
        assert found.code == 1
        assert found.err.startswith('pretend: 2026-Q4/mqls: payload was frozen as "')


def test_without_a_frozen_cycle_there_is_nothing_to_verify(okr: Okr, ended: Scene) -> None:
    assert okr("freeze", "--verify").err == "no cycle is frozen\n"
    assert okr("freeze", "2026-Q4", "--verify").err == "2026-Q4 is not frozen\n"
    assert okr("freeze", "2026-Q4", "--verify").code == 1


def test_the_nightly_sync_tells_what_it_has_frozen(okr: Okr, ended: Scene) -> None:
    ended.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    shown = okr("sync")
    assert shown.code == 0
    assert "2026-Q4 is frozen by run 3 with the figures of 7 key results" in shown.err
    assert shown.out.startswith(f"{HEADING}, frozen 2026-11-24\n")
