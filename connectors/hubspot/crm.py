"""Counts and sums of contacts, companies and deals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from connectors.contract import MOST_CALLS, Ask, Part
from connectors.errors import RetrySoon
from connectors.hubspot.ahead import ahead
from connectors.hubspot.amounts import Adding, HomeCurrency, Tally, read_for
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.left_off import LeftOff
from connectors.hubspot.merging import covered, read_of, span, windowed
from connectors.hubspot.parts import Room
from connectors.hubspot.query import CrmQuery
from connectors.hubspot.reading import Proofs, Reading
from connectors.hubspot.scan import Moved, Reader, Selection, pages
from connectors.hubspot.schema import Schema
from connectors.hubspot.search import count_body, total_of, within
from connectors.hubspot.steps import CountStep, NowStep, ScanStep
from connectors.hubspot.tallies import Share, Tallies
from connectors.hubspot.where import Filter
from okrmodel.observations import Observation
from okrmodel.windows import Window, day_begins, day_of

MAX_SCANS = 3
"""Times that rows are read because they moved in between, before giving up for now."""


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

    def count(self, step: CountStep) -> Iterator[Part]:
        """One search for each window."""
        room = Room(self.client)
        yield from self.counted(step.ask, step.ask.windows, room)

    def scan(self, step: ScanStep) -> Iterator[Part]:
        """One reading of the rows of all questions, or of those for which it is the cheapest.

        The total of the first answer tells; the windows of the other questions are counted.
        """
        yield from self.scanned(step.serves, step.bookmark)

    def scanned(self, asks: Sequence[Ask], bookmark: str | None) -> Iterator[Part]:
        """The same for questions about one object that fit into one search."""
        room, observed_at = Room(self.client), self.now()
        totals: dict[int, Answer] = {}
        if left := LeftOff.read(bookmark, len(asks)):
            chosen = left.questions
            yield from self._read([asks[n] for n in chosen], chosen, room, left=left)
        else:
            first = self._selection(self._shares(asks)).page(self.client)
            chosen, totals = self._cheapest(asks, total_of(first.content))
            if len(chosen) == len(asks):
                yield from self._read(asks, chosen, room, first=first, observed_at=observed_at)
            elif chosen:
                yield from self._read([asks[n] for n in chosen], chosen, room)
        for number, ask in enumerate(asks):
            if number in chosen:
                continue
            if number in totals and len(ask.windows) == 1:
                yield [self._as_counted(ask, ask.windows[0], totals[number], observed_at)]
            else:
                yield from self.counted(ask, ask.windows, room)

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
        tally, proofs = self._now_tallied(query) if present else (_NO_DATA, Proofs())
        reading = Reading(step.ask, observed_at, proofs, source_zone=self.source_zone)
        return [
            reading.observation(window, tally, _late(observed_at, window, self.zone))
            if window in present
            else reading.observation(window, _NO_DATA, (_ONLY_NOW.format(today),))
            for window in step.ask.windows
        ]

    def counted(self, ask: Ask, windows: Sequence[Window], room: Room) -> Iterator[Part]:
        """Windows counted singly, the next few asked for while one is read."""
        # Before the calls are counted: names may cost some of their own.
        self._total(ask, windows[0])
        left = [*windows]
        while left:
            few, left = left[: room.left()], left[room.left() :]
            observed_at = self.now()
            answers = ahead([self._total(ask, window) for window in few])
            yield [
                self._as_counted(ask, window, answer, observed_at)
                for window, answer in zip(few, answers, strict=True)
            ]
            room.end()

    def total(self, ask: Ask, window: Window, *more: Filter) -> Answer:
        """How many records there are in a window of any length."""
        return self._total(ask, window, *more)()

    def _total(self, ask: Ask, window: Window, *more: Filter) -> Callable[[], Answer]:
        """The question for it, ready to be asked by another thread: names are looked up before."""
        query = windowed(ask)
        dated = self.schema.date_property(query)
        when = within(dated.name, window, self.zone, calendar=dated.calendar)
        body = count_body([*self.schema.filters(query), *when, *more])
        return partial(self.client.search, query.object, body)

    def reading(self, ask: Ask, observed_at: datetime, proofs: Proofs) -> Reading:
        """An ask's reading, with the property that its date stands for."""
        name = self.schema.date_property(windowed(ask)).name
        return Reading(ask, observed_at, proofs, name, self.source_zone)

    def _as_counted(
        self, ask: Ask, window: Window, answer: Answer, observed_at: datetime
    ) -> Observation:
        total = Tally(Decimal(total_of(answer.content)))
        return self.reading(ask, observed_at, Proofs.of([answer])).observation(window, total)

    def _cheapest(
        self, asks: Sequence[Ask], total: int
    ) -> tuple[tuple[int, ...], dict[int, Answer]]:
        """The questions to read the rows of, by number, and the totals learned to find that out.

        As many more calls as a single question has windows are never worth a count: reading on is
        the least. Beyond that each question's own total is learned, and the cheapest part of them
        read; what a part's rows come to without those they share is a bound.
        """
        more = pages(total) - 1
        counts = [ask for ask in asks if windowed(ask).sum is None]
        if not counts or more <= min(len(ask.windows) for ask in counts):
            return tuple(range(len(asks))), {}
        if len(asks) == 1:
            return (), {}
        learned = ahead([self._total(ask, span(ask)) for ask in asks])
        totals = dict(enumerate(learned))
        rows = {number: total_of(answer.content) for number, answer in totals.items()}
        # Each by itself: its rows are read where they are fewer pages than it has windows to count.
        # A total over a question's only window is its count.
        part = tuple(
            number
            for number, ask in enumerate(asks)
            if windowed(ask).sum or 1 < len(ask.windows) >= pages(rows[number])
        )
        left = [ask for number, ask in enumerate(asks) if number not in part]
        cost = sum(len(ask.windows) for ask in left if len(ask.windows) > 1)
        if part:
            cost += pages(min(total, sum(rows[number] for number in part)))
        return part if cost < more else tuple(totals), totals

    def _shares(self, asks: Sequence[Ask]) -> list[Share]:
        alone = len(asks) == 1
        return [
            Share(
                ask,
                self.schema.date_property(windowed(ask)),
                self.zone,
                () if alone else tuple(self.schema.filters(windowed(ask))),
            )
            for ask in asks
        ]

    def _selection(self, shares: Sequence[Share]) -> Selection:
        asks = [share.ask for share in shares]
        groups = [
            [
                *self.schema.filters(windowed(share.ask)),
                *within(
                    share.dated.name, span(share.ask), self.zone, calendar=share.dated.calendar
                ),
            ]
            for share in shares
            if not covered(share.ask, asks)
        ]
        read = read_of(asks, [share.dated.name for share in shares])
        return Selection(windowed(asks[0]).object, groups, read)

    def _read(
        self,
        asks: Sequence[Ask],
        numbers: Sequence[int],
        room: Room,
        *,
        first: Answer | None = None,
        observed_at: datetime | None = None,
        left: LeftOff | None = None,
    ) -> Iterator[Part]:
        """A whole reading, bookmarked on the way; made again when rows moved meanwhile.

        `numbers` are the questions' in their step.

        Raises:
            RetrySoon: They moved each time.
        """
        shares = self._shares(asks)
        for _ in range(MAX_SCANS):
            reader = Reader(self.client, self._selection(shares))
            tallies, proofs, began = Tallies(shares), Proofs(), observed_at or self.now()
            if left:
                reader, tallies = left.reader(reader), Tallies(shares, left.tallies)
                proofs, began = left.proofs(), left.observed_at
            try:
                while not reader.done:
                    for rows, answer in reader.segment(first, room.left()):
                        tallies.take(rows)
                        proofs.add(answer)
                    first = None
                    if not reader.done:
                        yield LeftOff.of(reader, numbers, tallies, proofs, began).bookmark()
                        room.end()
            except Moved:
                first = left = observed_at = None
                continue
            yield [
                self.reading(share.ask, began, proofs).observation(window, tally)
                for share, window, tally in tallies.found(self.home_currency)
            ]
            room.end()
            return
        raise RetrySoon(
            f"{windowed(asks[0]).object} changed each of {MAX_SCANS} times while they were read",
            remedy="nothing to do: the next run asks again",
        )

    def _now_tallied(self, query: CrmQuery) -> tuple[Tally, Proofs]:
        filters = self.schema.filters(query)
        if query.sum is None:
            answer = self.client.search(query.object, count_body(filters))
            return Tally(Decimal(total_of(answer.content))), Proofs.of([answer])
        for _ in range(MAX_SCANS):
            reader = Reader(self.client, Selection(query.object, [filters], read_for(query)))
            proofs, adding = Proofs(), Adding(query)
            try:
                while not reader.done:
                    for rows, answer in reader.segment(None, MOST_CALLS):
                        adding.take(rows)
                        proofs.add(answer)
            except Moved:
                continue
            return adding.tally(self.home_currency), proofs
        raise RetrySoon(
            f"{query.object} changed each of {MAX_SCANS} times while they were read",
            remedy="nothing to do: the next run asks again",
        )


_NO_DATA = Tally(None)
_ONLY_NOW = "HubSpot's search tells only how it stands now, on {}"


def _late(observed_at: datetime, window: Window, zone: ZoneInfo) -> tuple[str, ...]:
    late = observed_at - day_begins(window.end, zone)
    return (f"read {late} after the day's end",) if late > timedelta(0) else ()
