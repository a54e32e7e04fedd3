"""Stored days compared with the source as a whole: what moved is found, for the calls promised."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from math import ceil, log2
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import MOST_CALLS, Audit, Bookmark, Part, Stored, answers
from connectors.hubspot.audits import OVERLAP
from okrmodel.windows import ONE_DAY, Window
from tests.connectors.hubspot.conftest import asking
from tests.connectors.hubspot.memory import MemoryPortal, Row, milliseconds, plan
from tests.connectors.hubspot.test_fewest import MQL, SQL, pages_of

WARSAW = ZoneInfo("Europe/Warsaw")
FIRST = date(2026, 10, 20)
SINCE = datetime(2026, 11, 22, 3, tzinfo=UTC)
BEFORE, SINCE_THEN = "2026-11-20T00:00:00Z", "2026-11-22T12:00:00Z"
COUNT: dict[str, Any] = {"object": "deals", "created": True}
SUM: dict[str, Any] = {**COUNT, "sum": "amount_in_home_currency"}


def the_days(count: int) -> tuple[Window, ...]:
    return tuple(Window(FIRST, FIRST + count * ONE_DAY).day_windows())


def a_deal(number: int, amount: str = "10", modified: str = BEFORE) -> Row:
    at = f"{FIRST + number * ONE_DAY}T12:00:00Z"
    return {
        "createdate": at,
        "amount_in_home_currency": amount,
        "hs_lastmodifieddate": modified,
    }


def portal_of(days: Sequence[Sequence[Row]]) -> MemoryPortal:
    rows = [row for day in days for row in day]
    return MemoryPortal({"deals": {10 + 3 * n: row for n, row in enumerate(rows)}})


def stored(portal: MemoryPortal, question: dict[str, Any], count: int) -> tuple[Stored, ...]:
    """What a reading of each day would have left in the store."""
    found = []
    for window in the_days(count):
        rows = [
            r
            for r in portal.rows["deals"].values()
            if str(r["createdate"])[:10] == f"{window.start}"
        ]
        total = sum((Decimal(str(r["amount_in_home_currency"])) for r in rows), Decimal(0))
        found.append(Stored(total if "sum" in question else Decimal(len(rows)), len(rows)))
    return tuple(found)


def compared(
    portal: MemoryPortal, question: dict[str, Any], known: Sequence[Stored]
) -> tuple[list[Part], list[int]]:
    """What the audit's one step says, and what each part cost."""
    plain = asking(question, *the_days(len(known)))
    audit = Audit(
        plain.fingerprint, plain.query, plain.aggregation, plain.windows,
        stored=tuple(known), since=SINCE,
    )  # fmt: skip
    [step] = plan([audit])
    session = portal.session(zone=WARSAW)
    found: list[Part] = []
    costs = []
    before = session.calls
    for part in session.run(step):
        found.append(part)
        costs.append(session.calls - before)
        before = session.calls
    return found, [*costs, session.calls - before]


def said(parts: Sequence[Part]) -> dict[Window, tuple[Any, int | None]]:
    each = [(o.window, (o.value, o.evidence.records)) for part in parts for o in answers(part)]
    assert len(dict(each)) == len(each), "a window is answered twice"
    return dict(each)


counts = st.lists(st.integers(0, 6), min_size=1, max_size=24)


@given(was=counts, moved=st.dictionaries(st.integers(0, 23), st.integers(-6, 6), max_size=3),
       size=st.sampled_from([1, 5, 200]))  # fmt: skip
def test_days_that_moved_are_found_for_no_more_than_was_promised(
    was: list[int], moved: dict[int, int], size: int
) -> None:
    """One total; where it differs its rows again, or 2·⌈log2 days⌉ counts for each moved day.

    And one more for each, of which the total is known by subtraction only.
    """
    now = [max(0, count + moved.get(day, 0)) for day, count in enumerate(was)]
    known = stored(portal_of([[a_deal(d)] * n for d, n in enumerate(was)]), COUNT, len(was))
    portal = portal_of([[a_deal(d)] * n for d, n in enumerate(now)])
    days = the_days(len(was))

    with pages_of(size):
        parts, costs = compared(portal, COUNT, known)

    found = said(parts)
    assert found[Window(days[0].start, days[-1].end)][0] == sum(now)
    differs = {n for n, (old, new) in enumerate(zip(was, now, strict=True)) if old != new}
    assert all(found[window][0] == now[n] for n, window in enumerate(days) if window in found)
    assert max(costs) <= MOST_CALLS
    if sum(now) == sum(was):
        assert len(found) == len(portal.bodies) == 1
    elif len({n for n in differs if now[n] > was[n]}) in {0, len(differs)}:
        # All in one direction: nothing can cancel out, so every one of them is found.
        assert differs <= {n for n, window in enumerate(days) if window in found}
        halving = len(differs) * (2 * ceil(log2(len(days))) + 1)
        assert len(portal.bodies) <= 1 + max(ceil(sum(now) / size), halving)


