"""Website sessions: users who return, rows that arrive late, channels attributed later."""

import numpy as np

from sandbox.company.days import DAY_MS, HOUR_MS, MINUTE_MS, Days
from sandbox.company.draws import Bracket, chance, from_brackets, pick
from sandbox.company.tables import Flags, Ints, Sessions

_WEEK = (100, 106, 108, 104, 92, 25, 24)
_HOURS = (8, 5, 4, 3, 4, 8, 15, 35, 60, 85, 95, 90, 80, 85, 92, 88, 75, 55, 42, 38, 36, 30, 22, 13)
_CHANNEL_WEIGHTS = (380, 150, 200, 90, 70, 50, 45, 15)
_COUNTRY_WEIGHTS = (420, 210, 180, 110, 80)
_LANDING_WEIGHTS = (300, 140, 220, 150, 70, 120)
_NEW_PER_MILLE = 520
_RECENCY_BITS = 20

_MINUTES_TO_ARRIVE: tuple[Bracket, ...] = (
    (60, 30, 240),
    (30, 241, 600),
    (7, 601, 1440),
    (2, 1441, 2880),
    (1, 2881, 4259),
)
"""GA4's processing: mostly two to six hours, for a few rows nearly three days."""
_LATEST_MS = 71 * HOUR_MS
"""GA4 ignores what comes more than 72 hours late, so nothing moves after that."""

_PAGES: tuple[Bracket, ...] = ((50, 2, 3), (35, 4, 8), (15, 9, 20))


def visit(rng: np.random.Generator, days: Days, per_weekday: int) -> Sessions:
    """Sessions in order of their start, about `per_weekday` on a weekday at the story's end."""
    weights = days.weights(_WEEK)[days.history :]
    recent = weights[-90:][days.weekday[-90:] < 5]
    count = per_weekday * int(weights.sum()) * len(recent) // int(recent.sum())
    day = days.history + pick(rng, weights, count)
    started = np.sort(days.instants(rng, day, _HOURS))
    user, new = _users(rng, count)
    arrived = started + from_brackets(rng, _MINUTES_TO_ARRIVE, count) * MINUTE_MS
    engaged = chance(rng, 580, count)
    buys = engaged & chance(rng, 6, count)
    landing = pick(rng, _LANDING_WEIGHTS, count)
    converts = engaged & (chance(rng, 45, count) | (chance(rng, 150, count) & (landing == 4)))
    return Sessions(
        user=user,
        started_ms=started,
        arrived_ms=arrived,
        channel=pick(rng, _CHANNEL_WEIGHTS, count),
        channel_late_ms=_attributed(rng, started, arrived),
        page_views=np.where(engaged, from_brackets(rng, _PAGES, count), 1),
        engaged=engaged,
        key_events=converts.astype(np.int64) * (1 + chance(rng, 120, count)),
        new_user=new,
        duration_s=rng.integers(0, 10, count) + np.where(engaged, rng.integers(10, 900, count), 0),
        landing=landing,
        country=pick(rng, _COUNTRY_WEIGHTS, count)[user],
        revenue_cents=np.where(buys, rng.integers(1900, 49_900, count), 0),
    )


def _users(rng: np.random.Generator, count: int) -> tuple[Ints, Flags]:
    """Who each session belongs to: somebody new, or somebody seen before, rather lately."""
    new = chance(rng, _NEW_PER_MILLE, count)
    new[:1] = True
    seen = np.cumsum(new)
    drawn = rng.integers(0, 1 << _RECENCY_BITS, count)
    for _ in range(2):  # Squared twice: about half of those who return were new within a month.
        drawn = drawn * drawn >> _RECENCY_BITS
    back = drawn * seen >> _RECENCY_BITS
    return seen - 1 - np.where(new, 0, back), new


def _attributed(rng: np.random.Generator, started: Ints, arrived: Ints) -> Ints:
    """Until when the channel is not known, for one session in sixteen; 0 for the rest."""
    count = len(started)
    late = arrived + HOUR_MS + rng.integers(0, 2 * DAY_MS, count)
    return np.where(chance(rng, 60, count), np.minimum(late, started + _LATEST_MS), 0)
