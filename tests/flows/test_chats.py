"""What chats are sent is in their own Markdown or HTML; nobody is asked over a network here."""

import json
from importlib import import_module

import pytest
import requests
from pydantic import SecretStr

from flows import sending
from flows.sending import send
from okrmodel.telling.letters import Letter

LETTER = Letter(
    "It flipped",
    "text *as it is*",
    r"**Win 5\*5** [page](https://okr.example)",
    "<style>p{}</style><p>mail",
    None,
)
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
MODULES = {"NotifyForm": "custom_form", "NotifyJSON": "custom_json", "NotifyXML": "custom_xml"}
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544/"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bodies of requests; each is answered with ok."""
    bodies: list[str] = []

    def answer(
        _session: object, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        body = request.body or ""
        bodies.append(body if isinstance(body, str) else body.decode())
        found = requests.Response()
        found.status_code, found._content, found.request = 200, b"ok", request
        return found

    monkeypatch.setattr(requests.Session, "send", answer)
    return bodies


def test_slack_shows_bold_words_and_links(sent: list[str]) -> None:
    send(SecretStr(SLACK), LETTER)
    [attachment] = json.loads(sent[0])["attachments"]
    assert attachment["text"].startswith("*Win 5")
    assert "**" not in attachment["text"]
    assert "<https://okr.example|page>" in attachment["text"]


def test_a_chat_that_takes_html_gets_no_mail(sent: list[str]) -> None:
    send(SecretStr(TELEGRAM), LETTER)
    text = json.loads(sent[-1])["text"]
    assert "style" not in text
    assert "<b>Win 5*5</b>" in text


def test_the_services_that_take_a_page_are_ones_that_there_are() -> None:
    assert {name for name in sending._PAGES if not hasattr(_plugin(name), "send")} == set()


def _plugin(name: str) -> object:
    module = import_module(
        f"apprise.plugins.{MODULES.get(name, name.removeprefix('Notify').lower())}"
    )
    return getattr(module, name)
