"""What a search may not ask, each with the last thing that it may."""

import json
from typing import Any

import pytest

from sandbox.company.tables import Company
from tests.sandbox.hubspot.hub import CONTACTS, Hub, where

ANY = where("hs_object_id", "GT", "0")


def groups(*sizes: int) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [ANY] * size} for size in sizes]}


def padded(length: int) -> str:
    """A body of so many characters."""
    bare = json.dumps({"query": ""})
    return json.dumps({"query": " " * (length - len(bare))})


@pytest.mark.parametrize(
    "body",
    [
        groups(1, 1, 1, 1, 1),
        groups(6),
        groups(6, 6, 6),
        groups(4, 4, 4, 3, 3),
        {"limit": 200},
        {"limit": 1},
        {"limit": 200, "after": 9800},
        {"limit": 1, "after": "9999"},
        {"sorts": ["createdate"]},
        {"sorts": [], "after": "", "filterGroups": None, "properties": None},
        {},
    ],
    ids=str,
)
def test_up_to_its_limits_a_search_is_answered(hub: Hub, body: dict[str, Any]) -> None:
    assert hub.post(CONTACTS, body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        groups(1, 1, 1, 1, 1, 1),
        groups(7),
        groups(6, 6, 6, 1),
        {"limit": 201},
        {"limit": 0},
        {"limit": 200, "after": 9801},
        {"limit": 1, "after": "10000"},
        {"after": "-1"},
        {"sorts": ["createdate", "hs_object_id"]},
        {"sorts": ["nonsense"]},
    ],
    ids=str,
)
def test_past_its_limits_a_search_is_a_validation_error(hub: Hub, body: dict[str, Any]) -> None:
    answer = hub.post(CONTACTS, body)

    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"
    assert set(answer.json()) == {"status", "message", "correlationId", "category"}


def test_a_body_of_three_thousand_characters_is_the_longest(hub: Hub) -> None:
    statuses = [
        hub.session.post(hub.url + CONTACTS, data=padded(length), timeout=10).status_code
        for length in (3000, 3001)
    ]

    assert statuses == [200, 400]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "Invalid input JSON on line 1, column 2"),
        ("[]", "Cannot deserialize instance of PublicObjectSearchRequest"),
        ('{"filterGroups":{"filters":[]}}', "Cannot deserialize instance of `java.util.HashSet`"),
        ('{"filterGroups":["x"]}', "Cannot deserialize instance of FilterGroup"),
        ('{"limit":"many"}', "Cannot deserialize value of type `int`"),
        ('{"after":"MTA="}', "Cannot deserialize value of type `int`"),
    ],
)
def test_a_body_that_is_no_search_is_refused(hub: Hub, body: str, said: str) -> None:
    answer = hub.session.post(hub.url + CONTACTS, data=body, timeout=10)

    assert answer.status_code == 400
    assert said in answer.json()["message"]


def test_an_object_type_that_is_not_there_cannot_be_inferred(hub: Hub) -> None:
    answer = hub.post("/crm/v3/objects/butterflies/search", {})

    assert answer.status_code == 400
    assert answer.json()["message"] == "Unable to infer object type from: butterflies"


def test_total_is_exact_past_what_can_be_paged(
    grown: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.hubspot.search.MAX_RESULTS", 400)
    with Hub(grown) as hub:
        last = hub.search(limit=200, after=200)
        refused = hub.post(CONTACTS, {"limit": 200, "after": last["paging"]["next"]["after"]})

    assert last["total"] > 1000
    assert last["paging"]["next"]["after"] == "400"
    assert refused.status_code == 400
