"""The sessions that a report counts: each once for every date range that it lies in."""

import numpy as np

from sandbox.company.tables import Flags, Ints
from sandbox.ga4.dates import DateRange
from sandbox.ga4.dimensions import Dimension
from sandbox.ga4.factors import Factor, factor_of
from sandbox.ga4.query import Query
from sandbox.ga4.sessions import Visible


class Selection:
    """Some visible sessions, some of them several times.

    Beside the columns of `Visible` it has `range` (which date range the row counts in) and
    `first` and `last` (that range's days).
    """

    def __init__(self, visible: Visible, index: Ints, own: dict[str, Ints]) -> None:
        self._visible = visible
        self._index = index
        self._columns = own
        self._factors: dict[str, Factor] = {}

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, name: str) -> Ints:
        if name not in self._columns:
            self._columns[name] = self._visible.columns[name][self._index]
        return self._columns[name]

    @property
    def users(self) -> int:
        """How many users there are in all; the column `user` is below it."""
        return self._visible.users

    def factor(self, dimension: Dimension) -> Factor:
        """The dimension's value of each row."""
        if dimension.name not in self._factors:
            self._factors[dimension.name] = factor_of(dimension.key(self), dimension.text)
        return self._factors[dimension.name]

    def where(self, kept: Flags) -> "Selection":
        """Only the rows with this flag."""
        own = {name: column[kept] for name, column in self._columns.items()}
        return Selection(self._visible, self._index[kept], own)


def select(query: Query, visible: Visible, first_kept: int) -> Selection:
    """The sessions of each of the query's ranges that its dimension filter keeps.

    Sessions before `first_kept` are truncated: they are not there.
    """
    parts = []
    for number, each in enumerate(query.ranges):
        rows = visible.between(max(each.first, first_kept), each.last)
        parts.append(_rows(rows, number, each))
    return _filtered(query, visible, parts)


def select_rolling(query: Query, visible: Visible, first_kept: int, days: int) -> Selection:
    """The active sessions again, once for each reported day that looks back on them.

    A row's `day` is the day that looks back: `days` days, itself included. Where the report's
    own columns are coarser than a day (a week, a country), only their last day looks back.
    """
    parts = []
    active = visible.columns["active"] == 1
    day = visible.columns["day"]
    for number, each in enumerate(query.ranges):
        closing = _closing_days(query, each)
        for back in range(days):
            window = visible.between(max(each.first - back, first_kept), each.last - back)
            looked_at = active[window] & np.isin(day[window] + back, closing)
            part = _rows(window, number, each)
            part = {name: column[looked_at] for name, column in part.items()}
            parts.append(part | {"day": day[part["index"]] + back})
    return _filtered(query, visible, parts)


def _closing_days(query: Query, of: DateRange) -> Ints:
    """The last day of each stretch that the report's columns tell apart."""
    dimensions = [each for each in query.dimensions if each.grain == "day"]
    days = np.arange(of.first, of.last + 1, dtype=np.int64)
    rows = {"day": days, "first": np.full_like(days, of.first)}
    keys = [each.key(rows).tolist() for each in dimensions]
    texts = zip(
        *(
            [each.text(key) for key in key_column]
            for each, key_column in zip(dimensions, keys, strict=True)
        ),
        strict=True,
    )
    last_of = dict(zip(texts, days.tolist(), strict=True)) if dimensions else {(): of.last}
    return np.array(list(last_of.values()), dtype=np.int64)


def _rows(rows: slice, number: int, of: DateRange) -> dict[str, Ints]:
    index = np.arange(rows.start, max(rows.start, rows.stop), dtype=np.int64)
    return {
        "index": index,
        "range": np.full_like(index, number),
        "first": np.full_like(index, of.first),
        "last": np.full_like(index, of.last),
    }


def _filtered(query: Query, visible: Visible, parts: list[dict[str, Ints]]) -> Selection:
    own = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    selection = Selection(visible, own.pop("index"), own)
    return selection if query.keep is None else selection.where(query.keep(selection))
