"""Reading objects without a search, and what the portal has besides objects."""

import pytest

from tests.sandbox.hubspot.hub import Hub


def test_the_list_goes_by_id_and_its_cursor_is_the_last_id(big_hub: Hub) -> None:
    path = "/crm/v3/objects/contacts"
    page = big_hub.get(path, limit=100, properties="lifecyclestage,email", archived="false").json()
    walked = [row["id"] for row in page["results"]]
    assert page["paging"]["next"]["after"] == walked[-1]
    assert "lifecyclestage" in page["results"][0]["properties"]
    while "paging" in page:
        page = big_hub.get(path, limit=100, after=page["paging"]["next"]["after"]).json()
        walked += [row["id"] for row in page["results"]]

    assert walked == sorted(walked, key=int)
    assert len(walked) == big_hub.search()["total"]
    assert "total" not in page


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_the_list_has_pages_of_one_to_a_hundred(hub: Hub, limit: int | str) -> None:
    assert hub.get("/crm/v3/objects/contacts", limit=limit).status_code == 400


def test_archived_objects_are_said_not_to_be_kept(hub: Hub) -> None:
    answer = hub.get("/crm/v3/objects/contacts", archived="true")

    assert answer.status_code == 400
    assert "archived" in answer.json()["message"]


def test_one_object_is_read_by_its_id(hub: Hub) -> None:
    assert hub.get("/crm/v3/objects/companies/501").json()["properties"] == {
        "createdate": "2026-01-01T10:00:00Z",
        "domain": "amber.example",
        "hs_lastmodifieddate": "2026-01-01T10:00:00Z",
        "hs_object_id": "501",
        "name": "Amber Labs",
    }
    for gone in ("102", "999", "x"):
        answer = hub.get(f"/crm/v3/objects/contacts/{gone}")
        assert (answer.status_code, answer.json()["category"]) == (404, "OBJECT_NOT_FOUND")


def test_a_batch_with_missing_ids_is_a_partial_answer(hub: Hub) -> None:
    path = "/crm/v3/objects/contacts/batch/read"
    whole = hub.post(path, {"inputs": [{"id": "101"}, {"id": 104}], "properties": ["email"]})
    part = hub.post(path, {"inputs": [{"id": "101"}, {"id": "102"}, {"id": "9" * 30}]})

    assert whole.status_code == 200
    assert {row["id"] for row in whole.json()["results"]} == {"101", "104"}
    assert part.status_code == 207
    assert [row["id"] for row in part.json()["results"]] == ["101"]
    assert part.json()["numErrors"] == 1
    assert part.json()["errors"][0]["context"]["ids"] == ["102", "9" * 30]


@pytest.mark.parametrize("body", [{}, {"inputs": ["101"]}, {"inputs": [{"id": "1"}] * 101}])
def test_a_batch_of_nothing_or_too_much_is_refused(hub: Hub, body: object) -> None:
    assert hub.post("/crm/v3/objects/contacts/batch/read", body).status_code == 400


@pytest.mark.parametrize("kind", ["contacts", "deals", "companies"])
def test_the_list_of_properties_names_all_that_can_be_asked(hub: Hub, kind: str) -> None:
    listed = hub.get(f"/crm/v3/properties/{kind}").json()["results"]
    names = [each["name"] for each in listed]

    [*rows] = hub.search(f"/crm/v3/objects/{kind}/search", properties=names)["results"]
    assert rows
    assert all(sorted(row["properties"]) == sorted(names) for row in rows)
    for each in listed:
        assert hub.get(f"/crm/v3/properties/{kind}/{each['name']}").json() == each


def test_a_property_says_its_type_and_choices(hub: Hub) -> None:
    stage = hub.get("/crm/v3/properties/contacts/lifecyclestage").json()
    date = hub.get("/crm/v3/properties/0-1/hs_v2_date_entered_1066237962").json()
    legacy = hub.get("/crm/v3/properties/contacts/hs_lifecyclestage_lead_date").json()

    assert {"label": "Product Qualified Lead", "value": "1066237962"}.items() <= stage["options"][
        -1
    ].items()
    assert (date["type"], date["calculated"], date["hidden"]) == ("datetime", True, False)
    assert (legacy["fieldType"], legacy["hidden"]) == ("calculation_read_time", True)


def test_a_property_that_is_not_there_is_not_found(hub: Hub) -> None:
    for name in ("hs_lifecyclestage_1066237962_date", "nonsense"):
        answer = hub.get(f"/crm/v3/properties/contacts/{name}")
        assert (answer.status_code, answer.json()["category"]) == (404, "OBJECT_NOT_FOUND")


def test_pipelines_name_the_stages(hub: Hub) -> None:
    [lifecycle] = hub.get("/crm/v3/pipelines/contacts").json()["results"]
    [sales] = hub.get("/crm/v3/pipelines/0-3/").json()["results"]

    assert lifecycle["id"] == "contacts-lifecycle-pipeline"
    assert lifecycle["stages"][-1]["id"] == "1066237962"
    assert {s["id"]: s["metadata"]["isClosed"] for s in sales["stages"]} == {
        "appointmentscheduled": "false",
        "qualifiedtobuy": "false",
        "presentationscheduled": "false",
        "contractsent": "false",
        "closedwon": "true",
        "closedlost": "true",
    }
    assert hub.get("/crm/v3/pipelines/companies").status_code == 400


def test_owners_come_in_pages(hub: Hub) -> None:
    first = hub.get("/crm/v3/owners", limit=2).json()
    second = hub.get("/crm/v3/owners/", limit=2, after=first["paging"]["next"]["after"]).json()

    assert [len(first["results"]), len(second["results"])] == [2, 1]
    assert "paging" not in second


def test_lists_say_how_many_contacts_they_hold_now(hub: Hub) -> None:
    answer = hub.post("/crm/v3/lists/search", {"query": "", "count": 500}).json()
    sizes = {each["name"]: each["additionalProperties"]["hs_list_size"] for each in answer["lists"]}
    assert (sizes["All contacts"], sizes["Stage: Marketing Qualified Lead"]) == ("2", "2")
    assert (answer["hasMore"], answer["offset"]) == (False, answer["total"])

    two = hub.post("/crm/v3/lists/search", {"listIds": ["1", "4"], "count": 1}).json()
    assert (two["total"], two["hasMore"], two["offset"]) == (2, True, 1)
    assert hub.post("/crm/v3/lists/search", {"count": 501}).status_code == 400
    broken = hub.session.post(hub.url + "/crm/v3/lists/search", data="{", timeout=10)
    assert broken.status_code == 400


@pytest.mark.parametrize("name", ["contact", "contacts", "0-1"])
def test_an_object_type_has_several_names(hub: Hub, name: str) -> None:
    contacts = hub.get("/crm/v3/objects/contacts").json()
    assert hub.get(f"/crm/v3/objects/{name}").json()["results"] == contacts["results"]


def test_what_properties_were_called_before_is_the_same_list(hub: Hub) -> None:
    now = hub.get("/crm/v3/properties/contacts").json()["results"]
    assert hub.get("/properties/v2/contacts/properties").json() == now
    assert hub.get("/properties/v2/contact/properties").json() == now


def test_there_are_no_custom_objects(hub: Hub) -> None:
    assert hub.get("/crm/v3/schemas").json() == {"results": []}
