"""Histograms as HubSpot documents them, in the cases that the pretend portal does not make."""

import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import QueryError
from connectors.hubspot.buckets import interval, totals
from connectors.hubspot.client import Answer
from okrmodel.windows import Window
from tests.connectors.opening import WARSAW, day, days

WINDOWS = days("2026-10-24", "2026-10-26")
"""The 25th is 25 hours long."""
EDGES = (
    "2026-10-23T22:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T23:00:00Z",
    "2026-10-26T23:00:00Z",
)


def bucket(start: str, end: str, counters: Mapping[str, int]) -> dict[str, Any]:
    return {"interval": {"start": start, "end": end}, "aggregations": {"counters": counters}}


def answer(*buckets: dict[str, Any], total: int | None = None) -> Answer:
    content = {"results": list(buckets), "total": len(buckets) if total is None else total}
    return Answer(content, query="", digest="")


THREE = [bucket(a, b, {"open": n}) for n, (a, b) in enumerate(itertools.pairwise(EDGES))]


def test_each_bucket_falls_into_its_day() -> None:
    assert list(totals([answer(*THREE)], "open", WINDOWS, WARSAW).values()) == [0, 1, 2]


def test_the_answers_of_several_calls_add_up() -> None:
    answers = [answer(*THREE), answer(*THREE)]

    assert list(totals(answers, "open", WINDOWS, WARSAW).values()) == [0, 2, 4]


def test_one_bucket_more_than_days_is_left_out() -> None:
    before = bucket("2026-10-22T22:00:00Z", EDGES[0], {"open": 50})
    after = bucket(EDGES[-1], EDGES[-1], {"open": 70})

    found = totals([answer(before, *THREE, after)], "open", WINDOWS, WARSAW)

    assert list(found.values()) == [0, 1, 2]


def test_an_empty_bucket_is_a_day_without_emails() -> None:
    empty = bucket(EDGES[0], EDGES[1], {})

    assert list(totals([answer(empty)], "open", WINDOWS[:1], WARSAW).values()) == [0]


def test_a_day_without_a_bucket_has_no_value() -> None:
    assert list(totals([answer(*THREE[:2])], "open", WINDOWS, WARSAW).values()) == [0, 1, None]


def test_a_bucket_across_midnight_is_refused() -> None:
    wide = bucket(EDGES[0], EDGES[2], {"open": 1})

    with pytest.raises(QueryError, match=r"lies across an edge of \[2026-10-24"):
        totals([answer(wide)], "open", WINDOWS, WARSAW)


@pytest.mark.parametrize(
    ("windows", "start", "end"),
    [
        (WINDOWS, "2026-10-23T21:00:00Z", EDGES[1]),
        # What lies in a gap between two windows is nobody's, what reaches into one is its.
        ((WINDOWS[0], WINDOWS[2]), "2026-10-25T21:00:00Z", EDGES[3]),
        (WINDOWS[:1], EDGES[0], "2026-10-25T03:00:00Z"),
    ],
)
def test_a_bucket_across_either_edge_of_a_window_is_refused(
    windows: tuple[Window, ...], start: str, end: str
) -> None:
    with pytest.raises(QueryError, match="lies across an edge of"):
        totals([answer(bucket(start, end, {"open": 1}))], "open", windows, WARSAW)


def test_a_bucket_between_two_windows_is_left_out() -> None:
    found = totals([answer(*THREE)], "open", (WINDOWS[0], WINDOWS[2]), WARSAW)

    assert list(found.values()) == [0, 2]


@given(
    counts=st.lists(st.integers(0, 9), min_size=14, max_size=14),
    spans=st.sets(st.tuples(st.integers(0, 13), st.integers(1, 7)), min_size=1),
    missing=st.none() | st.integers(0, 13),
)
def test_windows_of_any_length_may_overlap(
    counts: list[int], spans: set[tuple[int, int]], missing: int | None
) -> None:
    fortnight = days("2026-10-18", "2026-10-31")
    numbers = [n for n in range(14) if n != missing]
    edges = {n: fortnight[n].instants(WARSAW) for n in numbers}
    found_days = [
        bucket(begin.isoformat(), end.isoformat(), {"open": counts[n]})
        for n, (begin, end) in edges.items()
    ]
    windows = {
        Window(fortnight[at].start, fortnight[min(at + length, 14) - 1].end): range(
            at, min(at + length, 14)
        )
        for at, length in spans
    }

    found = totals([answer(*found_days)], "open", sorted(windows), WARSAW)

    assert found == {
        window: None if missing in inside else sum(counts[n] for n in inside)
        for window, inside in windows.items()
    }


NOON = "2026-10-24T10:00:00Z"


@pytest.mark.parametrize(
    "spans",
    [
        [(EDGES[0], NOON)],
        [(NOON, EDGES[1])],
        [(EDGES[0], NOON), ("2026-10-24T11:00:00Z", EDGES[1])],
    ],
)
def test_a_day_of_which_a_part_is_missing_has_no_value(spans: list[tuple[str, str]]) -> None:
    buckets = [bucket(start, end, {"open": 1}) for start, end in spans]

    assert totals([answer(*buckets)], "open", WINDOWS, WARSAW)[WINDOWS[0]] is None


@pytest.mark.parametrize("again", [(EDGES[0], EDGES[1]), (NOON, EDGES[1])])
def test_a_day_of_which_a_part_comes_twice_is_refused(again: tuple[str, str]) -> None:
    buckets = [bucket(start, end, {"open": 1}) for start, end in [(EDGES[0], EDGES[1]), again]]

    with pytest.raises(QueryError, match="lie over one another"):
        totals([answer(*buckets)], "open", WINDOWS, WARSAW)


def test_the_order_of_buckets_means_nothing() -> None:
    assert list(totals([answer(*THREE[::-1])], "open", WINDOWS, WARSAW).values()) == [0, 1, 2]


def test_a_day_that_one_of_several_answers_leaves_out_has_no_value() -> None:
    answers = [answer(*THREE), answer(*THREE[1:])]

    assert list(totals(answers, "open", WINDOWS, WARSAW).values()) == [None, 2, 4]


@pytest.mark.parametrize("count", ["many", None, True, [1], Decimal("NaN")])
def test_a_counter_that_is_no_number_is_refused(count: Any) -> None:
    with pytest.raises(QueryError, match=r"counter open: .* is no number"):
        totals([answer(bucket(EDGES[0], EDGES[1], {"open": count}))], "open", WINDOWS, WARSAW)


def test_a_histogram_with_buckets_left_out_is_refused() -> None:
    with pytest.raises(QueryError, match="answered 3 of 4 buckets"):
        totals([answer(*THREE, total=4)], "open", WINDOWS, WARSAW)


def test_a_counter_that_no_bucket_knows_is_not_zero() -> None:
    with pytest.raises(QueryError, match="have no counter reply"):
        totals([answer(*THREE)], "reply", WINDOWS, WARSAW)


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"interval": {}},
        bucket("yesterday", EDGES[0], {}),
        bucket("2026-10-24T00:00:00", EDGES[1], {}),
    ],
)
def test_a_bucket_in_another_form_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match="not what it documents"):
        totals([answer(result)], "open", WINDOWS, WARSAW)


def test_a_zone_of_before_the_railways_has_no_bucket() -> None:
    with pytest.raises(QueryError, match="do not begin on a quarter of an hour"):
        interval([day("1850-01-01")], ZoneInfo("Europe/Amsterdam"), ZoneInfo("UTC"))
