"""Everything that is recorded can be computed again from what was known then, to the byte."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

from flows.replay import Replayed, replay
from okrmodel.store.recorded import history
from tests.flows.scene import Scene, rewrite

FIRST, LAST = date(2026, 11, 19), date(2026, 11, 22)


def later(scene: Scene, day: int) -> None:
    """04:00 in Warsaw on a later day of November."""
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))


def replayed(scene: Scene, *, every: bool = True) -> Replayed:
    with scene.asking() as store:
        return replay(store, "pretend", every=every)


def tamper(scene: Scene, statement: str) -> None:
    """Change what cannot be changed: with the triggers gone, as somebody with the file could."""
    with sqlite3.connect(scene.store) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f'DROP TRIGGER "{name}"')
        assert raw.execute(statement).rowcount == 1
    raw.close()


def test_a_backfill_replays_to_the_byte(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    found = replayed(scene, every=False)
    assert found.differences == []
    assert found.equal == found.snapshots == 7 * 4


def test_every_revision_replays_by_what_was_known_when_it_was_recorded(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    later(scene, 24)
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"target: 5000": "target: 6000"})
    scene.sync()
    scene.backfill(FIRST, LAST)
    latest, every = replayed(scene, every=False), replayed(scene)
    assert latest.differences == every.differences == []
    assert latest.equal == 7 * 5
    assert every.equal > latest.equal


def test_what_was_stale_replays_with_its_reason(scene: Scene) -> None:
    scene.backfill(FIRST, date(2026, 11, 21))
    scene.fault("/crm/v3/objects/contacts/search", status=500)
    scene.sync()
    assert scene.snapshot("cost", LAST).stale
    scene.sandbox.faults.clear()
    later(scene, 24)
    scene.sync()
    found = replayed(scene)
    assert found.differences == []
    assert found.equal > 7 * 4


def test_measured_figures_replay_from_before_and_after_they_were_pinned(scene: Scene) -> None:
    rewrite(
        scene.root / "okrs/2026-Q4.yaml",
        {
            "metric: views, target: 9000": "metric: views, window: { trailing: 7 },"
            " starts: 2026-11-22, from: measured, direction: increase, target: 9000"
        },
    )
    scene.backfill(LAST, LAST)
    # The week before the start was still settling; six days later it is final.
    later(scene, 28)
    scene.sync()
    with scene.asking() as store:
        said = history(store, "pretend", "2026-Q4", "views", LAST)
    labels = [str(one.snapshot.arithmetic) for one in said]
    assert ["and pinned" in label for label in (labels[0], labels[-1])] == [False, True]
    assert replayed(scene).differences == []


def test_replay_needs_neither_config_nor_sources(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    place = scene.asking()
    (scene.root / "metrics.yaml").write_text("metrics: {}\n", "utf-8")
    asked = len(scene.requests)
    with place as store:
        assert replay(store, "pretend").differences == []
    assert len(scene.requests) == asked


def test_a_changed_value_is_found_with_its_place(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    tamper(
        scene,
        "UPDATE snapshot SET payload = replace(payload, '\"score\":', '\"score\":1')"
        " WHERE key_result = 'approved'".replace("'\"score\":1'", '\'"score":"0.99","was":\''),
    )
    found = replayed(scene)
    (difference,) = found.differences
    assert (difference.cycle, difference.key_result) == ("2026-Q4", "approved")
    assert (difference.as_of, difference.revision) == (LAST, 1)
    assert difference.field == "score"
    assert difference.stored == '"0.99"'
    assert "score is stored as" in str(difference)
    assert found.equal == found.snapshots - 1


def test_the_same_values_in_other_bytes_are_found(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    tamper(
        scene,
        "UPDATE snapshot SET payload = replace(payload, '\"score\":', '\"score\": ')"
        " WHERE key_result = 'approved'",
    )
    (difference,) = replayed(scene).differences
    assert difference.field == "payload"


def test_a_payload_that_is_no_json_is_found(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    tamper(scene, "UPDATE snapshot SET payload = 'lost' WHERE key_result = 'approved'")
    (difference,) = replayed(scene).differences
    assert difference.stored == '"lost"'


def test_a_changed_observation_is_found_in_what_was_made_of_it(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    tamper(
        scene,
        "UPDATE observation SET value = '150' WHERE starts = '2026-11-20' AND value = '500'",
    )
    assert {d.key_result for d in replayed(scene).differences} == {"spend", "cost"}


def test_a_snapshot_that_lost_an_observation_is_found(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    tamper(
        scene,
        'DELETE FROM snapshot_uses WHERE (snapshot, "check") IN (SELECT u.snapshot, u."check"'
        " FROM snapshot_uses u JOIN snapshot s ON s.id = u.snapshot"
        " WHERE s.key_result = 'mqls' LIMIT 1)",
    )
    (difference,) = replayed(scene).differences
    assert (difference.key_result, difference.field) == ("mqls", "checks")


def test_figures_of_another_arithmetic_are_told_apart(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    digest = scene.told()["mqls"][LAST].snapshot.computation_hash
    tamper(
        scene,
        f"UPDATE snapshot SET computation_hash = 'older',"
        f" payload = replace(payload, '{digest}', 'older') WHERE key_result = 'mqls'",
    )
    found = replayed(scene)
    assert (found.by_other_arithmetic, found.differences) == (1, [])
    # It had other words for the same, and did not know of days ahead.
    older = "replace(replace(payload, '\"reason\":\"', '\"reason\":\"in short, '), 'days_ahead', 'days')"
    tamper(scene, f"UPDATE snapshot SET payload = {older} WHERE key_result = 'mqls'")
    found = replayed(scene)
    assert (found.by_other_arithmetic, found.differences) == (1, [])
    other = 'replace(payload, \'"status":"\', \'"status":"un\')'
    tamper(scene, f"UPDATE snapshot SET payload = {other} WHERE key_result = 'mqls'")
    (difference,) = replayed(scene).differences
    assert difference.field == "status"


def test_a_store_without_snapshots_has_nothing_to_replay(scene: Scene, tmp_path: Path) -> None:
    assert replayed(scene).snapshots == 0
