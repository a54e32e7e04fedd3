"""One object type as it stood at one instant; made once an instant, shared by all requests."""

import threading
from collections import OrderedDict
from typing import Any

import numpy as np

from sandbox.company.tables import Company, Ints
from sandbox.hubspot.columns import Column
from sandbox.hubspot.history import History
from sandbox.hubspot.schema import ObjectType

_KEPT = 6
"""Views kept: three object types at two instants (now, and what the search index has seen)."""


class View:
    """The objects there were, oldest first, and their columns, each made when first asked for."""

    def __init__(self, kind: ObjectType, history: History, rows: Ints, at_ms: int) -> None:
        self.kind = kind
        self.at_ms = at_ms
        self._history = history
        self._rows = rows
        self._columns: dict[str, Column] = {}
        self._lock = threading.Lock()
        self.ids: Ints = kind.lifetimes(history.company).id[rows]
        self.everything: Ints = np.arange(len(rows))

    def column(self, name: str) -> Column | None:
        """The property's column over this view, None when it is not defined."""
        if name not in self.kind.properties:
            return None
        with self._lock:
            if name not in self._columns:
                whole = self.kind.properties[name].column(self._history, self.at_ms)
                self._columns[name] = whole.at(self._rows)
            return self._columns[name]

    def objects(self, positions: Ints, properties: list[str]) -> list[dict[str, Any]]:
        """These objects as HubSpot writes them: every value is text or null.

        The default properties are always there; what is not defined is left out.
        """
        names = sorted({*properties, *self.kind.defaults})
        columns = {name: column for name in names if (column := self.column(name)) is not None}
        texts = [column.texts(positions) for column in columns.values()]
        created = self._required("createdate").texts(positions)
        updated = self._required(self.kind.modified).texts(positions)
        return [
            {
                "id": str(number),
                "properties": dict(zip(columns, values, strict=True)),
                "createdAt": created[n],
                "updatedAt": updated[n],
                "archived": False,
                "url": self._url(number),
            }
            for n, (number, values) in enumerate(
                zip(self.ids[positions].tolist(), zip(*texts, strict=True), strict=True)
            )
        ]

    def _required(self, name: str) -> Column:
        column = self.column(name)
        if column is None:
            raise KeyError(name)
        return column

    def _url(self, number: int) -> str:
        portal = self._history.company.portal_id
        return f"https://app-eu1.hubspot.com/contacts/{portal}/record/{self.kind.type_id}/{number}"


class Views:
    """The views of the latest instants. Safe to share between threads."""

    def __init__(self, company: Company) -> None:
        self.history = History(company)
        self._lock = threading.Lock()
        self._orders: dict[str, Ints] = {}
        self._views: OrderedDict[tuple[str, int], View] = OrderedDict()

    def at(self, kind: ObjectType, at_ms: int) -> View:
        """What there was of these objects at that instant."""
        key = (kind.name, at_ms)
        with self._lock:
            view = self._views.pop(key, None) or self._make(kind, at_ms)
            self._views[key] = view
            if len(self._views) > _KEPT:
                self._views.popitem(last=False)
            return view

    def _make(self, kind: ObjectType, at_ms: int) -> View:
        lifetimes = kind.lifetimes(self.history.company)
        if kind.name not in self._orders:
            self._orders[kind.name] = np.lexsort((lifetimes.id, lifetimes.created_ms))
        order = self._orders[kind.name]
        there = (lifetimes.created_ms <= at_ms) & (lifetimes.gone_ms > at_ms)
        return View(kind, self.history, order[there[order]], at_ms)
