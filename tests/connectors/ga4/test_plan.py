"""How asks become batches: every window once, with the fewest calls."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Ask
from connectors.ga4.metrics import COUNTS, SUMS
from connectors.ga4.plan import BatchStep, cell_of, plan
from connectors.ga4.query import Ga4Query
from okrmodel.observations import Aggregation
from okrmodel.windows import ONE_DAY, Window
from tests.connectors.opening import ask, days

START = date(2026, 10, 1)
QUARTER = days("2026-10-01", "2026-12-31")
TO_DATE = tuple(Window(START, day.end) for day in QUARTER)


def query(metric: str, **where: Any) -> Ga4Query:
    return Ga4Query.model_validate({"metric": metric, "where": where})


def test_a_whole_quarter_of_days_is_one_report_for_ten_metrics() -> None:
    (step,) = plan([ask(query(name), *QUARTER) for name in sorted(SUMS)[:10]])
    (report,) = step.reports
    assert report.by_date
    assert report.ranges == (Window(START, date(2027, 1, 1)),)
    assert len(report.metrics) == 10


def test_an_eleventh_metric_takes_a_second_report_of_the_same_call() -> None:
    (step,) = plan([ask(query(name), *QUARTER) for name in sorted(SUMS)[:11]])
    assert [len(r.metrics) for r in step.reports] == [10, 1]


def test_twenty_windows_of_users_take_one_call() -> None:
    (step,) = plan([ask(query("activeUsers"), *TO_DATE[1:21])])
    assert [len(r.ranges) for r in step.reports] == [4, 4, 4, 4, 4]
    assert not any(r.by_date for r in step.reports)
    assert step.calls == 1


def test_a_quarter_to_date_of_users_takes_five_calls() -> None:
    steps = plan([ask(query("activeUsers"), *TO_DATE)])
    assert sum(step.calls for step in steps) == 5


def test_a_night_of_ten_metrics_takes_one_call() -> None:
    sums = [ask(query(name), *QUARTER[-4:]) for name in sorted(SUMS)[:5]]
    counts = [ask(query(name), *TO_DATE[-4:]) for name in sorted(COUNTS)[:5]]
    (step,) = plan([*sums, *counts])
    assert len(step.reports) == 2


def test_the_days_of_a_distinct_count_are_read_off_one_daily_series() -> None:
    (step,) = plan([ask(query("activeUsers"), *QUARTER)])
    (report,) = step.reports
    assert report.by_date


def test_filters_have_reports_of_their_own() -> None:
    (step,) = plan(
        [ask(query("keyEvents"), *QUARTER), ask(query("keyEvents", country="x"), *QUARTER)]
    )
    assert [bool(r.where) for r in step.reports] == [False, True]


def test_filters_that_mean_the_same_share_a_report() -> None:
    (step,) = plan(
        [
            ask(query("keyEvents", country="x", city=["b", "a", "a"]), *QUARTER),
            ask(query("newUsers", city={"is": ["a", "b"]}, country=["x"]), *QUARTER),
        ]
    )
    assert len(step.reports) == 1


def test_days_far_apart_are_two_series_and_near_ones_are_one() -> None:
    far = (Window.of_day(START), Window.of_day(START + timedelta(days=40)))
    near = (Window.of_day(START), Window.of_day(START + timedelta(days=20)))
    assert len(plan([ask(query("keyEvents"), *far)])[0].reports) == 2
    assert len(plan([ask(query("keyEvents"), *near)])[0].reports) == 1


def test_a_level_fails_by_itself_and_leaves_its_neighbours_alone() -> None:
    level = ask(query("customEvent:x"), QUARTER[0], aggregation=Aggregation.LEVEL)
    good, bad = plan([level, ask(query("keyEvents"), QUARTER[0])])
    assert good.reports
    assert (bad.serves, bad.reports, bad.calls) == ((level,), (), 0)


def test_nothing_asked_is_nothing_planned() -> None:
    assert plan([]) == []


windows = st.builds(
    lambda offset, length: Window(
        START + timedelta(days=offset), START + timedelta(days=offset + length)
    ),
    st.integers(0, 400),
    st.integers(1, 100),
)
single_days = st.builds(lambda offset: Window.of_day(START + offset * ONE_DAY), st.integers(0, 400))


@st.composite
def demands(draw: st.DrawFn) -> list[Ask]:
    asks = []
    names = draw(st.sets(st.sampled_from([*sorted(SUMS), *sorted(COUNTS)]), max_size=12))
    for name in sorted(names):
        where = draw(st.sampled_from([{}, {"country": "x"}]))
        several = draw(st.sets(single_days if name in SUMS else windows, min_size=1, max_size=10))
        asks.append(ask(query(name, **where), *several))
    return asks


def answered(step: BatchStep) -> set[Any]:
    return {cell for report in step.reports for cell in report.cells()}


@settings(max_examples=40)
@given(demands())
def test_every_window_is_served_once_by_a_step_that_answers_it(asks: list[Ask]) -> None:
    steps = plan(asks)
    served = Counter(
        (part.fingerprint, window) for s in steps for part in s.serves for window in part.windows
    )
    assert served == Counter((a.fingerprint, window) for a in asks for window in a.windows)
    for step in steps:
        assert step.calls == 1
        assert 1 <= len(step.reports) <= 5
        assert all(cell_of(part, w) in answered(step) for part in step.serves for w in part.windows)


@settings(max_examples=40)
@given(demands())
def test_no_report_exceeds_what_google_allows(asks: list[Ask]) -> None:
    for report in (report for step in plan(asks) for report in step.reports):
        assert 1 <= len(report.metrics) <= 10
        assert len(set(report.metrics)) == len(report.metrics)
        assert len(report.ranges) == 1 if report.by_date else 1 <= len(report.ranges) <= 4


@settings(max_examples=40)
@given(demands())
def test_the_order_of_the_asks_changes_no_call(asks: list[Ask]) -> None:
    assert len(plan(asks)) == len(plan(asks[::-1]))
