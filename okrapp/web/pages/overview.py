"""A cycle of a workspace at one glance: will it be met, what needs attention, can it be trusted?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from okrapp.web.page import Page
from okrapp.web.shelf import Asked, Shelf
from okrmodel.definitions.cycle import Objective
from okrmodel.definitions.key_results import KeyResult
from okrmodel.publication import Publication
from okrmodel.rollup import EVERY_STATUS, ObjectiveState
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.runs import last_pulled
from okrmodel.telling.charts.remembered import Remembered
from okrmodel.telling.charts.spark import sparks
from okrmodel.telling.looks import COURSE_SIGNS, COURSES, LOOKS
from okrmodel.telling.sheet import Sheet
from okrmodel.windows import last_complete_day

Order = Literal["written", "worst"]

_MOST_ATTENTION = 5
_BY_MORNING = timedelta(hours=9)
"""Before that, last night's sync may still be to come."""


@dataclass(frozen=True)
class Line:
    """A key result with where it stands."""

    objective: Objective
    key_result: KeyResult
    snapshot: Snapshot | None
    unit: str
    owner: str
    """Its name; empty without one."""

    @property
    def status(self) -> Status:
        """No data where nothing was recorded."""
        return self.snapshot.status if self.snapshot else Status.NO_DATA

    @property
    def hit(self) -> Decimal | None:
        """The chance that its target is met; None where there is no forecast."""
        forecast = self.snapshot.forecast if self.snapshot else None
        return forecast.hit if forecast else None

    @property
    def misses(self) -> bool:
        """Whether a forecast can tell by how much the target is going to be missed.

        Of what is stale nobody knows: there it matters why.
        """
        if self.status is Status.STALE:
            return False
        forecast = self.snapshot.forecast if self.snapshot else None
        return forecast is not None and None not in (forecast.low, forecast.high, forecast.hit)

    @property
    def urgency(self) -> tuple[int, Decimal]:
        """The worst first; of equals the one whose chance is smallest."""
        return _WORST_FIRST[self.status], self.hit if self.hit is not None else Decimal(1)


_WORST_FIRST = {status: n for n, status in enumerate(EVERY_STATUS)}
_LAST = (len(_WORST_FIRST), Decimal(0))
"""Behind every urgency."""


@dataclass(frozen=True)
class Group:
    """An objective with its key results."""

    objective: Objective
    owner: str
    state: ObjectiveState
    lines: Sequence[Line]


def overview_page(
    shelf: Shelf, words: Publication, cycle_id: str | None, asked: Asked, order: Order = "written"
) -> Page:
    """The page.

    Raises:
        NotThere: There is no such cycle.
    """
    cycle = shelf.cycle(words, cycle_id, asked)
    sheet = shelf.sheet(words, cycle, asked)
    groups = _groups(sheet)
    every = [line for group in groups for line in group.lines]
    attention = _attention(every)
    over = bool(sheet.as_of and sheet.as_of >= cycle.ends)
    return Page(
        template="overview.html",
        words=words,
        path=f"/w/{words.workspace}/c/{cycle.id}",
        content={
            "sheet": sheet,
            "groups": _ordered(groups, order),
            "sparks": sparks(_remembered(shelf, sheet), cycle, asked.as_of),
            "order": order,
            "asked": asked,
            "counts": _counts(every),
            "course_signs": COURSE_SIGNS | ({"good": LOOKS[Status.ACHIEVED].sign} if over else {}),
            "attention": attention[:_MOST_ATTENTION],
            "more": len(attention[_MOST_ATTENTION:]),
            "through": sheet.through,
            "missing": _missing(shelf, sheet, asked),
            "provisional": sum(bool(line.snapshot and line.snapshot.provisional) for line in every),
            "pulled": last_pulled(shelf.store, words.workspace, sheet.known_at),
            "over": over,
        },
    )


def _remembered(shelf: Shelf, sheet: Sheet) -> Remembered:
    return Remembered(shelf.store, sheet.words, sheet.known_at)


def _groups(sheet: Sheet) -> list[Group]:
    words = sheet.words
    return [
        Group(
            objective,
            words.owner(objective.owner),
            sheet.state(objective),
            [
                Line(
                    objective,
                    key_result,
                    sheet.snapshots.get(key_result.id),
                    sheet.unit(key_result.id),
                    words.owner(objective.owner_of(key_result)),
                )
                for key_result in objective.key_results
            ],
        )
        for objective in sheet.cycle.objectives
    ]


def _ordered(groups: Sequence[Group], order: Order) -> Sequence[Group]:
    if order == "written":
        return groups
    inside = [
        Group(g.objective, g.owner, g.state, sorted(g.lines, key=lambda line: line.urgency))
        for g in groups
    ]
    return sorted(inside, key=lambda g: min((line.urgency for line in g.lines), default=_LAST))


def _counts(lines: Iterable[Line]) -> dict[str, int]:
    """How many key results are on each course, and in all."""
    statuses = [line.status for line in lines]
    counts = {course: sum(s in among for s in statuses) for course, among in COURSES.items()}
    return counts | {"all": len(statuses)}


def _attention(lines: Iterable[Line]) -> Sequence[Line]:
    """What somebody has to look at, the worst first."""
    fine = COURSES["good"] | {Status.TOO_EARLY}
    return sorted((x for x in lines if x.status not in fine), key=lambda x: x.urgency)


def _missing(shelf: Shelf, sheet: Sheet, asked: Asked) -> int:
    """How many days of the cycle nobody recorded since the last one, by the morning."""
    if asked.as_of or asked.known_at or sheet.rests or sheet.as_of is None:
        return 0
    now = sheet.words.clock or shelf.clock()
    expected = min(last_complete_day(now - _BY_MORNING, sheet.words.zone), sheet.cycle.ends)
    return max((expected - sheet.as_of).days, 0)
