"""Stored days compared with one total, and searched where it differs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import ceil, log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Ask, Audit, Stored
from okrmodel.observations import Observation
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import asking
from tests.connectors.hubspot.memory import MemoryPortal, Row, plan
from tests.connectors.hubspot.test_fewest import MQL, WARSAW, pages_of
from tests.connectors.opening import NOW, run

FIRST = date(2026, 8, 20)
DAYS = tuple(Window(FIRST, FIRST + timedelta(days=90)).day_windows())
WHOLE = Window(DAYS[0].start, DAYS[-1].end)
MQLS = {"object": "contacts", "entered": "mql"}
REVENUE = {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"}
SINCE = NOW - timedelta(days=1)


def noon(day: int) -> str:
    return f"{datetime(FIRST.year, FIRST.month, FIRST.day, 10, tzinfo=UTC) + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"


def contacts(a_day: int) -> MemoryPortal:
    rows: dict[int, Row] = {n: {MQL: noon(n % 90)} for n in range(1, 90 * a_day + 1)}
    return MemoryPortal({"contacts": rows})


def deals(count: int) -> MemoryPortal:
    rows: dict[int, Row] = {
        n: {
            "closedate": noon(n % 90),
            "hs_is_closed_won": "true",
            "hs_is_closed": "true",
            "amount_in_home_currency": f"{n}.50" if n % 7 else None,
            "hs_lastmodifieddate": "2026-10-01T00:00:00Z",
        }
        for n in range(1, count + 1)
    }
    return MemoryPortal({"deals": rows})


def audited(portal: MemoryPortal, question: dict[str, Any]) -> Audit:
    """What is stored of the question, and is to be compared."""
    asked = asking(question, *DAYS)
    found = {o.window: o for o in run(portal.session(zone=WARSAW), *plan([asked]))}
    portal.bodies.clear()
    return Audit(
        fingerprint=asked.fingerprint,
        query=asked.query,
        aggregation=asked.aggregation,
        windows=asked.windows,
        stored=tuple(Stored(found[w].value, found[w].evidence.records) for w in asked.windows),
        since=SINCE,
    )


def compared(portal: MemoryPortal, audit: Audit) -> list[Observation]:
    [step] = plan([audit])
    return run(portal.session(zone=WARSAW), step)


def by_day(found: Sequence[Observation]) -> dict[Window, Any]:
    return {o.window: o.value for o in found if o.window != WHOLE}


def now_of(portal: MemoryPortal, question: dict[str, Any]) -> dict[Window, Any]:
    asked: Ask = asking(question, *DAYS)
    return {o.window: o.value for o in run(portal.session(zone=WARSAW), *plan([asked]))}


def test_what_did_not_move_costs_one_request() -> None:
    portal = contacts(40)
    audit = audited(portal, MQLS)

    [found] = compared(portal, audit)

    assert (found.window, found.observed_at) == (WHOLE, NOW)
    assert found.value == 3_600
    assert len(portal.bodies) == 1
    assert len(found.evidence.queries) == len(found.evidence.digests) == 1


@settings(max_examples=40)
@given(gone=st.sets(st.integers(1, 180), min_size=1, max_size=6))
def test_the_days_that_moved_are_found_and_no_others_are_asked_for(gone: set[int]) -> None:
    portal = contacts(2)
    with pages_of(10):
        audit = audited(portal, MQLS)
        before = dict(zip(audit.windows, (s.value for s in audit.stored), strict=True))
        for number in gone:
            del portal.rows["contacts"][number]
        found = compared(portal, audit)
        spent = len(portal.bodies)
    days = by_day(found)
    now = now_of(portal, MQLS)
    moved = {day: value for day, value in now.items() if before[day] != value}
    assert moved.items() <= days.items() <= now.items()
    assert next(o.value for o in found if o.window == WHOLE) == 180 - len(gone)
    # Read by rows (18 pages and a count), or by halves: never more than either promised.
    assert spent <= 1 + min(1 + 18, len(gone) * (2 + ceil(log2(90))) + 1)


def test_what_left_one_day_for_another_is_not_seen_by_the_total_alone() -> None:
    portal = contacts(40)
    audit = audited(portal, MQLS)
    portal.rows["contacts"][5][MQL] = noon(77)

    assert by_day(compared(portal, audit)) == {}


def test_where_all_days_are_cheaper_they_are_read() -> None:
    portal = contacts(2)
    audit = audited(portal, MQLS)
    del portal.rows["contacts"][17]

    found = compared(portal, audit)

    # 179 rows are one page.
    assert len(portal.bodies) == 2
    assert by_day(found) == now_of(portal, MQLS)


def test_a_sum_is_proved_by_as_many_records_none_of_them_touched() -> None:
    portal = deals(500)
    audit = audited(portal, REVENUE)

    [found] = compared(portal, audit)

    assert len(portal.bodies) == 2
    assert found.window == WHOLE
    assert found.value == sum((s.value or Decimal(0) for s in audit.stored), Decimal(0))
    assert found.evidence.records == 500
    touched = portal.bodies[1]["filterGroups"][0]["filters"][-1]
    assert touched["propertyName"] == "hs_lastmodifieddate"
    # An hour earlier than the comparison before: the index follows a while after.
    assert int(touched["value"]) == (SINCE - timedelta(hours=1)).timestamp() * 1000


@pytest.mark.parametrize("how", ["edited", "deleted", "moved"])
def test_a_sum_whose_records_were_touched_is_read_again(how: str) -> None:
    portal = deals(500)
    audit = audited(portal, REVENUE)
    row = portal.rows["deals"][8]
    changed: dict[str, Row] = {
        "edited": {"amount_in_home_currency": "1000000.01"},
        "moved": {"closedate": noon(44)},
    }
    if how == "deleted":
        del portal.rows["deals"][8]
    else:
        row.update({**changed[how], "hs_lastmodifieddate": "2026-11-22T12:00:00Z"})

    found = compared(portal, audit)

    # Two totals, and three pages of rows.
    assert len(portal.bodies) == 5
    assert by_day(found) == now_of(portal, REVENUE)


def test_a_killed_reading_again_goes_on_from_its_bookmark() -> None:
    with pages_of(3):
        portal = deals(200)
        audit = audited(portal, REVENUE)
        del portal.rows["deals"][8]
        [step] = plan([audit])
        parts = [*portal.session(zone=WARSAW).run(step)]
        whole = by_day([o for part in parts if isinstance(part, list) for o in part])
        portal.bodies.clear()
        found = run(portal.session(zone=WARSAW), replace(step, bookmark=parts[0].place))  # type: ignore[union-attr]

    assert by_day(found) == whole
    # 199 rows are 67 pages of three; 18 of them, with two totals, were before the bookmark.
    assert len(portal.bodies) == 67 - 18
