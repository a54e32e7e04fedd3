"""Planned together, questions get the answers that each window alone gets, for fewer requests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask
from connectors.hubspot import choices, scan, search
from okrmodel.windows import ONE_DAY, Window, day_begins
from tests.connectors.hubspot.conftest import asking
from tests.connectors.hubspot.memory import MemoryPortal, Row, plan
from tests.connectors.opening import run

WARSAW = ZoneInfo("Europe/Warsaw")
FIRST = date(2026, 10, 20)
"""With 25 October in reach, 25 hours long in Warsaw."""
SOURCES = ("ORGANIC_SEARCH", "REFERRALS", "OFFLINE", None)
MQL = "hs_v2_date_entered_marketingqualifiedlead"
SQL = "hs_v2_date_entered_salesqualifiedlead"

CONTACTS: list[dict[str, Any]] = [
    {"object": "contacts", "entered": "mql"},
    {
        "object": "contacts",
        "entered": "mql",
        "where": {"hs_analytics_source": ["ORGANIC_SEARCH", "REFERRALS"]},
    },
    {"object": "contacts", "entered": "sql"},
    {"object": "contacts", "created": True},
    {"object": "contacts", "created": True, "where": {"hs_analytics_source": {"ne": "OFFLINE"}}},
    {"object": "contacts", "created": True, "where": {"hs_analytics_source": {"known": True}}},
    {"object": "contacts", "created": True, "sum": "score"},
    {"object": "contacts", "date": "renewal"},
]
DEALS: list[dict[str, Any]] = [
    {"object": "deals", "closed": "won"},
    {"object": "deals", "closed": "lost"},
    {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"},
    {"object": "deals", "created": True},
]

TYPES = {"hs_analytics_source": "enumeration", "renewal": "date"}


@contextmanager
def pages_of(size: int) -> Iterator[None]:
    """Pages of fewer rows, so that few rows are many pages."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (search, scan):
            patch.setattr(module, "PAGE", size)
        yield


def instants(first: date, count: int) -> st.SearchStrategy[str | None]:
    """Most often on the very edge of a day, in the form that HubSpot writes."""
    edges = [day_begins(first + n * ONE_DAY, WARSAW) for n in range(count + 1)]
    near = st.builds(
        lambda edge, off: edge + timedelta(milliseconds=off),
        st.sampled_from(edges),
        st.sampled_from([-1, 0, 1, 3_600_000]),
    )
    return st.none() | near.map(lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z")


moments = instants(FIRST - ONE_DAY, 12)
contact: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {
        MQL: moments,
        SQL: moments,
        "createdate": moments,
        "hs_analytics_source": st.sampled_from(SOURCES),
        "score": st.sampled_from(["1", "2.50", "", None]),
        "renewal": st.sampled_from(
            [None, *(f"{FIRST + n * ONE_DAY}T00:00:00Z" for n in range(-1, 12))]
        ),
    }
)
deal: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {
        "createdate": moments,
        "closedate": moments,
        "hs_is_closed": st.sampled_from(["true", "false"]),
        "hs_is_closed_won": st.sampled_from(["true", "false"]),
        "amount_in_home_currency": st.sampled_from(["10", "0.10", "2500.00", None]),
    }
)


def by_id(rows: Sequence[Row]) -> dict[int, Row]:
    return {1_000 + 7 * number: row for number, row in enumerate(rows)}


portals = st.builds(
    lambda contacts, deals: {"contacts": by_id(contacts), "deals": by_id(deals)},
    st.lists(contact, max_size=30),
    st.lists(deal, max_size=20),
)
runs = st.builds(
    lambda start, length: tuple(
        Window(FIRST + start * ONE_DAY, FIRST + (start + length) * ONE_DAY).day_windows()
    ),
    st.integers(0, 5),
    st.integers(1, 6),
)
questions = st.lists(
    st.tuples(st.sampled_from(CONTACTS + DEALS), runs),
    min_size=1,
    max_size=6,
    unique_by=lambda pair: repr(pair[0]),
)


def answers(portal: MemoryPortal, steps: Sequence[Any]) -> dict[tuple[str, Window], Any]:
    with_value = run(portal.session(zone=WARSAW), *steps)
    found = {(o.fingerprint, o.window): o.value for o in with_value}
    assert len(found) == len(with_value)
    return found


