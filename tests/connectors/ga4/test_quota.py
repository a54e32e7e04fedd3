"""Tokens and requests under way are counted with everybody else's, as the property counts them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import AtOnce, Quota, Spaced, Unlimited
from connectors.contract import Ask, Session
from connectors.errors import QueryError, RetryLater
from connectors.ga4 import CONNECTOR
from connectors.ga4 import requests as ga4_requests
from connectors.ga4.quotas import A_DAY, AN_HOUR, at_once, ends
from okrmodel.windows import Window
from sandbox.ga4.quota import Limits
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import ask, connection, days, run

QUARTER = days("2026-10-01", "2026-11-22")
TO_DATE = tuple(Window(date(2026, 10, 1), day.end) for day in QUARTER)
HOUR = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""When the hour of 03:00 UTC ends, at which the pretend world stands still."""
DAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Midnight in California."""


class Noted(Unlimited):
    """A budget that notes what it is asked for and told."""

    def __init__(self, left: int = 10**9) -> None:
        self.left = left
        self.spent: list[tuple[str, str, int, datetime]] = []
        self.learned: list[tuple[str, str, int, int | None, datetime]] = []
        self.holding: list[AtOnce] = []
        self.held = 0

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        if units > self.left:
            raise RetryLater("spent up")
        self.spent.append((account, quota.name, units, until))

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        self.learned.append((account, quota.name, left, most, until))

    @contextmanager
    def under_way(self, account: str, at_once: AtOnce) -> Iterator[None]:
        assert at_once.lasts > 60.0
        self.holding.append(at_once)
        self.held += 1
        try:
            yield
        finally:
            self.holding.pop()


def opened(website: Property, budget: Any, **more: Any) -> Session:
    plain = connection(website.options(), now=website.clock.now, **more)
    return CONNECTOR.connect(replace(plain, budget=budget))


def answered(website: Property, budget: Any, *asks: Ask) -> Sequence[Any]:
    session = opened(website, budget)
    try:
        return run(session, *CONNECTOR.plan(asks, website.options()))
    finally:
        session.close()


def test_a_batch_takes_its_tokens_before_and_learns_what_is_left(either: Property) -> None:
    budget, account = Noted(), str(either.company.property_id)
    answered(
        either, budget, ask(query("keyEvents"), *QUARTER), ask(query("sessions"), *TO_DATE[:8])
    )
    assert budget.spent == [
        (account, "tokens an hour", 3, HOUR),
        (account, "tokens a day", 3, DAY),
    ]
    assert budget.learned == [
        (account, "tokens an hour", 14_000 - 3, None, HOUR),
        (account, "tokens a day", 200_000 - 3, None, DAY),
    ]
    assert (budget.held, budget.holding) == (1, [])


def test_what_the_budget_does_not_give_is_not_sent(website: Property) -> None:
    with pytest.raises(RetryLater, match="spent up"):
        answered(
            website,
            Noted(left=2),
            ask(query("keyEvents"), *QUARTER),
            ask(query("sessions"), *TO_DATE[:8]),
        )
    assert website.calls(0) == 0


def test_every_page_takes_tokens(website: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ga4_requests, "ROW_LIMIT", 20)
    budget = Noted()
    answered(website, budget, ask(query("screenPageViews"), *QUARTER))
    assert len(budget.spent) == 2 * 3
    assert len(budget.learned) == 2 * 3


def test_identity_and_names_take_a_token_each(website: Property) -> None:
    budget = Noted()
    session = opened(website, budget)
    list(session.doctor([]))
    session.close()
    assert [units for _, _, units, _ in budget.spent] == [1] * 4


def test_a_request_that_is_repeated_holds_a_place_each_time_and_none_in_between(
    website: Property,
) -> None:
    class Pauses(list[float]):
        def append(self, seconds: float) -> None:
            super().append(seconds)
            assert not budget.holding

    budget, pauses = Noted(), Pauses()
    website.fault("quota", policy="concurrent", times=2)
    session = opened(website, budget, slept=pauses)
    run(session, *CONNECTOR.plan([ask(query("keyEvents"), *QUARTER)], website.options()))
    session.close()
    assert (budget.held, pauses) == (3, [30.0, 30.0])
    # Tokens are taken for a question, however often it is sent.
    assert len(budget.spent) == 2


def test_a_place_is_left_when_the_question_is_refused(website: Property) -> None:
    budget = Noted()
    with pytest.raises(QueryError):
        answered(website, budget, ask(query("keyEvents", contry="x"), *QUARTER))
    assert (budget.held, budget.holding) == (1, [])


@pytest.mark.parametrize("timeout", [60.0, 600.0])
def test_a_place_is_kept_for_longer_than_an_answer_may_take(timeout: float) -> None:
    assert at_once(timeout).most == 10
    assert timeout < at_once(timeout).lasts <= timeout + 60


def test_all_tokens_of_an_hour_are_used_and_none_is_asked_for_in_vain(website: Property) -> None:
    """A property that gives less than others is known by its answers, and never refuses."""
    website.service.quota.limits = Limits(project_hour=40)
    budget = Spaced(lambda: 0.0, lambda _: None)
    asked = [ask(query("keyEvents"), *QUARTER), ask(query("sessions"), *TO_DATE[:8])]
    for _ in range(13):
        answered(website, budget, *asked)
    with pytest.raises(RetryLater, match="1 tokens an hour left until 2026-11-23 04:00 UTC"):
        answered(website, budget, *asked)
    assert website.calls(13) == 13
    assert website.service.quota._left("project_hour") == 1


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis's
def test_periods_end_within_an_hour_and_a_day_and_stay_the_same_until_then(now: datetime) -> None:
    hour, day = dict(ends(now))[AN_HOUR], dict(ends(now))[A_DAY]
    assert timedelta(0) < hour - now <= timedelta(hours=1)
    assert timedelta(0) < day - now <= timedelta(hours=25)
    just_before = min(hour, day) - timedelta(microseconds=1)
    assert dict(ends(just_before)) == {AN_HOUR: hour, A_DAY: day}
    assert dict(ends(day))[A_DAY] > day
    assert dict(ends(hour))[AN_HOUR] == hour + timedelta(hours=1)
