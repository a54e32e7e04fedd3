"""What a week brought: what will be missed, what needs a decision, what flipped, moved or was restated."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from okrmodel.definitions.cycle import Cycle
from okrmodel.flips import COLOURS, Day, Flip, settled
from okrmodel.publication import Publication
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.colours import colours
from okrmodel.store.daily import KeyResultOf, RestatedDay, restated_days
from okrmodel.store.restatements import first_told
from okrmodel.store.runs import last_pulled
from okrmodel.store.store import Store
from okrmodel.telling.followed import Because, Followed, Move, Restatement, Shortfall
from okrmodel.telling.looks import COURSES
from okrmodel.telling.sheet import Sheet, read_sheet
from okrmodel.windows import ONE_WEEK


@dataclass(frozen=True)
class Week:
    """A cycle's key results at the end of a day, compared with seven days earlier."""

    sheet: Sheet
    as_of: date
    """The day asked about; the figures may be older."""
    followed: tuple[Followed, ...]
    """As written."""
    pulled_at: datetime | None
    """When a source last answered; None when none ever did."""

    @cached_property
    def counts(self) -> Mapping[Status, int]:
        """How many key results have each status; they add up to all of them."""
        return Counter(one.status for one in self.followed)

    @property
    def good(self) -> int:
        """How many are on course."""
        return sum(self.counts[status] for status in COURSES["good"])

    @property
    def over(self) -> bool:
        """Whether the cycle has ended."""
        return self.as_of >= self.sheet.cycle.ends

    @property
    def judged(self) -> bool:
        """Whether anything at all can be said of how it goes."""
        return any(self.counts[status] for status in COLOURS)

    @cached_property
    def short(self) -> tuple[tuple[Followed, Shortfall], ...]:
        """Those of which it is known by how much they will miss, the furthest from the target first."""
        found = [(one, one.shortfall) for one in self.followed]
        given = [(one, short) for one, short in found if short]
        return tuple(sorted(given, key=lambda each: each[1].share, reverse=True))

    @cached_property
    def decisions(self) -> tuple[tuple[Followed, Because], ...]:
        """What needs a decision: the most urgent reason first, then the furthest behind."""
        starts = self.sheet.cycle.starts
        found = ((one, one.because(starts, self.as_of)) for one in self.followed)
        given = [(one, because) for one, because in found if because]
        return tuple(sorted(given, key=_urgency))

    @cached_property
    def flipped(self) -> tuple[tuple[Followed, Flip], ...]:
        """What flipped, as written."""
        return tuple((one, one.flip) for one in self.followed if one.flip)

    @cached_property
    def moved(self) -> tuple[tuple[Followed, Move], ...]:
        """What moved, the largest share of its way first."""
        found = [(one, one.move) for one in self.followed]
        given = [(one, move) for one, move in found if move]
        return tuple(sorted(given, key=_distance, reverse=True))

    @cached_property
    def restated(self) -> tuple[tuple[Followed, Restatement], ...]:
        """What was restated, as written."""
        return tuple((one, one.restated) for one in self.followed if one.restated)

    @property
    def old(self) -> int:
        """How many figures are older than the others."""
        given = [one.now for one in self.followed if one.now]
        return sum(bool(said.stale) or said.as_of != self.sheet.as_of for said in given)

    @property
    def provisional(self) -> int:
        """How many figures may still change at their source."""
        return sum(bool(one.now and one.now.provisional) for one in self.followed)


def read_week(store: Store, words: Publication, cycle: Cycle, as_of: date) -> Week:
    """What the store says of the cycle at the end of a day, and said of it seven days earlier."""
    sheet = read_sheet(store, words, cycle, as_of)
    earlier = as_of - ONE_WEEK
    began = earlier >= cycle.starts
    before = read_sheet(store, words, cycle, earlier).snapshots if began else {}
    told = first_told(store, words.workspace, cycle.id, earlier) if began else None
    return Week(
        sheet=sheet,
        as_of=as_of,
        followed=tuple(_followed(store, sheet, before, as_of, told)),
        pulled_at=last_pulled(store, words.workspace),
    )


def _followed(
    store: Store, sheet: Sheet, before: Mapping[str, Snapshot], as_of: date, told: datetime | None
) -> Iterator[Followed]:
    cycle, words = sheet.cycle, sheet.words
    # A frozen cycle's colours are those that it was frozen with, as its figures are.
    frozen_at = sheet.frozen.recorded_at if sheet.frozen else None
    said = colours(store, words.workspace, cycle.id, frozen_at)
    for objective, key_result in cycle.key_results():
        now = sheet.snapshots.get(key_result.id)
        # Until its first sync, a renamed one is remembered by an earlier id.
        name = now.key_result if now else key_result.id
        which = KeyResultOf(words.workspace, cycle.id, name)
        yield Followed(
            objective=objective,
            key_result=key_result,
            unit=sheet.unit(key_result.id),
            owner=words.owner(objective.owner_of(key_result)),
            ends=key_result.due or cycle.ends,
            now=now,
            before=before.get(key_result.id),
            flip=_flip(said.get(name, ()), as_of),
            restated=_restated(restated_days(store, which), as_of, told),
        )


def _flip(days: Iterable[Day], as_of: date) -> Flip | None:
    """From the colour that held a week ago to the one that holds now."""
    by_then = (day for day in days if day[0] <= as_of)
    recent = [flip for flip in settled(by_then).flips if flip.confirmed > as_of - ONE_WEEK]
    if not recent or recent[0].old is recent[-1].new:
        return None
    last = recent[-1]
    return Flip(recent[0].old, last.new, last.since, last.confirmed)


def _restated(
    every: tuple[RestatedDay, ...], as_of: date, told: datetime | None
) -> Restatement | None:
    """What became known since the week before was told; what was provisional was to be expected."""
    found = [
        one
        for one in every
        if one.was_final and one.as_of <= as_of and (told is None or one.recorded_at > told)
    ]
    if not found:
        return None
    day = found[-1].as_of
    of_day = [one for one in found if one.as_of == day]
    return Restatement(day, of_day[0].old, of_day[-1].new, len({one.as_of for one in found}))


def _urgency(each: tuple[Followed, Because]) -> tuple[int, Decimal]:
    one, because = each
    return tuple(Because).index(because), -one.behind


def _distance(each: tuple[Followed, Move]) -> Decimal:
    return abs(each[1].progress or Decimal())
