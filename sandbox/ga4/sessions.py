"""The sessions as GA4 sees them: days in the property's zone, what has arrived by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from sandbox.company.tables import CHANNELS, Company, Ints, Sessions

UNASSIGNED = CHANNELS.index("Unassigned")


class Columns(Protocol):
    """Equally long columns by name: a dict, or a `Selection` that takes them when asked."""

    def __getitem__(self, name: str, /) -> Ints: ...


_MINUTE_MS = 60_000
_QUARTER_HOUR_MS = 15 * _MINUTE_MS
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class History:
    """Every session of the whole story, ordered by its day in the property's zone."""

    columns: Mapping[str, Ints]
    arrived_ms: Ints
    channel_late_ms: Ints
    users: int

    def visible(self, now_ms: int) -> "Visible":
        """What GA4 would report at this instant: arrived sessions, channels as known by then."""
        known = np.flatnonzero(self.arrived_ms <= now_ms)
        columns = {name: column[known] for name, column in self.columns.items()}
        late = self.channel_late_ms[known] > now_ms
        columns["channel"] = np.where(late, UNASSIGNED, columns["channel"])
        return Visible(columns, self.users)


@dataclass(frozen=True)
class Visible:
    """The sessions visible at one instant, ordered by day.

    Columns: user (0 … users − 1), day, minute (of the day), channel, country, landing, and by
    session the counts page_views, key_events, events, duration_s, revenue_cents and the flags
    (0 or 1) engaged, new_user, active.
    """

    columns: Mapping[str, Ints]
    users: int

    def between(self, first: int, last: int) -> slice:
        """The rows of these days, both included."""
        day = self.columns["day"]
        return slice(
            int(np.searchsorted(day, first, "left")), int(np.searchsorted(day, last, "right"))
        )


def read_history(company: Company) -> History:
    """Cut the company's sessions into the property's days, once."""
    sessions = company.sessions
    minutes = _local_minutes(sessions.started_ms, ZoneInfo(company.property_zone))
    order = np.argsort(minutes // _MINUTES_A_DAY, kind="stable")
    names, user = np.unique(sessions.user, return_inverse=True)
    columns = _columns(sessions, minutes) | {"user": user.astype(np.int64)}
    return History(
        columns={name: column[order] for name, column in columns.items()},
        arrived_ms=sessions.arrived_ms[order],
        channel_late_ms=sessions.channel_late_ms[order],
        users=len(names),
    )


def _columns(sessions: Sessions, minutes: Ints) -> dict[str, Ints]:
    engaged = sessions.engaged.astype(np.int64)
    new_user = sessions.new_user.astype(np.int64)
    return {
        "day": minutes // _MINUTES_A_DAY,
        "minute": minutes % _MINUTES_A_DAY,
        "channel": sessions.channel,
        "country": sessions.country,
        "landing": sessions.landing,
        "page_views": sessions.page_views,
        "key_events": sessions.key_events,
        "duration_s": sessions.duration_s,
        "revenue_cents": sessions.revenue_cents,
        "engaged": engaged,
        "new_user": new_user,
        "active": engaged | new_user,
        # A session sends session_start, its page views and key events, user_engagement when it
        # was engaged and first_visit when the user is new.
        "events": 1 + sessions.page_views + sessions.key_events + engaged + new_user,
    }


def _local_minutes(instants_ms: Ints, zone: ZoneInfo) -> Ints:
    """Minutes since 1970-01-01T00:00 on the zone's wall clock.

    Offsets change on quarter hours of UTC only, in every zone of this century.
    """
    quarters, of_quarter = np.unique(instants_ms // _QUARTER_HOUR_MS, return_inverse=True)
    offsets = np.array([_offset_minutes(int(each), zone) for each in quarters], dtype=np.int64)
    local: npt.NDArray[np.int64] = instants_ms // _MINUTE_MS + offsets[of_quarter]
    return local


def _offset_minutes(quarter_hour: int, zone: ZoneInfo) -> int:
    instant = datetime.fromtimestamp(quarter_hour * 15 * 60, tz=zone)
    return int((instant.utcoffset() or timedelta()).total_seconds()) // 60
