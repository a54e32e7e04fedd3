"""Several questions in one search: which need a group of filters of their own, and how many fit. Pure."""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from connectors.contract import Ask
from connectors.hubspot.amounts import read_for
from connectors.hubspot.query import MAX_IN_GROUP, WindowQuery
from connectors.hubspot.search import MAX_BODY, page_body, within
from connectors.hubspot.where import Filter
from okrmodel.windows import Window

MAX_GROUPS = 5
"""Groups of a search, any of which a record must meet (CRM search documentation)."""
MAX_FILTERS = 18
"""Filters in all groups (the same)."""

_ID = 999_999_999_999_999
"""As long as an id will ever be."""
_SPARE = 100
"""Characters of a body that are left for spellings known only to the account."""


def span(ask: Ask) -> Window:
    """From its first window's start to its last one's end."""
    return Window(ask.windows[0].start, ask.windows[-1].end)


def covered(ask: Ask, others: Sequence[Ask]) -> bool:
    """Whether another question's rows are all that this one needs, and more."""
    place = others.index(ask)
    return any(
        covers(other, ask) and (not covers(ask, other) or number < place)
        for number, other in enumerate(others)
        if number != place
    )


def covers(wide: Ask, narrow: Ask) -> bool:
    """Whether the rows of one question are among those of another."""
    wider, narrower = windowed(wide), windowed(narrow)
    return (
        wider.dates == narrower.dates
        and span(wide).holds(span(narrow))
        and all(test in narrower.filters() for test in wider.filters())
    )


def read_of(asks: Sequence[Ask], dates: Sequence[str]) -> tuple[str, ...]:
    """The properties to read of each row: dates, amounts, and what conditions are judged by."""
    queries = [windowed(ask) for ask in asks]
    amounts = (name for query in queries for name in read_for(query))
    judged = (test["propertyName"] for query in queries for test in query.filters())
    alone = len(asks) == 1
    return tuple(dict.fromkeys([*dates, *amounts, *(() if alone else judged)]))


def room_for(asks: Sequence[Ask]) -> bool:
    """Whether one search can carry them all."""
    if len({windowed(ask).object for ask in asks}) > 1:
        return False
    own = [ask for ask in asks if not covered(ask, asks)]
    groups = [_longest(ask) for ask in own]
    # One filter more in each: the id above which a page begins.
    sizes = [len(group) + 1 for group in groups]
    if len(groups) > MAX_GROUPS or max(sizes) > MAX_IN_GROUP or sum(sizes) > MAX_FILTERS:
        return False
    dates = [max(windowed(ask).dates, key=len) for ask in asks]
    body = page_body(groups, read_of(asks, dates), last_id=_ID, after=str(_ID))
    return len(json.dumps(body)) + _SPARE <= MAX_BODY


def packed(pieces: Sequence[Ask]) -> list[list[Ask]]:
    """Pieces of one object together, as many as a search holds; those that cover others first.

    Else in an order of their own, not that of the files: what a killed run left in the middle is
    found again.
    """
    scans: list[list[Ask]] = []
    for piece in sorted(pieces, key=_order):
        fits = (scan for scan in scans if room_for([*scan, piece]))
        scan = next(fits, None)
        if scan is None:
            scans.append([piece])
        else:
            scan.append(piece)
    return scans


def _order(piece: Ask) -> tuple[int, str, tuple[Window, ...]]:
    return len(windowed(piece).filters()), piece.fingerprint, piece.windows


def windowed(ask: Ask) -> WindowQuery:
    """The ask's question, which must have windows."""
    if not isinstance(ask.query, WindowQuery):
        raise TypeError(f"{ask.query!r} has no date to cut windows by")
    return ask.query


def _longest(ask: Ask) -> list[Filter]:
    """The group's filters, with the longest name that its date may have."""
    query = windowed(ask)
    date = max(query.dates, key=len)
    return [*query.filters(), *within(date, span(ask), ZoneInfo("UTC"), calendar=False)]
