"""How the client behaves on the wire: credentials, connections, budget, calls, secrets."""

import logging
import traceback
from datetime import timedelta
from typing import Any

import pytest

from connectors.budget import Limit, Unlimited
from connectors.errors import ConnectorError, CredentialsError, QueryError
from connectors.hubspot import CONNECTOR
from connectors.hubspot.failures import Raw
from connectors.hubspot.session import HubSpotSession
from sandbox.hubspot.access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN
from tests.connectors import opening
from tests.connectors.hubspot.conftest import Account, answered, asking
from tests.connectors.opening import day, days

CREATED = asking({"object": "contacts", "created": True}, day("2026-11-20"))
SEARCH = "POST /crm/v3/objects/contacts/search"
REFRESH = "POST /oauth/v3/token"
OAUTH = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
AN_OAUTH_APP: dict[str, Any] = {"token": None, **{name: f"${{{name.upper()}}}" for name in OAUTH}}


def test_an_oauth_app_gets_its_token_once(account: Account) -> None:
    with account.session(secrets=OAUTH, **AN_OAUTH_APP) as session:
        first, second = answered(session, CREATED), answered(session, CREATED)

    assert [o.value for o in first.values()] == [o.value for o in second.values()]
    assert account.requests == [REFRESH, SEARCH, SEARCH]
    assert session.calls == 3


def test_an_access_token_that_ends_in_the_middle_of_a_run_is_renewed(account: Account) -> None:
    with account.session(secrets=OAUTH, **AN_OAUTH_APP) as session:
        before = answered(session, CREATED)
        account.clock.move_to(account.clock.now() + timedelta(seconds=1801))
        after = answered(session, CREATED)

    assert [o.value for o in before.values()] == [o.value for o in after.values()]
    assert account.requests == [REFRESH, SEARCH, SEARCH, REFRESH, SEARCH]


def test_a_refresh_token_that_is_not_taken_says_what_to_do(account: Account) -> None:
    wrong = OAUTH | {"refresh_token": "eu1-long-gone"}

    with (
        pytest.raises(CredentialsError) as caught,
        account.session(secrets=wrong, **AN_OAUTH_APP) as session,
    ):
        session.identity()

    assert "refresh token of portal 24681357" in str(caught.value)
    assert "install the OAuth app" in caught.value.remedy
    assert "eu1-long-gone" not in str(caught.value)


def test_a_whole_session_is_one_connection(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    processed = type(account.server._http).process_request  # type: ignore[union-attr]

    def counted(server: Any, request: Any, client: Any) -> None:
        opened.append(client)
        processed(server, request, client)

    monkeypatch.setattr(type(account.server._http), "process_request", counted)

    with account.session() as session:
        session.identity()
        answered(session, asking({"object": "contacts", "entered": "mql"}, day("2026-11-20")))
        answered(session, asking({"emails": "open"}, *days("2026-10-01", "2026-10-31")))

    assert len(account.requests) == 4
    assert len(opened) == 1


def test_every_request_is_counted_repetitions_included(account: Account) -> None:
    account.fault("status", matching="search", status=500)

    with account.session() as session:
        answered(session, CREATED)

    assert session.calls == len(account.requests) == 2


def test_the_identity_is_asked_for_once(account: Account) -> None:
    with account.session() as session:
        identity = session.identity()
        session.identity()

    assert identity.account == "24681357"
    assert identity.sandbox
    assert identity.zone is None
    assert account.requests == ["GET /account-info/v3/details"]


def test_a_company_that_is_no_sandbox_is_not_called_one(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.portal, "account_type", "STANDARD")

    with account.session(days="source") as session:
        assert not session.identity().sandbox
        assert session.identity().zone == "Europe/Warsaw"


def test_the_dated_api_answers_the_same(account: Account) -> None:
    asked = asking({"object": "contacts", "entered": "mql"}, *days("2026-11-01", "2026-11-20"))
    opens = asking({"emails": "open"}, *days("2026-11-01", "2026-11-20"))
    expected = account.values(asked), account.values(opens)
    account.log.clear()

    dated = (
        account.values(asked, api_version="2026-03"),
        account.values(opens, api_version="2026-03"),
    )

    assert dated == expected
    assert account.requests == [
        "GET /crm/properties/2026-03/contacts/hs_v2_date_entered_marketingqualifiedlead",
        "POST /crm/objects/2026-03/contacts/search",
        "GET /account-info/2026-03/details",
        "GET /marketing/emails/2026-03/statistics/histogram",
    ]


class _Asked(Unlimited):
    """A budget that notes what it was asked."""

    def __init__(self) -> None:
        self.limits: list[tuple[str, str, float]] = []

    def wait(self, account: str, limit: Limit) -> None:
        self.limits.append((account, limit.name, limit.calls / limit.seconds))


def test_each_request_waits_for_its_turn_in_the_accounts_budget(account: Account) -> None:
    budget = _Asked()
    with account.session(budget=budget) as session:
        answered(session, asking({"object": "contacts", "entered": "mql"}, day("2026-11-20")))

    assert budget.limits == [("24681357", "burst", 9.5), ("24681357", "search", 4.5)]


def test_a_search_too_long_for_hubspot_is_not_sent(account: Account) -> None:
    with account.session() as session, pytest.raises(QueryError, match="HubSpot takes 3000"):
        session._client.search("contacts", {"properties": ["x" * 3000]})

    assert account.requests == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 423, 429, 477, 500])
def test_no_error_shows_a_secret_wherever_it_is_printed(
    account: Account, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    account.fault("status", matching="search", status=status, times=9)

    with pytest.raises(ConnectorError) as caught, account.session() as session:
        answered(session, CREATED)

    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert TOKEN not in shown + caught.value.remedy + caplog.text + repr(vars(session._client))
    assert "Traceback" in shown


def test_a_secret_that_hubspot_repeats_is_masked(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"message":"The token %s is not known here"}' % TOKEN.encode()

    with account.session() as session:
        monkeypatch.setattr(
            session._client._transport, "send", lambda *_a, **_m: Raw(401, body, {})
        )
        with pytest.raises(CredentialsError, match=r"The token \*\*\* is not known here"):
            session.identity()


def test_access_tokens_of_before_and_after_are_masked(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = iter(["tok-first", "tok-second"])
    refusals = iter([401, 400])

    def send(_verb: str, path: str, **_: Any) -> Raw:
        if "oauth" in path:
            return Raw(200, b'{"access_token":"%s"}' % next(granted).encode(), {})
        return Raw(next(refusals), b'{"message":"tok-first is no tok-second"}', {})

    with account.session(secrets=OAUTH, **AN_OAUTH_APP) as session:
        monkeypatch.setattr(session._client._transport, "send", send)
        with pytest.raises(QueryError, match=r"\*\*\* is no \*\*\*"):
            session.identity()


def test_oauth_secrets_are_in_no_error_either(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account.fault("status", matching="token", status=500, times=9)

    with (
        pytest.raises(ConnectorError) as caught,
        account.session(secrets=OAUTH, **AN_OAUTH_APP) as session,
    ):
        session.identity()

    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert not [secret for secret in OAUTH.values() if secret in shown]


def test_connecting_sends_nothing(account: Account) -> None:
    connection = opening.connection(account.options(), secrets={"token": TOKEN})

    session = CONNECTOR.connect(connection)
    session.close()

    assert isinstance(session, HubSpotSession)
    assert account.requests == []
    assert TOKEN not in repr(connection) + repr(session) + str(vars(session))