@given(rows=portals, chosen=questions, size=st.sampled_from([1, 3, 200]))
def test_together_is_what_each_window_alone_says_for_no_more_requests(
    rows: dict[str, dict[int, Row]], chosen: list[tuple[dict[str, Any], Any]], size: int
) -> None:
    """Alone: each window of each question by itself, by a count or by the pages of its rows.

    Beyond that, planned together may cost what the choice does: a first page, and a total for each
    question of a scan that is then not read as a whole. It is made only where the rows of all are
    more pages than a question has windows.
    """
    asks = [asking(question, *windows) for question, windows in chosen]
    with pages_of(size):
        together = MemoryPortal(rows, TYPES)
        found = answers(together, plan(asks))
        alone = MemoryPortal(rows, TYPES)
        singly: dict[tuple[str, Window], Any] = {}
        for ask in asks:
            for window in ask.windows:
                single = Ask(ask.fingerprint, ask.query, ask.aggregation, (window,))
                singly |= answers(alone, plan([single]))
    assert found == singly
    learning = sum(1 + len(step.serves) for step in plan(asks) if len(step.serves) > 1)
    unshared = sum(1 for step in plan(asks) if len(step.serves) == 1 and len(step.ask.windows) > 2)
    assert len(together.bodies) <= len(alone.bodies) + learning + unshared
    # With pages as they are, all of this fits on a page for each scan: nothing is learned.
    if size == 200:
        assert len(together.bodies) <= len(alone.bodies)


@given(rows=portals, chosen=questions, numbers=st.sets(st.integers(0, 12), max_size=3))
def test_pages_that_are_short_lose_nothing_and_count_nothing_twice(
    rows: dict[str, dict[int, Row]], chosen: list[tuple[dict[str, Any], Any]], numbers: set[int]
) -> None:
    asks = [asking(question, *windows) for question, windows in chosen]
    with pages_of(3):
        steps = plan(asks)
        whole = answers(MemoryPortal(rows, TYPES), steps)
        cut = MemoryPortal(rows, TYPES, short_pages=tuple(numbers))
        assert answers(cut, steps) == whole


def test_ten_thousand_rows_of_one_instant_are_read_to_the_last() -> None:
    at = f"{datetime(2026, 10, 21, 9, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
    rows: dict[int, Row] = {n: {MQL: at, "score": "1"} for n in range(1, 10_451)}
    portal = MemoryPortal({"contacts": rows})
    question = {"object": "contacts", "entered": "mql", "sum": "score"}

    [found] = answers(portal, plan([asking(question, Window.of_day(date(2026, 10, 21)))])).values()

    assert found == 10_450
    assert len(portal.bodies) == 53


def test_a_scan_of_a_quarter_takes_no_more_than_its_pages() -> None:
    windows = tuple(Window(date(2026, 7, 1), date(2026, 10, 1)).day_windows())
    starts = datetime(2026, 7, 1, 9, tzinfo=UTC)
    rows: dict[int, Row] = {
        n: {
            MQL: f"{starts + timedelta(days=n % 92):%Y-%m-%dT%H:%M:%SZ}",
            SQL: f"{starts + timedelta(days=(n + 20) % 92):%Y-%m-%dT%H:%M:%SZ}" if n % 3 else None,
            "hs_analytics_source": SOURCES[n % 4],
        }
        for n in range(1, 1_801)
    }
    portal = MemoryPortal({"contacts": rows})
    asks = [asking(question, *windows) for question in CONTACTS[:3]]

    with pages_of(20):
        found = answers(portal, plan(asks))

    # 90 pages, fewer than the 92 counts of one question.
    assert len(portal.bodies) == 90
    assert sum(v for (mark, _), v in found.items() if mark == asks[0].fingerprint) == 1_800


