"""What `okr doctor` is told about a HubSpot connection."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.contract import Ask, Finding, Written
from connectors.hubspot.doctor import examine, examine_limits
from connectors.hubspot.quotas import Told
from sandbox.hubspot.access import NO_SCOPE_TOKEN, TOKEN
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.hubspot.test_client import AN_OAUTH_APP, OAUTH
from tests.connectors.opening import day

TODAY = day("2026-11-22")


def findings(account: Account, *asks: Ask, token: str = TOKEN, **changes: Any) -> list[Finding]:
    with account.session(secrets={"token": token}, **changes) as session:
        return list(session.doctor(asks))


def bad(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.subject, f.message, f.remedy) for f in found if not f.ok]


def test_a_healthy_connection_has_nothing_to_mend(account: Account) -> None:
    asks = [
        asking(
            {
                "object": "contacts",
                "entered": "mql",
                "where": {"hs_analytics_source": "EMAIL_MARKETING"},
            },
            TODAY,
        ),
        asking({"object": "contacts", "in_stage": "sql"}, TODAY),
        asking({"object": "deals", "closed": "won", "sum": "amount_in_home_currency"}, TODAY),
        asking({"emails": "open"}, TODAY),
    ]

    found = findings(account, *asks)

    assert bad(found) == []
    assert {f.subject for f in found} == {
        "token", "account", "time zone", "limits", "scopes", "property", "stage names",
    }  # fmt: skip
    # Account; a search and the properties of each object; the emails.
    assert len(account.requests) == 1 + 2 + 2 + 1


def test_without_a_good_token_nothing_else_is_asked(account: Account) -> None:
    found = findings(account, asking({"emails": "open"}, TODAY), token="pat-wrong")

    [(subject, message, _)] = bad(found)
    assert subject == "token"
    assert "401" in message
    assert len(found) == len(account.requests) == 1


def test_a_token_of_another_portal_is_found_out(account: Account) -> None:
    found = findings(account, portal=999)

    assert bad(found) == [
        (
            "account",
            "the token is of portal 24681357, the connection declares 999",
            "correct `portal`, or use the token of that portal",
        )
    ]


def test_missing_scopes_are_named_for_each_area(account: Account) -> None:
    asks = [asking({"object": "deals", "open": True}, TODAY), asking({"emails": "open"}, TODAY)]

    found = bad(findings(account, *asks, token=NO_SCOPE_TOKEN))

    assert [(subject, remedy) for subject, _, remedy in found] == [
        ("scopes", "give the app the scope crm.objects.deals.read in HubSpot"),
        ("scopes", "give the app one of the scopes content, marketing.email.read in HubSpot"),
    ]


def test_mistaken_names_come_with_what_they_may_have_meant(account: Account) -> None:
    where = {"hs_analytics_sorce": "x", "hs_analytics_source": ["ORGANIC_SERCH"]}
    asks = [
        asking({"object": "contacts", "entered": "customr", "where": where}, TODAY),
        asking({"object": "contacts", "in_stage": "Marketing Qualified"}, TODAY),
    ]

    found = bad(findings(account, *asks))

    assert [(subject, message) for subject, message, _ in found] == [
        ("property", "contacts have no property hs_analytics_sorce"),
        (
            "stage names",
            (
                "the portal has no date for contacts entering customr: neither"
                " hs_v2_date_entered_customr nor hs_lifecyclestage_customr_date exists"
            ),
        ),
        ("value", "hs_analytics_source of contacts is never 'ORGANIC_SERCH'"),
        ("stage names", "contacts have no stage Marketing Qualified"),
    ]
    assert [remedy.partition("?")[0] for _, _, remedy in found] == [
        "did you mean hs_analytics_source",
        "did you mean customer",
        "did you mean ORGANIC_SEARCH",
        "did you mean marketingqualifiedlead",
    ]


def test_a_mistake_is_told_with_its_place_in_each_question_that_makes_it(account: Account) -> None:
    wrong = {"hs_analytics_sorce": "x"}
    asks = [
        asking({"object": "contacts", "entered": "mql", "where": wrong}, TODAY),
        asking({"object": "contacts", "created": True, "where": wrong}, TODAY),
        asking({"object": "contacts", "entered": "customr"}, TODAY),
        asking({"object": "contacts", "in_stage": "mqll"}, TODAY),
        asking(
            {"object": "contacts", "created": True, "where": {"hs_analytics_source": "X"}}, TODAY
        ),
    ]
    marks = [ask.fingerprint for ask in asks]

    found = [(f.mistake, f.written) for f in findings(account, *asks) if not f.ok]

    assert found == [
        (
            "unknown-property",
            (
                Written(marks[0], (), "hs_analytics_sorce"),
                Written(marks[1], (), "hs_analytics_sorce"),
            ),
        ),
        ("unknown-stage", (Written(marks[2], ("entered",)),)),
        ("unknown-stage", (Written(marks[3], ("in_stage",)),)),
        ("unknown-value", (Written(marks[4], ("where", "hs_analytics_source"), "X"),)),
    ]


def test_zones_that_differ_are_said_and_are_no_fault(account: Account) -> None:
    with account.session(ZoneInfo("America/New_York")) as session:
        [zone] = [
            f
            for f in examine(session._connection, session.identity(), session._portal_zone)
            if f.subject == "time zone"
        ]

    assert zone.ok
    assert "Europe/Warsaw, not as in America/New_York" in zone.message


def limits(found: list[Finding]) -> list[str]:
    return [finding.message for finding in found if finding.subject == "limits"]


def test_the_accounts_limits_are_told_as_its_own_answer_says_them(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.portal.limits, "daily", account.portal.limits.used_today() + 1_235)

    found = findings(account)

    assert limits(found) == [
        f"190 requests in 10 seconds, 1,234 of {account.portal.limits.daily:,} left today"
    ]
    assert len(account.requests) == 1


def test_an_oauth_app_is_told_no_day(account: Account) -> None:
    with account.session(secrets=OAUTH, **AN_OAUTH_APP) as session:
        assert limits(list(session.doctor([]))) == ["110 requests in 10 seconds"]


def test_limits_that_nobody_tells_are_said_to_be_taken() -> None:
    finding = examine_limits(Told())

    assert finding.ok
    assert finding.message == "HubSpot tells none: 95 requests in 10 seconds taken"
