"""Every value equals what the rows of the pretend company say."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.observations import Provisional
from okrmodel.windows import Window
from sandbox import truth
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import WARSAW, ask, days

QUARTER = days("2026-10-01", "2026-11-22")
TO_DATE = tuple(Window(date(2026, 10, 1), day.end) for day in QUARTER)
ORGANIC = {"sessionDefaultChannelGroup": "Organic Search"}
ONLY_ORGANIC = truth.Filters(channels=("Organic Search",))

SUMS: dict[str, Callable[..., Any]] = {
    "screenPageViews": truth.page_views,
    "keyEvents": truth.key_events,
    "newUsers": truth.new_users,
    "totalRevenue": truth.revenue,
}
COUNTS: dict[str, Callable[..., Any]] = {
    "sessions": truth.sessions,
    "engagedSessions": truth.engaged_sessions,
    "activeUsers": truth.active_users,
    "totalUsers": truth.total_users,
}


def true(
    website: Property, name: str, window: Window, only: truth.Filters = truth.web.ALL
) -> Decimal:
    oracle = (SUMS | COUNTS)[name]
    found = oracle(
        website.company, truth.Window(window.start, window.end), website.clock.now(), only
    )
    return Decimal(found)


@pytest.mark.parametrize("metric", SUMS)
def test_the_days_of_an_additive_metric_are_the_rows_own(either: Property, metric: str) -> None:
    expected = [true(either, metric, day) for day in QUARTER]
    assert either.values(ask(query(metric), *QUARTER)) == expected
    assert any(expected)


@pytest.mark.parametrize("metric", COUNTS)
def test_a_distinct_count_is_asked_for_its_whole_window(either: Property, metric: str) -> None:
    windows = (*TO_DATE[-4:], Window(date(2026, 7, 1), date(2026, 10, 1)))
    expected = [true(either, metric, window) for window in sorted(windows)]
    assert either.values(ask(query(metric), *windows)) == expected


def test_users_of_a_window_are_fewer_than_the_sum_of_its_days(website: Property) -> None:
    quarter = TO_DATE[-1]
    (whole,) = website.values(ask(query("activeUsers"), quarter))
    days_of_it = website.values(ask(query("activeUsers"), *QUARTER))
    assert days_of_it == [true(website, "activeUsers", day) for day in QUARTER]
    assert whole == true(website, "activeUsers", quarter)
    assert whole < sum(days_of_it)


def test_a_filter_counts_only_what_it_names(either: Property) -> None:
    asked = ask(query("sessions", **ORGANIC), *TO_DATE[-3:])
    expected = [true(either, "sessions", w, ONLY_ORGANIC) for w in asked.windows]
    assert either.values(asked) == expected


def test_conditions_on_two_dimensions_both_hold(either: Property) -> None:
    asked = ask(query("sessions", **ORGANIC, country=["Germany", "Poland"]), TO_DATE[-1])
    only = truth.Filters(channels=("Organic Search",), countries=("Germany", "Poland"))
    assert either.values(asked) == [true(either, "sessions", TO_DATE[-1], only)]


@pytest.mark.parametrize(
    ("condition", "countries"),
    [
        ({"is_not": ["Germany"]}, ("Poland", "United States", "United Kingdom", "France")),
        ({"is_not": ["Germany", "Poland"]}, ("United States", "United Kingdom", "France")),
        ({"contains": "united"}, ("United States", "United Kingdom")),
        ({"begins": "united s"}, ("United States",)),
        ({"ends": "land"}, ("Poland",)),
        ({"matches": "(Fr|Germ)an.*"}, ("France", "Germany")),
        ({"contains": "united", "case_sensitive": True}, ()),
        ("poland", ("Poland",)),
    ],
)
def test_each_kind_of_condition_selects_as_it_says(
    website: Property, condition: Any, countries: tuple[str, ...]
) -> None:
    expected = true(website, "sessions", TO_DATE[-1], truth.Filters(countries=countries))
    assert website.values(ask(query("sessions", country=condition), TO_DATE[-1])) == [expected]


def test_a_rate_belongs_to_the_whole_window_and_is_no_mean_of_days(either: Property) -> None:
    window = TO_DATE[-1]
    engaged, sessions = (true(either, n, window) for n in ("engagedSessions", "sessions"))
    (rate,) = either.values(ask(query("engagementRate"), window))
    # GA4 prints 15 to 17 significant digits of its double.
    assert abs(rate - engaged / sessions) < Decimal("1e-15")


def test_many_metrics_and_filters_share_their_calls_and_stay_apart(either: Property) -> None:
    asks = [ask(query(name), *QUARTER) for name in SUMS]
    asks += [ask(query(name), *TO_DATE[-4:]) for name in COUNTS]
    asks += [ask(query(name, **ORGANIC), *QUARTER) for name in SUMS]
    expected = [
        true(either, a.query.metric, window, only)  # type: ignore[attr-defined]
        for n, a in enumerate(asks)
        for only in [ONLY_ORGANIC if n >= len(SUMS) + len(COUNTS) else truth.web.ALL]
        for window in a.windows
    ]
    assert either.values(*asks) == expected
    assert either.calls(1) == 1


def test_a_day_of_25_hours_is_cut_where_the_property_cuts_it(website: Property) -> None:
    longer = days("2026-10-25", "2026-10-25")
    expected = [true(website, "screenPageViews", longer[0])]
    assert website.values(ask(query("screenPageViews"), *longer)) == expected


def test_late_rows_change_a_day_until_it_has_settled(website: Property) -> None:
    last = QUARTER[-1]
    (early,) = website.answers(ask(query("screenPageViews"), last))
    website.clock.move_to(website.clock.now() + timedelta(days=3))
    (late,) = website.answers(ask(query("screenPageViews"), last))
    assert early.value is not None
    assert late.value == true(website, "screenPageViews", last)
    assert early.value < late.value
    assert early.provisional(WARSAW) is Provisional.SETTLING
    assert late.provisional(WARSAW) is None


def test_a_channel_attributed_late_moves_sessions_between_filters(website: Property) -> None:
    website.clock.move_to(datetime(2026, 11, 20, 3, tzinfo=UTC))
    window = Window(date(2026, 11, 17), date(2026, 11, 20))
    asked = ask(query("sessions", sessionDefaultChannelGroup="Unassigned"), window)
    unassigned = truth.Filters(channels=("Unassigned",))
    (early,) = website.values(asked)
    assert early == true(website, "sessions", window, unassigned)
    website.clock.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    (late,) = website.values(asked)
    assert late == true(website, "sessions", window, unassigned)
    assert early > late
