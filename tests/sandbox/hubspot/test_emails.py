"""The listing of marketing emails."""

from typing import Any

import pytest

from tests.sandbox.hubspot.hub import Hub
from tests.sandbox.rows import at

PATH = "/marketing/v3/emails"


def ids(hub: Hub, **query: Any) -> list[str]:
    answer = hub.get(PATH, **query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["results"]]


@pytest.mark.parametrize(
    "path", [PATH, f"{PATH}/", "/marketing/emails/2026-03", "/marketing/emails/2026-03/"]
)
def test_an_email_is_a_draft_until_it_is_published(hub: Hub, path: str) -> None:
    answer = hub.get(path).json()

    assert answer["total"] == 3
    assert [(each["id"], each["isPublished"], each["state"]) for each in answer["results"]] == [
        ("701", True, "PUBLISHED"),
        ("702", True, "PUBLISHED_AB"),
        ("703", False, "DRAFT"),
    ]
    assert answer["results"][0]["publishedAt"] == "2026-03-10T22:50:00Z"
    assert "publishedAt" not in answer["results"][2]


def test_an_email_is_not_there_before_it_was_written(hub: Hub) -> None:
    hub.clock.move_to(at("2026-04-01 00:00"))

    assert ids(hub) == ["701"]
    assert hub.get(f"{PATH}/701").json()["name"] == "Letter 0"
    assert hub.get(f"{PATH}/702").status_code == 404
    assert hub.get(f"{PATH}/x").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"isPublished": "true"}, ["701", "702"]),
        ({"isPublished": "false"}, ["703"]),
        ({"type": "AB_EMAIL"}, ["702"]),
        ({"type": "BATCH_EMAIL", "isPublished": "true"}, ["701"]),
        ({"publishedAfter": "2026-03-10T22:49:59.999Z"}, ["701", "702"]),
        ({"publishedAfter": "2026-03-10T22:50:00Z"}, ["702"]),
        ({"publishedBefore": "2026-04-12T08:00:00Z"}, ["701"]),
        ({"publishedBefore": "2026-04-12T08:00:00.001Z"}, ["701", "702"]),
        ({"createdAfter": "2026-04-20T00:00:00Z"}, ["703"]),
        ({"updatedBefore": "2026-03-30T00:00:00Z"}, ["701"]),
        ({"archived": "true"}, []),
        ({"sort": "-publishDate"}, ["702", "701", "703"]),
        ({"sort": "publishDate"}, ["701", "702", "703"]),
        ({"sort": "-name"}, ["703", "702", "701"]),
    ],
    ids=str,
)
def test_filters_and_sorts(hub: Hub, query: dict[str, str], expected: list[str]) -> None:
    assert ids(hub, **query) == expected


def test_the_newsletters_of_a_window_are_counted_in_one_call(hub: Hub) -> None:
    answer = hub.get(
        PATH,
        isPublished="true",
        type="BATCH_EMAIL",
        publishedAfter="2026-03-01T00:00:00Z",
        publishedBefore="2026-06-01T00:00:00Z",
        limit=1,
    ).json()

    assert answer["total"] == 1
    assert "paging" not in answer


def test_the_cursor_is_opaque_and_may_come_back_encoded_or_not(hub: Hub) -> None:
    first = hub.get(PATH, limit=1).json()
    cursor = first["paging"]["next"]["after"]
    assert "%3D" in cursor
    assert first["paging"]["next"]["link"].endswith(f"?limit=1&after={cursor}")

    assert ids(hub, limit=1, after=cursor) == ["702"]
    assert hub.get(f"{PATH}?limit=1&after={cursor}").json()["results"][0]["id"] == "702"
    last = hub.get(PATH, limit=2, after="Mg==").json()
    assert [each["id"] for each in last["results"]] == ["703"]
    assert "paging" not in last


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"after": "two"},
        {"publishedAfter": "yesterday"},
        {"sort": "colour"},
    ],
    ids=str,
)
def test_what_cannot_be_listed_is_refused(hub: Hub, query: dict[str, Any]) -> None:
    assert hub.get(PATH, **query).status_code == 400


def test_statistics_come_along_when_asked_for(hub: Hub) -> None:
    plain, with_stats = hub.get(PATH).json(), hub.get(PATH, includeStats="true").json()

    assert "stats" not in plain["results"][0]
    assert with_stats["results"][0]["stats"]["counters"]["sent"] == 3
    assert with_stats["results"][2]["stats"]["counters"] == {}
