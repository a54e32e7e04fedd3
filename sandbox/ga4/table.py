"""Grouping sessions into cells and counting them.

A cell is one dimension tuple in one date range. Arrays by cell have the shape (tuples, ranges).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sandbox.company.tables import Flags, Ints
from sandbox.ga4.dimensions import Dimension
from sandbox.ga4.factors import dense
from sandbox.ga4.metrics import ROLLING, SUMS, USERS
from sandbox.ga4.query import Query
from sandbox.ga4.selection import Selection, select, select_rolling
from sandbox.ga4.sessions import Visible

MOST_FLAGS = 2**26
"""Distinct users are marked in a table of cells × users up to this size, else sorted."""

Tuple = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A selection with the cell of each of its rows (tuple × ranges + range)."""

    selection: Selection
    cell: Ints


@dataclass(frozen=True)
class Table:
    """The cells of a report and what was counted in them."""

    tuples: tuple[Tuple, ...]
    ranges: int
    groups: dict[int, Group]
    """By the days that it looks back; 0 is the sessions of the days themselves."""

    def present(self) -> Flags:
        """The cells that have anything in them."""
        flags = np.zeros(len(self.tuples) * self.ranges, dtype=np.bool_)
        for group in self.groups.values():
            flags[group.cell] = True
        return flags.reshape(-1, self.ranges)

    def measure(self, name: str) -> Ints:
        """One measure by cell."""
        group = self.groups[ROLLING.get(name, 0)]
        size = len(self.tuples) * self.ranges
        return _count(name, group.selection, group.cell, size).reshape(-1, self.ranges)

    def total(self, name: str, cells: Flags) -> Ints:
        """One measure by range over these cells: users are counted once, never summed."""
        group = self.groups[ROLLING.get(name, 0)]
        counted = cells.reshape(-1)[group.cell]
        if name in ROLLING:
            counted &= group.selection["day"] == group.selection["last"]
        selection = group.selection.where(counted)
        return _count(name, selection, selection["range"], self.ranges)


def tabulate(query: Query, visible: Visible, first_kept: int, measures: Iterable[str]) -> Table:
    """Select and group the sessions, as far as these measures need."""
    selections = {0: select(query, visible, first_kept)}
    for days in {ROLLING[name] for name in measures if name in ROLLING}:
        selections[days] = select_rolling(query, visible, first_kept, days)
    number: dict[Tuple, int] = {}
    groups = {}
    for days, selection in selections.items():
        tuples, code = _tuples(selection, query.dimensions)
        known = [number.setdefault(each, len(number)) for each in tuples]
        row_tuple = np.array(known, dtype=np.int64)[code]
        groups[days] = Group(selection, row_tuple * len(query.ranges) + selection["range"])
    return Table(tuple(number), len(query.ranges), groups)


def _tuples(selection: Selection, dimensions: tuple[Dimension, ...]) -> tuple[list[Tuple], Ints]:
    """The distinct dimension tuples, and for each row which of them it has."""
    code = np.zeros(len(selection), dtype=np.int64)
    tuples: list[Tuple] = [()]
    for dimension in dimensions:
        factor = selection.factor(dimension)
        width = max(len(factor.texts), 1)
        values, code = dense(code * width + factor.codes)
        tuples = [
            (*tuples[value // width], factor.texts[value % width]) for value in values.tolist()
        ]
    return (tuples, code) if len(selection) else ([], code)


def _count(name: str, selection: Selection, cell: Ints, cells: int) -> Ints:
    if name == "sessions":
        return np.bincount(cell, minlength=cells).astype(np.int64)
    if name in SUMS:
        # Floats hold these sums exactly: all are far below 2**53.
        return np.bincount(cell, weights=selection[name], minlength=cells).astype(np.int64)
    flag = USERS.get(name, "")
    user = selection["user"]
    if flag:
        wanted = selection[flag] == 1
        cell, user = cell[wanted], user[wanted]
    return _distinct(cell, user, cells, selection.users)


def _distinct(cell: Ints, user: Ints, cells: int, users: int) -> Ints:
    """How many different users each cell has."""
    pair = cell * users + user
    if cells * users > MOST_FLAGS:
        return np.bincount(np.unique(pair) // users, minlength=cells).astype(np.int64)
    seen = np.zeros(cells * users, dtype=np.bool_)
    seen[pair] = True
    found: Ints = np.count_nonzero(seen.reshape(cells, users), axis=1).astype(np.int64)
    return found
