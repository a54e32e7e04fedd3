"""Answers walked through HubSpot's own OpenAPI descriptions, and beside recorded answers.

The descriptions and recordings are not part of this project: without the folder beside it that
holds them these tests are skipped.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from jsonschema import Draft202012Validator

from sandbox.hubspot.access import CLIENT_ID, CLIENT_SECRET, NO_SCOPE_TOKEN, REFRESH_TOKEN
from tests.sandbox.hubspot.hub import Hub

DATA = Path(__file__).parents[3] / "../shared/data"
DESCRIPTIONS = DATA / "hubspot-openapi"
RECORDED = DATA / "recorded/hubspot"

pytestmark = pytest.mark.skipif(
    not DESCRIPTIONS.is_dir(), reason="HubSpot's API descriptions are not beside this project"
)

SPAN = "startTimestamp=2026-09-01T00:00:00Z&endTimestamp=2026-09-08T00:00:00Z"
SEARCH: dict[str, Any] = {"limit": 50, "properties": ["hs_v2_date_entered_lead", "lifecyclestage"]}


class Asked(NamedTuple):
    """A request, and the description in which its path stands."""

    description: str
    path: str
    query: str = ""
    body: Any = None

    @property
    def verb(self) -> str:
        return "GET" if self.body is None else "POST"


ASKED = [
    Asked("crm-contacts.v3", "/crm/v3/objects/contacts/search", body=SEARCH),
    Asked("crm-contacts.2026-03", "/crm/objects/2026-03/contacts/search", body=SEARCH),
    Asked("crm-companies.v3", "/crm/v3/objects/companies/search", body={}),
    Asked("crm-deals.v3", "/crm/v3/objects/0-3/search", body={"limit": 100}),
    Asked("crm-contacts.v3", "/crm/v3/objects/contacts", "limit=20"),
    Asked("crm-contacts.2026-03", "/crm/objects/2026-03/contacts"),
    Asked("crm-contacts.v3", "/crm/v3/objects/contacts/batch/read", body={"inputs": []}),
    Asked("crm-owners.v3", "/crm/v3/owners", "limit=1"),
    Asked("crm-lists.v3", "/crm/v3/lists/search", body={"offset": 0}),
    Asked("account-info.v3", "/account-info/v3/details"),
    Asked("account-info.2026-03", "/account-info/2026-03/details"),
    Asked("account-info.v3", "/account-info/v3/api-usage/daily/private-apps"),
    Asked("marketing-emails.145892.v3", "/marketing/v3/emails", "limit=100&includeStats=true"),
    Asked("marketing-emails.2026-03", "/marketing/emails/2026-03", "limit=5"),
    Asked("marketing-emails.145892.v3", "/marketing/v3/emails/statistics/list", SPAN),
    Asked(
        "marketing-emails.155892.v3",
        "/marketing/v3/emails/statistics/histogram",
        f"{SPAN}&interval=HOUR",
    ),
    Asked(
        "marketing-emails.2026-03",
        "/marketing/emails/2026-03/statistics/histogram",
        f"{SPAN}&interval=DAY",
    ),
]
FILLED = [
    ("crm-properties.v3", "/crm/v3/properties/{objectType}", "/crm/v3/properties/contacts"),
    ("crm-properties.v3", "/crm/v3/properties/{objectType}", "/crm/v3/properties/deals"),
    (
        "crm-properties.v3",
        "/crm/v3/properties/{objectType}/{propertyName}",
        "/crm/v3/properties/0-2/name",
    ),
    ("crm-pipelines.v3", "/crm/v3/pipelines/{objectType}", "/crm/v3/pipelines/contacts"),
    ("crm-pipelines.v3", "/crm/v3/pipelines/{objectType}", "/crm/v3/pipelines/deals"),
    ("marketing-emails.145892.v3", "/marketing/v3/emails/{emailId}", "/marketing/v3/emails/"),
    ("crm-objects.v3", "/crm/v3/objects/{objectType}/{objectId}", "/crm/v3/objects/0-1/"),
]


def description(name: str) -> Any:
    return json.loads((DESCRIPTIONS / f"{name}.json").read_text())


def validator(name: str, path: str, verb: str, status: str = "200") -> Draft202012Validator:
    """For the answers of an endpoint; $refs are resolved inside the description."""
    document = description(name)
    response = document["paths"][path][verb.lower()]["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    [content] = response["content"].values()
    return Draft202012Validator({**content["schema"], "components": document["components"]})


def deviations(checked: Draft202012Validator, answer: Any) -> list[str]:
    """What the description does not allow, apart from what is known to be so in truth."""
    return [
        f"{error.json_path}: {error.message}"
        for error in checked.iter_errors(answer)
        if not _justified(error.json_path, error.instance)
    ]


def _justified(path: str, instance: Any) -> bool:
    """The descriptions say that properties are strings; recorded answers have nulls there."""
    return ".properties." in path and instance is None


@pytest.fixture(scope="module")
def portal(big_hub: Hub) -> Hub:
    return big_hub


@pytest.mark.parametrize(
    "asked", ASKED, ids=lambda asked: f"{asked.verb} {asked.path}?{asked.query}"
)
def test_an_answer_is_as_described(portal: Hub, asked: Asked) -> None:
    answer = portal.session.request(
        asked.verb, f"{portal.url}{asked.path}?{asked.query}", json=asked.body, timeout=10
    )

    assert answer.status_code == 200, answer.text
    checked = validator(asked.description, asked.path, asked.verb)
    assert deviations(checked, answer.json()) == []
    assert answer.json().get("results", ["something"]) != [] or asked.body == {"inputs": []}


@pytest.mark.parametrize(("name", "path", "asked"), FILLED, ids=lambda value: str(value)[:60])
def test_an_answer_about_one_thing_is_as_described(
    portal: Hub, name: str, path: str, asked: str
) -> None:
    if asked.endswith("/"):
        listed = portal.get(asked.rstrip("/")).json()
        asked += listed["results"][0]["id"]
    answer = portal.get(asked)

    assert answer.status_code == 200, answer.text
    assert deviations(validator(name, path, "GET"), answer.json()) == []


def test_a_partial_batch_is_as_described(portal: Hub) -> None:
    path = "/crm/v3/objects/contacts/batch/read"
    answer = portal.post(path, {"inputs": [{"id": "1"}]})

    assert answer.status_code == 207
    assert deviations(validator("crm-contacts.v3", path, "POST", "207"), answer.json()) == []


def test_a_token_is_as_described(portal: Hub) -> None:
    form = {
        "grant_type": "refresh_token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }
    answer = requests.post(f"{portal.url}/oauth/v3/token", data=form, timeout=10)

    document = description("oauth.v3")
    [one_of] = document["paths"]["/oauth/v3/token"]["post"]["responses"]["200"]["content"].values()
    assert one_of["schema"] == {"$ref": "#/components/schemas/TokenResponseIF"}
    # TokenResponseIF is "oneOf" two schemas that both fit, so that nothing ever fits one only.
    schema = {
        **document["components"]["schemas"]["AccessTokenResponse"],
        "components": document["components"],
    }
    assert deviations(Draft202012Validator(schema), answer.json()) == []


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_as_described(portal: Hub, status: int) -> None:
    token = {403: NO_SCOPE_TOKEN}.get(status)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    path = "/crm/v3/objects/contacts/search"
    answer = portal.session.post(portal.url + path, json={"limit": 0}, headers=headers, timeout=10)

    assert answer.status_code == status
    assert deviations(validator("crm-contacts.v3", path, "POST", "default"), answer.json()) == []


def test_the_walk_would_notice_a_wrong_type(portal: Hub) -> None:
    path = "/crm/v3/objects/contacts/search"
    answer = portal.search()
    checked = validator("crm-contacts.v3", path, "POST")

    assert deviations(checked, {**answer, "total": "12"}) != []
    answer["results"][0]["properties"]["email"] = 12
    assert deviations(checked, answer) != []


def first_address(portal: Hub) -> str:
    address: str = portal.search(limit=1)["results"][0]["properties"]["email"]
    return address


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


@pytest.mark.parametrize(
    "name", ["amplabs-search-contacts-page1", "amplabs-search-contacts-response"]
)
def test_a_contact_has_the_keys_of_a_recorded_one(portal: Hub, name: str) -> None:
    there = recorded(name)
    # The recorded page with "paging" is one of several, the other is the last.
    here = portal.search(limit=1, query="" if "paging" in there else first_address(portal))

    assert set(here) == set(there)
    assert set(here["results"][0]) == set(there["results"][0])
    ours, theirs = here["results"][0]["properties"], there["results"][0]["properties"]
    # Those recorded were asked for company, phone and website besides.
    assert set(theirs) - set(ours) == {"company", "phone", "website"}
    assert list(ours) == sorted(ours)
    assert {type(value) for value in theirs.values()} >= {type(value) for value in ours.values()}


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("amplabs-account-info-details", "/account-info/v3/details", None),
        ("amplabs-pipelines-contacts-lifecycle", "/crm/v3/pipelines/contacts", None),
        ("amplabs-pipelines-deals", "/crm/v3/pipelines/deals", None),
        ("amplabs-lists-search-page1", "/crm/v3/lists/search", {"count": 2}),
    ],
)
def test_an_answer_has_the_shape_of_the_recorded_one(
    portal: Hub, name: str, path: str, body: Any
) -> None:
    here = (portal.get(path) if body is None else portal.post(path, body)).json()

    there = recorded(name)
    if name == "amplabs-account-info-details":
        assert there.pop("additionalCurrencies") == []
        assert here.pop("additionalCurrencies") == ["USD"]
    assert shape(here) == shape(there)


def shape(value: Any) -> Any:
    """Names and types; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize(
    ("name", "query", "allowed"),
    [
        ("amplabs-marketing-emails-page1", "isPublished=false", set()),
        # Nothing here is a ticket's automatic answer: no campaign group, no publisher's name.
        (
            "amplabs-marketing-emails-page2",
            "isPublished=true",
            {"emailCampaignGroupId", "publishedByName"},
        ),
    ],
)
def test_an_email_has_the_keys_of_a_recorded_one(
    portal: Hub, name: str, query: str, allowed: set[str]
) -> None:
    [there, *_] = recorded(name)["results"]
    [here] = portal.get(f"/marketing/v3/emails?limit=1&{query}").json()["results"]

    assert set(there) - set(here) == allowed
    assert set(here) - set(there) <= {"sendOnPublish"}


