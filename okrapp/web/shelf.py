"""The store as the pages see it: whose words there are, and the sheets that go with them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from okrapp.web.moments import AskedDay, AskedInstant
from okrapp.web.viewers import viewer_of
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult
from okrmodel.publication import Publication
from okrmodel.store.frozen import Told, by_own_ids, told
from okrmodel.store.publications import published
from okrmodel.store.store import Store
from okrmodel.telling.sheet import Sheet, cycle_on, read_sheet, today
from okrmodel.windows import instant_of, last_complete_day


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
    """What a viewer can read."""

    store: Store
    clock: Callable[[], datetime]
    allowed: Collection[str] | None = None
    """The ids of the workspaces that the viewer may see; all of them when None."""

    def sees(self, workspace: str) -> bool:
        """Whether the viewer may see the workspace of this id, if there is one."""
        return self.allowed is None or workspace in self.allowed

    def words(self, workspace: str) -> Publication:
        """What the files of a workspace say.

        Raises:
            NotThere: Nothing was published of it, or it is not for this viewer.
        """
        found = published(self.store, workspace) if self.sees(workspace) else None
        if found is None:
            raise NotThere(workspace)
        return found

    def cycle(self, words: Publication, name: str | None, asked: Asked) -> Cycle:
        """The cycle of this id; without one, that of the day.

        Raises:
            NotThere: There is none.
        """
        known = asked.known(words)
        now = last_complete_day(known, words.zone) if known else today(words, self.clock())
        day = asked.as_of or now
        found = words.cycle(name) if name else cycle_on(words, day)
        if found is None:
            raise NotThere(name or words.workspace)
        return found

    def sheet(self, words: Publication, cycle: Cycle, asked: Asked) -> Sheet:
        """How the cycle stands."""
        return read_sheet(self.store, words, cycle, asked.as_of, asked.known(words))

    def told(self, words: Publication, cycle: Cycle, key_result: KeyResult, asked: Asked) -> Told:
        """What is said of one key result, by the id that it has now."""
        ids = (key_result.id, *key_result.was)
        known_at = asked.known(words)
        found = told(self.store, words.workspace, cycle.id, asked.as_of, known_at, only=ids)
        return replace(
            found,
            revisions=by_own_ids(cycle, found.revisions),
            since=by_own_ids(cycle, found.since),
        )


def key_result_in(cycle: Cycle, name: str) -> KeyResult:
    """The cycle's key result of this id.

    Raises:
        NotThere: There is none.
    """
    found = next((k for _, k in cycle.key_results() if k.id == name), None)
    if found is None:
        raise NotThere(name)
    return found


def _asked(
    as_of: Annotated[AskedDay | None, Query(description="The latest day to look at.")] = None,
    known_at: Annotated[
        AskedInstant | None,
        Query(
            description="Nothing recorded later is looked at; in the workspace's zone by default."
        ),
    ] = None,
) -> Asked:
    return Asked(as_of, known_at)


def _shelf(request: Request) -> Iterator[Shelf]:
    viewer = viewer_of(request)
    shelf: Shelf = request.app.state.shelf
    # All that a page tells is of one moment, though a sync may record in between.
    with shelf.store.at_one_moment() as store:
        yield replace(shelf, store=store, allowed=viewer.workspaces if viewer else ())


MOST_ID = 2**63 - 1
"""What a database takes for an id."""
RunId = Annotated[int, Path(ge=1, le=MOST_ID, description="As the store numbers its runs.")]
AskedFor = Annotated[Asked, Depends(_asked)]
"""What a request asks for."""
Reading = Annotated[Shelf, Depends(_shelf)]
"""What the one who asks can read."""
