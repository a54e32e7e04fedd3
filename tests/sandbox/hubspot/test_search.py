"""What a search finds and how it writes it, counted by hand."""

import pytest

from tests.sandbox.hubspot.hub import DEALS, Hub, where
from tests.sandbox.rows import at, ms

MQL_DATE = "hs_v2_date_entered_marketingqualifiedlead"
LEGACY_MQL_DATE = "hs_lifecyclestage_marketingqualifiedlead_date"


def test_without_anything_the_first_ten_come_oldest_first(hub: Hub) -> None:
    page = hub.search()

    assert [row["id"] for row in page["results"]] == ["104", "101"]
    assert page["total"] == 2
    assert "paging" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v3/objects/contacts/search",
        "/crm/v3/objects/contacts/search/",
        "/crm/v3/objects/0-1/search",
        "/crm/objects/2026-03/contacts/search",
        "/crm/objects/2026-03/0-1/search/",
        "/crm/objects/2026-09-beta/0-1/search/",
    ],
)
def test_names_type_ids_dated_paths_and_trailing_slashes_are_one_endpoint(
    hub: Hub, path: str
) -> None:
    assert hub.search(path)["total"] == 2


@pytest.mark.parametrize(
    ("path", "total"), [("0-3", 3), ("deals", 3), ("0-2", 1), ("companies", 1)]
)
def test_deals_and_companies_are_searched_alike(hub: Hub, path: str, total: int) -> None:
    assert hub.search(f"/crm/v3/objects/{path}/search")["total"] == total


def test_values_are_text_null_when_empty_and_left_out_when_not_defined(hub: Hub) -> None:
    asked = [MQL_DATE, "hs_v2_date_entered_customer", "no_such_property", "lifecyclestage"]
    first, second = hub.search(properties=asked)["results"]

    assert first == {
        "id": "104",
        "properties": {
            "createdate": "2026-01-05T10:00:00Z",
            "email": "person104@freemail.example",
            "firstname": None,
            "hs_object_id": "104",
            "hs_v2_date_entered_customer": None,
            MQL_DATE: "2026-04-15T12:00:00.250Z",
            "lastmodifieddate": "2026-04-15T12:00:00.250Z",
            "lastname": "Jones",
            "lifecyclestage": "marketingqualifiedlead",
        },
        "createdAt": "2026-01-05T10:00:00Z",
        "updatedAt": "2026-04-15T12:00:00.250Z",
        "archived": False,
        "url": f"https://app-eu1.hubspot.com/contacts/{hub.company.portal_id}/record/0-1/104",
    }
    assert second["properties"]["email"] == "person101@amber.example"


def test_who_enters_a_stage_again_moves_to_the_later_date(hub: Hub) -> None:
    in_february = (
        where(MQL_DATE, "GTE", str(ms("2026-02-01 00:00"))),
        where(MQL_DATE, "LT", "2026-03-01"),
    )

    assert hub.found(*in_february) == []
    hub.clock.move_to(at("2026-03-15 00:00"))
    assert hub.found(*in_february) == ["104"]
    assert hub.found(where("lifecyclestage", "EQ", "lead")) == ["104"]


def test_what_happens_at_the_very_instant_of_the_clock_is_known(hub: Hub) -> None:
    seen = []
    for instant in ("2026-02-10 11:59", "2026-02-10 12:00"):
        hub.clock.move_to(at(instant))
        seen.append(hub.found(where("lifecyclestage", "EQ", "marketingqualifiedlead")))

    assert seen == [["101"], ["104", "101"]]


def test_a_contact_loses_its_company_when_that_is_deleted(hub: Hub) -> None:
    companies = []
    for instant in ("2026-06-15 09:59", "2026-06-15 10:00"):
        hub.clock.move_to(at(instant))
        [row] = hub.search(
            filters=[where("hs_object_id", "EQ", "101")], properties=["associatedcompanyid"]
        )["results"]
        companies.append(row["properties"]["associatedcompanyid"])

    assert companies == ["501", None]


def test_the_legacy_family_of_stage_dates_says_the_same(hub: Hub) -> None:
    [row, _] = hub.search(properties=[LEGACY_MQL_DATE, MQL_DATE])["results"]

    assert row["properties"][LEGACY_MQL_DATE] == row["properties"][MQL_DATE]


def test_who_is_deleted_or_merged_away_vanishes_and_the_survivor_keeps_the_id(hub: Hub) -> None:
    hub.clock.move_to(at("2026-03-15 00:00"))
    before = hub.search(properties=["hs_merged_object_ids"])

    hub.clock.move_to(at("2026-05-01 12:00"))
    after = hub.search(properties=["hs_merged_object_ids"])

    assert [row["id"] for row in before["results"]] == ["104", "101", "102", "103"]
    assert {row["properties"]["hs_merged_object_ids"] for row in before["results"]} == {None}
    assert [row["id"] for row in after["results"]] == ["104", "101"]
    assert after["results"][1]["properties"]["hs_merged_object_ids"] == "103"
    assert after["results"][1]["updatedAt"] == "2026-04-20T08:00:00Z"


