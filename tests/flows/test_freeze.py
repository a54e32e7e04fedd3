"""A cycle is frozen once, by hand or by the night after its grace period, and left alone from then on."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Audit
from flows.freeze import CannotFreeze, freeze, freezes_on
from flows.report import Report
from flows.sync import PATIENCE, planned
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.workspace import Workspace
from okrmodel.snapshot import Status
from okrmodel.store.frozen import FrozenCycle, Told, broken, frozen_cycles, told
from okrmodel.store.runs import Result, runs
from okrmodel.windows import ONE_DAY
from tests.flows.scene import Scene, end_early, rewrite

AUTUMN, WINTER = "2026-Q4", "winter"
ENDS = date(2026, 11, 20)
GRACE = 3


def night(scene: Scene, day: int) -> None:
    """04:00 in Warsaw on a day of November: the day before is complete."""
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))


@pytest.fixture
def closing(scene: Scene) -> Scene:
    """The cycle ended on 20 November, the next one follows; three days of grace."""
    end_early(scene.root, ENDS, GRACE)
    (scene.root / "okrs/winter.yaml").write_text(
        f"cycle: {{ id: {WINTER}, starts: 2026-11-21, ends: 2026-12-31 }}\n"
        "objectives:\n  - id: more\n    title: More\n    key_results:\n"
        "      - { id: more_mqls, title: Win more, metric: mqls, target: 50 }\n",
        "utf-8",
    )
    night(scene, 21)
    return scene


def say(scene: Scene, day: date | None = None, cycle: str = AUTUMN) -> Told:
    with scene.asking() as store:
        return told(store, "pretend", cycle, day)


def frozen(scene: Scene) -> dict[str, FrozenCycle]:
    with scene.asking() as store:
        return frozen_cycles(store, "pretend")


def freeze_now(scene: Scene, cycle: str = AUTUMN) -> FrozenCycle:
    with scene.job() as job:
        return freeze(job, cycle)


def synced(scene: Scene, *nights: int) -> list[Report]:
    reports = []
    for day in nights:
        night(scene, day)
        reports.append(scene.sync())
    return reports


def cycles(*ends: date) -> tuple[Cycle, ...]:
    return tuple(
        Cycle(id=f"c{number}", starts=end - timedelta(days=30), ends=end)
        for number, end in enumerate(ends)
    )


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    ends=st.lists(DAYS, max_size=4),
    done=st.sets(st.integers(0, 3)),
    day=DAYS,
    grace=st.integers(0, 60),
)
def test_a_cycle_freezes_on_the_first_day_that_is_whole_days_of_grace_after_its_end(
    ends: list[date], done: set[int], day: date, grace: int
) -> None:
    workspace = Workspace(id="w", name="W", timezone="UTC", grace_days=grace)
    company = Company(workspace, {}, cycles(*ends))
    found = {c.id for c in freezes_on(company, {f"c{number}" for number in done}, day)}
    assert found == {
        f"c{number}"
        for number, end in enumerate(ends)
        if number not in done and (day - end).days >= grace
    }


def test_the_night_after_the_grace_period_freezes_and_no_other(closing: Scene) -> None:
    reports = synced(closing, 21, 22, 23, 24, 25)
    assert [[f.cycle for f in r.frozen] for r in reports] == [[], [], [], [AUTUMN], []]
    [one] = frozen(closing).values()
    assert one.ends == ENDS
    assert len(one.key_results) == 7
    with closing.asking() as store:
        run = next(r for r in runs(store, "pretend") if r.id == one.run)
        assert list(broken(store, one)) == []
    assert (run.kind, run.parameters, run.result) == ("freeze", {"cycle": AUTUMN}, Result.OK)


def test_what_settles_in_the_grace_period_is_frozen_as_final(closing: Scene) -> None:
    synced(closing, 21)
    assert say(closing).revisions["sessions"].snapshot.provisional
    [*_, last] = synced(closing, 22, 23, 24)
    assert last.frozen[0].not_final == {}


def test_missed_nights_are_made_good_before_the_freezing(closing: Scene) -> None:
    night(closing, 18)
    closing.sync()
    [report] = synced(closing, 28)
    assert [f.cycle for f in report.frozen] == [AUTUMN]
    shown = say(closing).revisions
    assert {r.snapshot.as_of for r in shown.values()} == {ENDS}
    assert all(r.snapshot.frozen for r in shown.values())
    # The source tells no past of a level: waiting for it would help nobody.
    assert report.frozen[0].not_final == {"pipeline": ("stale", "no_data")}
    ended = {name: r.snapshot.status for name, r in shown.items() if name != "pipeline"}
    assert {*ended.values()} <= {Status.ACHIEVED, Status.MISSED}


def test_before_the_freezing_the_whole_past_is_read_again(closing: Scene) -> None:
    synced(closing, 21, 22, 23)
    night(closing, 24)
    with closing.job() as job:
        plan = planned(job, date(2026, 11, 23))
        [mark] = [m for m, names in plan.names.items() if "mqls" in names]
    asks = [ask for e in plan.errands for step in e.steps for ask in step.serves]
    asks = [ask for ask in asks if ask.fingerprint == mark]
    assert not any(isinstance(ask, Audit) for ask in asks)
    days = {day for ask in asks for window in ask.windows for day in window.days()}
    assert {date(2026, 10, 1), ENDS} <= days


def test_a_frozen_cycle_is_not_worked_on_by_a_sync_even_in_its_grace_period(
    closing: Scene,
) -> None:
    synced(closing, 21)
    freeze_now(closing)
    rewrite(closing.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    [report] = synced(closing, 22)
    assert {s.cycle for s in report.snapshots} == {WINTER}
    assert say(closing).since == {}


def test_a_backfill_puts_new_figures_beside_the_frozen_ones(closing: Scene) -> None:
    synced(closing, 21, 22, 23, 24)
    before = say(closing)
    rewrite(closing.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    closing.backfill(ENDS, ENDS)
    after = say(closing)
    assert after.revisions == before.revisions
    assert after.since.keys() == {"spend", "cost"}
    was, now = (said["spend"].snapshot.value for said in (after.revisions, after.since))
    assert (now or 0) - (was or 0) == 150
    with closing.asking() as store:
        assert list(broken(store, frozen(closing)[AUTUMN])) == []


def test_freezing_by_hand_is_by_todays_definitions_and_tells_what_is_not_final(
    closing: Scene,
) -> None:
    synced(closing, 21)
    rewrite(closing.root / "okrs/2026-Q4.yaml", {"target: 5000": "target: 6000"})
    noted = freeze_now(closing)
    assert noted.not_final == {"sessions": ("settling",), "views": ("settling",)}
    assert say(closing).revisions["sessions"].snapshot.target == 6000


def test_a_failing_source_puts_the_freezing_off_but_not_for_ever(closing: Scene) -> None:
    synced(closing, 21, 22, 23)
    closing.fault("/crm/v3/objects/contacts/search", status=500)
    [report] = synced(closing, 24)
    assert (bool(report.faults), report.frozen) == (True, ())
    last = ENDS + timedelta(days=GRACE) + PATIENCE + ONE_DAY
    closing.move_to(datetime(last.year, last.month, last.day, 3, tzinfo=UTC))
    assert [f.cycle for f in closing.sync().frozen] == [AUTUMN]


def test_what_failed_is_made_good_and_then_frozen(closing: Scene) -> None:
    synced(closing, 21, 22, 23)
    closing.fault("/crm/v3/objects/contacts/search", status=500)
    synced(closing, 24)
    closing.sandbox.faults.clear()
    [report] = synced(closing, 25)
    assert [f.cycle for f in report.frozen] == [AUTUMN]
    assert report.frozen[0].not_final == {}


def test_a_cycle_of_which_nothing_was_recorded_is_not_frozen_by_itself(closing: Scene) -> None:
    [report] = synced(closing, 28)
    assert report.frozen == ()
    with pytest.raises(CannotFreeze, match="okr backfill --from 2026-11-20 --to 2026-11-20"):
        freeze_now(closing)


def test_a_day_that_is_not_over_freezes_nothing(closing: Scene) -> None:
    synced(closing, 21, 22, 23)
    # The last day of grace is today: a sync of today must not end it early.
    assert closing.sync(date(2026, 11, 23)).frozen == ()
    assert [f.cycle for f in synced(closing, 24)[0].frozen] == [AUTUMN]


@pytest.mark.parametrize(
    ("cycle", "told"),
    [
        ("2026-Q5", "no cycle '2026-Q5' in okrs/; did you mean"),
        (WINTER, "winter ends on 2026-12-31: it can be frozen from 2027-01-01 on"),
        (AUTUMN, "2026-Q4 was frozen on 2026-11-21 at 04:00 by run 2"),
    ],
)
def test_what_cannot_be_frozen_is_refused_and_leaves_no_run(
    closing: Scene, cycle: str, told: str
) -> None:
    closing.sync()
    freeze_now(closing)
    with pytest.raises(CannotFreeze, match=told):
        freeze_now(closing, cycle)
    with closing.asking() as store:
        assert [run.kind for run in runs(store, "pretend")] == ["freeze", "sync"]


def test_a_cycle_can_be_frozen_once_its_last_day_is_over_and_not_before(closing: Scene) -> None:
    closing.sync()
    closing.move_to(datetime(2026, 11, 20, 22, 59, tzinfo=UTC))
    with pytest.raises(CannotFreeze, match="from 2026-11-21 on"):
        freeze_now(closing)
    closing.move_to(datetime(2026, 11, 20, 23, 0, tzinfo=UTC))
    assert freeze_now(closing).cycle == AUTUMN


def test_freezing_asks_no_source(closing: Scene, tmp_path: Path) -> None:
    closing.sync()
    asked = len(closing.requests)
    freeze_now(closing)
    assert len(closing.requests) == asked
