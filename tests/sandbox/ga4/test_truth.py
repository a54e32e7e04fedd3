"""Against two other counts: sets of users, and the truth of a company grown from a seed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import DEFAULT_NOW, Clock
from sandbox.company.tables import COUNTRIES, Company
from sandbox.ga4 import table
from sandbox.ga4.messages import RunReportRequest
from sandbox.ga4.service import Ga4Service
from sandbox.truth import web
from sandbox.truth.windows import Window
from tests.sandbox.ga4.asking import report, rows, session, site_of, totals
from tests.sandbox.ga4.conftest import Opens, Site
from tests.sandbox.ga4.test_filters import text

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
METRICS = ("sessions", "totalUsers", "activeUsers", "newUsers")


def _counts(sessions: list[dict[str, Any]]) -> tuple[str, ...]:
    active = {each["user"] for each in sessions if each["engaged"] or each["new_user"]}
    counts = (
        len(sessions),
        len({each["user"] for each in sessions}),
        len(active),
        sum(each["new_user"] for each in sessions),
    )
    return tuple(map(str, counts))


def _visit(
    *, user: int, day: int, country: int, engaged: bool, new: bool, late: int
) -> dict[str, Any]:
    started = NOON + timedelta(days=day)
    arrived = started + timedelta(hours=late)
    return session(
        user,
        f"{started:%Y-%m-%d %H:%M}",
        country=country,
        engaged=engaged,
        new_user=new,
        arrived=f"{arrived:%Y-%m-%d %H:%M}",
    )


visits = st.lists(
    st.builds(
        _visit,
        user=st.integers(0, 6),
        day=st.integers(0, 9),
        country=st.integers(0, 2),
        engaged=st.booleans(),
        new=st.booleans(),
        late=st.integers(0, 72),
    ),
    max_size=40,
)
ranges = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda days: (min(days), max(days))),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("most_flags", [0, table.MOST_FLAGS])
@settings(max_examples=40, deadline=None)
@given(sessions=visits, days=ranges, known=st.integers(0, 12))
def test_users_are_counted_as_sets_count_them(
    most_flags: int, sessions: list[dict[str, Any]], days: list[tuple[int, int]], known: int
) -> None:
    """By country and in total, in up to four overlapping ranges, as known by an instant."""
    now = NOON + timedelta(days=known)
    service = Ga4Service(site_of(*sessions), Clock(now), limits=False)
    asked = report(
        *METRICS,
        by=["country"],
        ranges=[(f"2026-11-{2 + first:02}", f"2026-11-{2 + last:02}") for first, last in days],
        metric_aggregations=[1],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "MOST_FLAGS", most_flags)
        answer = service.answer("RunReport", RunReportRequest.FromString(bytes_of(asked)))

    seen = [each for each in sessions if each["arrived_ms"] <= now.timestamp() * 1000]
    expected = []
    all_of = []
    for number, (first, last) in enumerate(days):
        within = [
            each
            for each in seen
            if first <= (each["started_ms"] / 1000 - NOON.timestamp()) / 86_400 <= last
        ]
        name = () if len(days) == 1 else (f"date_range_{number}",)
        all_of.append(("RESERVED_TOTAL", *name, *_counts(within)))
        for number_of_country, country in enumerate(COUNTRIES):
            there = [each for each in within if each["country"] == number_of_country]
            expected += [(country, *name, *_counts(there))] if there else []
    assert sorted(rows(answer)) == sorted(expected)
    assert totals(answer) == (all_of if expected else [])


def bytes_of(asked: Any) -> bytes:
    return bytes(type(asked).serialize(asked))


@settings(max_examples=40, deadline=None)
@given(sessions=visits, window=st.sampled_from([1, 7, 28]))
def test_rolling_users_are_those_of_the_days_up_to_each_date(
    sessions: list[dict[str, Any]], window: int
) -> None:
    service = Ga4Service(site_of(*sessions), Clock(NOON + timedelta(days=60)), limits=False)
    metric = "active1DayUsers" if window == 1 else f"active{window}DayUsers"
    asked = report(metric, by=["date"], ranges=[("2026-11-04", "2026-11-20")], limit=100)
    answer = service.answer("RunReport", RunReportRequest.FromString(bytes_of(asked)))

    expected = {}
    for day in range(2, 19):
        active = {
            each["user"]
            for each in sessions
            if each["engaged"] or each["new_user"]
            if 0 <= day - (each["started_ms"] / 1000 - NOON.timestamp()) / 86_400 < window
        }
        if active:
            expected[f"202611{2 + day:02}"] = str(len(active))
    assert sorted(rows(answer)) == sorted(expected.items())


@pytest.fixture(scope="module")
def grown(opens: Opens, acorn: Company) -> Site:
    return opens(acorn, limits=False)


OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1))
TRUTHS = {
    "sessions": web.sessions,
    "engagedSessions": web.engaged_sessions,
    "totalUsers": web.total_users,
    "activeUsers": web.active_users,
    "newUsers": web.new_users,
    "screenPageViews": web.page_views,
    "keyEvents": web.key_events,
    "totalRevenue": web.revenue,
}


@pytest.mark.parametrize("metric", TRUTHS)
@pytest.mark.parametrize(
    ("now", "only"),
    [
        (DEFAULT_NOW, web.ALL),
        (datetime(2026, 10, 31, 22, 0, tzinfo=UTC), web.ALL),
        (datetime(2026, 10, 31, 22, 0, tzinfo=UTC), web.Filters(channels=["Organic Search"])),
        (DEFAULT_NOW, web.Filters(channels=["Unassigned"])),
    ],
)
def test_a_grown_company_is_reported_as_it_truly_is(
    grown: Site, acorn: Company, metric: str, now: datetime, only: web.Filters
) -> None:
    """October has a day of 25 hours; on its last evening much has not arrived."""
    grown.clock.move_to(now)
    more: dict[str, Any] = {}
    if only.channels:
        more["dimension_filter"] = text("sessionDefaultChannelGroup", next(iter(only.channels)))
    ranges = [("2026-10-01", "2026-10-31")]
    answer = grown.grpc.run_report(report(metric, ranges=ranges, keep_empty_rows=True, **more))
    (row,) = rows(answer)

    assert Decimal(row[0]) == TRUTHS[metric](acorn, OCTOBER, now, only)


def test_every_day_of_a_quarter_is_reported_as_it_truly_is(grown: Site, acorn: Company) -> None:
    grown.clock.move_to(DEFAULT_NOW)
    asked = report(
        *METRICS, by=["date"], ranges=[("2026-08-22", "2026-11-21")], metric_aggregations=[1]
    )
    answer = grown.rest.run_report(asked)
    counted = (web.sessions, web.total_users, web.active_users, web.new_users)

    assert len(answer.rows) == 92
    for day, *values in rows(answer):
        on = date.fromisoformat(day)
        window = Window(on, on + timedelta(days=1))
        assert values == [str(count(acorn, window, DEFAULT_NOW)) for count in counted]
    quarter = Window(date(2026, 8, 22), date(2026, 11, 22))
    expected = [str(count(acorn, quarter, DEFAULT_NOW)) for count in counted]
    assert totals(answer) == [("RESERVED_TOTAL", *expected)]
    assert sum(int(row[2]) for row in rows(answer)) > int(expected[1])
