"""What a browser gets of the pages: bytes, requests, the first paint, and what axe-core complains of.

    python -m benchmarks.browser [STORE]

Without a store, the shipped config is synced from the pretend company first. Each page is opened in
an empty browser, at once on a desk and on a phone; bytes are those before compression, for
`okr serve` leaves compressing to the proxy.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Response, sync_playwright

from benchmarks.machine import machine
from benchmarks.visits import served
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.browser.conftest import CHROMIUM, DESK, PHONE, QUIET
from tests.browser.test_pages import RULES
from tests.flows.scene import SHIPPED, TOKEN, Scene, settle_in

PAGES = (
    "/",
    "/w/acorn/c/2026-Q4",
    "/w/acorn/c/2026-Q4/mqls",
    "/w/acorn/c/2026-Q4/open-rate",
    "/w/acorn/runs",
    "/w/acorn/runs/2",
)
SCRIPT = "/static/charts-"
"""Of the charts; it is kept for ever and comes after the picture."""


def measure(browser: Browser, base: str) -> None:
    print("kB: HTML, all but the charts' script, that script; requests; first paint in ms; axe")
    for path in PAGES:
        for size in (DESK, PHONE):
            page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
            answers: list[Response] = []
            page.on("response", lambda answer, found=answers: found.append(answer))
            page.goto(base + path, wait_until="networkidle")
            weights = {each.url: len(each.body()) for each in answers if each.status == 200}
            script = sum(weight for url, weight in weights.items() if SCRIPT in url)
            html = weights.get(page.url, 0)
            painted = page.evaluate(
                "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
            )
            found = Axe().run(page, options=RULES).response["violations"]
            print(
                f"  {html / 1000:7.1f} {(sum(weights.values()) - script) / 1000:7.1f}"
                f" {script / 1000:7.1f} {len(weights):4} {painted:6.0f} {len(found):4}"
                f"  {path} at {size[0]} px",
                flush=True,
            )
            page.context.close()


@contextmanager
def synced() -> Iterator[str]:
    """A store with every kind of key result, from 1 October to 22 November."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(grow(), limits=False) as world:
        os.environ[TOKEN] = world.hubspot_token
        store = f"{folder}/okr.db"
        scene = Scene(world, settle_in(SHIPPED, Path(folder) / "config", world), store)
        scene.backfill(date(2026, 10, 1), date(2026, 11, 21))
        scene.sync()
        yield f"sqlite:///{store}"


def main(words: list[str]) -> None:
    print(machine())
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        raise SystemExit("no Chromium here: make browser installs Debian's")
    with (
        synced() if not words else nullcontext(words[0]) as store,
        served(store) as (base, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        measure(browser, base)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
