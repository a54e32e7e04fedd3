"""What every answer says to the browser: of every route, signed in or not, and also when it breaks."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from okrapp.web.app import web_app
from okrapp.web.charts import BUNDLE
from okrapp.web.guard import Guard
from okrapp.web.headers import ALWAYS, ASKED_AGAIN, KEPT_BY_NOBODY, POLICY, Headers
from okrapp.web.viewers import Viewers
from okrmodel.store import Store
from tests.okrapp.web.agency import (
    NOW,
    TOKEN,
    Browser,
    Visit,
    addresses,
    let_in,
    published_agency,
    root,
    visit,
    with_token,
)

__all__ = ["published_agency", "root", "visit"]

EVERY = [
    *addresses(web_app(Store.open("sqlite://"), lambda: NOW, Guard()).routes),
    ("GET", "/no-such-page"),
    ("GET", "/api/v1/no-such-thing"),
    ("GET", "/static/no-such-file.js"),
    ("GET", "/w/birch?known_at=nonsense"),
    ("GET", "/w/nobody"),
    ("DELETE", "/w/birch"),
]


def test_the_list_has_the_routes_of_pages_downloads_and_programs() -> None:
    paths = {path for _, path in EVERY}
    assert {"/w/birch", "/sign-in", "/sign-out", "/api/v1/workspaces/birch"} <= paths
    assert "/w/birch/c/2026-Q4.csv" in paths
    assert len(EVERY) > 15


def assert_headers(answer: Any) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value], name
    assert "server" not in answer.headers


def test_every_route_has_them_for_strangers_and_for_viewers(visit: Visit, root: Path) -> None:
    let_in(root, api=with_token("all"))
    browser = visit()
    for method, path in EVERY:
        stranger = browser.ask(method, path)
        viewer = browser.ask(method, path, headers={"Authorization": f"Bearer {TOKEN}"})
        for answer in (stranger, viewer):
            assert_headers(answer)
            kept = ASKED_AGAIN if path.startswith("/static/") else KEPT_BY_NOBODY
            if path == BUNDLE:
                kept = "public, max-age=31536000, immutable"
            assert answer.headers["cache-control"] == kept, path


def test_nothing_of_any_route_is_shown_to_a_stranger(visit: Visit, root: Path) -> None:
    let_in(root, api=with_token("all"))
    browser = visit()
    for method, path in EVERY:
        answer = browser.ask(method, path)
        if path.startswith("/api/"):
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "Sign in" in answer.text or method == "HEAD"
        elif path == "/sign-in":
            assert answer.status_code in {200, 403}
        elif path.startswith("/static/"):
            assert answer.status_code in {200, 404, 405}
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in")
            assert answer.content == b""


def test_the_policy_allows_no_script_of_others_and_none_inside_a_page() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == {
        "'self'"
    }
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_where_nobody_signs_in_pages_may_be_kept_and_are_asked_after(visit: Visit) -> None:
    answer = visit().get("/w/birch")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == ASKED_AGAIN


def test_a_page_that_breaks_has_them_too_and_says_nothing_of_why(root: Path) -> None:
    app = web_app(Store.open("sqlite://"), lambda: NOW, Guard(Viewers(root)))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the innermost secret")

    answer = Browser(app).get("/broken")
    assert answer.status_code == 500
    assert_headers(answer)
    assert "secret" not in answer.text


def test_what_breaks_goes_on_to_the_log() -> None:
    async def breaks(*_: Any) -> None:
        raise RuntimeError("for the log")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "GET", "headers": []}
    with pytest.raises(RuntimeError, match="for the log"):
        asyncio.run(Headers(breaks)(scope, _nothing, send))
    assert sent[0]["status"] == 500


async def _nothing() -> Message:
    return {"type": "http.request"}
