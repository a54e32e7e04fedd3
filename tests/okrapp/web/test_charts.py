"""What a browser is answered when it asks for a chart, or for the script that draws it."""

import gzip
from dataclasses import dataclass
from threading import Thread

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from okrapp.web import charts
from okrapp.web.shelf import NotThere, Shelf
from okrapp.web.site import Seen
from okrmodel.store.store import Store, wall_clock
from tests.okrapp.web.asking import ask

KEY_RESULT = "/w/pretend/c/2026-Q4/mqls"
CHART = f"{KEY_RESULT}/chart"


@dataclass(frozen=True)
class Asking:
    """The charts' addresses alone."""

    app: ASGIApp

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return ask(self.app, path, headers=headers)


def client(store: Store, seen: frozenset[str] | None = None) -> Asking:
    app = FastAPI()
    app.state.shelf = Shelf(store, wall_clock)
    app.include_router(charts.router)

    @app.exception_handler(NotThere)
    def not_there(_request: object, _error: Exception) -> PlainTextResponse:
        return PlainTextResponse("not there", 404)

    return Asking(Seen(app, seen))


@pytest.fixture
def asking(store: Store) -> Asking:
    return client(store)


def test_a_chart_is_a_picture(asking: Asking) -> None:
    found = asking.get(f"{CHART}.svg")
    assert found.status_code == 200
    assert found.headers["content-type"] == "image/svg+xml"
    assert found.text.startswith("<svg")
    assert 'width="960"' in found.text
    narrow = asking.get(f"{CHART}.svg?size=narrow&look=dark").text
    assert 'width="360"' in narrow
    assert "#14171c" in narrow


def test_and_a_spec_for_the_browser(asking: Asking) -> None:
    spec = asking.get(f"{CHART}.json?look=dark").json()
    assert spec["width"] == "container"
    assert spec["background"] == "#14171c"
    assert asking.get(f"{CHART}.json").json()["background"] == "#ffffff"


def test_an_earlier_day_is_another_chart(asking: Asking) -> None:
    now, then = (asking.get(f"{CHART}.json{q}").json() for q in ("", "?as_of=2026-11-20"))
    assert "20 Nov 2026" in then["description"]
    assert "20 Nov 2026" not in now["description"]
    assert asking.get(f"{CHART}.json?known_at=2020-01-01T00:00:00Z").status_code == 404


@pytest.mark.parametrize("ending", ["svg", "json"])
def test_a_chart_that_the_browser_has_is_not_sent_again(asking: Asking, ending: str) -> None:
    first = asking.get(f"{CHART}.{ending}")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = asking.get(f"{CHART}.{ending}", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    dark = asking.get(f"{CHART}.{ending}?look=dark", headers={"If-None-Match": tag})
    assert dark.status_code == 200


@pytest.mark.parametrize("asked", ["size=360", "look=blue", "as_of=never"])
def test_only_what_is_known_can_be_asked_for(asking: Asking, asked: str) -> None:
    assert asking.get(f"{CHART}.svg?{asked}").status_code == 422


def test_who_may_not_see_a_workspace_sees_no_chart_of_it(store: Store) -> None:
    assert client(store, frozenset()).get(f"{CHART}.svg").status_code == 404
    assert client(store, frozenset()).get(f"{CHART}.json").status_code == 404


def test_what_is_not_there_has_no_chart(asking: Asking) -> None:
    assert asking.get(f"{KEY_RESULT}-too/chart.svg").status_code == 404


def test_the_script_is_kept_for_ever_and_comes_packed(asking: Asking) -> None:
    packed = asking.get(charts.BUNDLE, headers={"Accept-Encoding": "gzip"})
    plain = asking.get(charts.BUNDLE, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == charts.bundle().script
    assert gzip.decompress(charts.bundle().packed) == plain.content
    assert int(packed.headers["content-length"]) < 320_000
    for answer in (packed, plain):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "Accept-Encoding"


def test_the_script_is_made_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    import vl_convert  # noqa: PLC0415

    made: list[str] = []

    def slowly(snippet: str) -> str:
        made.append(snippet)
        return "script"

    monkeypatch.setattr(vl_convert, "javascript_bundle", slowly)
    once = charts._Once()
    threads = [Thread(target=once.get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert once.get().script == b"script"
