"""Which rows of a reading are whose: counted and added up by question and window, as they come."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from connectors.contract import Ask
from connectors.hubspot.amounts import Adding, HomeCurrency, Properties, Tally
from connectors.hubspot.choices import holds
from connectors.hubspot.merging import windowed
from connectors.hubspot.scan import Moved
from connectors.hubspot.schema import DateProperty
from connectors.hubspot.search import edges, instant_in
from connectors.hubspot.where import Filter
from okrmodel.windows import Window


@dataclass(frozen=True)
class Share:
    """One question's part in a reading: how its rows are known."""

    ask: Ask
    dated: DateProperty
    zone: ZoneInfo
    judged: tuple[Filter, ...] = ()
    """Conditions that are judged here; none where HubSpot has judged them for all rows."""

    def window(self, row: Properties) -> int | None:
        """Which of its windows a row belongs to, by number; None when it is not its."""
        if not all(holds(test, row) for test in self.judged):
            return None
        try:
            instant = instant_in(str(row.get(self.dated.name)))
        except ValueError:
            return None
        number = bisect_right(self._begins, instant) - 1
        inside = number >= 0 and instant < self._edges[number][1]
        return number if inside else None

    @cached_property
    def _edges(self) -> list[tuple[Any, Any]]:
        return edges(self.ask.windows, self.zone, calendar=self.dated.calendar)

    @cached_property
    def _begins(self) -> list[Any]:
        return [begin for begin, _ in self._edges]


class Tallies:
    """What the rows so far come to, for each question and window."""

    def __init__(self, shares: Sequence[Share], state: Iterable[Iterable[Any]] = ()) -> None:
        self._shares = shares
        kept = [[*each] for each in state] or [[None] * len(s.ask.windows) for s in shares]
        self._sums = [
            [
                Adding.from_state(windowed(share.ask), one) if one else Adding(windowed(share.ask))
                for one in each
            ]
            for share, each in zip(shares, kept, strict=True)
        ]

    def take(self, rows: Iterable[Properties]) -> None:
        """Take in some rows.

        Raises:
            Moved: A row is nobody's: it was changed between HubSpot's search and its answer.
            QueryError: An amount cannot be added up, or a condition names no property.
        """
        for row in rows:
            taken = False
            for share, sums in zip(self._shares, self._sums, strict=True):
                if (number := share.window(row)) is not None:
                    sums[number].add(row)
                    taken = True
            if not taken:
                raise Moved

    def found(self, home: HomeCurrency) -> Iterator[tuple[Share, Window, Tally]]:
        """Everything that the rows come to."""
        for share, sums in zip(self._shares, self._sums, strict=True):
            for window, one in zip(share.ask.windows, sums, strict=True):
                yield share, window, one.tally(home)

    def state(self) -> list[list[Any]]:
        """All of it as plain JSON values; the same shares go on from it."""
        return [[one.state() for one in sums] for sums in self._sums]
