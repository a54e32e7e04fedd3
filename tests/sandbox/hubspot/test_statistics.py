"""Email statistics: spans select what was sent, counters say what became of it so far."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.hubspot.buckets import edges
from tests.sandbox.hubspot.hub import Hub
from tests.sandbox.rows import at, ms

LIST = "/marketing/v3/emails/statistics/list"
HISTOGRAM = "/marketing/v3/emails/statistics/histogram"
EMPTY: dict[str, Any] = {"counters": {}, "deviceBreakdown": {}, "qualifierStats": {}, "ratios": {}}


def span(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"startTimestamp": start, "endTimestamp": end, **more}


MARCH = span("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")
SPRING = span("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z")


def counters(hub: Hub, **query: Any) -> dict[str, int]:
    answer = hub.get(LIST, **query)
    assert answer.status_code == 200, answer.text
    counted: dict[str, int] = answer.json()["aggregate"]["counters"]
    return {name: count for name, count in counted.items() if count}


def test_counters_are_lifetime_totals_of_what_was_sent_in_the_span(hub: Hub) -> None:
    in_march = {
        "sent": 3,
        "selected": 3,
        "delivered": 2,
        "bounce": 1,
        "hardbounced": 1,
        "contactslost": 1,
    }
    hub.clock.move_to(at("2026-03-11 00:00"))
    assert counters(hub, **MARCH) == in_march
    hub.clock.move_to(at("2026-03-20 00:00"))
    assert counters(hub, **MARCH) == {**in_march, "open": 1}
    hub.clock.move_to(at("2026-05-02 12:00"))
    assert counters(hub, **MARCH) == {**in_march, "open": 2, "click": 1}


def test_the_list_names_the_emails_and_each_ones_part(hub: Hub) -> None:
    answer = hub.get(LIST, **SPRING).json()

    assert answer["emails"] == [701, 702]
    assert answer["aggregate"]["counters"]["sent"] == 5
    assert answer["aggregate"]["counters"]["softbounced"] == 1
    parts = answer["campaignAggregations"].values()
    assert [part["counters"]["sent"] for part in parts] == [3, 2]
    assert [part["counters"]["contactslost"] for part in parts] == [1, 1]


def test_ratios_are_percentages(hub: Hub) -> None:
    ratios = hub.get(LIST, **MARCH).json()["aggregate"]["ratios"]

    assert ratios["deliveredratio"] == 66.667
    assert ratios["openratio"] == 50
    assert ratios["clickthroughratio"] == 100
    assert ratios["notsentratio"] == 0


def test_devices_add_up_to_opens_and_clicks(big_hub: Hub) -> None:
    aggregate = big_hub.get(LIST, **SPRING).json()["aggregate"]
    devices = aggregate["deviceBreakdown"]

    assert sum(devices["open_device_type"].values()) == aggregate["counters"]["open"]
    assert sum(devices["click_device_type"].values()) == aggregate["counters"]["click"]
    assert aggregate["counters"]["open"] > aggregate["counters"]["click"] > 0


def test_emails_can_be_picked_by_id(hub: Hub) -> None:
    assert counters(hub, **SPRING, emailIds=[702])["sent"] == 2
    assert counters(hub, **SPRING, emailIds=[701, 702])["sent"] == 5
    assert counters(hub, **SPRING, emailIds="701,703")["sent"] == 3
    assert hub.get(LIST, **SPRING, emailIds="999").json() == {
        "aggregate": EMPTY,
        "campaignAggregations": {},
        "emails": [],
    }


def test_days_are_cut_at_the_portals_midnight_and_the_last_is_clipped(hub: Hub) -> None:
    query = span("2026-03-10T00:00:00Z", "2026-03-13T00:00:00Z", interval="DAY")
    answer = hub.get(HISTOGRAM, **query).json()

    assert answer["total"] == 4
    assert [list(each["interval"].values()) for each in answer["results"]] == [
        ["2026-03-09T23:00:00Z", "2026-03-10T23:00:00Z"],
        ["2026-03-10T23:00:00Z", "2026-03-11T23:00:00Z"],
        ["2026-03-11T23:00:00Z", "2026-03-12T23:00:00Z"],
        ["2026-03-12T23:00:00Z", "2026-03-13T00:00:00Z"],
    ]
    sent = [each["aggregations"]["counters"].get("sent") for each in answer["results"]]
    assert sent == [1, 2, None, None]
    assert answer["results"][3]["aggregations"] == EMPTY


def test_nothing_before_the_span_counts_in_its_first_bucket(hub: Hub) -> None:
    query = span("2026-03-10T22:50:00.001Z", "2026-03-11T00:00:00Z", interval="DAY")
    results = hub.get(HISTOGRAM, **query).json()["results"]

    assert results[0]["interval"]["start"] == "2026-03-09T23:00:00Z"
    assert results[0]["aggregations"] == EMPTY


def test_the_span_leaves_its_end_out(hub: Hub) -> None:
    exactly = span("2026-03-10T22:50:00Z", "2026-03-10T23:10:00Z")

    assert counters(hub, **exactly)["sent"] == 1


def test_a_span_in_the_future_of_the_clock_is_empty(hub: Hub) -> None:
    assert counters(hub, **span("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z")) == {}


def test_buckets_add_up_to_the_list(big_hub: Hub) -> None:
    quarter = span("2026-06-30T22:00:00Z", "2026-09-30T22:00:00Z")
    whole = counters(big_hub, **quarter)
    for interval in ("DAY", "HOUR", "QUARTER_HOUR", "WEEK", "MONTH", "QUARTER", "YEAR"):
        buckets = big_hub.get(HISTOGRAM, **quarter, interval=interval).json()["results"]
        for name in ("sent", "open", "click", "contactslost"):
            summed = sum(each["aggregations"]["counters"].get(name, 0) for each in buckets)
            assert summed == whole[name], (interval, name)


@pytest.mark.parametrize(
    ("interval", "start", "end", "cuts"),
    [
        (
            "DAY",
            "2026-03-28 23:00",
            "2026-03-30 22:00",
            ["2026-03-28 23:00", "2026-03-29 22:00", "2026-03-30 22:00"],
        ),
        (
            "DAY",
            "2026-10-24 22:00",
            "2026-10-26 23:00",
            ["2026-10-24 22:00", "2026-10-25 23:00", "2026-10-26 23:00"],
        ),
        (
            "HOUR",
            "2026-03-29 00:30",
            "2026-03-29 02:00",
            ["2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 02:00"],
        ),
        (
            "WEEK",
            "2026-03-11 00:00",
            "2026-03-16 00:00",
            ["2026-03-08 23:00", "2026-03-15 23:00", "2026-03-16 00:00"],
        ),
        (
            "MONTH",
            "2026-11-30 12:00",
            "2027-01-01 00:00",
            ["2026-10-31 23:00", "2026-11-30 23:00", "2026-12-31 23:00", "2027-01-01 00:00"],
        ),
        (
            "QUARTER",
            "2026-05-05 00:00",
            "2026-07-05 00:00",
            ["2026-03-31 22:00", "2026-06-30 22:00", "2026-07-05 00:00"],
        ),
        ("YEAR", "2026-05-05 00:00", "2026-07-05 00:00", ["2025-12-31 23:00", "2026-07-05 00:00"]),
        (
            "QUARTER_HOUR",
            "2026-05-05 00:14",
            "2026-05-05 00:16",
            ["2026-05-05 00:00", "2026-05-05 00:15", "2026-05-05 00:16"],
        ),
    ],
)
def test_intervals_are_cut_in_warsaw(interval: str, start: str, end: str, cuts: list[str]) -> None:
    found = edges(ms(start), ms(end), interval, ZoneInfo("Europe/Warsaw")).tolist()

    assert [f"{datetime.fromtimestamp(cut / 1000, UTC):%Y-%m-%d %H:%M}" for cut in found] == cuts


def test_hours_begin_at_the_half_in_zones_that_lie_so() -> None:
    found = edges(ms("2026-05-05 00:00"), ms("2026-05-05 01:00"), "HOUR", ZoneInfo("Asia/Kolkata"))

    assert found.tolist() == [
        ms("2026-05-04 23:30"),
        ms("2026-05-05 00:30"),
        ms("2026-05-05 01:00"),
    ]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "startTimestamp"),
        ({"startTimestamp": "2026-03-01T00:00:00Z"}, "endTimestamp"),
        ({**MARCH, "startTimestamp": "1772000000000"}, "startTimestamp"),
        ({**MARCH, "endTimestamp": "tomorrow"}, "endTimestamp"),
        ({**MARCH, "emailIds": "x"}, "emailIds"),
        ({**MARCH, "emailIds": "9" * 30}, "emailIds"),
        ({**MARCH, "startTimestamp": MARCH["endTimestamp"]}, "startTimestamp"),
    ],
    ids=str,
)
def test_a_span_that_means_nothing_is_refused(
    hub: Hub, query: dict[str, Any], parameter: str
) -> None:
    for path in (LIST, HISTOGRAM):
        answer = hub.get(path, **{"interval": "DAY", **query})
        assert answer.status_code == 400
        assert parameter in answer.json()["message"]


@pytest.mark.parametrize("interval", ["", "FORTNIGHT", "SECOND"])
def test_an_interval_unknown_or_far_too_fine_is_refused(hub: Hub, interval: str) -> None:
    assert hub.get(HISTOGRAM, **MARCH, interval=interval).status_code == 400
