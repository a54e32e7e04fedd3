"""What a job sees of one workspace: its definitions and its store, without the right to write."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.edges import Edges
from flows.places import Place, read_place
from okrmodel.definitions.company import Company
from okrmodel.reading.company import Places
from okrmodel.store.store import Store

_NOTHING = "sqlite://"
"""A store in memory, for a workspace that has none yet: looking makes no file."""


@dataclass
class View:
    """A workspace to be looked at."""

    company: Company
    places: Places
    """Where the definitions stand in their files."""
    folder: Path
    store: Store
    edges: Edges

    @property
    def workspace(self) -> str:
        """The workspace's id."""
        return self.company.workspace.id

    def now(self) -> datetime:
        """The time in the workspace's world."""
        return self.edges.now(self.company.workspace)


@contextmanager
def open_view(place: Place, edges: Edges) -> Iterator[View]:
    """Read the definitions, and open the store to look.

    Raises:
        BadConfig: The definitions have errors.
        StoreError: The store cannot be opened.
    """
    company, places = read_place(place)
    now = partial(edges.now, company.workspace)
    with _open(place, now, edges) as store:
        yield View(company, places, place.folder, store, edges)


@contextmanager
def open_store(place: Place, edges: Edges) -> Iterator[Store]:
    """Open the store of a workspace to look at it and at those that it is shared with.

    Raises:
        StoreError: The store cannot be opened.
    """
    # Nothing is recorded, so nobody's clock is read.
    with _open(place, edges.clock, edges) as store:
        yield store


def view_in(store: Store, place: Place, edges: Edges) -> View:
    """Read the definitions of a workspace that an open store remembers.

    Raises:
        BadConfig: The definitions have errors.
    """
    company, places = read_place(place)
    return View(company, places, place.folder, store, edges)


def _open(place: Place, now: Callable[[], datetime], edges: Edges) -> AbstractContextManager[Store]:
    address = _NOTHING if place.is_new else place.store
    return Store.open(address, now=now, wall=edges.clock)
