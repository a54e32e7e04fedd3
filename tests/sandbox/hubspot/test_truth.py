"""Where the server and the oracle count the same thing, they agree, on any night."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox import truth
from sandbox.clock import DEFAULT_NOW
from sandbox.truth import EmailCounter, Window
from tests.sandbox.hubspot.hub import CONTACTS, DEALS, Hub, where

ZONE = "Europe/Warsaw"
THIRD_QUARTER = Window(date(2026, 7, 1), date(2026, 10, 1))
STAGES = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "customer", "1066237962")
SOURCES = ["ORGANIC_SEARCH", "PAID_SEARCH"]


@pytest.fixture(params=[0, 40, 120], ids=lambda days: f"{days} days ago")
def night(big_hub: Hub, request: pytest.FixtureRequest) -> Any:
    big_hub.clock.move_to(DEFAULT_NOW - timedelta(days=request.param))
    yield big_hub.clock.now()
    big_hub.clock.move_to(DEFAULT_NOW)


def midnight(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).isoformat()


def inside(name: str, window: Window = THIRD_QUARTER) -> list[dict[str, Any]]:
    return [where(name, "GTE", midnight(window.start)), where(name, "LT", midnight(window.end))]


def total(hub: Hub, path: str, *filters: dict[str, Any]) -> int:
    count: int = hub.search(path, filterGroups=[{"filters": list(filters)}], limit=1)["total"]
    return count


@pytest.mark.parametrize("stage", STAGES)
def test_contacts_that_entered_a_stage(big_hub: Hub, night: datetime, stage: str) -> None:
    dates = inside(f"hs_v2_date_entered_{stage}")
    some = where("hs_analytics_source", "IN", values=SOURCES)
    company = big_hub.company

    assert total(big_hub, CONTACTS, *dates) == truth.contacts_entered(
        company, stage, THIRD_QUARTER, ZONE, night
    )
    assert total(big_hub, CONTACTS, *dates, some) == truth.contacts_entered(
        company, stage, THIRD_QUARTER, ZONE, night, sources=SOURCES
    )


def test_contacts_in_a_stage_and_created(big_hub: Hub, night: datetime) -> None:
    company = big_hub.company
    for stage in STAGES:
        here = where("lifecyclestage", "EQ", stage)
        assert total(big_hub, CONTACTS, here) == truth.contacts_in_stage(company, stage, night)

    created = total(big_hub, CONTACTS, *inside("createdate"))
    assert created == truth.contacts_created(company, THIRD_QUARTER, ZONE, night)
    firms = total(big_hub, "/crm/v3/objects/0-2/search", *inside("createdate"))
    assert firms == truth.companies_created(company, THIRD_QUARTER, ZONE, night)


def test_deals_and_their_money(big_hub: Hub, night: datetime) -> None:
    company = big_hub.company
    won = [where("hs_is_closed_won", "EQ", "true"), *inside("closedate")]
    page = big_hub.search(
        DEALS,
        filterGroups=[{"filters": won}],
        limit=200,
        properties=["amount", "amount_in_home_currency", "hs_closed_amount_in_home_currency"],
    )
    rows = [row["properties"] for row in page["results"]]
    assert "paging" not in page

    def summed(name: str) -> Decimal:
        return sum((Decimal(row[name]) for row in rows if row[name]), Decimal(0))

    assert page["total"] == truth.deals_won(company, THIRD_QUARTER, ZONE, night)
    at_home = truth.deals_won_amount(company, THIRD_QUARTER, ZONE, night)
    assert summed("amount_in_home_currency") == at_home
    assert summed("hs_closed_amount_in_home_currency") == at_home
    assert summed("amount") == truth.deals_won_amount(
        company, THIRD_QUARTER, ZONE, night, home=False
    )
    missing = sum(row["amount"] is None for row in rows)
    assert missing == truth.deals_won_without_amount(company, THIRD_QUARTER, ZONE, night)
    created = total(big_hub, DEALS, *inside("createdate"))
    assert created == truth.deals_created(company, THIRD_QUARTER, ZONE, night)
    closed = total(big_hub, DEALS, *inside("closedate"))
    assert closed == truth.deals_closed(company, THIRD_QUARTER, ZONE, night)


def test_emails_published_and_what_became_of_them(big_hub: Hub, night: datetime) -> None:
    company = big_hub.company
    span = {
        "startTimestamp": midnight(THIRD_QUARTER.start),
        "endTimestamp": midnight(THIRD_QUARTER.end),
    }
    answer = big_hub.get("/marketing/v3/emails/statistics/list", **span).json()
    counters: tuple[EmailCounter, ...] = (
        "sent",
        "delivered",
        "bounce",
        "hardbounced",
        "softbounced",
        "open",
        "click",
        "unsubscribed",
        "spamreport",
    )
    for counter in counters:
        expected = truth.email_counter(company, counter, THIRD_QUARTER, ZONE, night)
        assert answer["aggregate"]["counters"][counter] == expected, counter

    published = big_hub.get(
        "/marketing/v3/emails",
        isPublished="true",
        type="BATCH_EMAIL",
        publishedAfter=span["startTimestamp"],
        publishedBefore=span["endTimestamp"],
        limit=1,
    ).json()
    assert published["total"] == truth.emails_published(
        company, THIRD_QUARTER, ZONE, night, type="BATCH_EMAIL"
    )
