"""Reads every row of a search, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import QueryError, RetrySoon
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.search import PAGE, page_body, total_of
from connectors.hubspot.where import Filter

MAX_EMPTY = 5
"""Empty pages in a row that still promise more, before we stop believing it."""

Properties = dict[str, Any]


@dataclass(frozen=True)
class Selection:
    """Which rows of which object, and what to read of each."""

    kind: str
    filters: Sequence[Filter]
    properties: tuple[str, ...]

    def first_page(self, client: Client) -> Answer:
        """The page with the lowest ids; its total is that of all rows."""
        return self.page(client, 0, None)

    def page(self, client: Client, last_id: int, after: str | None) -> Answer:
        """The page of rows above an id."""
        body = page_body(self.filters, self.properties, last_id=last_id, after=after)
        return client.search(self.kind, body)


@dataclass(frozen=True)
class Scan:
    """What was read."""

    rows: dict[int, Properties]
    """Properties by id: a row that the index shows twice is one row."""
    total: int
    """How many rows HubSpot counted when the reading began."""
    answers: tuple[Answer, ...]

    @property
    def whole(self) -> bool:
        """Whether neither the cap of a search nor a row on the move made it less or more."""
        return len(self.rows) == self.total


def pages(total: int) -> int:
    """Calls that reading so many rows takes."""
    return max(1, -(-total // PAGE))


def read(client: Client, selection: Selection, first: Answer) -> Scan:
    """Every row, page after page, each beginning above the highest id of the one before.

    It ends where HubSpot promises no more (`paging.next.after`), never because a page was short.

    Raises:
        RetrySoon: HubSpot promises more and gives nothing.
        QueryError: The answer is no page of rows.
    """
    answers, rows, last_id, empty = [first], _rows(first), 0, 0
    while (after := following(answers[-1])) is not None:
        # A page that only repeats what came is as good as empty: it must not go on for ever.
        highest = max(rows, default=0)
        last_id, empty = highest, (0 if highest > last_id else empty + 1)
        if empty > MAX_EMPTY:
            raise RetrySoon(
                f"HubSpot answered {empty} empty pages of {selection.kind} and promises more",
                remedy="nothing to do: the next run asks again",
            )
        answers.append(selection.page(client, last_id, after if empty else None))
        rows = {**rows, **_rows(answers[-1])}
    return Scan(rows, total_of(first.content), tuple(answers))


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


def _rows(answer: Answer) -> dict[int, Properties]:
    try:
        return {int(row["id"]): dict(row["properties"]) for row in answer.content["results"]}
    except (KeyError, TypeError, ValueError):
        raise QueryError(
            f"HubSpot's answer to {answer.query} is no page of rows",
            remedy="check that `endpoint` is HubSpot's and `api_version` one that it serves",
        ) from None
