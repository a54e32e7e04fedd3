"""What a kill loses: answers are recorded, or a place is marked, every few calls."""

import json
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import MOST_CALLS, Ask, Bookmark, Part, Step, answers
from connectors.errors import RetrySoon
from connectors.hubspot import CONNECTOR, crm, emails, scan, search
from connectors.hubspot.ahead import IN_FLIGHT
from connectors.hubspot.merging import windowed
from connectors.hubspot.schema import DateProperty
from connectors.hubspot.tallies import Share, Tallies
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.hubspot.memory import MemoryPortal, Row, plan
from tests.connectors.hubspot.test_fewest import pages_of
from tests.connectors.opening import days

OCTOBER = days("2026-10-01", "2026-10-31")
IDS_OF_CONTACTS_CREATED = {"object": "contacts", "created": True, "sum": "hs_object_id"}
WARSAW = ZoneInfo("Europe/Warsaw")


def parts(account: Account, asked: Ask) -> Iterator[tuple[int, Part]]:
    """What each part of an ask's one step cost, and what it says."""
    with account.session() as session:
        (step,) = CONNECTOR.plan([asked], account.options())
        before = session.calls
        for part in session.run(step):
            yield session.calls - before, part
            before = session.calls


def of_each(found: Sequence[tuple[int, Part]]) -> dict[Window, Any]:
    observations = [o for _, part in found for o in answers(part)]
    assert len({o.window for o in observations}) == len(observations)
    return {o.window: o.value for o in sorted(observations, key=lambda o: o.window)}


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    monkeypatch.setattr(scan, "PAGE", 3)


