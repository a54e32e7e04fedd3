"""The thirteen operators, over every kind of property."""

from typing import Any

import pytest

from tests.sandbox.hubspot.hub import CONTACTS, DEALS, Hub, where
from tests.sandbox.rows import at, ms

BOTH, OLD, NEW = ["104", "101"], ["104"], ["101"]


@pytest.fixture
def march(hub: Hub) -> Hub:
    """By then there are 104 (Offline, lead), 101 (MQL), 102 (nothing at all) and 103."""
    hub.clock.move_to(at("2026-03-15 00:00"))
    return hub


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (where("createdate", "EQ", "2026-01-06T10:00:00Z"), ["101"]),
        (where("createdate", "EQ", str(ms("2026-01-06 10:00"))), ["101"]),
        (where("createdate", "EQ", ms("2026-01-06 10:00")), ["101"]),
        (where("createdate", "EQ", "2026-01-06T11:00:00+01:00"), ["101"]),
        (where("createdate", "EQ", "2026-01-06T10:00:00.0005Z"), []),
        (where("createdate", "NEQ", "2026-01-06T10:00:00Z"), ["104", "102", "103"]),
        (where("createdate", "GT", "2026-02-01T10:00:00Z"), ["103"]),
        (where("createdate", "GT", "2026-02-01T09:59:59.9995Z"), ["102", "103"]),
        (where("createdate", "GTE", "2026-02-01T10:00:00Z"), ["102", "103"]),
        (where("createdate", "LT", "2026-01-06"), ["104"]),
        (where("createdate", "LTE", "2026-01-06T10:00:00Z"), ["104", "101"]),
        (
            where(
                "createdate", "BETWEEN", "2026-01-06T10:00:00Z", highValue="2026-02-01T10:00:00Z"
            ),
            ["101", "102"],
        ),
        (where("createdate", "IN", values=["2026-01-06T10:00:00Z", "1"]), ["101"]),
        (where("createdate", "NOT_IN", values=["2026-01-06T10:00:00Z"]), ["104", "102", "103"]),
        (where("hs_object_id", "GT", "103"), ["104"]),
        (where("hs_object_id", "GT", "102.5"), ["104", "103"]),
        (where("hs_object_id", "EQ", "1e30"), []),
        (where("hs_object_id", "LT", "1e30"), ["104", "101", "102", "103"]),
        (where("hs_object_id", "IN", values=["101", "103", "1e30"]), ["101", "103"]),
        (where("lifecyclestage", "EQ", "marketingqualifiedlead"), ["101"]),
        (where("lifecyclestage", "EQ", "MarketingQualifiedLead"), []),
        (where("lifecyclestage", "NEQ", "marketingqualifiedlead"), ["104"]),
        (where("lifecyclestage", "IN", values=["lead", "customer"]), ["104"]),
        (where("lifecyclestage", "NOT_IN", values=["lead"]), ["101"]),
        (where("lifecyclestage", "HAS_PROPERTY"), ["104", "101"]),
        (where("lifecyclestage", "NOT_HAS_PROPERTY"), ["102", "103"]),
        (where("hs_analytics_source", "NOT_IN", values=["OFFLINE"]), ["101", "103"]),
        (where("hs_analytics_source", "CONTAINS_TOKEN", "PAID_*"), ["103"]),
        (where("associatedcompanyid", "EQ", "501"), ["101"]),
        (where("firstname", "NOT_HAS_PROPERTY"), ["104"]),
        (where("email", "EQ", "PERSON101@Amber.example"), ["101"]),
        (where("email", "IN", values=["person101@amber.example"]), ["101"]),
        (where("email", "IN", values=["Person101@amber.example"]), []),
        (where("email", "CONTAINS_TOKEN", "amber"), ["101"]),
        (where("email", "CONTAINS_TOKEN", "ambe"), []),
        (where("email", "CONTAINS_TOKEN", "*@amber.example"), ["101"]),
        (where("email", "NOT_CONTAINS_TOKEN", "amber"), ["104", "102", "103"]),
        (where("email", "BETWEEN", "person101", highValue="person103"), ["101", "102"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_an_operator_finds(march: Hub, test: dict[str, Any], expected: list[str]) -> None:
    assert march.found(test) == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (where("amount", "EQ", "5000.0"), ["901"]),
        (where("amount", "GT", "1000.005"), ["901", "902"]),
        (where("amount", "GT", "1000.01"), ["901"]),
        (where("amount", "GTE", "1000.01"), ["901", "902"]),
        (where("amount", "LTE", "1000.019"), ["902"]),
        (where("amount", "LT", "1000.01"), []),
        (where("amount", "BETWEEN", "1000.01", highValue="5000"), ["901", "902"]),
        (where("amount", "NOT_HAS_PROPERTY"), ["903"]),
        (where("hs_is_closed_won", "EQ", "true"), []),
        (where("hs_is_closed", "EQ", value=True), []),
        (where("hs_is_closed", "NEQ", "true"), ["901", "902", "903"]),
        (where("pipeline", "IN", values=["default"]), ["901", "902", "903"]),
        (where("dealname", "CONTAINS_TOKEN", "amber"), ["902"]),
        (where("dealstage", "IN", values=["presentationscheduled"]), ["902"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_an_operator_finds_deals(march: Hub, test: dict[str, Any], expected: list[str]) -> None:
    assert march.found(test, path=DEALS) == expected


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (where("createdate", "BETWEEN", "1"), "operator BETWEEN requires a highValue"),
        (where("createdate", "IN", "1"), "operator IN requires a values"),
        (where("createdate", "EQ"), "operator EQ requires a value"),
        (where("createdate", "IS", "1"), "No enum constant for operator IS"),
        (where("createdate", "GT", "yesterday"), "was not a valid datetime"),
        (where("hs_object_id", "GT", "many"), "was not a valid number"),
        (where("hs_object_id", "EQ", "1/0"), "was not a valid number"),
        (where("createdate", "CONTAINS_TOKEN", "2026"), "CONTAINS_TOKEN is not supported"),
        (where("nonsense", "EQ", "1"), "Property nonsense does not exist"),
        ({"operator": "EQ"}, "some of required attributes are not set [propertyName]"),
        ({}, "some of required attributes are not set [propertyName, operator]"),
        ("createdate", "Cannot deserialize instance of Filter"),
    ],
    ids=str,
)
def test_a_filter_that_means_nothing_is_refused(hub: Hub, test: Any, said: str) -> None:
    answer = hub.post(CONTACTS, {"filterGroups": [{"filters": [test]}]})

    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert said in answer.json()["message"]
