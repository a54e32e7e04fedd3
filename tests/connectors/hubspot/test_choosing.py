"""Rows or counts by totals: the cheapest is taken, and whatever is taken can be paid."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask
from connectors.hubspot.choosing import cheapest
from connectors.hubspot.merging import covers
from connectors.hubspot.search import pages
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import asking

WEEK = tuple(Window(date(2026, 10, 1), date(2026, 10, 8)).day_windows())
CREATED: dict[str, Any] = {"object": "deals", "created": True}
WON: dict[str, Any] = {"object": "deals", "closed": "won"}
REVENUE = {**WON, "sum": "amount_in_home_currency"}


def test_a_sum_is_never_counted() -> None:
    asks = [asking(CREATED, *WEEK), asking(REVENUE, *WEEK)]

    # However many rows it has: 5,000 are 25 pages, and seven counts would be fewer.
    assert cheapest(asks, 5_100, {0: 100, 1: 5_000}) is None
    assert cheapest(asks, 5_100, {0: 5_000, 1: 100}) == (1,)


def test_what_is_read_anyway_costs_nothing() -> None:
    asks = [asking(CREATED, *WEEK), asking(WON, *WEEK), asking(REVENUE, *WEEK)]

    # The deals won are the rows of the revenue, too.
    assert cheapest(asks, 5_000, {0: 3_000, 1: 2_000, 2: 2_000}) == (1, 2)


def test_a_total_over_an_only_window_is_its_count() -> None:
    asks = [asking(CREATED, WEEK[0]), asking(WON, *WEEK)]

    # Two pages more, or a page of the deals won and nothing for the day.
    assert cheapest(asks, 600, {0: 500, 1: 100}) == (1,)


def test_reading_on_is_kept_where_nothing_is_cheaper() -> None:
    asks = [asking(CREATED, *WEEK), asking(WON, *WEEK)]

    # Seven pages more; seven counts and one page come to eight.
    assert cheapest(asks, 1_600, {0: 1_500, 1: 100}) is None
    assert cheapest(asks, 1_801, {0: 1_701, 1: 100}) == (1,)


lengths = st.integers(1, 7)
asked = st.builds(
    lambda question, length: asking(question, *WEEK[:length]),
    st.sampled_from([CREATED, WON, REVENUE, {**CREATED, "where": {"hs_is_closed": "true"}}]),
    lengths,
)


@given(
    asks=st.lists(asked, min_size=2, max_size=4, unique_by=lambda ask: ask.fingerprint),
    rows=st.lists(st.integers(0, 4_000), min_size=4, max_size=4),
    shared=st.integers(0, 100),
)
def test_a_choice_saves_calls_and_answers_every_sum(
    asks: list[Ask], rows: list[int], shared: int
) -> None:
    # No question has more rows than one that they are among.
    known = {
        n: min(rows[m] for m, wide in enumerate(asks) if m == n or covers(wide, ask))
        for n, ask in enumerate(asks)
    }
    total = max(known.values()) + (sum(known.values()) - max(known.values())) * shared // 100

    chosen = cheapest(asks, total, known)

    if chosen is not None:
        left = [ask for n, ask in enumerate(asks) if n not in chosen]
        assert all(ask.query.sum is None for ask in left)  # type: ignore[attr-defined]
        counted = sum(len(ask.windows) for ask in left if len(ask.windows) > 1)
        # What the chosen rows come to at the least: those of the largest question.
        least = pages(max(known[n] for n in chosen)) if chosen else 0
        assert counted + least < pages(total) - 1
