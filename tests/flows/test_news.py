"""What is found worth telling at once: in front of the pretend company, night by night."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from flows import sync as sync_job
from flows.notes import queue_news
from okrmodel.news import CameBack, Flipped, News, Restated, RunFailed, WentStale, news_of
from okrmodel.snapshot import Status
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.notes import Note, claim, mark_sent, waiting
from okrmodel.store.runs import begin_run
from tests.flows.scene import Scene, end_early, rewrite

GREEN, AMBER, RED = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK
TEAM = """notify:
  targets:
    team: { url: "${TEAM}", send: [flips, stale, restatements, failures] }
"""


def asking(scene: Scene, notify: str = TEAM) -> Scene:
    rewrite(scene.root / "workspace.yaml", {"connections:\n": f"{notify}connections:\n"})
    return scene


def night(scene: Scene, day: int) -> None:
    """04:00 in Warsaw on a day of November, and what is done then."""
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))
    scene.sync()


def notes(scene: Scene) -> tuple[Note, ...]:
    with scene.asking() as store:
        return waiting(store, scene.place.workspace)


def news(scene: Scene) -> list[News]:
    return [news_of(note.body) for note in notes(scene) if note.subject != "digest"]


def check_in(scene: Scene, day: str, value: int) -> None:
    with (scene.root / "checkins/2026-Q4.yaml").open("a", encoding="utf-8") as file:
        file.write(f"- {{ key_result: approved, date: {day}, value: {value} }}\n")


# A first sync, and a past that is filled in.


def test_a_first_sync_tells_nothing(scene: Scene) -> None:
    asking(scene)
    scene.fault(r"^(GET|POST) /", status=500)
    night(scene, 23)
    assert notes(scene) == ()


def test_who_asks_later_is_told_nothing_of_what_was_before(scene: Scene) -> None:
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 25)
    night(scene, 26)
    asking(scene)
    night(scene, 27)
    assert news(scene) == []


def test_a_past_that_is_filled_in_is_no_news(scene: Scene) -> None:
    asking(scene)
    scene.sync(date(2026, 11, 2))
    scene.sync(date(2026, 11, 3))
    check_in(scene, "2026-11-05", 0)
    # Of the same cycle, and red for two days: two weeks ago.
    scene.backfill(date(2026, 11, 4), date(2026, 11, 8))
    with scene.job() as job:
        assert queue_news(job) == ""
    assert news(scene) == []
    # The last days are news all the same: on the 20th it turned green.
    scene.sync()
    [told] = news(scene)
    assert isinstance(told, Flipped)
    assert (told.new, told.since) == (GREEN, date(2026, 11, 20))


def test_a_past_that_changed_long_ago_is_no_news(scene: Scene) -> None:
    asking(scene)
    scene.sync(date(2026, 11, 2))
    scene.sync(date(2026, 11, 3))
    rewrite(scene.root / "checkins/2026-Q4.yaml", {"2026-10-08, value: 1": "2026-10-08, value: 3"})
    scene.backfill(date(2026, 11, 2), date(2026, 11, 3))
    assert scene.snapshot("approved", date(2026, 11, 3)).status is Status.ACHIEVED
    with scene.job() as job:
        assert queue_news(job) == ""
    assert news(scene) == []


# Flips.


def test_a_flip_is_told_on_its_second_day_once(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 25)
    assert news(scene) == []
    night(scene, 26)
    [told] = news(scene)
    assert isinstance(told, Flipped)
    assert (told.key_result, told.old, told.new) == ("approved", GREEN, RED)
    assert (told.since, told.confirmed) == (date(2026, 11, 24), date(2026, 11, 25))
    assert (told.value, told.target) == (Decimal(0), Decimal(3))
    assert told.key == "flip/2026-Q4/approved/2026-11-25/off_track"
    night(scene, 27)
    scene.sync()
    assert len(news(scene)) == 1


def test_a_flip_of_missed_nights_is_told_when_they_are_made_good(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 28)
    [told] = news(scene)
    assert isinstance(told, Flipped)
    assert told.confirmed == date(2026, 11, 25)


def test_what_flips_there_and_back_between_two_looks_is_no_news(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    check_in(scene, "2026-11-26", 2)
    night(scene, 28)
    assert news(scene) == []


def test_a_killed_run_before_the_queue_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 25)
    with monkeypatch.context() as patch:
        patch.setattr(sync_job, "queue_news", lambda _: "")
        night(scene, 26)
    assert news(scene) == []
    night(scene, 27)
    assert [type(piece) for piece in news(scene)] == [Flipped]


def test_a_new_name_is_no_new_beginning(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 25)
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"id: approved": "id: plans, was: [approved]"})
    rewrite(scene.root / "checkins/2026-Q4.yaml", {"key_result: approved": "key_result: plans"})
    night(scene, 26)
    [told] = news(scene)
    assert isinstance(told, Flipped)
    assert (told.key_result, told.old, told.new) == ("plans", GREEN, RED)


def test_how_a_cycle_ended_is_told_and_nothing_after_it_was_frozen(scene: Scene) -> None:
    asking(scene)
    end_early(scene.root, date(2026, 11, 24), grace=2)
    for day in (23, 24, 25, 26, 27):
        night(scene, day)
    ended = [piece for piece in news(scene) if piece.key_results == ("approved",)]
    assert [(one.old, one.new) for one in ended if isinstance(one, Flipped)] == [
        (GREEN, Status.MISSED)
    ]
    with scene.asking() as store:
        assert set(frozen_cycles(store, "pretend")) == {"2026-Q4"}
    before = len(news(scene))
    rewrite(scene.root / "checkins/2026-Q4.yaml", {"value: 2": "value: 3"})
    scene.backfill(date(2026, 11, 22), date(2026, 11, 24))
    with scene.job() as job:
        assert queue_news(job) == ""
    assert len(news(scene)) == before


# Restatements.


def test_a_past_that_changed_so_that_now_is_another_is_told_with_its_answers(
    scene: Scene,
) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    rewrite(scene.root / "checkins/2026-Q4.yaml", {"value: 2": "value: 0"})
    night(scene, 25)
    [told] = news(scene)
    assert isinstance(told, Restated)
    assert (told.key_result, told.old, told.new) == ("approved", GREEN, RED)
    assert (told.as_of, told.old_value, told.new_value) == (
        date(2026, 11, 23),
        Decimal(2),
        Decimal(0),
    )
    [answer, *_] = told.moved
    assert (answer.old, answer.new) == (Decimal(2), Decimal(0))
    night(scene, 26)
    assert len(news(scene)) == 1


def test_a_past_that_changed_and_leaves_now_alone_is_no_news(scene: Scene) -> None:
    asking(scene)
    scene.backfill(date(2026, 11, 17), date(2026, 11, 21))
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-17", 0)
    check_in(scene, "2026-11-20", 2)
    night(scene, 25)
    assert scene.snapshot("approved", date(2026, 11, 18)).status is RED
    assert [piece for piece in news(scene) if "approved" in piece.key_results] == []


def test_who_changes_a_target_is_told_nothing_of_a_restatement(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    night(scene, 24)
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"approved, target: 3": "approved, target: 300"})
    scene.backfill(date(2026, 11, 22), date(2026, 11, 23))
    scene.sync()
    [told] = news(scene)
    assert isinstance(told, Flipped)
    assert (told.old, told.new, told.target) == (GREEN, RED, Decimal(300))


# Sources.


def test_an_outage_is_told_once_and_that_it_is_over(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    scene.fault("BatchRunReports", status=500)
    night(scene, 24)
    night(scene, 25)
    [told] = [piece for piece in news(scene) if piece.subject == "stale"]
    assert isinstance(told, WentStale)
    assert told.connection == "web"
    assert told.key_results == ("sessions", "views")
    assert told.reason
    deliver(scene)
    scene.sandbox.faults.clear()
    night(scene, 26)
    [back] = [piece for piece in news(scene) if piece.subject == "stale"]
    assert isinstance(back, CameBack)
    assert (back.run, back.since) == (told.run, told.since)
    assert back.until > datetime(2026, 11, 26, 3, tzinfo=UTC) - timedelta(seconds=1)
    night(scene, 27)
    assert len([piece for piece in news(scene) if piece.subject == "stale"]) == 1


def deliver(scene: Scene) -> None:
    """Let what waits have gone out."""
    with scene.asking() as store:
        for note in waiting(store, "pretend"):
            claim(store, note)
            mark_sent(store, note)


def test_an_outage_that_is_over_before_anybody_could_be_told_is_no_news(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    scene.fault("BatchRunReports", status=500)
    night(scene, 24)
    scene.sandbox.faults.clear()
    scene.sync()
    assert [piece for piece in news(scene) if piece.subject == "stale"] == []


def test_a_failed_connection_is_not_told_as_a_failed_run_besides(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    scene.fault("BatchRunReports", status=500)
    night(scene, 24)
    assert [piece for piece in news(scene) if piece.subject == "failures"] == []


# Runs.


def test_a_run_that_breaks_off_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(scene)
    night(scene, 23)
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    with monkeypatch.context() as patch:
        patch.setattr("flows.update.record", broken)
        with pytest.raises(ZeroDivisionError):
            scene.sync()
    [told] = news(scene)
    assert isinstance(told, RunFailed)
    assert (told.what, told.reason) == ("sync", "ZeroDivisionError: what a mistake")
    scene.sync()
    assert len(news(scene)) == 1


def broken(*_: object) -> None:
    raise ZeroDivisionError("what a mistake")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_who_stops_a_run_by_hand_is_not_told_that_it_failed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(scene)
    night(scene, 23)
    with monkeypatch.context() as patch:
        patch.setattr("flows.update.record", interrupted)
        with pytest.raises(KeyboardInterrupt):
            scene.sync()
    scene.sync()
    assert news(scene) == []


def test_a_killed_run_is_told_by_the_next_one(scene: Scene) -> None:
    asking(scene)
    night(scene, 23)
    with scene.asking() as store:
        killed = begin_run(store, "pretend", "sync", {})
    scene.sync()
    [told] = news(scene)
    assert isinstance(told, RunFailed)
    assert (told.run, told.reason) == (killed.id, "")


# Nobody's sync fails because of news.


def test_a_failure_to_queue_is_told_and_the_figures_are_recorded(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(scene)
    monkeypatch.setattr("flows.notes.queue", broken)
    report = scene.sync()
    assert report.untold == "ZeroDivisionError: what a mistake"
    assert len(scene.told()) == 7


# Whom it is for.


def test_only_who_asks_for_it_is_told(scene: Scene) -> None:
    targets = """notify:
  targets:
    leaders: { url: "${LEADERS}", send: [digest] }
    ola: { url: "${OLA}", send: [flips], only: [ola] }
    approvers: { url: "${APPROVERS}", send: [flips], only: [approved] }
    others: { url: "${OTHERS}", send: [flips, stale], only: [mqls] }
"""
    asking(scene, targets)
    night(scene, 23)
    night(scene, 24)
    check_in(scene, "2026-11-24", 0)
    night(scene, 26)
    found = {note.target for note in notes(scene) if note.subject != "digest"}
    assert found == {"ola", "approvers"}
    digests = {(note.target, note.key) for note in notes(scene) if note.subject == "digest"}
    assert digests == {("leaders", "digest/2026-W48"), ("leaders", "digest/2026-W49")}