def test_the_search_index_lags_behind_what_a_read_shows(hub: Hub) -> None:
    hub.server.index_lag_ms = 60_000
    assert hub.server.index_lag_ms == 60_000
    hub.clock.move_to(at("2026-05-20 10:00"))

    assert "130" not in hub.found()
    assert hub.get("/crm/v3/objects/contacts/130").status_code == 200
    hub.clock.move_to(at("2026-05-20 10:01"))
    assert "130" in hub.found()


def test_a_deal_shows_what_was_known_of_it_by_the_clock(hub: Hub) -> None:
    asked = ["amount", "dealstage", "hs_is_closed", "hs_is_closed_won", "closedate"]
    story = []
    for instant in ("2026-04-04 00:00", "2026-04-06 00:00", "2026-04-11 00:00"):
        hub.clock.move_to(at(instant))
        properties = hub.search(DEALS, properties=asked)["results"][0]["properties"]
        story.append({name: properties[name] for name in (*asked, "hs_lastmodifieddate")})

    open_deal = {
        "dealstage": "appointmentscheduled",
        "hs_is_closed": "false",
        "hs_is_closed_won": "false",
        "closedate": None,
    }
    won = {
        "dealstage": "closedwon",
        "hs_is_closed": "true",
        "hs_is_closed_won": "true",
        "closedate": "2026-04-01T10:00:00Z",
    }
    assert story == [
        {**open_deal, "amount": "5000", "hs_lastmodifieddate": "2026-03-01T10:00:00Z"},
        {**won, "amount": "5000", "hs_lastmodifieddate": "2026-04-05T10:00:00Z"},
        {**won, "amount": "3000.50", "hs_lastmodifieddate": "2026-04-10T10:00:00Z"},
    ]


def test_money_keeps_its_written_form_and_comes_home_in_cents(hub: Hub) -> None:
    hub.clock.move_to(at("2026-05-11 00:00"))
    names = [
        "amount",
        "amount_in_home_currency",
        "hs_closed_amount_in_home_currency",
        "deal_currency_code",
        "hs_analytics_source",
    ]
    rows = hub.search(DEALS, properties=names)["results"]

    assert [[row["properties"][name] for name in names] for row in rows] == [
        ["3000.50", "3000.50", "3000.50", "EUR", "OFFLINE"],
        ["1000.01", "920.01", "920.01", "USD", None],
        [None, None, "0.00", "EUR", None],
    ]


def test_whole_amounts_are_written_in_two_ways(big_hub: Hub) -> None:
    rows = big_hub.search(
        DEALS, limit=200, properties=["hs_closed_amount_in_home_currency", "amount"]
    )
    amounts = [row["properties"]["amount"] for row in rows["results"]]
    zeros = {row["properties"]["hs_closed_amount_in_home_currency"] for row in rows["results"]}

    assert None in amounts
    assert "0.00" in zeros
    assert all(amount is None or amount.replace(".", "").isdigit() for amount in amounts)


def test_paging_goes_by_offset_and_ends_without_a_paging_key(big_hub: Hub) -> None:
    first = big_hub.search(limit=200)
    walked, after = first["results"], first["paging"]["next"]["after"]
    assert after == "200"
    while True:
        page = big_hub.search(limit=200, after=after)
        walked += page["results"]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]

    ids = [row["id"] for row in walked]
    assert len(ids) == len(set(ids)) == first["total"]


def test_sorts_put_objects_without_the_value_last_both_ways(hub: Hub) -> None:
    hub.clock.move_to(at("2026-03-15 00:00"))
    orders = [
        [MQL_DATE],
        [f"-{MQL_DATE}"],
        [{"propertyName": MQL_DATE, "direction": "DESCENDING"}],
        [{"propertyName": MQL_DATE, "direction": "ASCENDING"}],
        ["email"],
    ]
    ids = [[row["id"] for row in hub.search(sorts=sorts)["results"]] for sorts in orders]

    assert ids == [
        ["101", "104", "102", "103"],
        ["104", "101", "102", "103"],
        ["104", "101", "102", "103"],
        ["101", "104", "102", "103"],
        ["101", "102", "103", "104"],
    ]


def test_limit_and_after_may_arrive_as_text(big_hub: Hub) -> None:
    page = big_hub.search(limit="200", after="200")

    assert len(page["results"]) == 200
    assert page["paging"]["next"]["after"] == "400"


def test_a_query_looks_into_names_and_addresses(hub: Hub) -> None:
    assert [row["id"] for row in hub.search(query="AMBER person101")["results"]] == ["101"]
    assert hub.search(query="amber freemail")["total"] == 0


def test_groups_are_alternatives_and_filters_beside_them_are_one_group(hub: Hub) -> None:
    groups = [{"filters": [where("hs_object_id", "EQ", number)]} for number in ("101", "104", "9")]

    assert hub.search(filterGroups=groups)["total"] == 2
    assert hub.search(filters=[where("hs_object_id", "EQ", "101")])["total"] == 1
    assert hub.search(filterGroups=[], filters=None)["total"] == 2


def test_an_instant_is_shared_by_requests_and_another_is_not(hub: Hub) -> None:
    first = hub.search()
    assert hub.search() == first
    hub.clock.move_to(at("2026-01-01 00:00"))
    assert hub.search()["results"] == []
