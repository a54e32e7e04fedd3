"""Reads every row of a search, however many there are, a few thousand at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from connectors.errors import QueryError, RetrySoon
from connectors.hubspot.ahead import ahead
from connectors.hubspot.amounts import Properties
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.search import PAGE, page_body, pages, total_of
from connectors.hubspot.where import Filter

MAX_EMPTY = 5
"""Empty pages in a row that still promise more, before we stop believing it."""


class Moved(Exception):  # noqa: N818 - says what happened
    """Rows came or went while they were read: what was read is no state that ever was."""


@dataclass(frozen=True)
class Selection:
    """Which rows of which object, and what to read of each."""

    kind: str
    groups: Sequence[Sequence[Filter]]
    """A row is wanted that meets all filters of any group."""
    properties: tuple[str, ...]

    def page(self, client: Client, last_id: int = 0, after: str | None = None) -> Answer:
        """A page of the rows above an id, in order of their ids; its total is that of all."""
        body = page_body(self.groups, self.properties, last_id=last_id, after=after)
        return client.search(self.kind, body)


@dataclass
class Reader:
    """Reads a selection in order of ids, and notices when rows come or go meanwhile.

    A segment begins above the highest id so far: its total and what was read before must be what
    there was at the beginning. Inside it pages are asked for by offset, several at once.
    """

    client: Client
    selection: Selection
    last_id: int = 0
    read: int = 0
    """Rows so far, each once."""
    total: int | None = None
    """How many there were at the beginning."""
    done: bool = False
    _empty: int = field(default=0, repr=False)

    def segment(
        self, first: Answer | None, calls: int
    ) -> Iterator[tuple[list[Properties], Answer]]:
        """The next pages, at most so many calls, the first of them maybe there already.

        It ends where HubSpot promises no more (`paging.next.after`), never because a page was
        short.

        Raises:
            Moved: Rows came or went.
            RetrySoon: HubSpot promises more and gives nothing.
            QueryError: An answer is no page of rows.
        """
        ends = self.client.calls + calls
        page = first or self.selection.page(self.client, self.last_id)
        here = total_of(page.content)
        if self.total is None:
            self.total = here
        if self.read + here != self.total:
            raise Moved
        base, promised = self.last_id, following(page)
        yield self._taken(page), page
        more = min(pages(here) - 1, ends - self.client.calls)
        for offset, page in self._by_offset(base, more if promised == str(PAGE) else 0):
            if promised != offset:
                # A page was shorter than a page: what was asked for ahead does not follow on it.
                break
            if total_of(page.content) != here:
                raise Moved
            promised = following(page)
            yield self._taken(page), page
        yield from self._one_by_one(base, promised, ends)

    def _by_offset(self, base: int, more: int) -> Iterator[tuple[str, Answer]]:
        """The pages after the first one above an id, with the offsets that they begin at."""
        offsets = [str(PAGE * number) for number in range(1, more + 1)]
        asks = [partial(self.selection.page, self.client, base, offset) for offset in offsets]
        yield from zip(offsets, ahead(asks), strict=True)

    def _one_by_one(
        self, base: int, promised: str | None, ends: int
    ) -> Iterator[tuple[list[Properties], Answer]]:
        """What is left, if anything is: pages each asked for when the last is read."""
        while promised and self.client.calls < ends:
            # An offset goes on from where its page began: of use only where that gave nothing.
            after = promised if base == self.last_id else None
            base = self.last_id
            page = self.selection.page(self.client, base, after)
            if self.read + total_of(page.content) != self.total:
                raise Moved
            promised = following(page)
            yield self._taken(page), page
        self._finish(promised)

    def _finish(self, promised: str | None) -> None:
        if promised is None:
            self.done = True
            if self.read != self.total:
                raise Moved

    def _taken(self, page: Answer) -> list[Properties]:
        """The page's rows that were not read before."""
        rows = [(number, row) for number, row in rows_of(page).items() if number > self.last_id]
        # A page that only repeats what came is as good as empty: it must not go on for ever.
        self._empty = 0 if rows else self._empty + 1
        if self._empty > MAX_EMPTY:
            raise RetrySoon(
                f"HubSpot answered {self._empty} empty pages of {self.selection.kind} and promises"
                " more",
                remedy="nothing to do: the next run asks again",
            )
        self.last_id = max([self.last_id, *(number for number, _ in rows)])
        self.read += len(rows)
        return [row for _, row in rows]


def following(answer: Answer) -> str | None:
    """Where HubSpot says that the next page begins; None at the end.

    Raises:
        QueryError: The answer is no page.
    """
    try:
        after = ((answer.content.get("paging") or {}).get("next") or {}).get("after")
    except AttributeError:
        raise QueryError(f"HubSpot's answer to {answer.query} pages in an unknown way") from None
    return str(after) if after else None


def rows_of(answer: Answer) -> dict[int, Properties]:
    """A page's rows by id: one that it shows twice is one.

    Raises:
        QueryError: The answer is no page of rows.
    """
    try:
        return {int(row["id"]): dict(row["properties"]) for row in answer.content["results"]}
    except (KeyError, TypeError, ValueError):
        raise QueryError(
            f"HubSpot's answer to {answer.query} is no page of rows",
            remedy="check that `endpoint` is HubSpot's and `api_version` one that it serves",
        ) from None
