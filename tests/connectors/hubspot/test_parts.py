"""What a kill loses: the windows of a step are answered, and recorded, a few calls at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.contract import MOST_CALLS, Ask
from connectors.errors import RetrySoon
from connectors.hubspot import CONNECTOR, crm, emails, scan, search
from okrmodel.observations import Observation
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.opening import days

OCTOBER = days("2026-10-01", "2026-10-31")
IDS_OF_CONTACTS_CREATED = {"object": "contacts", "created": True, "sum": "hs_object_id"}


def parts(account: Account, asked: Ask) -> Iterator[tuple[int, list[Observation]]]:
    """What each part of an ask's one step cost, and what it says."""
    with account.session() as session:
        (step,) = CONNECTOR.plan([asked], account.options())
        before = session.calls
        for part in session.run(step):
            yield session.calls - before, list(part)
            before = session.calls


def of_each(found: list[tuple[int, list[Observation]]]) -> dict[Window, Any]:
    observations = [o for _, part in found for o in part]
    assert len({o.window for o in observations}) == len(observations)
    return {o.window: o.value for o in sorted(observations, key=lambda o: o.window)}


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    monkeypatch.setattr(scan, "PAGE", 3)


def test_rows_of_many_pages_come_in_parts_of_few_calls(account: Account, small_pages: None) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)

    found = list(parts(account, asked))

    assert len(found) > 2
    assert max(calls for calls, _ in found) <= MOST_CALLS
    # Each part has calls of its own: the last is no smaller for what the first has cost.
    assert account.searches / len(found) > MOST_CALLS / 2
    assert of_each(found).keys() == set(OCTOBER)
    rows = sum(o.evidence.records or 0 for _, part in found for o in part)
    # One call for three rows, one that learns a last page was the last, one for each halving.
    assert account.searches < rows / 3 + 3 * len(found)


def test_parts_say_what_the_whole_says(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)
    whole = account.values(asked)
    monkeypatch.setattr(search, "PAGE", 3)
    monkeypatch.setattr(scan, "PAGE", 3)

    found = list(parts(account, asked))

    assert list(of_each(found).values()) == whole


def test_one_day_is_one_part_however_many_rows_it_has(account: Account, small_pages: None) -> None:
    contacts = asking(IDS_OF_CONTACTS_CREATED, OCTOBER[5])

    assert len(list(parts(account, contacts))) == 1


def test_counted_days_come_ten_at_a_time(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking({"object": "contacts", "entered": "mql"}, *OCTOBER)
    whole = account.values(asked)
    monkeypatch.setattr(crm, "pages", lambda _total: 99)

    found = list(parts(account, asked))

    # Before the first ten: the date's property, and the page whose total told.
    assert [calls for calls, _ in found] == [12, 10, 10, 1]
    assert list(of_each(found).values()) == whole


def test_a_long_listing_comes_in_parts(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking({"emails": "published"}, *days("2026-09-01", "2026-11-22"))
    whole = account.values(asked)
    monkeypatch.setattr(emails, "LISTED", 1)

    found = list(parts(account, asked))

    assert len(found) > 1
    assert max(calls for calls, _ in found) <= MOST_CALLS
    assert list(of_each(found).values()) == whole


def test_a_failure_leaves_the_parts_before_it_good(account: Account, small_pages: None) -> None:
    asked = asking(IDS_OF_CONTACTS_CREATED, *OCTOBER)
    whole = dict(zip(OCTOBER, account.values(asked), strict=True))
    account.fault("status", matching="search", status=502, skip=30, times=99)
    known: list[tuple[int, list[Observation]]] = []

    with pytest.raises(RetrySoon):
        known.extend(parts(account, asked))

    good = of_each(known)
    assert 0 < len(good) < len(OCTOBER)
    assert good == {window: whole[window] for window in good}
