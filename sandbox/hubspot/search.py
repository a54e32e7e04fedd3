"""POST /crm/v3/objects/{object}/search: what may be asked, and the page that answers.

Limits as documented: 5 groups of 6 filters, 18 in all, bodies of 3,000 characters, pages of 200,
the first 10,000 results of a query, one sort. Each is refused with 400 when passed.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.company.tables import Flags, Ints
from sandbox.hubspot.columns import Words, ordering
from sandbox.hubspot.errors import invalid, unreadable
from sandbox.hubspot.filters import Filter, match
from sandbox.hubspot.views import View

MAX_BODY = 3_000
MAX_GROUPS = 5
MAX_FILTERS_IN_GROUP = 6
MAX_FILTERS = 18
MAX_LIMIT = 200
MAX_RESULTS = 10_000
DEFAULT_LIMIT = 10


@dataclass(frozen=True)
class Search:
    """A search as asked."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    query: str = ""
    sort: str = ""
    descending: bool = False
    properties: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    after: int = 0

    @classmethod
    def parse(cls, body: str) -> "Search":
        """From the request's body; refuses what HubSpot refuses, requires nothing."""
        if len(body) > MAX_BODY:
            raise invalid(
                f"The request body is {len(body)} characters long, the maximum is {MAX_BODY}."
            )
        asked = _json_object(body)
        sort, descending = _sort(asked.get("sorts") or [])
        search = cls(
            groups=_groups(asked),
            query=str(asked.get("query") or ""),
            sort=sort,
            descending=descending,
            properties=tuple(str(name) for name in _list(asked.get("properties"), "properties")),
            limit=_whole(asked.get("limit"), "limit", DEFAULT_LIMIT),
            after=_whole(asked.get("after"), "after", 0),
        )
        search.check()
        return search

    def check(self) -> None:
        """Raise the refusal for a limit that was passed."""
        filters = [len(group) for group in self.groups]
        if len(filters) > MAX_GROUPS:
            raise invalid(
                f"The maximum number of filterGroups is {MAX_GROUPS}, got {len(filters)}."
            )
        if any(count > MAX_FILTERS_IN_GROUP for count in filters):
            raise invalid(
                f"The maximum number of filters in a filterGroup is {MAX_FILTERS_IN_GROUP}."
            )
        if sum(filters) > MAX_FILTERS:
            raise invalid(f"The maximum number of filters is {MAX_FILTERS}, got {sum(filters)}.")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise invalid(f"limit must be between 1 and {MAX_LIMIT}, got {self.limit}.")
        if self.after < 0 or self.after + self.limit > MAX_RESULTS:
            raise invalid(
                f"Paging ends at {MAX_RESULTS} results: after {self.after} with limit {self.limit} "
                "is out of range."
            )


def answer(view: View, search: Search, *, empty: bool = False) -> dict[str, Any]:
    """The page of results. An `empty` one carries no rows but asks to go on where it stands."""
    found = order(view, np.flatnonzero(_matching(view, search)), search)
    page = found[search.after : search.after + search.limit]
    following = search.after + len(page)
    if empty:
        page, following = page[:0], search.after
    content: dict[str, Any] = {
        "total": len(found),
        "results": view.objects(page, list(search.properties)),
    }
    if following < len(found):
        content["paging"] = {"next": {"after": str(following)}}
    return content


def order(view: View, found: Ints, search: Search) -> Ints:
    """The found objects as asked: without a sort oldest first, without a value last."""
    if not search.sort:
        return found
    column = view.column(search.sort)
    if column is None:
        raise invalid(f"The sort property {search.sort} does not exist.")
    return found[ordering(column.keys(found), descending=search.descending)]


def _matching(view: View, search: Search) -> Flags:
    everything = np.ones(len(view.ids), dtype=np.bool_)
    matching = everything.copy()
    if search.groups:
        matching[:] = False
        for group in search.groups:
            matching |= _all_hold(view, group, everything)
    if search.query:
        matching &= _mentions(view, search.query)
    return matching


def _all_hold(view: View, group: tuple[Filter, ...], everything: Flags) -> Flags:
    held = everything
    for test in group:
        column = view.column(test.property)
        if column is None:
            raise invalid(
                f"There was a problem with the request. Property {test.property} does not exist."
            )
        held = held & match(column, test)
    return held


def _mentions(view: View, query: str) -> Flags:
    """The objects in whose searched properties each word of the query occurs somewhere."""
    mentions = np.ones(len(view.ids), dtype=np.bool_)
    for wanted in query.lower().split():
        mentions &= _occurs(view, wanted)
    return mentions


def _occurs(view: View, wanted: str) -> Flags:
    columns = [column for name in view.kind.searched if (column := view.column(name))]
    texts = [column for column in columns if isinstance(column, Words)]
    found: Flags = np.logical_or.reduce(
        [column.where(lambda word: wanted in word) for column in texts]
    )
    return found


def _json_object(body: str) -> dict[str, Any]:
    try:
        asked = json.loads(body or "{}")
    except json.JSONDecodeError as problem:
        raise unreadable(problem.msg, problem.colno) from None
    if not isinstance(asked, dict):
        raise unreadable("Cannot deserialize instance of PublicObjectSearchRequest")
    return asked


def _groups(asked: dict[str, Any]) -> tuple[tuple[Filter, ...], ...]:
    groups = [_group(group) for group in _list(asked.get("filterGroups"), "filterGroups")]
    if not groups and asked.get("filters"):
        # Filters beside the groups instead of in one are taken for a single group.
        groups = [_group({"filters": asked["filters"]})]
    return tuple(group for group in groups if group)


def _group(written: Any) -> tuple[Filter, ...]:
    if not isinstance(written, dict):
        raise unreadable("Cannot deserialize instance of FilterGroup")
    return tuple(Filter.parse(test) for test in _list(written.get("filters"), "filters"))


def _sort(sorts: Any) -> tuple[str, bool]:
    """Property and whether descending: from "name", "-name" or {propertyName, direction}."""
    if len(_list(sorts, "sorts")) > 1:
        raise invalid(f"A maximum of 1 sort is supported, got {len(sorts)}.")
    if not sorts:
        return "", False
    [sort] = sorts
    if isinstance(sort, dict):
        return str(sort.get("propertyName", "")), sort.get("direction") == "DESCENDING"
    return str(sort).removeprefix("-"), str(sort).startswith("-")


def _list(written: Any, name: str) -> list[Any]:
    if written is None:
        return []
    if not isinstance(written, list):
        raise unreadable(f"Cannot deserialize instance of `java.util.HashSet` out of {name}")
    return written


def _whole(written: Any, name: str, default: int) -> int:
    if written in (None, ""):
        return default
    try:
        return int(str(written))
    except ValueError:
        raise unreadable(
            f"Cannot deserialize value of type `int` from {name} {written!r}"
        ) from None
