"""What may be asked, and how a mistake is told."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.hubspot import CONNECTOR
from okrmodel.definitions.query import fingerprint
from okrmodel.observations import Aggregation


def question(**written: Any) -> Any:
    return CONNECTOR.query.validate_python(written)


def problem(**written: Any) -> tuple[tuple[Any, ...], str]:
    with pytest.raises(ValidationError) as caught:
        CONNECTOR.query.validate_python(written)
    [error] = caught.value.errors()
    return error["loc"], error["msg"]


def marked(query: Any) -> str:
    return fingerprint("hubspot", "1", query, "Europe/Warsaw", query.aggregation)


def test_importing_the_connector_and_reading_a_question_loads_no_sdk() -> None:
    program = """
import sys
from connectors.hubspot import CONNECTOR
import connectors.hubspot.query
CONNECTOR.query.validate_python({"object": "contacts", "entered": "mql"})
CONNECTOR.query.json_schema()
CONNECTOR.options.model_json_schema()
loaded = [name for name in sys.modules if name.partition(".")[0] in {"hubspot", "urllib3", "requests"}]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("written", "aggregation"),
    [
        ({"object": "contacts", "entered": "mql"}, Aggregation.SUM),
        ({"object": "companies", "created": True}, Aggregation.SUM),
        ({"object": "deals", "closed": "won", "sum": "amount"}, Aggregation.SUM),
        ({"object": "contacts", "date": "recent_conversion_date"}, Aggregation.SUM),
        ({"object": "contacts", "in_stage": "mql"}, Aggregation.LEVEL),
        ({"object": "deals", "open": True}, Aggregation.LEVEL),
        ({"emails": "open"}, Aggregation.SUM),
        ({"emails": "published", "type": "BATCH_EMAIL"}, Aggregation.SUM),
    ],
)
def test_every_question_implies_its_aggregation(
    written: dict[str, Any], aggregation: Aggregation
) -> None:
    query = question(**written)

    assert query.aggregation is aggregation
    assert query.has_history == (aggregation is Aggregation.SUM)
    assert CONNECTOR.query.validate_python(query.canonical()) == query


@pytest.mark.parametrize(
    ("written", "settles"),
    [
        ({"object": "contacts", "entered": "mql"}, timedelta(hours=1)),
        ({"object": "deals", "open": True}, timedelta(0)),
        ({"emails": "sent"}, timedelta(days=1)),
        ({"emails": "delivered"}, timedelta(days=5)),
        ({"emails": "open"}, timedelta(weeks=6)),
        ({"emails": "published"}, timedelta(hours=1)),
    ],
)
def test_every_question_knows_how_long_its_answers_move(
    written: dict[str, Any], settles: timedelta
) -> None:
    assert question(**written).settles == settles


def test_what_means_the_same_is_the_same_question() -> None:
    where = {"hs_analytics_source": ["PAID_SEARCH", "ORGANIC_SEARCH", "PAID_SEARCH"], "score": 40}
    again = {
        "score": {"eq": "40"},
        "hs_analytics_source": {"in": ["ORGANIC_SEARCH", "PAID_SEARCH"]},
    }
    first = question(object="contacts", entered="mql", entry="latest", where=where)

    assert marked(first) == marked(question(object="contacts", entered="mql", where=again))
    assert marked(first) != marked(question(object="contacts", entered="mql"))
    assert marked(question(emails="open", type="AB_EMAIL")) == marked(
        question(emails="open", type=["AB_EMAIL", "AB_EMAIL"])
    )


def test_a_stage_alias_is_the_same_question_as_the_stages_id() -> None:
    alias = question(object="contacts", entered="mql").resolved({"mql": "marketingqualifiedlead"})
    level = question(object="contacts", in_stage="mql").resolved({"mql": "marketingqualifiedlead"})

    assert marked(alias) == marked(question(object="contacts", entered="marketingqualifiedlead"))
    assert level.in_stage == "marketingqualifiedlead"


def test_conditions_become_the_filters_of_the_search() -> None:
    where = {"a": True, "b": {"gte": 5, "lt": 7.5}}

    assert question(object="contacts", created=True, where=where).filters() == [
        {"propertyName": "a", "operator": "EQ", "value": "true"},
        {"propertyName": "b", "operator": "GTE", "value": "5"},
        {"propertyName": "b", "operator": "LT", "value": "7.5"},
    ]