def test_where_counting_is_cheaper_the_rows_are_left_alone() -> None:
    windows = tuple(Window(date(2026, 7, 1), date(2026, 7, 11)).day_windows())
    at = f"{datetime(2026, 7, 5, 9, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
    many: dict[int, Row] = {n: {"createdate": at} for n in range(1, 5_001)}
    few: dict[int, Row] = {n: {"createdate": "2020-01-01T00:00:00Z", MQL: at} for n in range(1, 51)}
    portal = MemoryPortal({"contacts": many | few})
    asks = [asking(CONTACTS[0], *windows), asking(CONTACTS[3], *windows)]

    found = answers(portal, plan(asks))

    # A first page, two totals, a page of MQLs, ten counts of contacts: not 25 pages of both.
    assert len(portal.bodies) == 1 + 2 + 1 + 10
    values = {mark: sum(v for (m, _), v in found.items() if m == mark) for mark, _ in found}
    assert values == {asks[0].fingerprint: 50, asks[1].fingerprint: 4_950}


def test_rows_that_two_questions_share_are_counted_once_when_costs_are_weighed() -> None:
    """Inbound MQLs are among the MQLs: both are read for the pages of the MQLs alone."""
    windows = tuple(Window(date(2026, 7, 1), date(2026, 7, 8)).day_windows())
    at, ever = "2026-07-05T09:00:00Z", "2020-01-01T00:00:00Z"
    many: dict[int, Row] = {n: {"createdate": at} for n in range(1, 3_001)}
    mqls: dict[int, Row] = {
        n: {"createdate": ever, MQL: at, "hs_analytics_source": "REFERRALS"}
        for n in range(3_001, 5_001)
    }
    portal = MemoryPortal({"contacts": many | mqls})
    asks = [asking(CONTACTS[n], *windows) for n in (0, 1, 3)]

    found = answers(portal, plan(asks))

    assert sum(v for (mark, _), v in found.items() if mark == asks[1].fingerprint) == 2_000
    # A first page, three totals, ten pages of MQLs of every kind, and seven counts of contacts.
    assert len(portal.bodies) == 1 + 3 + 10 + 7


def test_a_page_that_promises_to_be_short_is_not_read_past() -> None:
    rows: dict[int, Row] = {
        n: {"createdate": f"2026-10-{20 + n % 6}T12:00:00Z", "score": "1"} for n in range(1, 61)
    }
    portal = MemoryPortal({"contacts": rows}, short_pages=(0,))
    windows = tuple(Window(FIRST, FIRST + 6 * ONE_DAY).day_windows())

    with pages_of(10):
        found = answers(portal, plan([asking(CONTACTS[6], *windows)]))

    assert sum(found.values()) == 60
    # Half a page, then above its last id: nothing was asked for that does not follow on it.
    assert len(portal.bodies) == 1 + 6


def test_rows_that_go_while_pages_are_short_are_noticed_at_the_next_page() -> None:
    rows: dict[int, Row] = {
        n: {"createdate": f"2026-10-{20 + n % 6}T12:00:00Z", "score": "1"} for n in range(1, 61)
    }

    def one_goes(number: int) -> None:
        if number == 2:
            del rows[60]

    portal = MemoryPortal({"contacts": rows}, short_pages=(0,), before=one_goes)
    windows = tuple(Window(FIRST, FIRST + 6 * ONE_DAY).day_windows())

    with pages_of(10):
        found = answers(portal, plan([asking(CONTACTS[6], *windows)]))

    assert sum(found.values()) == 59
    # Two pages, the third that shows it, and all six again.
    assert len(portal.bodies) == 3 + 6


def test_what_is_cheapest_of_thirty_questions_is_known_at_once() -> None:
    """All among the contacts created, they fit into one search; their parts are a billion."""
    windows = tuple(Window(date(2026, 7, 1), date(2026, 7, 11)).day_windows())
    at = f"{datetime(2026, 7, 5, 9, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
    sources = sorted(choices.SOURCES)
    lists = [list(pair) for pair in combinations(sources, 2)][:29]
    narrow = [{**CONTACTS[3], "where": {"hs_analytics_source": some}} for some in lists]
    rows: dict[int, Row] = {
        n: {"createdate": at, "hs_analytics_source": sources[n % 10]} for n in range(1, 401)
    }
    portal = MemoryPortal({"contacts": rows})
    asks = [asking(question, *windows) for question in (CONTACTS[3], *narrow)]

    with pages_of(20):
        found = answers(portal, plan(asks))

    # A first page, a total for each, and the pages of all.
    values = [sum(v for (m, _), v in found.items() if m == ask.fingerprint) for ask in asks]
    assert values == [400] + [80] * 29
    assert len(portal.bodies) <= 1 + 30 + 20
