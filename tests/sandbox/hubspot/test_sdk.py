"""The official SDK talks to the pretend HubSpot as it would to the real one."""

from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ApiException

from sandbox.hubspot.access import CLIENT_ID, CLIENT_SECRET, NO_SCOPE_TOKEN, REFRESH_TOKEN, TOKEN
from tests.sandbox.hubspot.hub import Hub, where


def client_of(hub: Hub, token: str = TOKEN) -> Any:
    """`host` moves the generated APIs, `base_url` moves api_request."""
    return HubSpot(access_token=token, host=hub.url, base_url=hub.url)


@pytest.fixture
def client(hub: Hub) -> Any:
    return client_of(hub)


def test_it_searches_contacts_deals_and_companies(client: Any) -> None:
    body = {"filterGroups": [{"filters": [where("hs_object_id", "GT", "1")]}], "limit": 1}
    contacts = client.crm.contacts.search_api.do_search(public_object_search_request=body)
    deals = client.crm.deals.search_api.do_search(public_object_search_request=body)
    companies = client.crm.companies.search_api.do_search(public_object_search_request=body)
    generic = client.crm.objects.search_api.do_search("0-3", public_object_search_request=body)

    assert [found.total for found in (contacts, deals, companies, generic)] == [2, 3, 1, 3]
    assert contacts.results[0].properties["hs_object_id"] == "104"
    assert contacts.paging.next.after == "1"
    assert companies.paging is None


def test_it_reads_what_the_portal_has(client: Any) -> None:
    stage = client.crm.properties.core_api.get_by_name("contacts", "lifecyclestage")
    pipelines = client.crm.pipelines.pipelines_api.get_all("contacts")
    owners = client.crm.owners.owners_api.get_page()
    lists = client.crm.lists.lists_api.do_search(
        list_search_request={"offset": 0, "additionalProperties": ["hs_list_size"]}
    )
    page = client.crm.contacts.basic_api.get_page(limit=100, properties=["lifecyclestage"])

    assert stage.options[2].value == "marketingqualifiedlead"
    assert pipelines.results[0].stages[0].id == "subscriber"
    assert len(owners.results) == 3
    assert lists.lists[0].additional_properties["hs_list_size"] == "2"
    assert [row.id for row in page.results] == ["101", "104"]


def test_it_reads_emails_and_their_statistics(client: Any) -> None:
    emails = client.marketing.emails.marketing_emails_api.get_page(type="BATCH_EMAIL", limit=1)
    span = {
        "start_timestamp": "2026-03-01T00:00:00Z",
        "end_timestamp": "2026-04-01T00:00:00Z",
    }
    whole = client.marketing.emails.statistics_api.get_emails_list(**span)
    daily = client.marketing.emails.statistics_api.get_histogram(
        **span, interval="DAY", email_ids=[701]
    )

    assert (emails.total, emails.results[0].id) == (2, "701")
    assert whole.aggregate.counters["sent"] == 3
    assert whole.emails == [701]
    assert daily.total == 32
    assert sum(each.aggregations.counters.get("sent", 0) for each in daily.results) == 3


def test_plain_requests_go_where_the_base_url_says(client: Any) -> None:
    answer = client.api_request({"path": "/account-info/v3/details"})

    assert answer.json()["timeZone"] == "Europe/Warsaw"


def test_it_refreshes_a_token_and_uses_it(hub: Hub, client: Any) -> None:
    issued = client.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=REFRESH_TOKEN,
    )
    refreshed = client_of(hub, issued.access_token)

    assert issued.expires_in == 1800
    assert refreshed.crm.contacts.search_api.do_search({}).total == 2


def test_refusals_arrive_as_its_exceptions(hub: Hub, client: Any) -> None:
    search = client.crm.contacts.search_api
    with pytest.raises(ApiException) as too_long:
        search.do_search({"limit": 201})
    hub.order("quota", policy="SECONDLY")
    with pytest.raises(ApiException) as too_fast:
        search.do_search({})
    with pytest.raises(ApiException) as not_allowed:
        client_of(hub, NO_SCOPE_TOKEN).crm.contacts.search_api.do_search({})

    assert [raised.value.status for raised in (too_long, too_fast, not_allowed)] == [400, 429, 403]
    assert '"policyName":"SECONDLY"' in too_fast.value.body
