"""Contacts: when they came, from where, and which of them ever became marketing qualified."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.company.days import Days
from sandbox.company.draws import chance, from_brackets, pick
from sandbox.company.tables import NEVER, Ints

WORKING_WEEK = (100, 108, 110, 104, 88, 24, 20)

_SOURCE_WEIGHTS = (300, 170, 60, 70, 70, 30, 130, 80, 50, 40)
_MQL_PER_MILLE = 600
_MOST_MQL_PER_MILLE = 850
_DAYS_TO_MQL = ((30, 0, 2), (35, 3, 14), (25, 15, 60), (10, 61, 200))
_MQL_AT_ONCE_PER_MILLE = 220
"""Those who ask for a demo are marketing qualified as soon as they exist: they skip "lead"."""


@dataclass(frozen=True)
class Arrivals:
    """Contacts in order of creation, with the first MQL date that their story aims at."""

    created_ms: Ints
    first_mql_ms: Ints
    source: Ints


def arrive(
    rng: np.random.Generator, days: Days, *, count: int, quarter: range, mqls: int | None
) -> Arrivals:
    """Draw `count` contacts.

    `quarter` holds the positions of the days of the last complete quarter, in which `mqls`
    contacts become marketing qualified for the first time (None: a fixed share of all do).

    Raises:
        ValueError: when there are too few contacts for that many MQLs.
    """
    mql_days = _first_mql_days(rng, days, count=count, quarter=quarter, mqls=mqls)
    mql = days.instants(rng, mql_days)
    created = days.earlier(rng, mql, _DAYS_TO_MQL)
    created = np.where(chance(rng, _MQL_AT_ONCE_PER_MILLE, len(mql)), mql, created)

    others = count - len(mql)
    created_others = days.instants(rng, pick(rng, days.weights(WORKING_WEEK), others))
    created = np.concatenate([created, created_others])
    mql = np.concatenate([mql, np.full(others, NEVER, dtype=np.int64)])
    order = np.argsort(created, kind="stable")
    source = np.where(chance(rng, 40, count), -1, pick(rng, _SOURCE_WEIGHTS, count))
    return Arrivals(created_ms=created[order], first_mql_ms=mql[order], source=source)


def last_complete_quarter(days: Days, today: date) -> range:
    """The positions of the days of the calendar quarter before the one that today is in."""
    this = date(today.year, today.month - (today.month - 1) % 3, 1)
    before = date(this.year - (this.month == 1), (this.month - 4) % 12 + 1, 1)
    return range(days.at(before), days.at(this))


def _first_mql_days(
    rng: np.random.Generator, days: Days, *, count: int, quarter: range, mqls: int | None
) -> Ints:
    """The days of the first MQL dates; where contacts run short, older quarters get fewer."""
    weights = days.weights(WORKING_WEEK)
    before, within, after = (
        slice(days.history, quarter.start),
        slice(quarter.start, quarter.stop),
        slice(quarter.stop, days.count),
    )
    per_quarter = int(weights[within].sum())
    if mqls is None:
        story = int(weights[days.history :].sum())
        mqls = count * _MQL_PER_MILLE * per_quarter // (1000 * story)
    sizes = [mqls * int(weights[part].sum()) // per_quarter for part in (before, within, after)]
    most = count * _MOST_MQL_PER_MILLE // 1000
    recent = sizes[1] + sizes[2]
    if recent > most:
        raise ValueError(
            f"{mqls} MQLs in a quarter need at least "
            f"{recent * 1000 // _MOST_MQL_PER_MILLE + 1} contacts, got {count}"
        )
    sizes[0] = min(sizes[0], most - recent)
    parts = zip((before, within, after), sizes, strict=True)
    drawn = [part.start + pick(rng, weights[part], size) for part, size in parts]
    return np.concatenate(drawn)


def companies_of(rng: np.random.Generator, created_ms: Ints, companies_created_ms: Ints) -> Ints:
    """A company that existed by then for three contacts in four, -1 for the rest."""
    known = np.searchsorted(companies_created_ms, created_ms, side="right")
    company = rng.integers(0, np.maximum(known, 1))
    return np.where((known > 0) & chance(rng, 750, len(created_ms)), company, -1)


def deletions(rng: np.random.Generator, created_ms: Ints, end_ms: int) -> Ints:
    """When a contact is deleted, often long after it came; NEVER for most."""
    size = len(created_ms)
    lag_minutes = from_brackets(
        rng, ((30, 60, 20_000), (40, 20_000, 200_000), (30, 200_000, 600_000)), size
    )
    gone = created_ms + lag_minutes * 60_000 + rng.integers(0, 60_000, size)
    return np.where(chance(rng, 40, size) & (gone < end_ms), gone, NEVER)
