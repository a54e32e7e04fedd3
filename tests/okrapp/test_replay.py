"""`okr replay`: 0 when every figure follows from what the store knows, 1 with the first that does not."""

import sqlite3
from datetime import date
from pathlib import Path

from tests.flows.scene import Scene
from tests.okrapp.conftest import Okr

LAST = date(2026, 11, 22)


def test_an_honest_store_replays(okr: Okr, synced: Path) -> None:
    ended = okr("replay", "--config", synced, "--output", "json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.rows == [
        {
            "workspace": "pretend",
            "snapshots": 7,
            "equal": 7,
            "by_other_arithmetic": 0,
            "different": 0,
            "frozen_cycles": 0,
            "broken": 0,
        }
    ]


def test_a_changed_figure_ends_with_1_and_its_place(okr: Okr, scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    with sqlite3.connect(scene.store) as raw:
        raw.execute('DROP TRIGGER "snapshot_no_update"')
        changed = """UPDATE snapshot SET payload = replace(payload, '"score":', '"score":"1","x":')
            WHERE key_result = 'mqls'"""
        assert raw.execute(changed).rowcount == 1
    raw.close()
    ended = okr("replay", "--config", scene.root)
    assert ended.code == 1
    place = "pretend: 2026-Q4/mqls as of 2026-11-22, revision 1"
    assert f'{place}: score is stored as "1", and replayed as "0.51"' in ended.err


def test_all_replays_every_revision(okr: Okr, scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    file = scene.root / "okrs/2026-Q4.yaml"
    file.write_text(file.read_text("utf-8").replace("target: 5000", "target: 6000"), "utf-8")
    scene.backfill(LAST, LAST)
    counted = [
        okr("replay", "--config", scene.root, "--output", "json", *words).rows[0]["equal"]
        for words in ((), ("--all",))
    ]
    assert counted == [7, 8]


def test_without_a_store_there_is_nothing_to_replay_and_none_is_made(
    okr: Okr, config: Path
) -> None:
    (config / "okr.db").unlink()
    ended = okr("replay", "--config", config, "--output", "json")
    assert (ended.code, ended.rows[0]["snapshots"]) == (0, 0)
    assert not (config / "okr.db").exists()