def test_the_cursor_of_emails_has_the_form_of_the_recorded_one(portal: Hub) -> None:
    here = portal.get("/marketing/emails/2026-03", limit=3, sort="-updatedAt").json()["paging"]
    there = recorded("amplabs-marketing-emails-page1")["paging"]

    assert shape(here) == shape(there)
    assert here["next"]["after"] == there["next"]["after"]
    assert here["next"]["link"] == there["next"]["link"]


def test_refusals_have_the_keys_of_recorded_ones(portal: Hub) -> None:
    unknown = portal.post("/crm/v3/objects/butterflies/search", {}).json()
    there = recorded("amplabs-err-400-invalid-object")
    assert set(unknown) == set(there)
    assert unknown["message"] == there["message"]

    partial = portal.post("/crm/v3/objects/contacts/batch/read", {"inputs": [{"id": "1"}]}).json()
    theirs = recorded("amplabs-batch-read-207")
    assert set(partial) == set(theirs)
    assert set(theirs["errors"][0]) - set(partial["errors"][0]) == {"subCategory"}


def test_the_recorded_search_is_understood(portal: Hub) -> None:
    answer = portal.search(**recorded("amplabs-search-contacts-request"))

    assert answer["total"] > 0
    assert answer["results"][0]["properties"]["email"]
