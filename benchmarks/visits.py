"""How long a browser waits for the pages of an agency's store: whole answers over HTTP.

The server is a process of its own, as `okr serve` is. Each request is for another workspace, and
the one before it has ended; each was asked for once before, in vain for the clock. What the browser draws afterwards is in `benchmarks.browser`.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import quantiles

import requests
import uvicorn

from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrmodel.store import Store
from okrmodel.store.publications import workspaces
from okrmodel.store.store import wall_clock

TIMES = 100
STRIDE = 37
"""From one asked workspace to the next: neighbours share pages of the database."""

PAGES: dict[str, str] = {
    "overview": "/w/{workspace}/c/{cycle}",
    "key result": "/w/{workspace}/c/{cycle}/{key_result}",
    "its chart as a picture": "/w/{workspace}/c/{cycle}/{key_result}/chart.svg",
    "its chart's spec": "/w/{workspace}/c/{cycle}/{key_result}/chart.json",
    "overview of a frozen cycle": "/w/{workspace}/c/{before}",
    "runs of a workspace": "/w/{workspace}/runs",
    "all workspaces": "/",
    "runs of all": "/runs",
    "API: a cycle's key results": "/api/v1/workspaces/{workspace}/cycles/{cycle}/key-results",
    "CSV of a cycle": "/w/{workspace}/c/{cycle}.csv",
}
"""What is asked for, by what it is."""


def visit(address: str, cycle: str, before: str, key_result: str) -> None:
    """Print how long each page of a store takes, in milliseconds, and how much it weighs."""
    with Store.open(address) as store:
        names = workspaces(store)
        kind = store.engine.dialect.name
    print(f"{kind}, over HTTP: milliseconds: least, half, 95 %; kB")
    with served(address) as (base, ask):
        for what, path in PAGES.items():
            took, weight = [], 0
            # Each workspace twice: a visitor's first page may still have to be read off the disk.
            for turn in range(-TIMES, TIMES):
                name = names[turn * STRIDE % len(names)]
                url = base + path.format(
                    workspace=name, cycle=cycle, before=before, key_result=key_result
                )
                began = time.perf_counter()
                answer = ask(url)
                if turn >= 0:
                    took.append((time.perf_counter() - began) * 1000)
                weight = len(answer.content)
                answer.raise_for_status()
            at = quantiles(took, n=20)
            print(
                f"  {min(took):8.1f} {at[9]:8.1f} {at[18]:8.1f} {weight / 1000:8.1f}  {what}",
                flush=True,
            )


@contextmanager
def served(address: str) -> Iterator[tuple[str, Callable[[str], requests.Response]]]:
    """The pages of a store in another process: their address, and how to ask for one."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(address, theirs), daemon=True)
    process.start()
    with requests.Session() as session:
        yield f"http://127.0.0.1:{ours.recv()}", session.get
    process.terminate()
    process.join()


def _serve(address: str, say: Connection) -> None:
    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]
            say.send(self.servers[0].sockets[0].getsockname()[1])

    with Store.open(address) as store:
        app = web_app(store, wall_clock, Guard())
        # As `okr serve` does.
        gc.freeze()
        Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")).run()
