"""What comes late makes new revisions: of the observation and of what depends on it, no more."""

from datetime import UTC, date, datetime
from decimal import Decimal

from okrmodel.store import observations, snapshots
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import Revision
from okrmodel.windows import ONE_DAY, Window
from sandbox import truth
from tests.flows.scene import Scene, rewrite

NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 17), date(2026, 11, 22)
STARTS = date(2026, 10, 1)


def later(scene: Scene, day: int) -> None:
    """04:00 in Warsaw on a later day of November."""
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))


def revisions(scene: Scene, key_result: str, day: date) -> tuple[Revision, ...]:
    with scene.asking() as store:
        return snapshots.revisions(store, "pretend", "2026-Q4", key_result, day)


def revised(scene: Scene) -> set[tuple[str, date]]:
    """Of the days of the first run, those of which more than one thing was ever said."""
    return {
        (key_result, day)
        for key_result, days in scene.told().items()
        for day, revision in days.items()
        if day <= LAST and revision.revision > 1
    }


def days(first: date) -> list[date]:
    return [*Window(first, LAST + ONE_DAY).days()]


def test_late_sessions_restate_the_days_that_they_belong_to_and_no_others(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    later(scene, 24)
    scene.sync()
    now = scene.sandbox.clock.now()
    told = scene.told()
    # GA4's days are settled through 19 November; of the next three something may have come.
    for day in days(date(2026, 11, 20)):
        window = truth.Window(STARTS, day + ONE_DAY)
        company = scene.sandbox.company
        assert told["sessions"][day].snapshot.value == truth.sessions(company, window, now)
        assert told["views"][day].snapshot.value == truth.page_views(company, window, now)
    found = revised(scene)
    assert {("sessions", LAST), ("views", LAST)} <= found
    assert {key_result for key_result, _ in found} == {"sessions", "views"}
    assert min(day for _, day in found) >= date(2026, 11, 20)
    first, second = revisions(scene, "sessions", LAST)
    assert (first.kind, second.kind) == (Kind.FIRST, Kind.RESTATEMENT)
    assert (first.snapshot.value or 0) < (second.snapshot.value or 0)


def test_what_was_said_before_stays_answerable_as_known_then(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    before = scene.payloads()
    later(scene, 24)
    scene.sync()
    with scene.asking() as store:
        then = snapshots.series(
            store, "pretend", "2026-Q4", "sessions", known_at=NIGHT.replace(hour=5)
        )
    assert {r.snapshot.as_of: r.payload for r in then} == {
        day: text for (key_result, day), text in before.items() if key_result == "sessions"
    }


def test_settling_without_a_change_is_a_confirmation(scene: Scene) -> None:
    later(scene, 24)
    scene.sync()  # 23 November, whose sessions all arrived by the next night or will later.
    later(scene, 26)
    scene.sync()
    later(scene, 28)
    scene.sync()
    kinds = [r.kind for r in revisions(scene, "sessions", date(2026, 11, 23))]
    assert kinds[0] is Kind.FIRST
    assert kinds[-1] is Kind.CONFIRMATION
    final = revisions(scene, "sessions", date(2026, 11, 23))[-1].snapshot
    window = truth.Window(STARTS, date(2026, 11, 24))
    now = scene.sandbox.clock.now()
    assert final.provisional == ()
    assert final.value == truth.sessions(scene.sandbox.company, window, now)


def test_an_observation_has_a_revision_for_a_value_and_a_check_for_each_read(
    scene: Scene,
) -> None:
    scene.backfill(LAST, LAST)
    scene.backfill(LAST, LAST)
    later(scene, 24)
    scene.sync()
    with scene.job() as job:
        mark = job.company.fingerprints["views"]
        found = observations.revisions(job.store, "pretend", mark, Window.of_day(LAST))
    assert [one.revision for one in found] == [1, 2]
    assert [len(one.checks) for one in found] == [2, 1]
    assert (found[0].observation.value or 0) < (found[1].observation.value or 0)


def test_a_check_in_written_down_late_changes_its_own_days(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    file = scene.root / "checkins/2026-Q4.yaml"
    late = "- { key_result: approved, date: 2026-11-18, value: 3, author: ola }\n"
    file.write_text(file.read_text("utf-8") + late, "utf-8")
    scene.sync()
    told = {day: r.snapshot.value for day, r in scene.told()["approved"].items()}
    values = [told[date(2026, 11, day)] for day in (17, 18, 19, 20)]
    assert values == [Decimal(1), Decimal(3), Decimal(3), Decimal(2)]
    assert revised(scene) == {
        ("approved", day) for day in days(date(2026, 11, 18)) if day < date(2026, 11, 20)
    }


def test_a_corrected_ledger_changes_all_that_is_made_of_it(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.sync()
    wanted = {(k, d) for k in ("spend", "cost") for d in days(date(2026, 11, 20))}
    assert revised(scene) == wanted
    assert scene.snapshot("spend", LAST).value == Decimal("3650.75")
    assert scene.snapshot("spend", LAST).restated


def test_a_file_that_says_nothing_new_leaves_no_trace(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    with scene.job() as job:
        mark = job.company.fingerprints["spend"]
    scene.sync()
    with scene.asking() as store:
        (found,) = observations.revisions(store, "pretend", mark, Window.of_day(LAST))
    assert len(found.checks) == 1


def test_missed_nights_are_made_good(scene: Scene) -> None:
    scene.sync()
    later(scene, 27)
    report = scene.sync()
    assert report.days == 4
    assert [*scene.told()["mqls"]] == [*Window(LAST, date(2026, 11, 27)).days()]


def test_another_title_is_no_news(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"title: Win MQLs": "title: Win many MQLs"})
    assert scene.backfill(FIRST, LAST).written == 0
