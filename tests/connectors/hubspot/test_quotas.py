"""What an account allows: taken from the budget before each request, corrected by the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import Limit, Quota, Spaced, Unlimited
from connectors.errors import CredentialsError, RetryLater
from connectors.hubspot.quotas import BURST, SEARCH, Quotas, Told
from tests.connectors import opening
from tests.connectors.hubspot.conftest import Account, answered, asking
from tests.connectors.hubspot.memory import OPTIONS
from tests.connectors.hubspot.test_client import AN_OAUTH_APP, OAUTH
from tests.connectors.opening import day

MQLS = asking({"object": "contacts", "entered": "mql"}, day("2026-11-20"))
MIDNIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)
"""The next one in Warsaw, by the pretend clock."""


class Noted(Unlimited):
    """A budget that notes what it was asked and told."""

    def __init__(self, refused: Sequence[int] = ()) -> None:
        self.waited: list[tuple[str, float, float]] = []
        self.spent: list[tuple[str, str, int, datetime]] = []
        self.learned: list[tuple[str, int, int | None, datetime]] = []
        self.refused = refused
        self.asked = 0

    def wait(self, account: str, limit: Limit) -> None:
        self.waited.append((limit.name, limit.calls, limit.seconds))

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        self.asked += 1
        if self.asked in self.refused:
            raise RetryLater("spent up")
        self.spent.append((account, quota.name, units, until))

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        self.learned.append((quota.name, left, most, until))


def quotas(budget: Unlimited, now: datetime = opening.NOW, *, daily: bool = True) -> Quotas:
    plain = opening.connection(OPTIONS, now=lambda: now)
    return Quotas(replace(plain, budget=budget), "1", daily=daily)


def headers(**told: int) -> Mapping[str, str]:
    return {f"x-hubspot-ratelimit-{n.replace('_', '-')}": str(v) for n, v in told.items()}


def test_every_request_of_a_private_app_is_taken_from_the_accounts_day(account: Account) -> None:
    budget = Noted()
    used = account.portal.limits.used_today()
    with account.session(budget=budget) as session:
        session.identity()
        answered(session, MQLS)

    # The details tell the account's zone, in whose midnight the day ends: they are owed till then.
    assert budget.spent == [("24681357", "requests a day", 1, MIDNIGHT)] * 3
    # By the answers for the details and for a property; searches say nothing.
    assert budget.learned == [
        ("requests a day", 625_000 - used - 1, 625_000, MIDNIGHT),
        ("requests a day", 625_000 - used - 2, 625_000, MIDNIGHT),
    ]
    assert len(account.requests) == 3


def test_the_burst_is_what_the_account_is_allowed(account: Account) -> None:
    budget = Noted()
    with account.session(budget=budget) as session:
        session.identity()
        session._client.property("contacts", "createdate")
        session._client.search("contacts", {"limit": 1})

    assert budget.waited == [("burst", 95, 10), ("burst", 0.95 * 190, 10), ("search", 4.5, 1)]


def test_an_oauth_app_has_a_burst_of_its_own_and_no_day(account: Account) -> None:
    budget = Noted()
    with account.session(secrets=OAUTH, budget=budget, **AN_OAUTH_APP) as session:
        session.identity()
        session._client.property("contacts", "createdate")
        assert session._client.quotas.told == Told(burst=110)

    assert budget.waited[-1] == ("burst", 0.95 * 110, 10)
    assert (budget.spent, budget.learned) == ([], [])


def test_an_oauth_app_learns_no_day_whatever_it_is_told() -> None:
    budget = Noted()
    found = quotas(budget, daily=False)
    found.days_end_in("Europe/Warsaw")
    found.learn(headers(max=110, daily=250_000, daily_remaining=7))

    assert (budget.spent, budget.learned) == ([], [])


def test_a_day_that_others_spent_sends_nothing_more(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = account.portal.limits
    monkeypatch.setattr(limits, "daily", limits.used_today() + 3)
    with account.session(budget=Spaced(lambda: 0.0, account.slept.append)) as session:
        session.identity()
        answered(session, MQLS)
        with pytest.raises(RetryLater, match="0 requests a day left until 2026-11-23 23:00 UTC"):
            answered(session, MQLS)

    assert len(account.requests) == session.calls == 3


def test_a_request_that_is_not_answered_costs_as_much(account: Account) -> None:
    budget = Noted()
    account.fault("status", matching="search", status=502)
    with account.session(budget=budget) as session:
        session.identity()
        answered(session, MQLS)

    assert sum(units for _, _, units, _ in budget.spent) == len(account.requests) == 4


def test_without_the_accounts_details_the_day_is_owed(account: Account) -> None:
    budget = Noted()
    wrong = {"token": "pat-wrong"}
    with account.session(budget=budget, secrets=wrong) as session, pytest.raises(CredentialsError):
        session.identity()

    assert budget.spent == []


@given(
    known=st.integers(0, 12),
    requests=st.integers(1, 12),
    refused=st.sets(st.integers(1, 12)),
)
def test_what_is_spent_is_what_was_sent(known: int, requests: int, refused: set[int]) -> None:
    """The zone is known after some requests, and the budget refuses some: no matter."""
    budget = Noted([*refused])
    found = quotas(budget)
    sent = 0
    for number in range(requests):
        try:
            if number == known:
                found.days_end_in("Europe/Warsaw")
            found.take(SEARCH)
        except RetryLater:
            continue
        sent += 1
    assert sent == len(budget.waited)
    assert {until for _, _, _, until in budget.spent} <= {MIDNIGHT}
    assert sum(units for _, _, units, _ in budget.spent) + found._owed == sent

    budget.refused = ()
    found.days_end_in("Europe/Warsaw")
    found.take(SEARCH)
    assert sum(units for _, _, units, _ in budget.spent) == sent + 1


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        # 25 and 23 hours long.
        ("Europe/Warsaw", "2026-10-24T22:00:00+00:00", "2026-10-25T23:00:00+00:00"),
        ("America/New_York", "2026-03-08T05:00:00+00:00", "2026-03-09T04:00:00+00:00"),
        ("Asia/Tokyo", "2026-11-22T14:59:59+00:00", "2026-11-22T15:00:00+00:00"),
        ("Nowhere/Town", "2026-11-22T14:00:00+00:00", "2026-11-23T00:00:00+00:00"),
        (None, "2026-11-22T14:00:00+00:00", "2026-11-23T00:00:00+00:00"),
    ],
)
def test_the_day_ends_at_midnight_where_the_account_is(zone: object, now: str, ends: str) -> None:
    budget = Noted()
    found = quotas(budget, datetime.fromisoformat(now))
    found.days_end_in(zone)
    found.take(None)
    found.learn(headers(max=100, daily=250_000, daily_remaining=7))

    end = datetime.fromisoformat(ends)
    assert budget.spent == [("1", "requests a day", 1, end)]
    assert budget.learned == [("requests a day", 7, 250_000, end)]


@pytest.mark.parametrize(
    ("told", "burst"),
    [
        (headers(max=190), ("burst", 180.5, 10)),
        (headers(max=250, interval_milliseconds=5_000), ("burst", 237.5, 5)),
        (headers(max=0), ("burst", BURST.calls, BURST.seconds)),
        ({}, ("burst", BURST.calls, BURST.seconds)),
        ({"x-hubspot-ratelimit-max": "lots"}, ("burst", BURST.calls, BURST.seconds)),
    ],
)
def test_a_burst_is_taken_from_what_an_answer_says(
    told: Mapping[str, str], burst: tuple[str, float, float]
) -> None:
    budget = Noted()
    found = quotas(budget)
    found.learn(told)
    found.learn({"x-hubspot-correlation-id": "a-search"})
    found.take(None)

    assert budget.waited == [burst]
    assert budget.learned == []
