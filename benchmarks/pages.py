"""How long readers wait: an agency's store of a year, asked what the pages ask.

    python -m benchmarks.pages [WORKSPACES] [ADDRESS …]

Without an address, a store of so many workspaces (100 when not said) of 20 key results and 400 days
is made on SQLite and on PostgreSQL (a private server that does not wait for the disk). A thousand
take a quarter of an hour and 32 GB. With addresses, stores are asked that were made before.
Every question goes to another workspace each time; the machine has read what it likes into memory.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import text

from benchmarks.agency import LAST, QUARTERS, seed
from benchmarks.machine import machine
from benchmarks.visits import STRIDE, visit
from okrmodel.publication import Publication
from okrmodel.store import Store
from okrmodel.store.board import standings
from okrmodel.store.publications import published, workspaces
from okrmodel.store.runs import failures, last_pulled, runs
from okrmodel.store.snapshots import series
from okrmodel.telling.sheet import Sheet, read_sheet
from tests import postgres

WORKSPACES = 100
DAYS = 400
TIMES = 60
KEY_RESULT = "mqls"
NOW, BEFORE = [*QUARTERS][-1], [*QUARTERS][-2]
A_WHILE_AGO = datetime(LAST.year, LAST.month, 1, tzinfo=UTC)


class Asked:
    """What the pages ask of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names = workspaces(store)

    def questions(self) -> Iterator[tuple[str, Callable[[str], Any]]]:
        """What each is for, and how to ask it of a workspace."""
        yield "words", lambda name: published(self._store, name)
        yield "sheet: all of an overview", lambda name: self._sheet(name, NOW)
        yield "sheet as known three weeks ago", lambda name: self._sheet(name, NOW, A_WHILE_AGO)
        yield "sheet of a frozen cycle", lambda name: self._sheet(name, BEFORE)
        yield "series of a cycle's days", lambda name: self._series(name, NOW)
        yield "series of a whole cycle", lambda name: self._series(name, BEFORE)
        yield "connections that fail", lambda name: failures(self._store, name)
        yield "when sources last answered", lambda name: last_pulled(self._store, name)
        yield "the last runs", lambda name: runs(self._store, name)
        yield "all of a key result's page", self._page
        yield "how all workspaces stand", lambda _: standings(self._store)
        yield "current_snapshot of a workspace", self._current
        yield "kr_daily of a cycle", self._daily

    def measure(self) -> None:
        """Print how long each takes, in milliseconds."""
        for what, ask in self.questions():
            took = []
            for turn in range(TIMES):
                began = time.perf_counter()
                ask(self._names[turn * STRIDE % len(self._names)])
                took.append((time.perf_counter() - began) * 1000)
            at = quantiles(took, n=20)
            print(f"  {min(took):8.1f} {at[9]:8.1f} {at[18]:8.1f}  {what}", flush=True)

    def _words(self, name: str) -> Publication:
        words = published(self._store, name)
        assert words
        return words

    def _sheet(self, name: str, cycle: str, known_at: datetime | None = None) -> Sheet:
        words = self._words(name)
        found = words.cycle(cycle)
        assert found
        return read_sheet(self._store, words, found, known_at=known_at)

    def _series(self, name: str, cycle: str) -> Any:
        return series(self._store, name, cycle, KEY_RESULT)

    def _page(self, name: str) -> Any:
        return (self._sheet(name, NOW), self._series(name, NOW), self._series(name, BEFORE))

    def _current(self, name: str) -> Any:
        return self._rows("SELECT * FROM current_snapshot WHERE workspace = :it", it=name)

    def _daily(self, name: str) -> Any:
        query = "SELECT as_of, title, score FROM kr_daily WHERE workspace = :it AND cycle = :cycle"
        return self._rows(query, it=name, cycle=BEFORE)

    def _rows(self, query: str, **values: str) -> Any:
        with self._store.asking() as connection:
            return connection.execute(text(query), values).all()


def measure(address: str) -> None:
    with Store.open(address) as store:
        print(f"{store.engine.dialect.name}: milliseconds: least, half, 95 %")
        Asked(store).measure()
    visit(address, NOW, BEFORE, KEY_RESULT)


def made(count: int, address: str) -> None:
    """Make a store and measure it."""
    began = time.monotonic()
    snapshots = seed(address, count, DAYS)
    print(f"{snapshots:,} snapshots written in {time.monotonic() - began:.0f} s", flush=True)
    measure(address)


def main(words: list[str]) -> None:
    print(machine())
    count = next((int(word) for word in words if word.isdecimal()), WORKSPACES)
    if addresses := [word for word in words if "://" in word]:
        for address in addresses:
            measure(address)
        return
    with tempfile.TemporaryDirectory() as folder:
        made(count, f"sqlite:///{Path(folder) / 'okr.db'}")
    with postgres.running() as server:
        made(count, server.url(server.create()))


if __name__ == "__main__":
    main(sys.argv[1:])
