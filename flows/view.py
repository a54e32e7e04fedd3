"""What a job sees of one workspace: its definitions and its store, without the right to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.edges import Edges
from flows.places import Place, read_place
from okrmodel.definitions.company import Company
from okrmodel.store.store import Store

_NOTHING = "sqlite://"
"""A store in memory, for a workspace that has none yet: looking makes no file."""


@dataclass
class View:
    """A workspace to be looked at."""

    company: Company
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
    company, _ = read_place(place)
    now = partial(edges.now, company.workspace)
    address = _NOTHING if place.is_new else place.store
    with Store.open(address, now=now, wall=edges.clock) as store:
        yield View(company, place.folder, store, edges)
