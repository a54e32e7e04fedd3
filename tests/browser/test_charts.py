"""Charts in a real Chromium, under the pages' own rules: they answer to the pointer, or stay pictures."""

from collections.abc import Iterator
from threading import Thread
from time import sleep

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Page

from okrapp.web import charts
from okrapp.web.app import STATIC
from okrapp.web.headers import POLICY, Headers
from okrapp.web.shelf import Shelf
from okrapp.web.site import Seen
from okrmodel.store.store import Store, wall_clock
from tests.browser.conftest import PHONE, Look
from tests.flows.scene import Scene

KINDS = ("mqls", "deals-won", "active-users", "lifecycle-stages", "funnel-dashboard", "open-rate")
LIVE = "figure.live .chart-live svg"


PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}


def paper_of(window: Page) -> str:
    """The colour behind the chart."""
    found: str = window.eval_on_selector(LIVE, "e => getComputedStyle(e).backgroundColor")
    return found


def until(window: Page, holds: str) -> None:
    """Wait for something to hold. Playwright's own way evaluates text in the page, which the policy forbids."""
    for _ in range(100):
        if window.evaluate(holds):
            return
        window.wait_for_timeout(50)
    pytest.fail(f"it never held that {holds}")


def page(key_result: str, bundle: str = charts.BUNDLE) -> str:
    """A page with nothing but a chart."""
    to = f"/w/acorn/c/2026-Q4/{key_result}/chart"
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{key_result}</title>
    <link rel="icon" href="data:,">
    <meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/static/chart.css">
    <script defer src="/static/chart.js" data-bundle="{bundle}"></script>
    <figure data-chart="{to}.json"><picture>
    <source media="(prefers-color-scheme: dark)" srcset="{to}.svg?look=dark">
    <img src="{to}.svg" alt="{key_result}"></picture></figure></html>"""


@pytest.fixture(scope="module")
def address(synced: Scene) -> Iterator[str]:
    app = FastAPI(openapi_url=None)

    @app.get("/see/{key_result}", response_class=HTMLResponse)
    def see(key_result: str, bundle: str = charts.BUNDLE) -> str:
        return page(key_result, bundle)

    app.include_router(charts.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    with Store.open(synced.place.store) as store:
        app.state.shelf = Shelf(store, wall_clock)
        whole = Headers(Seen(app, None))
        server = uvicorn.Server(uvicorn.Config(whole, port=0, log_level="error"))
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_the_rules_are_as_strict_as_they_are_said_to_be() -> None:
    assert "script-src 'self';" in POLICY
    assert "style-src 'self';" in POLICY
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("key_result", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_comes_alive_without_breaking_a_rule(
    look: Look, address: str, key_result: str, scheme: str
) -> None:
    looked = look(address=address, color_scheme=scheme).to(f"/see/{key_result}")
    chart = looked.page.wait_for_selector(LIVE)
    assert chart is not None
    assert not looked.page.is_visible("img")
    assert paper_of(looked.page) == PAPER[scheme]
    box = chart.bounding_box()
    assert box is not None
    assert 1200 < box["width"] <= 1280, "as wide as the page"
    name = looked.page.get_attribute(".chart-live", "aria-label")
    assert name, "somebody who does not see it hears what it says"


def test_the_pointer_finds_the_figures_of_a_day(look: Look, address: str) -> None:
    window = look(address=address).to("/see/mqls").page
    chart = window.wait_for_selector(LIVE)
    assert chart is not None
    box = chart.bounding_box()
    assert box is not None
    window.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    tip = window.wait_for_selector(".chart-tip:not([hidden])")
    assert tip is not None
    said = tip.inner_text().split("\n")
    assert said[0].endswith("2026")
    assert said[1].startswith("MQLs: ")
    assert said[2].startswith("Plan: ")
    window.mouse.move(2, box["y"] + box["height"] - 2)
    window.wait_for_selector(".chart-tip", state="hidden")


def test_it_follows_the_window_and_the_look(look: Look, address: str) -> None:
    window = look(address=address).to("/see/mqls").page
    window.wait_for_selector(LIVE)
    window.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    until(window, f"document.querySelector('{LIVE}').clientWidth <= {PHONE[0]}")
    assert window.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    window.emulate_media(color_scheme="dark")
    window.wait_for_selector("figure[data-drawn=dark]")
    assert paper_of(window) == PAPER["dark"]
    assert window.locator(LIVE).count() == 1


def test_it_follows_its_room_when_only_that_changes(look: Look, address: str) -> None:
    window = look(address=address).to("/see/mqls").page
    window.wait_for_selector(LIVE)
    window.evaluate("document.querySelector('figure').style.width = '500px'")
    until(window, f"document.querySelector('{LIVE}').getAttribute('width') <= 500")


def test_the_picture_stays_without_scripts(look: Look, address: str) -> None:
    window = look(address=address, java_script_enabled=False).to("/see/mqls").page
    assert window.is_visible("img")
    assert window.locator("img").evaluate("e => e.complete && e.naturalWidth") == 960


def test_the_picture_stays_when_vega_does_not_come(look: Look, address: str) -> None:
    looked = look(address=address)
    warned = looked.page.expect_console_message(lambda said: "stays a picture" in said.text)
    with warned:
        looked.to("/see/mqls?bundle=/static/nothing.js")
    assert looked.page.is_visible("img")
    assert looked.page.locator(LIVE).count() == 0
    # The browser itself tells of the missing script, and nobody of an error that was not caught.
    assert all("404" in said or "nothing.js" in said for said in looked.wrong)
    assert not any("was not loaded" in said for said in looked.wrong)
    looked.wrong.clear()