def test_a_negation_asks_that_there_is_a_value_at_all() -> None:
    where = {"hs_analytics_source": {"not_in": ["OFFLINE", "EMAIL_MARKETING"]}}

    assert question(object="contacts", created=True, where=where).filters() == [
        {
            "propertyName": "hs_analytics_source",
            "operator": "NOT_IN",
            "values": ["EMAIL_MARKETING", "OFFLINE"],
        },
        {"propertyName": "hs_analytics_source", "operator": "HAS_PROPERTY"},
    ]


class TestMistakesAreToldOnceAndWhereTheyAre:
    def test_no_question(self) -> None:
        where, message = problem(object="contacts")

        assert where == ()
        assert message.startswith(
            "expected exactly one of entered, created, closed, date, in_stage, open beside"
            " `object`, or `emails` with a counter (sent,"
        )
        assert message.endswith("got none of them")

    def test_two_questions(self) -> None:
        assert problem(object="deals", created=True, closed="won")[1].endswith(
            "got created and closed"
        )

    def test_a_first_entry(self) -> None:
        where, message = problem(object="contacts", entered="mql", entry="first")

        assert where == ("entry",)
        assert "HubSpot's date is that of the latest entry" in message

    def test_closed_contacts(self) -> None:
        assert problem(object="contacts", closed="won") == (("object",), "Input should be 'deals'")

    def test_an_unknown_counter(self) -> None:
        where, message = problem(emails="opens")

        assert where == ("emails",)
        assert "'open'" in message

    def test_an_unknown_key(self) -> None:
        assert problem(object="contacts", entered="mql", were={})[0] == ("were",)

    def test_an_unknown_comparison(self) -> None:
        where, _ = problem(object="deals", created=True, where={"amount": {"between": [1, 2]}})

        assert where == ("where", "amount", "between")

    def test_an_empty_comparison(self) -> None:
        where, message = problem(object="deals", created=True, where={"amount": {}})

        assert where == ("where", "amount")
        assert message.startswith("an empty comparison")

    def test_more_conditions_than_a_search_can_carry(self) -> None:
        where = {"a": {"not_in": ["x", "y"]}, "b": 1, "c": 2}

        assert problem(object="contacts", created=True, where=where)[1].startswith(
            "`where` makes 4 filters, expected at most 3"
        )
        assert problem(object="deals", closed="lost", where={"b": 1, "c": 2})[1].startswith(
            "`where` makes 2 filters, expected at most 1"
        )

    def test_longer_conditions_than_a_search_can_carry(self) -> None:
        where = {"city": [f"{n:090}" for n in range(30)]}

        assert (
            "HubSpot refuses searches of more than 3,000"
            in (problem(object="contacts", created=True, where=where)[1])
        )

    @pytest.mark.parametrize("written", [5, None, "contacts", ["contacts"]])
    def test_no_mapping(self, written: Any) -> None:
        with pytest.raises(ValidationError, match="expected a mapping"):
            CONNECTOR.query.validate_python(written)


def options(**changes: Any) -> Any:
    raw = {"connector": "hubspot", "portal": 24681357, "token": "${HUBSPOT_TOKEN}"}
    wanted = {name: value for name, value in (raw | changes).items() if value is not None}
    return CONNECTOR.options.model_validate(wanted)


OAUTH = {"client_id": "${ID}", "client_secret": "${SECRET}", "refresh_token": "${REFRESH}"}


def test_the_account_is_the_portal_whatever_the_token_and_the_address() -> None:
    assert options().account == "24681357"
    assert options(token=None, endpoint="http://127.0.0.1:8080/", **OAUTH).account == "24681357"


@pytest.mark.parametrize(
    "changes",
    [
        {"token": None},
        OAUTH,
        {"token": None, "client_id": "${ID}"},
        {"token": "pat-na1-in-plain-text"},
        {"portal": "acme"},
        {"endpoint": "http://api.hubapi.com"},
        {"endpoint": "api.hubapi.com"},
        {"endpoint": "https://me@api.hubapi.com"},
        {"api_version": "v4"},
    ],
)
def test_options_that_cannot_work_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        options(**changes)

    assert "pat-na1-in-plain-text" not in caught.value.errors(include_input=False)[0]["msg"]