def test_rows_of_many_pages_leave_a_bookmark_every_few_calls(
    account: Account, small_pages: None
) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)

    found = list(parts(account, asked))

    assert [type(part) for _, part in found[:-1]] == [Bookmark] * (len(found) - 1)
    assert len(found) > 2
    assert max(calls for calls, _ in found) <= MOST_CALLS
    assert of_each(found).keys() == set(OCTOBER)
    rows = sum(o.evidence.records or 0 for o in answers(found[-1][1]))
    # Not a page more than the rows fill.
    assert account.searches == -(-rows // 3)


def test_parts_say_what_the_whole_says(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)
    whole = account.values(asked)
    monkeypatch.setattr(search, "PAGE", 3)
    monkeypatch.setattr(scan, "PAGE", 3)

    found = list(parts(account, asked))

    assert list(of_each(found).values()) == whole


def test_counted_days_come_twenty_calls_at_a_time(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking({"object": "contacts", "entered": "mql"}, *OCTOBER)
    whole = account.values(asked)
    monkeypatch.setattr(crm, "pages", lambda _total: 99)

    found = list(parts(account, asked))

    # The first twenty with the date's property, and the page whose total told.
    assert [calls for calls, _ in found] == [20, 13]
    assert list(of_each(found).values()) == whole


def test_a_long_listing_comes_in_parts(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking({"emails": "published"}, *days("2026-09-01", "2026-11-22"))
    whole = account.values(asked)
    monkeypatch.setattr(emails, "LISTED", 1)

    found = list(parts(account, asked))

    assert len(found) > 1
    assert max(calls for calls, _ in found) <= MOST_CALLS
    assert list(of_each(found).values()) == whole


def test_a_failure_leaves_the_bookmarks_before_it_good(account: Account, small_pages: None) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)
    whole = dict(zip(OCTOBER, account.values(asked), strict=True))
    account.log.clear()
    account.fault("status", matching="search", status=502, skip=50, times=99)
    known: list[tuple[int, Part]] = []
    with pytest.raises(RetrySoon):
        known.extend(parts(account, asked))
    account.faults.clear()
    (step,) = CONNECTOR.plan([asked], account.options())
    before = account.searches

    *_, (_, last) = known
    assert isinstance(last, Bookmark)
    with account.session() as session:
        found = [*session.run(replace(step, bookmark=last.place))]

    assert of_each([(0, part) for part in found]) == whole
    # What was read before the bookmark is not read again.
    rows = sum(o.evidence.records or 0 for part in found for o in answers(part))
    assert account.searches - before == -(-rows // 3) - 40


MQL = "hs_v2_date_entered_marketingqualifiedlead"
FEW = days("2026-10-20", "2026-10-25")


def a_portal(count: int) -> MemoryPortal:
    rows: dict[int, Row] = {
        n: {MQL: f"2026-10-{20 + n % 6}T12:00:00Z", "createdate": f"2026-10-{20 + n % 5}T12:00:00Z"}
        for n in range(1, count + 1)
    }
    return MemoryPortal({"contacts": rows})


ASKS = (
    asking({"object": "contacts", "entered": "mql"}, *FEW),
    asking({"object": "contacts", "created": True}, *FEW),
)


def said(found: Sequence[Part]) -> dict[tuple[str, Window], Any]:
    return {(o.fingerprint, o.window): o.value for part in found for o in answers(part)}


def resumed(portal: MemoryPortal, step: Step, place: str) -> dict[tuple[str, Window], Any]:
    return said([*portal.session(zone=WARSAW).run(replace(step, bookmark=place))])


@given(rows=st.integers(0, 150), killed=st.integers(0, 4))
def test_killed_after_any_part_it_goes_on_to_the_same_end(rows: int, killed: int) -> None:
    with pages_of(3), pytest.MonkeyPatch.context() as patch:
        # Rows at any cost: here it is about reading them.
        patch.setattr(crm.Crm, "_cheapest", lambda _, asks, __: (tuple(range(len(asks))), {}))
        portal = a_portal(rows)
        [step] = plan(ASKS)
        whole = said([*portal.session(zone=WARSAW).run(step)])
        pages = len(portal.bodies)
        done: list[Part] = []
        for part in portal.session(zone=WARSAW).run(step):
            done.append(part)
            if len(done) > killed:
                break
        spent = len(portal.bodies) - pages
        if isinstance(done[-1], Bookmark):
            assert resumed(portal, step, done[-1].place) == whole
            # Nothing that the bookmark knows is asked again, but for what was under way.
            assert spent + pages <= len(portal.bodies) <= 2 * pages + IN_FLIGHT
        else:
            assert said(done) == whole


STRANGE: dict[str, Any] = {
    "last_id": 5,
    "rows": 5,
    "total": 50,
    "questions": [],
    "tallies": [],
    "queries": [],
    "digests": [],
    "observed_at": "2026-11-23T03:00:00+00:00",
}


@pytest.mark.parametrize(
    "place",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"last_id": 5}',
        '{"questions": [0, 7], "queries": []}',
        # All that there is to a bookmark, of another step or of another version.
        json.dumps(STRANGE),
        json.dumps({**STRANGE, "step": "another"}),
        json.dumps({**STRANGE, "questions": [0, 1], "tallies": [[1], [2]]}),
    ],
)
def test_a_bookmark_that_says_nothing_of_use_is_as_good_as_none(place: str) -> None:
    portal = a_portal(50)
    [step] = plan(ASKS)

    assert resumed(portal, step, place) == said([*portal.session(zone=WARSAW).run(step)])


def test_a_bookmark_of_the_same_questions_in_another_order_gives_nobody_anothers_rows() -> None:
    with pages_of(3), pytest.MonkeyPatch.context() as patch:
        patch.setattr(crm.Crm, "_cheapest", lambda _, asks, __: (tuple(range(len(asks))), {}))
        portal = a_portal(200)
        [step] = plan(ASKS)
        whole = said([*portal.session(zone=WARSAW).run(step)])
        mark, *_ = portal.session(zone=WARSAW).run(step)
        assert isinstance(mark, Bookmark)

        # The store knows a step by what it serves, in whatever order.
        other = replace(step, serves=tuple(reversed(step.serves)))
        assert resumed(portal, other, mark.place) == whole
        # So the plan's order does not depend on that of the questions in the files.
        assert plan(tuple(reversed(ASKS))) == [step]


def test_many_questions_learn_their_totals_within_one_part() -> None:
    """Sources of three stages and one month are one scan of eighteen questions."""
    stages = ("mql", "sql", "pql")
    names = ("ORGANIC_SEARCH", "REFERRALS", "OFFLINE", "PAID_SEARCH", "PAID_SOCIAL")
    wheres: list[dict[str, Any]] = [{}, *({"where": {"hs_analytics_source": n}} for n in names)]
    asks = [
        asking({"object": "contacts", "entered": stage, **where}, *FEW)
        for stage in stages
        for where in wheres
    ]
    at = [f"2026-10-{20 + n}T12:00:00Z" for n in range(6)]
    dates = [windowed(ask).dates[0] for ask in asks[::6]]
    portal = MemoryPortal(
        {
            "contacts": {
                n: {**dict.fromkeys(dates, at[n % 6]), "hs_analytics_source": names[n % 5]}
                for n in range(1, 601)
            }
        }
    )
    with pages_of(3):
        [step] = plan(asks)
        session = portal.session(zone=WARSAW)
        costs, found = [], []
        before = session.calls
        for part in session.run(step):
            costs.append(session.calls - before)
            found.append(part)
            before = session.calls

    assert len(step.serves) == len(asks) == 18
    assert max(costs) <= MOST_CALLS
    values = said(found)
    assert len(values) == 18 * 6
    assert all(values[ask.fingerprint, w] == 100 for ask in asks[::6] for w in FEW)
    assert all(values[ask.fingerprint, w] == 20 for ask in asks[1:6] for w in FEW)


def test_what_moved_since_the_bookmark_makes_it_begin_anew() -> None:
    with pages_of(3), pytest.MonkeyPatch.context() as patch:
        patch.setattr(crm.Crm, "_cheapest", lambda _, asks, __: (tuple(range(len(asks))), {}))
        portal = a_portal(200)
        [step] = plan(ASKS)
        first, *_ = portal.session(zone=WARSAW).run(step)
        assert isinstance(first, Bookmark)
        assert json.loads(first.place)["rows"] == 60 - 3  # One call was for a property.
        # One that was read already is deleted, and one that is still to come.
        del portal.rows["contacts"][5], portal.rows["contacts"][150]
        before = len(portal.bodies)

        found = resumed(portal, step, first.place)

        # The first page above the bookmark shows it, and all is read once more.
        assert len(portal.bodies) - before == 1 + 66
        assert found == said([*portal.session(zone=WARSAW).run(step)])
        assert sum(v for (mark, _), v in found.items() if mark == ASKS[0].fingerprint) == 198


def test_adding_up_takes_as_much_room_for_many_rows_as_for_few() -> None:
    def peak(rows: int) -> int:
        shares = [Share(ask, DateProperty(windowed(ask).dates[0]), WARSAW) for ask in ASKS]
        tallies = Tallies(shares)
        tallies.take([{MQL: "2026-10-20T12:00:00Z", "createdate": None}])
        tracemalloc.start()
        tallies.take(
            {MQL: f"2026-10-{20 + n % 6}T12:00:00Z", "createdate": None} for n in range(rows)
        )
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(4_000) < peak(200) + 10_000  # Bytes: of three thousand eight hundred rows, none.


def test_memory_does_not_grow_with_the_rows() -> None:
    """A bookmark holds all that a reading remembers: the same for many rows as for few."""
    sizes = []
    for rows in (100, 1_000):
        with pages_of(25):
            one = asking(IDS_OF_CONTACTS_CREATED, Window.of_day(date(2026, 10, 20)))
            portal = MemoryPortal(
                {
                    "contacts": {
                        n: {"createdate": "2026-10-20T12:00:00Z", "hs_object_id": "1"}
                        for n in range(1, rows + 501)
                    }
                }
            )
            [step] = plan([one])
            marks = [p for p in portal.session(zone=WARSAW).run(step) if isinstance(p, Bookmark)]
            tallies = json.loads(marks[-1].place)["tallies"]
            sizes.append(len(json.dumps(tallies)))
    assert sizes[1] <= sizes[0] + 4
