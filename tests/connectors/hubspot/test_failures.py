"""Every refusal says what to do next: the status, the body and the wire, on real sockets."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.hubspot import CONNECTOR, emails, transport
from connectors.hubspot.failures import Raw, failure
from sandbox.hubspot.access import NO_SCOPE_TOKEN
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.opening import day, days, run

CREATED = asking({"object": "contacts", "created": True}, day("2026-11-20"))
SEARCH = "POST /crm/v3/objects/contacts/search"
ALWAYS = 99


@contextmanager
def refused(kind: type[ConnectorError]) -> Iterator[list[ConnectorError]]:
    found: list[ConnectorError] = []
    with pytest.raises(kind) as caught:
        yield found
    assert type(caught.value) is kind or kind is QueryError
    found.append(caught.value)


def plainly(account: Account) -> list[Any]:
    """The values without any fault, for comparison."""
    account.faults.clear()
    return account.values(CREATED)


class TestWhatHealsByItself:
    @pytest.mark.parametrize("status", [500, 502, 503, 504, 521, 522, 523, 524])
    def test_a_server_error_is_asked_again(self, account: Account, status: int) -> None:
        account.fault("status", matching="search", status=status)

        found = account.values(CREATED)

        assert account.requests == [SEARCH, SEARCH]
        assert found == plainly(account)

    @pytest.mark.parametrize("kind", ["reset", "truncate"])
    def test_half_an_answer_is_asked_again(self, account: Account, kind: str) -> None:
        account.fault(kind, matching="search")

        found = account.values(CREATED)

        assert account.requests == [SEARCH, SEARCH]
        assert found == plainly(account)

    def test_a_stalled_answer_is_not_waited_for(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "READ_SECONDS", 0.4)
        account.fault("stall", matching="search", seconds=0.8)

        found = account.values(CREATED)

        assert len(account.slept) == 1
        assert found == plainly(account)

    @pytest.mark.parametrize(
        ("policy", "pause"), [("SECONDLY", 1.0), ("TEN_SECONDLY_ROLLING", 10.0)]
    )
    def test_a_short_limit_is_waited_for_as_long_as_it_lasts(
        self, account: Account, policy: str, pause: float
    ) -> None:
        account.fault("quota", matching="search", policy=policy)

        found = account.values(CREATED)

        assert account.slept == [pause]
        assert found == plainly(account)

    def test_retry_after_is_kept_to_the_letter(self, account: Account) -> None:
        account.fault("quota", matching="search", policy="SECONDLY", headers={"Retry-After": "7"})

        account.values(CREATED)

        assert account.slept == [7.0]

    def test_a_lock_is_waited_out_for_two_seconds(self, account: Account) -> None:
        account.fault("status", matching="search", status=423)

        account.values(CREATED)

        assert account.slept == [2.0]

    def test_a_short_migration_is_waited_out(self, account: Account) -> None:
        account.fault("status", matching="search", status=477, headers={"Retry-After": "30"})

        account.values(CREATED)

        assert account.slept == [30.0]

    def test_what_does_not_heal_is_given_up_after_the_last_try(self, account: Account) -> None:
        account.fault("reset", matching="search", times=ALWAYS)

        with refused(RetrySoon) as errors:
            account.values(CREATED)

        assert account.requests == [SEARCH] * 3
        assert SEARCH in str(errors[0])


class TestWhatAnotherRunMayAsk:
    def test_a_spent_day(self, account: Account) -> None:
        account.fault("quota", matching="search", policy="DAILY")

        with refused(RetryLater) as errors:
            account.values(CREATED)

        assert account.requests == [SEARCH]
        assert "midnight of the account's time zone" in errors[0].remedy

    def test_a_long_migration(self, account: Account) -> None:
        account.fault("status", matching="search", status=477, headers={"Retry-After": "86400"})

        with refused(RetryLater):
            account.values(CREATED)

        assert account.slept == []


class TestWhatSomebodyMustChange:
    def test_an_unknown_token(self, account: Account, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        with (
            refused(CredentialsError) as errors,
            account.session(secrets={"token": "x"}) as session,
        ):
            session.identity()

        assert re.fullmatch(
            r"HubSpot answered 401 to GET /account-info/v3/details of portal 24681357:"
            r" Authentication credentials not found\..*/oauth-overview",
            str(errors[0]),
        )
        assert re.search(r"answered 401: [0-9a-f-]{36}$", caplog.text, re.MULTILINE)
        assert errors[0].remedy

    def test_a_missing_scope_is_named(self, account: Account) -> None:
        with (
            refused(ScopeError) as errors,
            account.session(secrets={"token": NO_SCOPE_TOKEN}) as session,
        ):
            session._client.search("contacts", {"limit": 1})

        assert errors[0].remedy == "give the app the scope crm.objects.contacts.read in HubSpot"

    def test_a_web_page_instead_of_an_answer_is_a_wrong_address(self, account: Account) -> None:
        account.fault("status", matching="search", status=404)

        with refused(QueryError) as errors:
            account.values(CREATED)

        assert "(a web page)" in str(errors[0])
        assert "endpoint" in errors[0].remedy

    def test_a_refused_question_keeps_hubspots_words(self, account: Account) -> None:
        asked = asking(
            {"object": "contacts", "created": True, "where": {"no_such": 1}}, day("2026-11-20")
        )

        with refused(QueryError) as errors:
            account.values(asked)

        assert "Property no_such does not exist" in str(errors[0])
        assert account.requests == ["GET /crm/v3/properties/contacts/no_such", SEARCH]

    def test_nobody_at_the_address(self, account: Account) -> None:
        with (
            refused(RetrySoon) as errors,
            account.session(endpoint="http://127.0.0.1:9") as session,
        ):
            session.identity()

        assert str(errors[0]) == (
            "no whole answer from HubSpot to GET /account-info/v3/details: nobody there"
        )
        assert "http://127.0.0.1:9" in errors[0].remedy

    def test_somebody_without_a_certificate_at_the_address(self, account: Account) -> None:
        with socket.create_server(("127.0.0.1", 0)) as plain:
            answering = threading.Thread(target=_answer_in_plain_text, args=[plain])
            answering.start()
            endpoint = f"https://127.0.0.1:{plain.getsockname()[1]}"

            with refused(CredentialsError) as errors, account.session(endpoint=endpoint) as session:
                session.identity()
            answering.join()

        assert "certificate" in str(errors[0])


def _answer_in_plain_text(plain: socket.socket) -> None:
    with plain.accept()[0] as connected:
        connected.recv(4096)
        connected.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def raw(status: int, body: bytes = b"{}", pause: str | None = None) -> Raw:
    return Raw(status, body, {"retry-after": pause} if pause else {})


@pytest.mark.parametrize(
    ("answer", "kind", "after"),
    [
        (raw(400), QueryError, None),
        (raw(401), CredentialsError, None),
        (raw(403), ScopeError, None),
        (raw(404, b"<html>"), QueryError, None),
        (raw(405), QueryError, None),
        (raw(414), QueryError, None),
        (raw(301), QueryError, None),
        (raw(423), RetrySoon, 2.0),
        (raw(429), RetrySoon, 10.0),
        (raw(429, b'{"message":"You have reached your secondly limit."}'), RetrySoon, 1.0),
        (raw(429, b'{"message":"You have reached your daily limit."}'), RetryLater, None),
        (raw(477), RetryLater, None),
        (raw(503, pause="5"), RetrySoon, 5.0),
        (raw(503, pause="3600"), RetryLater, None),
        (raw(525), RetrySoon, None),
        (raw(530), CredentialsError, None),
        (raw(500, b"\xff\xfe not text"), RetrySoon, None),
        (raw(500, b'["no object"]'), RetrySoon, None),
    ],
)
def test_every_status_has_a_meaning(
    answer: Raw, kind: type[Exception], after: float | None
) -> None:
    error = failure(answer, "GET /x of portal 1")

    assert isinstance(error, kind)
    assert getattr(error, "after", None) == after
    assert str(error).startswith(f"HubSpot answered {answer.status} to GET /x of portal 1")
    assert error.remedy or not isinstance(error, Permanent)


@pytest.mark.parametrize(
    ("body", "scopes"),
    [
        (
            (
                b'{"message":"One or more of the following scopes are required.",'
                b'"context":{"requiredGranularScopes":["custom-object-read"]}}'
            ),
            "the scope custom-object-read",
        ),
        (
            (
                b'{"message":"This app hasn\'t been granted all required scopes",'
                b'"errors":[{"context":{"requiredGranularScopes":["content","marketing.email.read"]}}]}'
            ),
            "one of the scopes content, marketing.email.read",
        ),
        (
            b'{"message":"You do not have permissions to view_schema (requires one of [leads-read])"}',
            "the scope leads-read",
        ),
        (b'{"message":"no"}', "the rights to read this"),
    ],
)
def test_missing_scopes_are_found_in_every_form_of_403(body: bytes, scopes: str) -> None:
    assert failure(raw(403, body), "GET /x").remedy == f"give the app {scopes} in HubSpot"


@pytest.mark.parametrize(
    "body", ["<html>all is well</html>", "", "[]", "null", '{"total": NaN}', '{"a":' * 100_000]
)
def test_an_answer_that_is_no_json_object_is_no_answer(
    account: Account, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(
        transport.Transport, "send", lambda *_args, **_more: Raw(200, body.encode(), {})
    )

    with refused(RetrySoon):
        account.values(CREATED)


ROW = '{"total": 1, "results": [%s]}'


@pytest.mark.parametrize(
    "body",
    [
        '{"results": []}',
        '{"total": "1"}',
        '{"total": -1}',
        '{"total": 1.5}',
        '{"total": true}',
        '{"total": 1, "results": null}',
        ROW % "null",
        ROW % '{"id": "1"}',
        ROW % '{"id": "1", "properties": null}',
        ROW % '{"id": "one", "properties": {}}',
        '{"total": 1, "results": [], "paging": [1]}',
    ],
)
@pytest.mark.parametrize("question", [{"created": True}, {"created": True, "sum": "hs_object_id"}])
def test_an_answer_of_another_form_is_refused(
    account: Account, monkeypatch: pytest.MonkeyPatch, body: str, question: dict[str, Any]
) -> None:
    monkeypatch.setattr(
        transport.Transport, "send", lambda *_args, **_more: Raw(200, body.encode(), {})
    )

    with refused(QueryError):
        account.values(
            asking({"object": "contacts", **question}, *days("2026-10-01", "2026-10-31"))
        )


@pytest.mark.parametrize("ids", ["{}", '{"emails": null}', '{"emails": {}}'])
def test_statistics_that_do_not_say_of_which_emails_are_refused(
    account: Account, monkeypatch: pytest.MonkeyPatch, ids: str
) -> None:
    monkeypatch.setattr(emails, "IDS_IN_A_CALL", 3)
    send = transport.Transport.send

    def without_ids(self: Any, verb: str, path: str, **more: Any) -> Raw:
        if path.endswith("/statistics/list"):
            return Raw(200, ids.replace("{}", '{"a": 1}', 1).encode(), {})
        return send(self, verb, path, **more)

    monkeypatch.setattr(transport.Transport, "send", without_ids)

    with refused(QueryError) as errors:
        account.values(
            asking({"emails": "sent", "type": "BATCH_EMAIL"}, *days("2026-10-01", "2026-10-31"))
        )

    assert "does not say which emails" in str(errors[0])


def test_nothing_is_half_answered(account: Account) -> None:
    question = {
        "object": "contacts",
        "created": True,
        "where": {"hs_analytics_source": {"ne": "OFFLINE"}},
    }
    scattered = asking(question, *days("2026-10-01", "2026-11-20")[::9])
    [step] = CONNECTOR.plan([scattered], account.options())
    account.fault("status", matching="search", status=500, skip=3, times=ALWAYS)

    with refused(RetrySoon), account.session() as session:
        run(session, step)

    # Three were answered, three more under way at the same time: each was tried three times.
    assert account.requests.count(SEARCH) == 3 + 3 * 3
