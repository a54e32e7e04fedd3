"""Faults to order, as a client meets them."""

import socket

import pytest
import requests

from tests.sandbox.hubspot.hub import CONTACTS, Hub

DETAILS = "/account-info/v3/details"
HTML, JSON = "text/html;charset=utf-8", "application/json;charset=utf-8"


@pytest.mark.parametrize(
    ("status", "media"),
    [
        (400, JSON),
        (401, JSON),
        (403, JSON),
        (404, HTML),
        (423, JSON),
        (477, JSON),
        (500, JSON),
        (502, HTML),
        (503, JSON),
        (504, HTML),
        (521, HTML),
        (524, HTML),
    ],
)
def test_a_status_comes_in_the_shape_that_it_has_there(hub: Hub, status: int, media: str) -> None:
    hub.order("status", status=status, matching="search", headers={"Retry-After": "7"})

    answer = hub.post(CONTACTS, {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, media)
    if media == JSON:
        assert answer.json()["status"] == "error"
        assert answer.json()["correlationId"] == answer.headers["x-hubspot-correlation-id"]
    assert answer.headers["Retry-After"] == "7"
    assert hub.post(CONTACTS, {}).status_code == 200


def test_a_migration_says_when_to_come_back(hub: Hub) -> None:
    hub.order("status", status=477)

    assert hub.get(DETAILS).headers["Retry-After"] == "60"


@pytest.mark.parametrize("policy", ["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"])
def test_a_quota_names_its_policy(hub: Hub, policy: str) -> None:
    hub.order("quota", policy=policy, times=2)

    search, other = hub.post("/crm/objects/2026-03/0-1/search/", {}), hub.get(DETAILS)
    for answer in (search, other):
        assert answer.status_code == 429
        assert answer.json()["policyName"] == policy
        assert answer.json()["message"] == f"You have reached your {policy.lower()} limit."
    assert "x-hubspot-ratelimit-max" not in search.headers
    assert other.headers["x-hubspot-ratelimit-remaining"] == "0"


def test_a_quota_fault_on_an_unknown_path_is_an_ordinary_one(hub: Hub) -> None:
    hub.order("quota", policy="DAILY")

    assert "x-hubspot-ratelimit-max" in hub.get("/nowhere").headers


def test_an_empty_page_asks_to_go_on_and_loses_nothing(big_hub: Hub) -> None:
    big_hub.order("empty_page", skip=1)
    first = big_hub.search(limit=200)
    empty = big_hub.search(limit=200, after=first["paging"]["next"]["after"])
    third = big_hub.search(limit=200, after=empty["paging"]["next"]["after"])

    assert empty["results"] == []
    assert empty["total"] == first["total"]
    assert len(third["results"]) == 200
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in third["results"]}


def test_a_truncated_answer_is_shorter_than_it_says(hub: Hub) -> None:
    hub.order("truncate")

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        hub.post(CONTACTS, {})
    assert hub.asked()[0].status == 200
    assert hub.post(CONTACTS, {}).status_code == 200
    assert hub.asked()[0].bytes_out < hub.asked()[1].bytes_out


def test_a_reset_is_no_orderly_end(hub: Hub) -> None:
    hub.order("reset")

    with socket.create_connection(("127.0.0.1", hub.server.port), timeout=10) as raw:
        raw.sendall(b"GET /account-info/v3/details HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            raw.recv(100)
    assert hub.asked()[0].status == 0
    assert hub.asked()[0].bytes_out == 0


def test_a_stall_is_answered_properly_in_the_end(hub: Hub) -> None:
    hub.order("stall", seconds=0.2, matching="^GET /account-info")

    with pytest.raises(requests.exceptions.ReadTimeout):
        hub.session.get(hub.url + DETAILS, timeout=0.05)
    assert hub.get(DETAILS).status_code == 200


def test_closing_does_not_wait_for_a_stall(hub: Hub) -> None:
    hub.order("stall", seconds=3600)
    with pytest.raises(requests.exceptions.ReadTimeout):
        hub.session.get(hub.url + DETAILS, timeout=0.05)

    hub.server.close()
