"""Lifecycle stages: how contacts walk down the funnel, skip stages, fall back and return."""

from collections.abc import Sequence

import numpy as np

from sandbox.company.contacts import Arrivals
from sandbox.company.days import Days
from sandbox.company.draws import Bracket, chance
from sandbox.company.tables import NEVER, STAGES, Flags, Ints, StageEntries

SUBSCRIBER, LEAD, MQL, SQL, OPPORTUNITY, CUSTOMER, EVANGELIST, OTHER, PRODUCT_QUALIFIED = range(
    len(STAGES)
)

_WEEKS_TO_LEAD: tuple[Bracket, ...] = ((40, 1, 10), (40, 11, 40), (20, 41, 120))
_WEEKS_TO_FALL_BACK: tuple[Bracket, ...] = ((60, 14, 30), (40, 31, 60))
_WEEKS_TO_RETURN: tuple[Bracket, ...] = ((70, 10, 30), (30, 31, 70))
_DAYS_TO_SQL: tuple[Bracket, ...] = ((40, 0, 3), (40, 4, 14), (20, 15, 45))
_DAYS_TO_OPPORTUNITY: tuple[Bracket, ...] = ((30, 0, 5), (50, 6, 21), (20, 22, 60))
_DAYS_TO_CUSTOMER: tuple[Bracket, ...] = ((25, 5, 20), (50, 21, 60), (25, 61, 120))
_DAYS_TO_EVANGELIST: tuple[Bracket, ...] = ((100, 60, 200),)


class _Journeys:
    """Stage entries as they are drawn: each step takes rows and their instants."""

    def __init__(self, rng: np.random.Generator, days: Days) -> None:
        self.rng = rng
        self.days = days
        self._parts: list[tuple[Ints, Ints, Ints]] = []

    def enter(self, stage: int, rows: Ints, at_ms: Ints) -> None:
        happens = at_ms < NEVER
        rows = rows[happens]
        self._parts.append((rows, np.full(len(rows), stage, dtype=np.int64), at_ms[happens]))

    def some_go_on(
        self, rows: Ints, since: Ints, *, per_mille: int, lag: Sequence[Bracket]
    ) -> tuple[Ints, Ints]:
        """A share of the rows, with the instants of their next step (within the story)."""
        going = chance(self.rng, per_mille, len(rows)) & (since < NEVER)
        rows, since = rows[going], since[going]
        at = self.days.later(self.rng, since, lag)
        return rows[at < NEVER], at[at < NEVER]

    def entries(self) -> StageEntries:
        """All of them in order of time."""
        contact, stage, at = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.lexsort((contact, at))
        return StageEntries(contact=contact[order], stage=stage[order], at_ms=at[order])


def walk(rng: np.random.Generator, days: Days, arrivals: Arrivals) -> StageEntries:
    """The stage entries of all contacts, as if none were ever merged or deleted."""
    journeys = _Journeys(rng, days)
    created, mql = arrivals.created_ms, arrivals.first_mql_ms
    qualified = mql < NEVER
    leads, lead_since = _begin(journeys, created, mql)

    rows = np.flatnonzero(qualified)
    journeys.enter(MQL, rows, mql[rows])
    latest_mql = _fall_back(journeys, rows, mql[rows])

    unqualified = ~qualified[leads]
    rows_pql, at_pql = journeys.some_go_on(
        leads[unqualified], lead_since[unqualified], per_mille=150, lag=_WEEKS_TO_LEAD
    )
    journeys.enter(PRODUCT_QUALIFIED, rows_pql, at_pql)
    _sell(
        journeys,
        np.concatenate([rows, rows_pql]),
        np.concatenate([latest_mql, at_pql]),
    )
    return journeys.entries()


def _begin(journeys: _Journeys, created: Ints, mql: Ints) -> tuple[Ints, Ints]:
    """First stages: the rows that are leads, and since when. MQLs at once begin with neither."""
    size = len(created)
    later_mql = mql > created
    subscribes = later_mql & chance(journeys.rng, 300, size)
    outside: Flags = later_mql & (mql == NEVER) & chance(journeys.rng, 80, size)
    other = outside & chance(journeys.rng, 500, size)

    rows = np.flatnonzero(subscribes & ~outside)
    journeys.enter(SUBSCRIBER, rows, created[rows])
    rows_lead, at_lead = journeys.some_go_on(rows, created[rows], per_mille=650, lag=_WEEKS_TO_LEAD)
    in_time = at_lead < mql[rows_lead]
    rows_lead, at_lead = rows_lead[in_time], at_lead[in_time]
    rows_other = np.flatnonzero(other)
    journeys.enter(OTHER, rows_other, created[rows_other])

    at_once = np.flatnonzero(later_mql & ~subscribes & ~outside)
    leads = np.concatenate([at_once, rows_lead])
    since = np.concatenate([created[at_once], at_lead])
    journeys.enter(LEAD, leads, since)
    return leads, since


def _fall_back(journeys: _Journeys, rows: Ints, mql: Ints) -> Ints:
    """Some MQLs become leads again, and most of these MQLs again: the latest MQL instants.

    NEVER for those who stayed leads.
    """
    at_row = np.full(int(rows.max(initial=-1)) + 1, NEVER, dtype=np.int64)
    at_row[rows] = mql
    fallen, at_fall = journeys.some_go_on(rows, mql, per_mille=140, lag=_WEEKS_TO_FALL_BACK)
    journeys.enter(LEAD, fallen, at_fall)
    at_row[fallen] = NEVER
    back, at_return = journeys.some_go_on(fallen, at_fall, per_mille=800, lag=_WEEKS_TO_RETURN)
    journeys.enter(MQL, back, at_return)
    at_row[back] = at_return
    return at_row[rows]


def _sell(journeys: _Journeys, rows: Ints, since: Ints) -> None:
    """From qualified to customer; one in ten is an opportunity without having been an SQL."""
    accepted, at_sql = journeys.some_go_on(rows, since, per_mille=420, lag=_DAYS_TO_SQL)
    skips = chance(journeys.rng, 100, len(accepted))
    journeys.enter(SQL, accepted[~skips], at_sql[~skips])
    rows, at = journeys.some_go_on(accepted, at_sql, per_mille=520, lag=_DAYS_TO_OPPORTUNITY)
    journeys.enter(OPPORTUNITY, rows, at)
    rows, at = journeys.some_go_on(rows, at, per_mille=330, lag=_DAYS_TO_CUSTOMER)
    journeys.enter(CUSTOMER, rows, at)
    rows, at = journeys.some_go_on(rows, at, per_mille=120, lag=_DAYS_TO_EVANGELIST)
    journeys.enter(EVANGELIST, rows, at)
