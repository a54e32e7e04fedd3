"""Counts and sums of records equal the oracle, in any zone and over days of any length."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from okrmodel.windows import Window
from sandbox import truth
from sandbox.company.tables import Company
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.opening import day, days

Oracle = Callable[[Company, truth.Window, str, Any], int | Decimal]

AUTUMN = days("2026-10-01", "2026-11-22")
"""With 25 October in it, 25 hours long in Warsaw, and 1 November, 25 hours long in New York."""
SPRING = days("2026-03-05", "2026-03-31")
"""With 29 March in it, 23 hours long in Warsaw, and 8 March, 23 hours long in New York."""
ZONES = (
    "Europe/Warsaw",
    "America/New_York",
    # Its clocks change at midnight: 8 March begins at one, and 1 November twice.
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "UTC",
)

QUESTIONS: dict[str, tuple[dict[str, Any], Oracle]] = {
    "mqls": (
        {"object": "contacts", "entered": "mql"},
        lambda *a: truth.contacts_entered(a[0], "marketingqualifiedlead", *a[1:]),
    ),
    "of a custom stage": (
        {"object": "contacts", "entered": "pql"},
        lambda *a: truth.contacts_entered(a[0], "1066237962", *a[1:]),
    ),
    "mqls of two sources": (
        {
            "object": "contacts",
            "entered": "mql",
            "where": {"hs_analytics_source": ["ORGANIC_SEARCH", "PAID_SEARCH"]},
        },
        lambda *a: truth.contacts_entered(
            a[0], "marketingqualifiedlead", *a[1:], sources=["ORGANIC_SEARCH", "PAID_SEARCH"]
        ),
    ),
    "contacts created": ({"object": "contacts", "created": True}, truth.contacts_created),
    "companies created": ({"object": "companies", "created": True}, truth.companies_created),
    "by a named date": ({"object": "contacts", "date": "createdate"}, truth.contacts_created),
    "deals created": ({"object": "deals", "created": True}, truth.deals_created),
    "deals won": ({"object": "deals", "closed": "won"}, truth.deals_won),
    "deals closed": ({"object": "deals", "closed": "any"}, truth.deals_closed),
    "deals lost": (
        {"object": "deals", "closed": "lost"},
        lambda *a: truth.deals_closed(*a) - truth.deals_won(*a),
    ),
    "revenue": (
        {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"},
        truth.deals_won_amount,
    ),
    "pipeline created": (
        {"object": "deals", "created": True, "sum": "amount_in_home_currency"},
        truth.deals_created_amount,
    ),
}


def expected(
    account: Account, oracle: Oracle, windows: tuple[Window, ...], zone: str
) -> list[int | Decimal]:
    known_at = account.clock.now()
    return [oracle(account.company, truth.Window(w.start, w.end), zone, known_at) for w in windows]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_day_equals_the_oracle(account: Account, question: str) -> None:
    asked, oracle = QUESTIONS[question]

    found = account.values(asking(asked, *AUTUMN))

    assert found == expected(account, oracle, AUTUMN, "Europe/Warsaw")
    assert sum(found) > 0


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("windows", [AUTUMN, SPRING], ids=["autumn", "spring"])
def test_days_are_those_of_the_workspace_whatever_the_portal_thinks(
    account: Account, zone: str, windows: tuple[Window, ...]
) -> None:
    asked, oracle = QUESTIONS["mqls"]

    found = account.values(asking(asked, *windows), ZoneInfo(zone))

    assert found == expected(account, oracle, windows, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_a_single_day_is_counted_like_one_of_many(account: Account, zone: str) -> None:
    asked, oracle = QUESTIONS["mqls"]
    long_day = day("2026-10-25")

    assert account.values(asking(asked, long_day), ZoneInfo(zone)) == expected(
        account, oracle, (long_day,), zone
    )
    assert account.requests == [
        "GET /crm/v3/properties/contacts/hs_v2_date_entered_marketingqualifiedlead",
        "POST /crm/v3/objects/contacts/search",
    ]


def test_with_days_of_the_source_they_are_those_of_the_portal(account: Account) -> None:
    asked, oracle = QUESTIONS["mqls"]

    found = account.answers(asking(asked, *AUTUMN), ZoneInfo("Asia/Tokyo"), days="source")

    assert [o.value for o in found.values()] == expected(account, oracle, AUTUMN, "Europe/Warsaw")
    assert {o.evidence.source_zone for o in found.values()} == {"Europe/Warsaw"}


def test_days_with_gaps_between_them_are_each_answered(account: Account) -> None:
    asked, oracle = QUESTIONS["contacts created"]
    scattered = (*AUTUMN[:1], *AUTUMN[3:5], *AUTUMN[9:20], *AUTUMN[40:41])

    found = account.values(asking(asked, *scattered))

    assert found == expected(account, oracle, scattered, "Europe/Warsaw")


def test_the_same_day_answers_as_known_by_the_clock(account: Account) -> None:
    asked, oracle = QUESTIONS["mqls"]
    windows = days("2026-06-01", "2026-06-30")
    later = expected(account, oracle, windows, "Europe/Warsaw")
    account.clock.move_to(account.clock.now().replace(month=7))

    earlier = account.values(asking(asked, *windows))

    assert earlier == expected(account, oracle, windows, "Europe/Warsaw")
    assert earlier != later  # People entered again, or were merged or deleted.


def test_a_sum_says_how_many_records_it_is_of_and_how_many_had_no_amount(
    account: Account,
) -> None:
    asked, _ = QUESTIONS["revenue"]

    found = account.answers(asking(asked, *AUTUMN))

    won = expected(account, truth.deals_won, AUTUMN, "Europe/Warsaw")
    without = expected(account, truth.deals_won_without_amount, AUTUMN, "Europe/Warsaw")
    assert [o.evidence.records for o in found.values()] == won
    assert [o.evidence.null_amounts for o in found.values()] == without
    assert sum(without) > 0
    assert {o.evidence.currency for o in found.values()} == {"EUR"}


def test_evidence_leads_back_to_every_request_and_names_the_property(account: Account) -> None:
    found = account.answers(asking({"object": "contacts", "entered": "mql"}, *AUTUMN[:31]))

    evidence = found[AUTUMN[0]].evidence
    assert evidence.resolved == "hs_v2_date_entered_marketingqualifiedlead"
    assert evidence.records == found[AUTUMN[0]].value
    assert len(evidence.queries) == len(evidence.digests) == account.searches
    assert '"operator":"GTE"' in evidence.queries[0]
    assert "BETWEEN" not in evidence.queries[0]


class TestLevels:
    TODAY, YESTERDAY, BEFORE = day("2026-11-23"), day("2026-11-22"), day("2026-11-21")

    def test_contacts_in_a_stage_are_those_of_now(self, account: Account) -> None:
        question = {"object": "contacts", "in_stage": "mql"}

        found = account.answers(asking(question, self.TODAY))

        expected_now = truth.contacts_in_stage(
            account.company, "marketingqualifiedlead", account.clock.now()
        )
        assert found[self.TODAY].value == expected_now
        assert account.searches == len(account.requests) == 1

    def test_the_open_pipeline_is_that_of_now(self, account: Account) -> None:
        question = {"object": "deals", "open": True, "sum": "amount_in_home_currency"}

        found = account.answers(asking(question, self.TODAY))

        assert found[self.TODAY].value == truth.open_pipeline_amount(
            account.company, account.clock.now()
        )

    def test_yesterdays_end_is_read_a_little_late_and_says_so(self, account: Account) -> None:
        found = account.answers(asking({"object": "deals", "open": True}, self.YESTERDAY))

        assert found[self.YESTERDAY].value
        assert found[self.YESTERDAY].evidence.notes == ("read 4:00:00 after the day's end",)

    def test_the_past_has_no_value_and_costs_no_call(self, account: Account) -> None:
        found = account.answers(asking({"object": "deals", "open": True}, self.BEFORE))

        assert found[self.BEFORE].value is None
        assert found[self.BEFORE].evidence.notes == (
            "HubSpot's search tells only how it stands now, on 2026-11-23",
        )
        assert account.requests == []

    def test_tomorrow_has_no_value(self, account: Account) -> None:
        tomorrow = Window.of_day(date(2026, 11, 24))

        assert account.values(asking({"object": "deals", "open": True}, tomorrow)) == [None]
