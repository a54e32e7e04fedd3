"""The pages in a real Chromium: the shipped config, synced from the pretend company, and served."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrmodel.store.leases import acquire
from okrmodel.store.publications import published, record_publication
from okrmodel.store.runs import Result, begin_run, end_run
from okrmodel.store.store import Store, wall_clock
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.flows.scene import SHIPPED, TOKEN, Scene, settle_in

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK, WALL = (375, 740), (1280, 900), (2560, 1440)


@dataclass
class Looked:
    """A page in the browser, with what went wrong in it."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    """Errors of scripts, violations of the policy, answers that were none, requests to elsewhere."""

    def to(self, path: str) -> "Looked":
        """Go to a page of ours."""
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self


Look = Callable[..., Looked]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; none is downloaded.

    Playwright's event loop runs in this thread until it is let go: not for longer than a module,
    for other tests have loops of their own.
    """
    named = os.environ.get("OKR_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        told = "no Chromium: apt-get install chromium, or OKR_CHROMIUM names one"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def synced(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Every kind of key result from 1 October to 22 November, the last day by a nightly sync."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copyfile(migrated_file, folder / "okr.db")
    with (
        Sandbox(grow(contacts=3_000), limits=False) as world,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv(TOKEN, world.hubspot_token)
        scene = Scene(world, settle_in(SHIPPED, folder / "config", world), str(folder / "okr.db"))
        scene.backfill(date(2026, 10, 1), date(2026, 11, 21))
        scene.sync()
    with scene.asking() as store:
        _publish_another(store)
    return scene


def _publish_another(store: Store) -> None:
    """A second workspace, of which nothing was recorded: there is a list of them."""
    words = published(store, "acorn")
    assert words
    another = words.model_copy(update={"workspace": "birch", "name": "Birch & <i>Sons</i>"})
    run = begin_run(store, "birch", "sync", {})
    lease = acquire(store, "birch", "a test", timedelta(minutes=1))
    record_publication(store, run, lease, another)
    end_run(store, run, Result.FAILED, "HubSpot answered 503 – ask again later")


@pytest.fixture(scope="session")
def served(synced: Scene) -> Iterator[str]:
    """The address of its pages."""
    with Store.open(synced.place.store) as store, serving(store) as address:
        yield address


@contextmanager
def serving(store: Store, guard: Guard | None = None) -> Iterator[str]:
    """The pages of a store on a free port of this machine."""
    app = web_app(store, wall_clock, guard or Guard())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        sleep(0.01)
    [socket] = server.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def look(browser: Browser, served: str) -> Iterator[Look]:
    """Opens a browser window; what went wrong in it fails the test at its end."""
    windows: list[tuple[BrowserContext, Looked]] = []

    def open_window(
        size: tuple[int, int] = DESK, *, address: str = served, **options: Any
    ) -> Looked:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        looked = Looked(context.new_page(), address)
        _watch(looked)
        windows.append((context, looked))
        return looked

    yield open_window
    for context, looked in windows:
        context.close()
        assert looked.wrong == []


def _watch(looked: Looked) -> None:
    page, wrong = looked.page, looked.wrong
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((looked.address, "data:"))
            else wrong.append(f"asked {asked.url}")
        ),
    )
