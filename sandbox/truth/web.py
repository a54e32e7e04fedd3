"""Website traffic, as GA4's own screens count it: days are those of the property's zone.

A session counts from the instant at which it has arrived, under the channel known by then.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from sandbox.company.tables import CHANNELS, COUNTRIES, Company, Flags, Ints
from sandbox.truth.windows import Window, milliseconds, within


class Filters(NamedTuple):
    """Which sessions count; None is all of them."""

    channels: Collection[str] | None = None
    countries: Collection[str] | None = None


ALL = Filters()


def sessions(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Sessions that started in the window."""
    return int(_counted(company, window, known_at, only).sum())


def engaged_sessions(
    company: Company, window: Window, known_at: datetime, only: Filters = ALL
) -> int:
    """The engaged ones among the sessions."""
    return int((_counted(company, window, known_at, only) & company.sessions.engaged).sum())


def total_users(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Distinct users with any session in the window: not the sum of its days."""
    return _distinct(company, _counted(company, window, known_at, only))


def active_users(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Distinct users with an engaged session or their first visit ever in the window."""
    visits = company.sessions
    active = visits.engaged | visits.new_user
    return _distinct(company, _counted(company, window, known_at, only) & active)


def new_users(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Users whose first visit ever is in the window."""
    return int((_counted(company, window, known_at, only) & company.sessions.new_user).sum())


def page_views(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Pages seen in the sessions of the window."""
    return _total(company.sessions.page_views, _counted(company, window, known_at, only))


def key_events(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> int:
    """Key events (conversions) in the sessions of the window."""
    return _total(company.sessions.key_events, _counted(company, window, known_at, only))


def revenue(company: Company, window: Window, known_at: datetime, only: Filters = ALL) -> Decimal:
    """Revenue of the sessions of the window, in the property's currency."""
    counted = _counted(company, window, known_at, only)
    return Decimal(_total(company.sessions.revenue_cents, counted)) / 100


def _counted(company: Company, window: Window, known_at: datetime, only: Filters) -> Flags:
    visits, known_ms = company.sessions, milliseconds(known_at)
    counted = within(visits.started_ms, window, company.property_zone)
    counted &= visits.arrived_ms <= known_ms
    if only.channels is not None:
        attributed = visits.channel_late_ms <= known_ms
        channel = np.where(attributed, visits.channel, CHANNELS.index("Unassigned"))
        counted &= np.isin(channel, [CHANNELS.index(name) for name in only.channels])
    if only.countries is not None:
        counted &= np.isin(visits.country, [COUNTRIES.index(name) for name in only.countries])
    return counted


def _distinct(company: Company, counted: Flags) -> int:
    return len(set(company.sessions.user[counted].tolist()))


def _total(column: Ints, counted: Flags) -> int:
    return int(column[counted].sum())
