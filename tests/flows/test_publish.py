"""What readers see is published by every run, whatever became of its sources."""

from datetime import date

from sqlalchemy import text

from flows.freeze import freeze
from flows.places import read_place
from okrmodel.publication import Publication, publication
from okrmodel.snapshot import Status
from okrmodel.store.board import Standing, standings
from okrmodel.store.publications import published
from okrmodel.store.runs import Result
from tests.flows.scene import Scene, end_early, rewrite

SUNDAY = date(2026, 11, 22)


def words(scene: Scene) -> Publication | None:
    with scene.asking() as store:
        return published(store, scene.place.workspace)


def standing(scene: Scene) -> Standing:
    with scene.asking() as store:
        (found,) = standings(store)
        return found


def test_a_sync_publishes_what_the_files_say(scene: Scene) -> None:
    assert words(scene) is None
    scene.sync()
    assert words(scene) == publication(*read_place(scene.place))
    found = standing(scene)
    assert (found.key_results, found.unrecorded, found.newest) == (7, 0, SUNDAY)
    assert found.last_sync
    assert found.last_sync.result is Result.OK


def test_a_source_that_fails_keeps_no_words_back(scene: Scene) -> None:
    scene.fault(r"^(GET|POST) /", status=401)
    report = scene.sync()
    assert report.faults
    assert words(scene) is not None
    assert standing(scene).counts[Status.NO_DATA] == 3


def test_another_title_is_published_with_the_next_sync(scene: Scene) -> None:
    scene.sync()
    before = scene.payloads()
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"title: Win MQLs": "title: Win more MQLs"})
    scene.sync()
    said = words(scene)
    assert said
    assert "Win more MQLs" in said.text
    assert scene.payloads() == before


def test_a_freeze_shows_on_the_board(scene: Scene) -> None:
    end_early(scene.root, date(2026, 11, 15), grace=1)
    scene.backfill(date(2026, 11, 15), date(2026, 11, 15))
    with scene.job() as job:
        freeze(job, "2026-Q4")
    with scene.asking() as store, store.asking() as connection:
        assert {*connection.scalars(text("SELECT frozen FROM current_snapshot"))} == {True}


def test_a_backfill_publishes_too(scene: Scene) -> None:
    scene.backfill(SUNDAY, SUNDAY, ["mqls"])
    assert words(scene)
    assert (standing(scene).unrecorded, standing(scene).last_sync) == (6, None)
