"""Counts and sums of contacts, companies and deals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from connectors.contract import MOST_CALLS, Ask, Part
from connectors.errors import RetrySoon
from connectors.hubspot.ahead import ahead
from connectors.hubspot.amounts import Adding, HomeCurrency, Tally, read_for
from connectors.hubspot.choosing import cheapest
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.left_off import LeftOff
from connectors.hubspot.merging import covered, read_of, span, windowed
from connectors.hubspot.parts import Room
from connectors.hubspot.query import CrmQuery
from connectors.hubspot.reading import Proofs, Reading
from connectors.hubspot.scan import Moved, Reader, Selection, rows_of
from connectors.hubspot.schema import Schema
from connectors.hubspot.search import count_body, pages, total_of, within
from connectors.hubspot.steps import CountStep, NowStep, ScanStep
from connectors.hubspot.tallies import Share, Tallies
from connectors.hubspot.where import Filter
from okrmodel.observations import Observation
from okrmodel.windows import Window, day_begins, day_of

MAX_LEARNED = 8
"""Totals of single questions that are learned: with names and first page they fit into a part, and
of so few questions every choice can be weighed."""
MAX_SCANS = 3
"""Times that rows are read because they moved in between, before giving up for now."""


@dataclass(frozen=True)
class Days:
    """Where some records of an ask lie."""

    answer: Answer
    windows: frozenset[int]
    """By number."""
    all_of_them: bool
    """Whether a page held all of these records."""


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
        yield from self.scanned(step.serves, step.bookmark, Room(self.client))

    def scanned(self, asks: Sequence[Ask], bookmark: str | None, room: Room) -> Iterator[Part]:
        """The same for questions about one object that fit into one search."""
        observed_at = self.now()
        totals: dict[int, Answer] = {}
        if left := LeftOff.read(bookmark, asks):
            chosen = left.questions
            yield from self._read(asks, chosen, room, left=left)
        else:
            first = self._selection(self._shares(asks)).page(self.client)
            chosen, totals = self._cheapest(asks, total_of(first.content))
            if len(chosen) == len(asks):
                yield from self._read(asks, chosen, room, first=first, observed_at=observed_at)
            elif chosen:
                yield from self._read(asks, chosen, room)
        for number, ask in enumerate(asks):
            if number in chosen:
                continue
            if number in totals and len(ask.windows) == 1:
                yield [self.as_counted(ask, ask.windows[0], totals[number], observed_at)]
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
                self.as_counted(ask, window, answer, observed_at)
                for window, answer in zip(few, answers, strict=True)
            ]
            room.end()

    def total(self, ask: Ask, window: Window) -> Answer:
        """How many records there are in a window of any length."""
        return self._total(ask, window)()

    def totals(self, wanted: Sequence[tuple[Ask, Window]]) -> list[Answer]:
        """The same of several questions, each over its window, several under way at once."""
        return list(ahead([self._total(ask, window) for ask, window in wanted]))

    def days_of(self, ask: Ask, *more: Filter) -> "Days":
        """On which of an ask's windows the records lie that meet further filters, by one page."""
        [share] = self._shares([ask])
        plain = self._selection([share])
        groups = [[*group, *more] for group in plain.groups]
        answer = replace(plain, groups=groups, properties=(share.dated.name,)).page(self.client)
        rows = rows_of(answer).values()
        windows = {number for row in rows if (number := share.window(row)) is not None}
        return Days(answer, frozenset(windows), len(rows) == total_of(answer.content))

    def _total(self, ask: Ask, window: Window) -> Callable[[], Answer]:
        """The question for it, ready to be asked by another thread: names are looked up before."""
        query = windowed(ask)
        dated = self.schema.date_property(query)
        when = within(dated.name, window, self.zone, calendar=dated.calendar)
        body = count_body([*self.schema.filters(query), *when])
        return partial(self.client.search, query.object, body)

    def reading(self, ask: Ask, observed_at: datetime, proofs: Proofs) -> Reading:
        """An ask's reading, with the property that its date stands for."""
        name = self.schema.date_property(windowed(ask)).name
        return Reading(ask, observed_at, proofs, name, self.source_zone)

    def as_counted(
        self, ask: Ask, window: Window, answer: Answer, observed_at: datetime
    ) -> Observation:
        """What a window's total says."""
        total = Tally(Decimal(total_of(answer.content)))
        return self.reading(ask, observed_at, Proofs.of([answer])).observation(window, total)

    def _cheapest(
        self, asks: Sequence[Ask], total: int
    ) -> tuple[tuple[int, ...], dict[int, Answer]]:
        """The questions to read the rows of, by number, and the totals learned to find that out.

        Any other way costs the totals that tell, and a count for each window of one question at
        least: up to there, reading on is the least. Beyond it the totals are learned, and the
        cheapest part of the questions is read.
        """
        more = pages(total) - 1
        counts = [len(ask.windows) for ask in asks if windowed(ask).sum is None]
        if len(asks) == 1:
            return ((), {}) if counts and more > counts[0] else ((0,), {})
        learned = [
            number
            for number, ask in enumerate(asks)
            if len(asks) <= MAX_LEARNED or not covered(ask, asks)
        ]
        # A total over a question's only window is its count.
        if not counts or more <= len(learned) + min(n if n > 1 else 0 for n in counts):
            return tuple(range(len(asks))), {}
        answers = ahead([self._total(asks[number], span(asks[number])) for number in learned])
        totals = dict(zip(learned, answers, strict=True))
        rows = {number: total_of(answer.content) for number, answer in totals.items()}
        part = cheapest(asks, total, rows)
        return (part, totals) if part is not None else (tuple(range(len(asks))), totals)

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
        served: Sequence[Ask],
        numbers: Sequence[int],
        room: Room,
        *,
        first: Answer | None = None,
        observed_at: datetime | None = None,
        left: LeftOff | None = None,
    ) -> Iterator[Part]:
        """A whole reading, bookmarked on the way; made again when rows moved meanwhile.

        `numbers` are those of its questions among all that the step serves.

        Raises:
            RetrySoon: They moved each time.
        """
        asks = [served[number] for number in numbers]
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
                        yield LeftOff.of(
                            served, reader, numbers, tallies, proofs, observed_at=began
                        ).bookmark()
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
        raise _never_still(windowed(asks[0]))

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
        raise _never_still(query)


def _never_still(query: CrmQuery) -> RetrySoon:
    return RetrySoon(
        f"{query.object} changed each of {MAX_SCANS} times while they were read",
        remedy="nothing to do: the next run asks again",
    )


_NO_DATA = Tally(None)
_ONLY_NOW = "HubSpot's search tells only how it stands now, on {}"


def _late(observed_at: datetime, window: Window, zone: ZoneInfo) -> tuple[str, ...]:
    late = observed_at - day_begins(window.end, zone)
    return (f"read {late} after the day's end",) if late > timedelta(0) else ()
