"""What charts are gathered from."""

from dataclasses import dataclass
from datetime import datetime

from okrmodel.publication import Publication
from okrmodel.store.store import Store


@dataclass(frozen=True)
class Remembered:
    """A workspace in the store, as known at an instant."""

    store: Store
    words: Publication
    known_at: datetime | None
    """Nothing recorded later is looked at; None is now."""
