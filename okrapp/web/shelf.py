"""The store as the pages see it: whose words there are, and the sheets that go with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from okrmodel.definitions.cycle import Cycle
from okrmodel.publication import Publication
from okrmodel.store.publications import published
from okrmodel.store.store import Store
from okrmodel.telling.sheet import Sheet, cycle_on, read_sheet, today
from okrmodel.windows import instant_of


class NotThere(LookupError):  # noqa: N818 - says what is the matter
    """What an address names was never published, or is not for this viewer: it is told the same."""


@dataclass(frozen=True)
class Asked:
    """Of which day, and as known when, a page is to tell."""

    as_of: date | None = None
    """The latest day to look at; without it, the last one recorded."""
    known_at: datetime | None = None
    """Nothing recorded later is looked at; in the workspace's zone when it names none."""

    def known(self, words: Publication) -> datetime | None:
        """The instant, with its zone."""
        return instant_of(self.known_at, words.zone) if self.known_at else None


@dataclass(frozen=True)
class Shelf:
    """What can be read."""

    store: Store
    clock: Callable[[], datetime]

    def words(self, workspace: str) -> Publication:
        """What the files of a workspace say.

        Raises:
            NotThere: Nothing was published of it.
        """
        found = published(self.store, workspace)
        if found is None:
            raise NotThere(workspace)
        return found

    def cycle(self, words: Publication, name: str | None, asked: Asked) -> Cycle:
        """The cycle of this id; without one, that of the day.

        Raises:
            NotThere: There is none.
        """
        day = asked.as_of or today(words, asked.known(words) or self.clock())
        found = words.cycle(name) if name else cycle_on(words, day)
        if found is None:
            raise NotThere(name or words.workspace)
        return found

    def sheet(self, words: Publication, cycle: Cycle, asked: Asked) -> Sheet:
        """How the cycle stands."""
        return read_sheet(self.store, words, cycle, asked.as_of, asked.known(words))
