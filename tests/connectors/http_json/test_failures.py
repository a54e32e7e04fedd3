"""What the connector makes of a service that does not answer, and what it never gives away."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.http_json import CONNECTOR, HttpJsonOptions
from okrmodel.observations import Aggregation
from tests.connectors.http_json.conftest import SECRET, Reply, Service, query
from tests.connectors.opening import ask, connection, day, run

ASK = ask(
    query("a", answer="number", params={"d": "{start}"}),
    day("2026-10-24"),
    aggregation=Aggregation.SUM,
)
GOOD = Reply(b'{"a": 1}')


def refused(service: Service, **changes: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        service.answers(ASK, **changes)
    error = caught.value
    assert "service webinars" in str(error)
    assert "hush" not in f"{error!r}{error.remedy}"
    assert error.__cause__ is None
    return error


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=502),
        Reply(status=503),
        Reply(status=408),
        Reply(status=429),
        Reply(reset=True),
        Reply(b'{"a": 100000}', cut=True),
        Reply(stall=0.8),
    ],
)
def test_a_passing_failure_is_asked_again(service: Service, reply: Reply) -> None:
    service.replies = [reply, GOOD]
    assert service.values(ASK, timeout=0.4 if reply.stall else 5) == [1]
    assert len(service.slept) == 1


def test_a_short_wait_that_the_service_asks_for_is_kept(service: Service) -> None:
    service.replies = [Reply(status=429, headers={"Retry-After": "7"}), GOOD]
    assert service.values(ASK) == [1]
    assert service.slept == [7.0]


def test_a_long_wait_is_left_to_the_next_run(service: Service) -> None:
    service.replies = [Reply(status=429, headers={"Retry-After": "3600"})]
    assert isinstance(refused(service), RetryLater)
    assert service.slept == []


def test_a_server_that_keeps_failing_is_given_up(service: Service) -> None:
    service.replies = [Reply(status=500)]
    assert isinstance(refused(service), RetrySoon)
    assert len(service.seen) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(401, CredentialsError), (403, ScopeError), (404, QueryError)]
)
def test_a_refusal_is_named_by_what_to_do(service: Service, status: int, kind: type) -> None:
    body = f'{{"error": "no entry for {SECRET} or hush-hush"}}'.encode()
    service.replies = [Reply(body, status=status)]
    error = refused(service)
    assert type(error) is kind
    assert "no entry for ***" in str(error)
    assert len(service.seen) == 1


def test_a_redirect_on_the_same_host_is_followed(service: Service) -> None:
    service.replies = [Reply(status=302, headers={"Location": "/v3/a?d=x"}), GOOD]
    assert service.values(ASK) == [1]
    assert [s.path for s in service.seen] == ["/v2?d=2026-10-24", "/v3/a?d=x"]


@pytest.mark.parametrize(
    "target", ["http://localhost:{port}/", "http://127.0.0.1:1/", "https://127.0.0.1:{port}/"]
)
def test_credentials_do_not_follow_a_redirect_elsewhere(service: Service, target: str) -> None:
    location = target.format(port=service.port)
    service.replies = [Reply(status=302, headers={"Location": location})]
    error = refused(service)
    assert isinstance(error, QueryError)
    assert "credentials must not go" in str(error)
    assert len(service.seen) == 1


def test_a_circle_of_redirects_ends(service: Service) -> None:
    service.replies = [Reply(status=302, headers={"Location": "/v2"})]
    assert "more than 5 redirects" in str(refused(service))


def test_an_endless_answer_is_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.http_json.client.LARGEST_ANSWER", 100)
    service.replies = [Reply(b"[" + b"1," * 100 + b"1]")]
    assert "longer than 100 bytes" in str(refused(service))


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(service: Service) -> None:
    service.replies = [Reply(b'{"a": 1}' + b" " * 60, drip=0.02), GOOD]
    assert service.values(ASK, timeout=0.4) == [1]
    assert len(service.slept) == 1


@pytest.mark.parametrize("location", ["http://[::1", "http://127.0.0.1:99999/", "//\\x"])
def test_a_redirect_to_no_address_is_refused(service: Service, location: str) -> None:
    service.replies = [Reply(status=302, headers={"Location": location})]
    assert isinstance(refused(service), QueryError)
    assert len(service.seen) == 1


def test_a_secret_in_the_status_line_is_masked(service: Service) -> None:
    service.replies = [Reply(status=404, reason=f"no {SECRET}")]
    assert "404 no ***" in str(refused(service))


def test_a_proxy_does_not_hear_what_this_machine_says_to_itself(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    service.replies = [GOOD]
    assert service.values(ASK) == [1]


def test_a_secret_with_a_line_break_is_not_quoted() -> None:
    options = HttpJsonOptions.model_validate(
        {
            "connector": "http_json",
            "service": "webinars",
            "url": "http://127.0.0.1:9",
            "headers": {"Authorization": "${AUTH}"},
        }
    )
    secrets = {"headers.Authorization": "Bearer hush\nhush"}
    session = CONNECTOR.connect(connection(options, secrets=secrets))
    (step,) = CONNECTOR.plan([ASK], options)
    with pytest.raises(CredentialsError, match="no header may have") as caught:
        run(session, step)
    session.close()
    assert "hush" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_a_netrc_file_does_not_replace_the_credentials(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    service.replies = [GOOD]
    service.values(ASK)
    assert service.seen[0].headers["Authorization"] == SECRET


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "ftp://x"}, "expected a URL such as"),
        ({"url": "https://user:pw@x"}, "expected a URL such as"),
        ({"url": "https://x/?key=1"}, "expected a URL such as"),
        ({"url": "https://:pw@x"}, "expected a URL such as"),
        ({"url": "https://x/#y"}, "expected a URL such as"),
        ({"url": "https://x:99999"}, "expected a URL such as"),
        ({"url": "https://[::1"}, "expected a URL such as"),
        ({"url": "https://x\n.example"}, "expected a URL such as"),
        ({"url": "http://127.0.0.1\\@x"}, "expected a URL such as"),
        ({"url": "http://127.0.0.1.x", "headers": {"X": "${A}"}}, "in plain text, expected https"),
        ({"url": "http://x", "headers": {"X": "${A}"}}, "in plain text, expected https"),
        (
            {"headers": {"Authorization": "Bearer hush"}},
            r"header Authorization stands .* such as \$\{NAME\} to",
        ),
        ({"headers": {"X-Api-Key": "hush"}}, "header X-Api-Key stands here in plain"),
        ({"headers": {"Bad Name": "x"}}, "pattern"),
    ],
)
def test_options_keep_secrets_out_of_the_file_and_off_the_open_wire(
    change: dict[str, Any], message: str
) -> None:
    raw = {"connector": "http_json", "service": "webinars", "url": "https://api.example.com"}
    with pytest.raises(ValidationError, match=message):
        HttpJsonOptions.model_validate(raw | change)


@pytest.mark.parametrize(
    "raw",
    [
        {"params": {"api_key": "hush"}},
        {"params": {"Access-Token": "hush"}},
        {"path": "a?x=1&token=hush"},
    ],
)
def test_a_secret_does_not_stand_in_a_url(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="would show a secret in every URL"):
        CONNECTOR.query.validate_python({"pick": "a", **raw})


def test_parameters_that_only_sound_like_secrets_are_welcome() -> None:
    raw = {"pick": "a", "params": {"sort_key": "x", "keyword": "y", "author": "z"}}
    assert CONNECTOR.query.validate_python(raw).params == raw["params"]


def test_importing_the_connector_loads_no_requests() -> None:
    script = (
        "import sys, connectors.http_json\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'requests', 'urllib3'}])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
