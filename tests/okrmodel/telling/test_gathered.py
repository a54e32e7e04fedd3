"""What a chart shows is what the store tells: as known at any instant, restated, planned ahead."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import (
    KeyResult,
    Maintain,
    Manual,
    Milestones,
    Reach,
    Step,
    TargetChange,
)
from okrmodel.observations import Aggregation, Provisional
from okrmodel.snapshot import Forecast, Snapshot, Term
from okrmodel.store.store import Store
from okrmodel.telling.charts.drawn import KeyResultChart, LineChart, PeriodsChart, StepsChart
from okrmodel.telling.charts.gathered import key_result_chart
from okrmodel.telling.charts.remembered import Remembered
from okrmodel.telling.charts.spark import Spark, sparks
from okrmodel.telling.texts import texts_of
from okrmodel.windows import ONE_DAY, Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, answer, closure, snapshot, words

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)


def cycle(key_result: KeyResult) -> Cycle:
    objective = Objective(id="grow", title="Grow", key_results=(key_result,))
    return Cycle(id="2026-Q4", starts=STARTS, ends=ENDS, objectives=(objective,))


@pytest.fixture
def work(store: Store) -> Work:
    return Work.begin(store)


def said(of: Closure, day: date, value: int | None, **changes: Any) -> Snapshot:
    given = None if value is None else Decimal(value)
    return snapshot(
        as_of=day,
        through=day,
        value=given,
        key_result=of.key_result.id,
        definition_hash=of.definition_hash,
        computation_hash=of.computation_hash,
        **changes,
    )


def ints(*values: Decimal | None) -> tuple[int | None, ...]:
    """Whole numbers, to be compared with plain ones."""
    return tuple(None if value is None else int(value) for value in values)


def chart(
    work: Work, of: Closure, as_of: date | None = None, known_at: datetime | None = None
) -> KeyResultChart | None:
    one = cycle(of.key_result)
    return key_result_chart(
        work.store,
        words(one),
        one,
        of.key_result.id,
        texts_of("en"),
        as_of=as_of,
        known_at=known_at,
    )


def line(work: Work, of: Closure, **when: Any) -> LineChart:
    found = chart(work, of, **when)
    assert isinstance(found, LineChart)
    return found


LEADS = closure()


@pytest.fixture
def leads(work: Work) -> Work:
    work.definitions(LEADS)
    return work


def test_nothing_recorded_is_no_chart(leads: Work) -> None:
    assert chart(leads, LEADS) is None


def test_days_are_drawn_as_the_store_tells_them(leads: Work, clock: Clock) -> None:
    tuesday = said(LEADS, TUESDAY.start, 9, provisional=(Provisional.TODAY,))
    leads.snapshots(said(LEADS, MONDAY.start, 7), tuesday)
    found = line(leads, LEADS)
    assert (found.measure, found.title, found.unit) == ("Leads", "Leads", "leads")
    assert (found.starts, found.ends, found.as_of) == (STARTS, ENDS, TUESDAY.start)
    assert [ints(d.value, d.planned) for d in found.days] == [(7, 50), (9, 50)]
    assert [d.provisional for d in found.days] == [False, True]
    assert len(line(leads, LEADS, as_of=MONDAY.start).days) == 1
    before = clock.move(hours=1)
    clock.move(hours=1)
    leads.snapshots(said(LEADS, MONDAY.start, 8))
    assert line(leads, LEADS).days[0].value == 8
    assert line(leads, LEADS, known_at=before).days[0].value == 7


def test_the_plan_is_the_stored_one_and_goes_on_as_okrmodel_plans(leads: Work) -> None:
    leads.snapshots(said(LEADS, MONDAY.start, 7))
    plan = {each.day: each.value for each in line(leads, LEADS).plan}
    assert plan[MONDAY.start] == 50, "as it was judged by, not as it is worked out"
    assert plan[STARTS - ONE_DAY] == 0
    assert plan[ENDS] == 100
    assert round(plan[date(2026, 12, 1)], 2) == Decimal("67.39")


def test_a_key_result_that_has_not_begun_has_its_plan_and_target(work: Work) -> None:
    later = closure(
        key_result=Reach(
            id="leads", title="L", metric="leads", target=Decimal(12), starts=date(2026, 12, 1)
        )
    )
    work.definitions(later)
    nothing = {"baseline": None, "target": None, "expected": None, "raw_progress": None}
    work.snapshots(said(later, MONDAY.start, None, **nothing))
    found = line(work, later)
    assert found.now is None
    assert [(t.day, int(t.target)) for t in found.targets] == [(date(2026, 12, 1), 12)]
    assert (found.plan[0].day, int(found.plan[-1].value)) == (date(2026, 11, 30), 12)


def test_a_changed_target_comes_with_its_day_and_reason(work: Work) -> None:
    changes = (
        TargetChange(**{"from": STARTS}, target=Decimal(120), reason="Start"),
        TargetChange(**{"from": TUESDAY.start}, target=Decimal(100), reason="One left"),
        TargetChange(**{"from": date(2026, 12, 1)}, target=Decimal(90), reason="Two left"),
    )
    of = closure(key_result=Reach(id="leads", title="L", metric="leads", targets=changes))
    work.definitions(of)
    work.snapshots(said(of, MONDAY.start, 7, target=Decimal(120)), said(of, TUESDAY.start, 9))
    assert [(t.day, int(t.target), t.reason) for t in line(work, of).targets] == [
        (STARTS, 120, ""),
        (TUESDAY.start, 100, "One left"),
        (date(2026, 12, 1), 90, "Two left"),
    ]


def test_the_forecast_is_the_last_days(leads: Work) -> None:
    expects = Forecast(Decimal(90), Decimal(80), Decimal(99), None, None, "rate so far")
    leads.snapshots(said(LEADS, MONDAY.start, 7, forecast=expects))
    ahead = line(leads, LEADS).ahead
    assert ahead is not None
    assert ints(ahead.low, ahead.final, ahead.high) == (80, 90, 99)
    leads.snapshots(said(LEADS, TUESDAY.start, 9))
    assert line(leads, LEADS).ahead is None


def test_neighbours_that_moved_at_once_are_one_restatement_and_provisional_ones_none(
    leads: Work, clock: Clock
) -> None:
    first = [said(LEADS, STARTS + timedelta(n), n) for n in range(4)]
    open_ = said(LEADS, STARTS + timedelta(4), 4, provisional=(Provisional.TODAY,))
    leads.snapshots(*first, open_)
    clock.move(hours=24)
    moved = [replace(one, value=(one.value or Decimal(0)) + 10) for one in (*first[1:], open_)]
    leads.snapshots(*(replace(one, provisional=()) for one in moved))
    [found] = line(leads, LEADS).restated
    assert (found.first, found.last) == (date(2026, 10, 2), date(2026, 10, 4))
    assert ints(found.old, found.new) == (3, 13)
    assert found.known_on == date(2026, 11, 24)


def test_last_cycle_is_added_up_from_stored_days_as_far_as_they_go(leads: Work) -> None:
    leads.snapshots(said(LEADS, MONDAY.start, 7))
    july = [Window.of_day(date(2026, 7, n)) for n in (1, 2, 3, 5)]
    leads.answers(*(answer(window=day, value=Decimal(2)) for day in july))
    assert [(d.day, int(d.value)) for d in line(leads, LEADS).last_cycle] == [
        (date(2026, 10, 1), 2),
        (date(2026, 10, 2), 4),
        (date(2026, 10, 3), 6),
    ], "after a day that is missing nobody knows the sum"


def test_where_only_last_cycles_end_is_known_that_is_shown(leads: Work) -> None:
    leads.snapshots(said(LEADS, MONDAY.start, 7, previous=Decimal(80)))
    assert [(d.day, int(d.value)) for d in line(leads, LEADS).last_cycle] == [(ENDS, 80)]


def test_months_judged_one_by_one_are_told_by_what_was_said_of_them_last(work: Work) -> None:
    of = closure(
        key_result=Reach(id="leads", title="L", metric="leads", window="month", target=Decimal(92))
    )
    work.definitions(of)
    october = date(2026, 10, 31)
    early = replace(said(of, date(2026, 11, 1), 50), through=october)
    work.snapshots(early, replace(said(of, MONDAY.start, 57), through=october))
    spans = line(work, of).spans
    assert [s.first.month for s in spans] == [10, 11, 12]
    assert ints(*(s.value for s in spans)) == (57, None, None)
    assert ints(*(s.planned for s in spans)) == (33, 66, 100), "a third of the way each"


def test_check_ins_are_steps_in_their_own_unit(work: Work) -> None:
    of = closure(
        key_result=Manual(id="leads", title="L", target=Decimal(5), unit="stages"),
        measures={"check_ins": LEADS.measures["leads"]},
    )
    work.definitions(of)
    work.snapshots(said(of, MONDAY.start, 2))
    found = line(work, of)
    assert (found.stepped, found.measure) == (True, "stages")


def test_a_bounds_periods_are_judged_as_the_snapshot_judged_them(work: Work) -> None:
    of = closure(
        key_result=Maintain(
            id="leads", title="L", metric="leads", every="month", at_least=Decimal(5)
        )
    )
    work.definitions(of)
    terms = (Term("October", Decimal(5)), Term("November", Decimal(4)))
    judged = said(of, date(2026, 12, 1), 4, arithmetic=Term("1 of 2", Decimal("0.5"), terms))
    work.snapshots(judged)
    found = chart(work, of)
    assert isinstance(found, PeriodsChart)
    assert ints(found.low, found.high) == (5, None)
    assert [p.last.month for p in found.periods] == [10, 11, 12]
    assert ints(*(p.value for p in found.periods)) == (5, 4, None)
    assert [p.met for p in found.periods] == [True, False, None]


def test_a_milestone_was_done_on_the_first_day_that_says_so(work: Work) -> None:
    steps = (
        Step(id="b", title="Second", due=date(2026, 11, 20)),
        Step(id="a", title="First", due=date(2026, 11, 10)),
    )
    manual = LEADS.measures["leads"]
    assert isinstance(manual, SourceMeasure)
    measures = {
        name: manual.model_copy(update={"fingerprint": name, "aggregation": Aggregation.LEVEL})
        for name in ("a", "b")
    }
    of = closure(key_result=Milestones(id="leads", title="L", steps=steps), measures=measures)
    work.definitions(of)
    work.snapshots(said(of, TUESDAY.start, 1))
    done = {MONDAY: 1, TUESDAY: 1, Window.of_day(MONDAY.start - ONE_DAY): 0}
    work.answers(*(answer(fingerprint="a", window=w, value=Decimal(v)) for w, v in done.items()))
    work.answers(answer(fingerprint="b", window=TUESDAY, value=Decimal(0)))
    found = chart(work, of)
    assert isinstance(found, StepsChart)
    assert [(s.title, s.done) for s in found.steps] == [("First", MONDAY.start), ("Second", None)]


def test_a_spark_is_the_way_so_far_in_a_box(leads: Work) -> None:
    shares = [("0.1", "0.2"), (None, "0.3"), ("9", "0.4")]
    leads.snapshots(
        *(
            said(
                LEADS,
                STARTS + timedelta(n),
                n,
                raw_progress=None if raw is None else Decimal(raw),
                expected=Decimal(expected),
            )
            for n, (raw, expected) in enumerate(shares)
        )
    )
    one = cycle(LEADS.key_result)
    found = sparks(Remembered(leads.store, words(one), None), one, None)["leads"]
    assert found.view_box == "0 0 120 32"
    assert [len(piece) for piece in found.progress] == [1, 1], "broken where there is no data"
    assert [len(piece) for piece in found.expected] == [3]
    assert found.end == found.progress[-1][0]
    assert int(found.end[1]) == 2, "what is far beyond is cut off at the top"
    assert 2 < found.top < 30
    assert Spark.points(found.expected[0]).count(",") == 3
    early = sparks(Remembered(leads.store, words(one), None), one, STARTS)["leads"]
    assert len(early.expected[0]) == 1