def test_a_day_alone_is_answered_by_its_total() -> None:
    portal = portal_of([[a_deal(0)] * 3])

    parts, _ = compared(portal, COUNT, (Stored(Decimal(2), None),))

    assert said(parts) == {the_days(1)[0]: (Decimal(3), None)}
    assert len(portal.bodies) == 1


@pytest.mark.parametrize(
    ("moved", "calls"),
    # Halves of 16 days, and of the last day, known by subtraction only, a count of its own.
    [({0}, 1 + 4), ({15}, 1 + 4 + 1), ({6}, 1 + 4), ({2, 13}, 1 + 4 + 3 + 1)],
)
def test_each_day_that_moved_is_found_by_halving(moved: set[int], calls: int) -> None:
    days = the_days(16)
    known = stored(portal_of([[a_deal(d)] * 10 for d in range(16)]), COUNT, 16)
    portal = portal_of([[a_deal(d)] * (10 + (d in moved)) for d in range(16)])

    with pages_of(1):
        parts, _ = compared(portal, COUNT, known)

    found = said(parts)
    assert found.pop(Window(days[0].start, days[-1].end)) == (Decimal(160 + len(moved)), None)
    assert found == {days[n]: (Decimal(11), None) for n in moved}
    assert len(portal.bodies) == calls


def test_the_early_half_of_two_days_is_not_counted_twice() -> None:
    # 2,500 rows are 13 pages, and two days take fewer counts.
    portal = portal_of([[a_deal(0)] * 1_000, [a_deal(1)] * 1_500])
    known = (Stored(Decimal(999), None), Stored(Decimal(1_500), None))

    parts, _ = compared(portal, COUNT, known)

    assert said(parts)[the_days(2)[0]] == (Decimal(1_000), None)
    assert the_days(2)[1] not in said(parts)
    assert len(portal.bodies) == 2


class TestSums:
    def test_clean_is_two_calls(self) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)

        parts, _ = compared(portal, SUM, known)

        days = the_days(20)
        assert said(parts) == {Window(days[0].start, days[-1].end): (Decimal(600), 60)}
        assert len(portal.bodies) == 2
        since = str(milliseconds(SINCE - OVERLAP))
        assert {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": since} in (
            portal.bodies[1]["filterGroups"][0]["filters"]
        )

    def test_another_number_of_records_is_not_asked_what_was_touched(self) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)
        del portal.rows["deals"][10]

        parts, _ = compared(portal, SUM, known)

        assert said(parts)[the_days(20)[0]] == (Decimal(20), 2)
        assert len(said(parts)) == 20
        assert len(portal.bodies) == 1 + 1

    def test_of_few_touched_days_only_those_are_read(self) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)
        portal.rows["deals"][10 + 3 * 7] = a_deal(2, "99.50", SINCE_THEN)

        with pages_of(3):
            parts, _ = compared(portal, SUM, known)

        days = the_days(20)
        assert said(parts) == {
            days[2]: (Decimal("119.50"), 3),
            Window(days[0].start, days[-1].end): (Decimal("689.50"), 60),
        }
        # The total, the touched row, and the day's page: not twenty pages.
        assert len(portal.bodies) == 3

    def test_of_many_touched_days_all_are_read_where_that_is_less(self) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)
        for day in range(0, 20, 2):
            portal.rows["deals"][10 + 9 * day] = a_deal(day, "11", SINCE_THEN)

        with pages_of(10):
            parts, _ = compared(portal, SUM, known)

        # The total, the touched, and six pages of sixty rows: not ten of single days.
        assert len(said(parts)) == 20
        assert len(portal.bodies) == 2 + 6

    def test_a_record_that_came_from_another_day_is_missed_there_too(self) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)
        portal.rows["deals"][10 + 3 * 7] = a_deal(5, "10", SINCE_THEN)

        with pages_of(3):
            parts, _ = compared(portal, SUM, known)

        found, days = said(parts), the_days(20)
        assert (found[days[2]], found[days[5]]) == ((Decimal(20), 2), (Decimal(40), 4))

    @pytest.mark.parametrize("dirty", ["count", "touched"])
    def test_no_more_than_twenty_calls_lie_between_two_parts(self, dirty: str) -> None:
        portal = portal_of([[a_deal(d)] * 30 for d in range(5)])
        known = stored(portal, SUM, 5)
        if dirty == "count":
            del portal.rows["deals"][10]
        else:
            for row in portal.rows["deals"].values():
                row["hs_lastmodifieddate"] = SINCE_THEN

        with pages_of(3):
            parts, costs = compared(portal, SUM, known)

        assert any(isinstance(part, Bookmark) for part in parts)
        assert max(costs) <= MOST_CALLS
        assert len(said(parts)) == 5

    @given(
        edits=st.lists(
            st.tuples(
                st.integers(0, 59),
                st.sampled_from(["edited", "moved", "deleted", "moved away"]),
                st.integers(0, 19),
            ),
            max_size=4,
        ),
        size=st.sampled_from([2, 200]),
    )
    def test_whatever_was_edited_moved_or_deleted_is_restated(
        self, edits: list[tuple[int, str, int]], size: int
    ) -> None:
        portal = portal_of([[a_deal(d)] * 3 for d in range(20)])
        known = stored(portal, SUM, 20)
        for number, what, day in edits:
            rows, id_ = portal.rows["deals"], 10 + 3 * number
            if id_ not in rows:
                continue
            if what == "deleted":
                del rows[id_]
            elif what == "moved away":
                rows[id_] = a_deal(-40, modified=SINCE_THEN)
            else:
                home = (date.fromisoformat(str(rows[id_]["createdate"])[:10]) - FIRST).days
                rows[id_] = a_deal(day if what == "moved" else home, f"{day}.25", SINCE_THEN)
        after = stored(portal, SUM, 20)

        with pages_of(size):
            parts, costs = compared(portal, SUM, known)

        found, days = said(parts), the_days(20)
        for window, old, new in zip(days, known, after, strict=True):
            if window in found:
                assert found[window] == (new.value, new.records)
            else:
                assert new == old
        whole = found.get(Window(days[0].start, days[-1].end))
        assert whole in {
            None,
            (sum(n.value or 0 for n in after), sum(n.records or 0 for n in after)),
        }
        assert max(costs) <= MOST_CALLS
        if not edits:
            assert len(portal.bodies) == 2


