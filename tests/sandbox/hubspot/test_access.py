"""Who may ask what, and for how long."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from sandbox.company.tables import Company
from sandbox.hubspot.access import (
    CLIENT_ID,
    CLIENT_SECRET,
    NO_SCOPE_TOKEN,
    REFRESH_TOKEN,
)
from tests.sandbox.hubspot.hub import CONTACTS, Hub
from tests.sandbox.rows import at

DETAILS = "/account-info/v3/details"
FORM = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


def ask(hub: Hub, authorization: str, path: str = CONTACTS) -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    verb = "POST" if path.endswith("search") else "GET"
    return requests.request(verb, hub.url + path, headers=headers, json={}, timeout=10)


def refresh(hub: Hub, version: str = "v3", **changed: str) -> requests.Response:
    return requests.post(f"{hub.url}/oauth/{version}/token", data={**FORM, **changed}, timeout=10)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer pat-eu1-unknown", "Basic pat-eu1-sandbox"]
)
def test_without_a_known_token_nothing_is_answered(hub: Hub, authorization: str) -> None:
    answer = ask(hub, authorization)

    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["message"].startswith("Authentication credentials not found.")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (CONTACTS, "crm.objects.contacts.read"),
        ("/crm/v3/objects/0-3/search", "crm.objects.deals.read"),
        ("/crm/v3/properties/companies", "crm.schemas.companies.read"),
        ("/crm/v3/owners", "crm.objects.owners.read"),
        ("/crm/v3/lists/search", "crm.lists.read"),
        ("/marketing/v3/emails", "marketing.email.read"),
    ],
)
def test_a_token_without_the_scope_is_told_which_is_missing(
    hub: Hub, path: str, scope: str
) -> None:
    answer = ask(hub, f"Bearer {NO_SCOPE_TOKEN}", path)

    assert answer.status_code == 403
    assert answer.json()["category"] == "MISSING_SCOPES"
    assert scope in answer.json()["errors"][0]["context"]["requiredGranularScopes"]


def test_account_details_need_no_scope_beyond_the_token(hub: Hub) -> None:
    assert ask(hub, f"Bearer {NO_SCOPE_TOKEN}", DETAILS).status_code == 200


def test_a_token_may_be_granted_some_scopes_only(hub: Hub) -> None:
    hub.portal.access.granted["pat-eu1-deals"] = ("crm.objects.deals.read",)

    assert ask(hub, "Bearer pat-eu1-deals", "/crm/v3/objects/deals/search").status_code == 200
    assert ask(hub, "Bearer pat-eu1-deals").status_code == 403


def test_an_access_token_is_good_for_half_an_hour_of_the_clock(hub: Hub) -> None:
    issued = refresh(hub).json()
    assert issued["expires_in"] == 1800
    assert issued["hub_id"] == hub.company.portal_id
    bearer = f"Bearer {issued['access_token']}"

    hub.clock.move_to(hub.clock.now() + timedelta(seconds=1799))
    assert ask(hub, bearer).status_code == 200
    details = ask(hub, bearer, DETAILS)
    assert details.headers["x-hubspot-ratelimit-max"] == "110"
    assert "x-hubspot-ratelimit-daily" not in details.headers

    hub.clock.move_to(hub.clock.now() + timedelta(seconds=8))
    answer = ask(hub, bearer)
    assert answer.status_code == 401
    assert answer.json()["category"] == "EXPIRED_AUTHENTICATION"
    assert "expired 7 second(s) ago" in answer.json()["message"]
    assert ask(hub, f"Bearer {refresh(hub).json()['access_token']}").status_code == 200


@pytest.mark.parametrize("version", ["v1", "v3", "2026-03"])
def test_each_version_of_the_token_endpoint_refreshes(hub: Hub, version: str) -> None:
    assert refresh(hub, version).json()["token_type"] == "bearer"
    assert requests.get(f"{hub.url}/oauth/{version}/token", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"refresh_token": "stolen"}, "BAD_REFRESH_TOKEN", "invalid_grant"),
        ({"client_id": "other"}, "BAD_CLIENT_ID", "invalid_client"),
        ({"client_secret": "wrong"}, "BAD_CLIENT_SECRET", "invalid_client"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE", "unsupported_grant_type"),
    ],
)
def test_a_bad_refresh_says_what_is_bad(
    hub: Hub, changed: dict[str, str], status: str, error: str
) -> None:
    answer = refresh(hub, **changed)

    assert answer.status_code == 400
    assert answer.json()["status"] == status
    assert answer.json()["error"] == error
    assert answer.json()["message"] == answer.json()["error_description"]


def test_the_log_keeps_no_secret(hub: Hub) -> None:
    refresh(hub, "2026-03")

    [request] = hub.asked()
    assert not re.search("secret|refresh", repr(request))


def test_account_details_say_the_zone_and_its_offset_of_now(hub: Hub) -> None:
    summer = hub.get(DETAILS).json()
    hub.clock.move_to(at("2026-12-01 00:00"))
    winter: dict[str, Any] = hub.get("/account-info/2026-03/details").json()

    assert (summer["utcOffset"], summer["utcOffsetMilliseconds"]) == ("+02:00", 7_200_000)
    assert (winter["utcOffset"], winter["utcOffsetMilliseconds"]) == ("+01:00", 3_600_000)
    assert winter["timeZone"] == "Europe/Warsaw"
    assert winter["accountType"] == "SANDBOX"
    assert (winter["companyCurrency"], winter["additionalCurrencies"]) == ("EUR", ["USD"])


def test_the_offset_of_a_zone_behind_utc_has_its_sign(few: Company) -> None:
    with Hub(replace(few, portal_zone="America/St_Johns")) as elsewhere:
        details = elsewhere.get(DETAILS).json()

    assert (details["utcOffset"], details["utcOffsetMilliseconds"]) == ("-03:30", -12_600_000)


def test_usage_resets_at_the_portals_midnight(hub: Hub) -> None:
    [usage] = hub.get("/account-info/v3/api-usage/daily/private-apps").json()["results"]

    assert usage["resetsAt"] == "2026-05-01T22:00:00Z"
    assert usage["fetchStatus"] == "SUCCESS"
