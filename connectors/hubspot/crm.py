"""Counts and sums of contacts, companies and deals."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors.contract import Ask
from connectors.errors import RetrySoon
from connectors.hubspot.amounts import HomeCurrency, Tally, read_for, tallied
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.parts import Parts
from connectors.hubspot.plan import CountStep, NowStep, RowsStep
from connectors.hubspot.query import CrmQuery, WindowQuery
from connectors.hubspot.reading import Reading
from connectors.hubspot.scan import Properties, Scan, Selection, pages, read
from connectors.hubspot.schema import DateProperty, Schema
from connectors.hubspot.search import count_body, day_in, total_of, within
from okrmodel.observations import Observation
from okrmodel.windows import Window, day_begins, day_of

COUNTED_TOGETHER = 10
"""Windows of a part: what was looked up before the first must fit into its calls, too."""
MAX_SCANS = 3
"""Times that rows are read because they moved in between, before giving up for now."""

_Groups = dict[Window, list[Properties]]


@dataclass(frozen=True)
class Crm:
    """Answers questions about records."""

    client: Client
    schema: Schema
    zone: ZoneInfo
    """Days are cut in it."""
    now: Callable[[], datetime]
    home_currency: HomeCurrency
    source_zone: str | None = None
    """Its name, where it is the source's."""

    def count(self, step: CountStep) -> Iterator[list[Observation]]:
        """One search for each window."""
        query = _windowed(step.ask)
        dated = self.schema.date_property(query)
        yield from self._each_counted(step.ask, query, dated, step.ask.windows)

    def rows(self, step: RowsStep) -> Iterator[list[Observation]]:
        """One reading for all windows, or for the halves of what one part cannot hold.

        When the first answer shows that a search for each window is cheaper, that instead.
        """
        ask, query = step.ask, _windowed(step.ask)
        parts = Parts(self.client, ask.windows)
        dated = self.schema.date_property(query)
        for windows in parts:
            selection = self._selection(query, dated, windows)
            observed_at = self.now()
            first = selection.first_page(self.client)
            more = pages(total_of(first.content)) - 1
            if query.sum is None and more > len(windows):
                yield from self._each_counted(ask, query, dated, windows)
            elif parts.has_room(windows, more):
                scan, groups = self._read(selection, first, self._grouping(windows, dated))
                reading = Reading(ask, observed_at, scan.answers, dated.name, self.source_zone)
                yield [
                    reading.observation(window, tallied(query, rows, self.home_currency))
                    for window, rows in groups.items()
                ]
            else:
                parts.halve(windows)
                continue
            parts.end()

    def current(self, step: NowStep) -> list[Observation]:
        """How it stands now: the value at the end of yesterday, a little late, and of today.

        Of no other day: those are past, or still to come.
        """
        query = step.ask.query
        if not isinstance(query, CrmQuery):
            raise TypeError(f"{query!r} is not about records")
        observed_at = self.now()
        today = day_of(observed_at, self.zone)
        present = {w for w in step.ask.windows if w.start <= today <= w.end}
        tally, answers = self._now_tallied(query) if present else (_NO_DATA, ())
        reading = Reading(step.ask, observed_at, answers, source_zone=self.source_zone)
        return [
            reading.observation(window, tally, _late(observed_at, window, self.zone))
            if window in present
            else reading.observation(window, _NO_DATA, (_ONLY_NOW.format(today),))
            for window in step.ask.windows
        ]

    def _now_tallied(self, query: CrmQuery) -> tuple[Tally, Sequence[Answer]]:
        filters = self.schema.filters(query)
        if query.sum is None:
            answer = self.client.search(query.object, count_body(filters))
            return Tally(Decimal(total_of(answer.content))), (answer,)
        selection = Selection(query.object, filters, read_for(query))
        first = selection.first_page(self.client)
        scan, groups = self._read(selection, first, lambda scan: {_ALL: [*scan.rows.values()]})
        return tallied(query, groups[_ALL], self.home_currency), scan.answers

    def _selection(
        self, query: WindowQuery, dated: DateProperty, windows: Sequence[Window]
    ) -> Selection:
        span = Window(windows[0].start, windows[-1].end)
        when = within(dated.name, span, self.zone, calendar=dated.calendar)
        return Selection(
            query.object, [*self.schema.filters(query), *when], (dated.name, *read_for(query))
        )

    def _each_counted(
        self, ask: Ask, query: WindowQuery, dated: DateProperty, windows: Sequence[Window]
    ) -> Iterator[list[Observation]]:
        for start in range(0, len(windows), COUNTED_TOGETHER):
            few = windows[start : start + COUNTED_TOGETHER]
            yield [self._counted(ask, query, dated, window) for window in few]

    def _counted(
        self, ask: Ask, query: WindowQuery, dated: DateProperty, window: Window
    ) -> Observation:
        observed_at = self.now()
        when = within(dated.name, window, self.zone, calendar=dated.calendar)
        body = count_body([*self.schema.filters(query), *when])
        answer = self.client.search(query.object, body)
        reading = Reading(ask, observed_at, (answer,), dated.name, self.source_zone)
        return reading.observation(window, Tally(Decimal(total_of(answer.content))))

    def _read(
        self, selection: Selection, first: Answer, group: Callable[[Scan], _Groups | None]
    ) -> tuple[Scan, _Groups]:
        """A whole reading in its groups; read again when rows moved meanwhile.

        Raises:
            RetrySoon: They moved each time.
        """
        for attempt in range(MAX_SCANS):
            page = first if attempt == 0 else selection.first_page(self.client)
            scan = read(self.client, selection, page)
            if scan.whole and (groups := group(scan)) is not None:
                return scan, groups
        raise RetrySoon(
            f"{selection.kind} changed each time while they were read: {len(scan.rows)} rows came,"
            f" {scan.total} were counted",
            remedy="nothing to do: the next run asks again",
        )

    def _grouping(
        self, windows: Sequence[Window], dated: DateProperty
    ) -> Callable[[Scan], _Groups | None]:
        return lambda scan: self._by_window(scan, windows, dated)

    def _by_window(
        self, scan: Scan, windows: Sequence[Window], dated: DateProperty
    ) -> _Groups | None:
        """The rows of each window; None when a row lies in none, because it moved."""
        groups: _Groups = {window: [] for window in windows}
        starts = [window.start for window in windows]
        for row in scan.rows.values():
            day = self._day(row.get(dated.name), dated)
            window = windows[bisect_right(starts, day) - 1] if day else windows[0]
            if day is None or not window.start <= day < window.end:
                return None
            groups[window].append(row)
        return groups

    def _day(self, value: object, dated: DateProperty) -> date | None:
        try:
            return day_in(str(value), self.zone, calendar=dated.calendar)
        except ValueError:
            return None


_NO_DATA = Tally(None)
_ALL = Window(date.min, date.max)
_ONLY_NOW = "HubSpot's search tells only how it stands now, on {}"


def _windowed(ask: Ask) -> WindowQuery:
    if not isinstance(ask.query, WindowQuery):
        raise TypeError(f"{ask.query!r} has no date to cut windows by")
    return ask.query


def _late(observed_at: datetime, window: Window, zone: ZoneInfo) -> tuple[str, ...]:
    late = observed_at - day_begins(window.end, zone)
    return (f"read {late} after the day's end",) if late > timedelta(0) else ()