def test_a_killed_audit_goes_on_where_it_was() -> None:
    portal = portal_of([[a_deal(d)] * 30 for d in range(5)])
    known = stored(portal, SUM, 5)
    del portal.rows["deals"][10]
    plain = asking(SUM, *the_days(5))
    audit = Audit(
        plain.fingerprint, plain.query, plain.aggregation, plain.windows, stored=known, since=SINCE
    )
    with pages_of(3):
        [step] = plan([audit])
        whole = said([*portal.session(zone=WARSAW).run(step)])
        asked = len(portal.bodies)
        mark, *_ = portal.session(zone=WARSAW).run(step)
        assert isinstance(mark, Bookmark)
        before = len(portal.bodies)

        found = said([*portal.session(zone=WARSAW).run(replace(step, bookmark=mark.place))])

    assert found == whole
    # The total again, which tells that there is something to go on with, but none of the pages.
    assert len(portal.bodies) - before == asked - 19


def audits_of(portal: MemoryPortal, questions: Sequence[dict[str, Any]]) -> list[Audit]:
    """Several questions about contacts as they were read."""
    asks = [asking(question, *FORTNIGHT) for question in questions]
    session = portal.session(zone=WARSAW)
    values = {
        (o.fingerprint, o.window): o.value
        for step in plan(asks)
        for part in session.run(step)
        for o in answers(part)
    }
    portal.bodies.clear()
    return [
        Audit(
            ask.fingerprint,
            ask.query,
            ask.aggregation,
            ask.windows,
            stored=tuple(Stored(values[ask.fingerprint, w], None) for w in ask.windows),
            since=SINCE,
        )
        for ask in asks
    ]


FORTNIGHT = the_days(14)
SEVERAL: list[dict[str, Any]] = [
    {"object": "contacts", "entered": "mql"},
    {"object": "contacts", "entered": "sql"},
    {"object": "contacts", "created": True},
    {"object": "contacts", "created": True, "where": {"hs_analytics_source": {"ne": "OFFLINE"}}},
]


def contacts(count: int) -> MemoryPortal:
    rows: dict[int, Row] = {
        n: {
            **dict.fromkeys((MQL, SQL, "createdate"), f"{FIRST + n % 14 * ONE_DAY}T12:00:00Z"),
            "hs_analytics_source": "REFERRALS" if n % 3 else "OFFLINE",
        }
        for n in range(1, count + 1)
    }
    return MemoryPortal({"contacts": rows}, {"hs_analytics_source": "enumeration"})


def test_totals_of_one_object_are_asked_for_together() -> None:
    portal = contacts(100)
    audits = audits_of(portal, SEVERAL)

    [step] = plan(audits)
    found = said_of_each([*portal.session(zone=WARSAW).run(step)])

    assert len(portal.bodies) == step.calls == 4
    assert len(found) == 4


def test_what_moved_of_several_questions_is_read_again_together() -> None:
    portal = contacts(300)
    audits = audits_of(portal, SEVERAL)
    # Of every day some are gone, from all four questions.
    portal.rows["contacts"] = {n: row for n, row in portal.rows["contacts"].items() if n % 5}
    now = contacts(0)
    now.rows = portal.rows

    with pages_of(20):
        [step] = plan(audits)
        found = said_of_each([*portal.session(zone=WARSAW).run(step)])
        spent = len(portal.bodies)
        expected = {
            (a.fingerprint, w): s.value
            for a in audits_of(now, SEVERAL)
            for w, s in zip(a.windows, a.stored, strict=True)
        }

    assert {key: value for key, value in found.items() if key[1].length == 1} == expected
    # Four totals; twelve pages that three questions share, and eight of the one that HubSpot judges.
    assert spent == 4 + 12 + 8


def said_of_each(parts: Sequence[Part]) -> dict[tuple[str, Window], Any]:
    found = [(o.fingerprint, o.window, o.value) for part in parts for o in answers(part)]
    assert len({(mark, window) for mark, window, _ in found}) == len(found)
    return {(mark, window): value for mark, window, value in found}
