"""How asks become batches: every window once, with the fewest calls."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Ask, Spend
from connectors.ga4.metrics import COUNTS, SUMS
from connectors.ga4.plan import (
    BatchStep,
    Report,
    _by_shape,
    _series,
    cell_of,
    plan,
    query_of,
    tokens,
)
from connectors.ga4.query import Ga4Query
from connectors.ga4.ranges import pack
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


def test_users_of_the_days_own_run_are_its_total_for_nothing() -> None:
    (step,) = plan([ask(query("keyEvents"), *QUARTER), ask(query("activeUsers"), TO_DATE[-1])])
    (report,) = step.reports
    assert (report.by_date, report.total) == (True, True)
    assert report.metrics == ("activeUsers", "keyEvents")
    assert str(report).endswith("by day over [2026-10-01, 2027-01-01) and in all")


def test_a_report_of_one_window_is_told_in_the_singular() -> None:
    (step,) = plan([ask(query("activeUsers"), TO_DATE[-1])])
    (report,) = step.reports
    assert str(report) == "activeUsers over 1 window"


@pytest.mark.parametrize(
    ("window", "where", "others"),
    [
        (TO_DATE[-2], {}, 1),
        (Window(START, date(2027, 1, 2)), {}, 1),
        (TO_DATE[-1], {"country": "x"}, 1),
        (TO_DATE[-1], {}, 10),
    ],
    ids=["shorter", "longer", "another filter", "no room"],
)
def test_a_window_that_is_not_the_days_own_run_is_asked_by_itself(
    window: Window, where: dict[str, str], others: int
) -> None:
    sums = [ask(query(name), *QUARTER) for name in sorted(SUMS)[:others]]
    (step,) = plan([*sums, ask(query("activeUsers", **where), window)])
    series, ranges = step.reports
    assert (series.total, ranges.ranges) == (False, (window,))


def test_what_has_room_beside_the_days_comes_with_them_and_the_rest_by_itself() -> None:
    sums = [ask(query(name), *QUARTER) for name in sorted(SUMS)[:8]]
    counts = [ask(query(name), TO_DATE[-1]) for name in sorted(COUNTS)[:5]]
    (step,) = plan([*sums, *counts])
    assert [(len(report.metrics), report.total) for report in step.reports] == [
        (10, True),
        (3, False),
    ]


def test_a_few_days_of_users_are_read_off_the_days_of_a_sum() -> None:
    (step,) = plan(
        [ask(query("keyEvents"), *QUARTER[-4:]), ask(query("activeUsers"), *QUARTER[-3:])]
    )
    (report,) = step.reports
    assert (report.by_date, report.total) == (True, False)


def test_a_night_of_days_and_users_to_date_takes_two_reports() -> None:
    days_of_users = ask(query("activeUsers"), *QUARTER[-4:])
    users_to_date = ask(query("totalUsers"), *TO_DATE[-4:])
    (step,) = plan([ask(query("keyEvents"), *QUARTER[-4:]), days_of_users, users_to_date])
    assert len(step.reports) == 2


def test_windows_that_want_different_metrics_share_reports() -> None:
    """Twelve metrics: six of each other window, six of those between."""
    some, others = sorted(COUNTS)[:6], [f"customEvent:{n}" for n in range(6)]
    asks = [ask(query(name), *TO_DATE[1:41:2]) for name in some]
    asks += [
        ask(query(name), *TO_DATE[2:42:2], aggregation=Aggregation.DISTINCT) for name in others
    ]
    assert sum(len(step.reports) for step in plan(asks)) == 10


@pytest.mark.parametrize(
    ("length", "metrics", "expected"), [(1, 1, 1), (30, 1, 1), (30, 10, 2), (60, 1, 2), (365, 1, 7)]
)
def test_tokens_are_guessed_as_they_were_measured(length: int, metrics: int, expected: int) -> None:
    names = tuple(sorted(SUMS)[:metrics])
    run = Window(START, START + length * ONE_DAY)
    assert tokens(Report((), names, (run,), by_date=True)) == expected


def test_a_step_says_what_it_spends_and_what_other_ways_would_cost() -> None:
    (step,) = plan([ask(query("keyEvents"), *QUARTER), ask(query("activeUsers"), *TO_DATE[1:9])])
    assert len(step.reports) == 3
    spends = sum(tokens(report) for report in step.reports)
    assert step.spends == (Spend("tokens an hour", spends), Spend("tokens a day", spends))
    assert [(c.how, c.calls, c.verdict) for c in step.candidates] == [
        ("9 windows in 3 reports of one request", 1, "chosen"),
        ("a request a report", 3, "2 calls more"),
        ("a request a window", 9, "8 calls more"),
    ]


def test_where_there_is_one_way_none_is_weighed() -> None:
    (step,) = plan([ask(query("keyEvents"), *QUARTER)])
    assert step.candidates == ()


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
    names = draw(st.sets(st.sampled_from([*sorted(SUMS)[:9], *sorted(COUNTS)[1:]]), max_size=16))
    for name in sorted(names):
        where = draw(st.sampled_from([{}, {"country": "x"}]))
        several = draw(st.sets(single_days if name in SUMS else windows, min_size=1, max_size=10))
        asks.append(ask(query(name, **where), *several))
    if draw(st.booleans()) and asks:
        # Users of a whole run of days, and of some of the days themselves.
        days = tuple(draw(windows).day_windows())
        run = Window(days[0].start, days[-1].end)
        asks.append(ask(query("eventCount"), *days))
        asks.append(ask(query("active1DayUsers"), run, *days[:2]))
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


def _reports_one_after_another(asks: list[Ask]) -> int:
    """What the simplest plan needs: ten metrics of a filter over each run of days, and its other
    windows in order, four a report with all that they want, ten metrics each."""
    found = 0
    for where in {query_of(each).conditions for each in asks}:
        mine = [each for each in asks if query_of(each).conditions == where]
        found += len(list(_series(_by_shape(mine)[0])))
        wanted = _by_shape(mine)[1][where]
        windows = sorted(wanted)
        for start in range(0, len(windows), 4):
            four = windows[start : start + 4]
            found += -(-len(set().union(*(wanted[each] for each in four))) // 10)
    return found


@settings(max_examples=60)
@given(demands())
def test_no_plan_asks_more_than_windows_one_after_another_would(asks: list[Ask]) -> None:
    steps = plan(asks)
    reports = sum(len(step.reports) for step in steps)
    assert reports <= _reports_one_after_another(asks)
    # All batches but the last are full: with these reports there are no fewer.
    assert len(steps) == -(-reports // 5)


@settings(max_examples=60)
@given(demands())
def test_windows_of_ten_metrics_at_most_take_no_more_reports_than_their_number_demands(
    asks: list[Ask],
) -> None:
    """⌈windows ÷ 4⌉ is the least there is; each ten metrics begun may take as many again."""
    for where in {query_of(each).conditions for each in asks}:
        mine = [each for each in asks if query_of(each).conditions == where]
        ranges = [r for step in plan(mine) for r in step.reports if not r.by_date]
        wanted = _by_shape(mine)[1][where]
        least = -(-len(wanted) // 4)
        assert len(ranges) <= least * -(-len(set().union(*wanted.values())) // 10)


metrics = st.sets(st.integers(0, 17).map("m{:02}".format), min_size=9, max_size=14)


@settings(max_examples=60)
@given(st.dictionaries(windows, metrics, max_size=6))
def test_whatever_is_wanted_of_windows_is_in_their_reports(wanted: dict[Window, set[str]]) -> None:
    packed = pack(wanted)
    answered = {(window, name) for names, ranges in packed for window in ranges for name in names}
    assert answered >= {(window, name) for window in wanted for name in wanted[window]}
    for names, ranges in packed:
        assert 1 <= len(names) == len(set(names)) <= 10
        assert 1 <= len(ranges) == len(set(ranges)) <= 4
    assert len(packed) <= -(-len(wanted) // 4) * -(-len(set().union(*wanted.values())) // 10)
